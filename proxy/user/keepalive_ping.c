/**
 * @file keepalive_ping.c  One binding's keepalives: a double CRLF, or OPTIONS
 */
#include <errno.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/user/keepalive_state.h"


enum { LOST_MAX = 3, JITTER_PERCENT = 10, TEXT_SIZE = 160 };


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


/**
 * The phone has answered, or registered
 *
 * @param p Ping
 */
void ping_alive(struct ping *p)
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

	if (!err && resp->scode < 200)
		return;

	p->ct = mem_deref(p->ct);
	if (err) {
		lost(p);
		trial_lost(p);
		return;
	}

	ping_alive(p);
	trial_answered(p, resp);
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


/**
 * Let go of an OPTIONS on its way: its answer says nothing any more
 *
 * @param p Ping
 */
void ping_drop_options(struct ping *p)
{
	client_txn_forget(p->ct);
	p->ct = mem_deref(p->ct);
}


/**
 * Ask the phone itself
 *
 * @param p Ping
 *
 * @return 0 if success, otherwise errorcode
 */
int ping_options(struct ping *p)
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


/**
 * What the configuration allows
 *
 * @param p Ping
 *
 * @return Bounds; the same twice where nothing may be tried
 */
struct mapping_bounds ping_bounds(const struct ping *p)
{
	const struct config *cfg = p->k->cfg;
	struct mapping_bounds b = {cfg->registrar.keepalive,
				   cfg->registrar.keepalive_max};

	if (p->b->proto != FLOW_UDP || b.max < b.base)
		b.max = b.base;

	return b;
}


/**
 * The time between two keepalives
 *
 * @param p Ping
 *
 * @return Seconds; as configured while there is a suspicion
 */
uint32_t ping_interval(const struct ping *p)
{
	const struct mapping_bounds b = ping_bounds(p);

	return p->suspect_s ? b.base : mapping_interval(&p->m, &b);
}


/**
 * Does it get its keepalives less often than configured?
 *
 * @param p Ping
 *
 * @return True if so
 */
bool ping_is_slow(const struct ping *p)
{
	return ping_interval(p) > ping_bounds(p).base;
}


/**
 * Start the time to the next keepalive, or to a trial before it
 *
 * @param p Ping
 */
void ping_schedule(struct ping *p)
{
	const uint64_t ms = (uint64_t)ping_interval(p) * 1000;
	const uint64_t jitter = ms * JITTER_PERCENT / 100;
	const uint64_t now = timers_now(p->k->timers);
	uint64_t wait = ms - jitter + rand_u32() % (2 * jitter + 1);

	if (p->open_at && now + wait >= p->open_at)
		wait = p->open_at > now ? p->open_at - now : 0;

	timer_start(p->k->timers, &p->tmr, wait, ping_timeout, p);
}


/**
 * Time for a keepalive, or for a step of a trial
 *
 * @param arg Ping
 */
void ping_timeout(void *arg)
{
	struct ping *p = arg;
	struct keepalive *k = p->k;
	int err;

	/* sending may close the flow, which takes the binding away, and p */
	mem_ref(p);
	if (trial_timeout(p))
		goto out;

	ping_schedule(p);
	if (k->cfg->registrar.keepalive_options || ping_is_slow(p) ||
	    p->suspect_s)
		err = ping_options(p);
	else
		err = flow_send(p->b->flow, k->crlf);

	counter_inc(err ? k->failed : k->sent);
out:
	mem_deref(p);
}
