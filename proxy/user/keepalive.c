/**
 * @file keepalive.c  Keeps the NAT mappings of bindings open
 *
 * A NAT forgets a UDP mapping after 30 s of silence, often. Bindings that the
 * comparison found behind one get a double CRLF, or an OPTIONS, through the
 * flow that they registered over. Each has a timer of its own, with 10 % of
 * jitter, so that phones which registered together do not stay together.
 *
 * OPTIONS also tells whether the phone still answers; a silent one is reported
 * but stays bound: its registration ends when it said so. A binding with a
 * Path is its edge proxy's business, a WebSocket has pings of its own.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/sip/agent.h"
#include "proxy/user/keepalive.h"


enum { BUCKETS = 4096, LOST_MAX = 3, JITTER_PERCENT = 10, TEXT_SIZE = 160 };

struct keepalive {
	const struct config *cfg; /* not owned */
	struct location *loc;
	struct agent *agent;
	struct timers *timers;
	struct log *log;
	struct hash *pings;
	struct mbuf *crlf;
	struct counter *sent;
	struct counter *failed;
	struct counter *unreachable;
};

/** What keeps one binding's mapping open */
struct ping {
	struct le he;
	struct keepalive *k; /* not owned */
	struct binding *b;
	struct timer tmr;
	struct client_txn *ct; /* an OPTIONS on its way */
	uint32_t cseq;
	uint32_t lost; /* in a row */
};


static void ping_destructor(void *arg)
{
	struct ping *p = arg;

	timer_cancel(&p->tmr);
	hash_unlink(&p->he);
	client_txn_forget(p->ct);
	mem_deref(p->ct);
	mem_deref(p->b);
}


static uint32_t binding_hash(const struct binding *b)
{
	return (uint32_t)((uintptr_t)b >> 4);
}


static bool ping_equal(struct le *le, void *arg)
{
	const struct ping *p = le->data;

	return p->b == arg;
}


static struct ping *ping_find(const struct keepalive *k, struct binding *b)
{
	return list_ledata(
		hash_lookup(k->pings, binding_hash(b), ping_equal, b));
}


static void lost(struct ping *p)
{
	struct keepalive *k = p->k;

	if (++p->lost != LOST_MAX)
		return;

	counter_inc(k->unreachable);
	log_warn(k->log, "binding.unreachable", KV_STR("aor", p->b->aor),
		 KV_STR("contact", p->b->contact),
		 KV_SA("source", &p->b->source));
}


static void alive(struct ping *p)
{
	if (p->lost >= LOST_MAX)
		log_info(p->k->log, "binding.reachable",
			 KV_STR("aor", p->b->aor),
			 KV_STR("contact", p->b->contact),
			 KV_SA("source", &p->b->source));
	p->lost = 0;
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	struct ping *p = arg;
	(void)ct;

	if (err)
		lost(p);
	else
		alive(p);

	if (err || resp->scode >= 200)
		p->ct = mem_deref(p->ct);
}


/* what the phone registered, without "?headers": they are not for a
 * Request-URI (RFC 3261 section 19.1.1) */
static int request_uri(struct pl *ruri, const char *contact)
{
	struct sipuri uri;

	pl_set_str(ruri, contact);
	if (sipuri_decode(&uri, ruri))
		return EBADMSG;
	if (uri.headers.l)
		ruri->l = (size_t)(uri.headers.p - ruri->p);

	return 0;
}


static int send_options(struct ping *p)
{
	struct keepalive *k = p->k;
	char from[TEXT_SIZE], to[SIPURI_MAX + 2];
	char tag[AGENT_TAG_SIZE], callid[AGENT_TAG_SIZE];
	struct build_request rq = {.met = "OPTIONS"};

	if (p->ct) /* its retransmissions keep the mapping */
		return 0;
	if (request_uri(&rq.ruri, p->b->contact))
		return EBADMSG;

	agent_tag(tag, 'k');
	agent_tag(callid, 'k');
	if (re_snprintf(from, sizeof(from), "<sip:%s>;tag=%s",
			k->cfg->domainv[0], tag) < 0 ||
	    re_snprintf(to, sizeof(to), "<%r>", &rq.ruri) < 0)
		return EOVERFLOW;

	pl_set_str(&rq.from, from);
	pl_set_str(&rq.to, to);
	pl_set_str(&rq.callid, callid);
	rq.cseq = ++p->cseq;

	return agent_send(&p->ct, k->agent, p->b->flow, &rq, response_handler,
			  p);
}


static void timeout_handler(void *arg);


static void schedule(struct ping *p)
{
	const uint64_t ms = (uint64_t)p->k->cfg->registrar.keepalive * 1000;
	const uint64_t jitter = ms * JITTER_PERCENT / 100;

	timer_start(p->k->timers, &p->tmr,
		    ms - jitter + rand_u32() % (2 * jitter + 1),
		    timeout_handler, p);
}


static void timeout_handler(void *arg)
{
	struct ping *p = arg;
	struct keepalive *k = p->k;
	int err;

	/* sending may close the flow, which takes the binding away, and p */
	schedule(p);
	mem_ref(p);

	if (k->cfg->registrar.keepalive_options)
		err = send_options(p);
	else
		err = flow_send(p->b->flow, k->crlf);

	counter_inc(err ? k->failed : k->sent);
	mem_deref(p);
}


static void ping_add(struct keepalive *k, struct binding *b)
{
	struct ping *p = mem_zalloc(sizeof(*p), ping_destructor);

	if (!p)
		return;

	p->k = k;
	p->b = mem_ref(b);
	hash_append(k->pings, binding_hash(b), &p->he, p);
	schedule(p);
}


static bool wanted(const struct binding *b)
{
	return b->flow && !b->path && b->verdict.media == NAT_RELAY &&
	       !flow_proto_web(b->flow->proto);
}


static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct keepalive *k = arg;
	struct ping *p;

	if (ev == LOCATION_FIRST || ev == LOCATION_LAST)
		return;

	p = ping_find(k, b);
	if (ev == LOCATION_REMOVED || !wanted(b))
		mem_deref(p);
	else if (!p)
		ping_add(k, b);
	else
		alive(p); /* its refresh came through */
}


static void destructor(void *arg)
{
	struct keepalive *k = arg;

	location_unlisten(k->loc, location_handler, k);
	hash_flush(k->pings);
	mem_deref(k->pings);
	mem_deref(k->crlf);
	mem_deref(k->agent);
	mem_deref(k->loc);
	mem_deref(k->timers);
	mem_deref(k->log);
}


static int start(struct keepalive *k, const struct hash_key *branch_key,
		 struct transport *tp, struct txns *txns)
{
	int err;

	k->crlf = mbuf_alloc(4);
	if (!k->crlf)
		return ENOMEM;

	err = mbuf_write_str(k->crlf, "\r\n\r\n");
	k->crlf->pos = 0;
	err |= hash_alloc(&k->pings, BUCKETS);
	if (err)
		return err;

	err = agent_alloc(&k->agent, tp, txns, branch_key);
	if (err)
		return err;

	return k->cfg->registrar.keepalive
		       ? location_listen(k->loc, location_handler, k)
		       : 0;
}


/**
 * Allocate the keepalive; it follows the location from now on
 *
 * @param kp         Keepalive
 * @param cfg        Configuration, not owned; interval 0: does nothing
 * @param branch_key Key of our branches
 * @param loc        Location
 * @param tp         Transport
 * @param txns       Transactions
 * @param timers     Timers
 * @param log        Log, or NULL
 * @param metrics    Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int keepalive_alloc(struct keepalive **kp, const struct config *cfg,
		    const struct hash_key *branch_key, struct location *loc,
		    struct transport *tp, struct txns *txns,
		    struct timers *timers, struct log *log,
		    struct metrics *metrics)
{
	struct keepalive *k;
	int err;

	if (!kp || !cfg || !branch_key || !loc || !tp || !txns || !timers)
		return EINVAL;

	k = mem_zalloc(sizeof(*k), destructor);
	if (!k)
		return ENOMEM;

	k->cfg = cfg;
	k->loc = mem_ref(loc);
	k->timers = mem_ref(timers);
	k->log = mem_ref(log);
	k->sent = metrics_counter(metrics, "keepalive_sent_total");
	k->failed = metrics_counter(metrics, "keepalive_failed_total");
	k->unreachable = metrics_counter(metrics,
					 "keepalive_unreachable_total");
	err = start(k, branch_key, tp, txns);
	if (err)
		mem_deref(k);
	else
		*kp = k;

	return err;
}
