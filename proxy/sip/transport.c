/**
 * @file transport.c  All listeners and flows; messages in, flows out
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/sip/build.h"
#include "proxy/sip/refuse_brief.h"
#include "proxy/sip/tls_context.h"
#include "proxy/sip/transport_state.h"
#include "proxy/sip/txn_key.h"


static void destructor(void *data)
{
	struct transport *t = data;

	t->msgh = NULL;
	path_mtu_close(t->path);
	mem_deref(t->path);
	tcp_pool_close(t->tcp);
	mem_deref(t->tcp);
	mem_deref(t->tls);
	list_flush(&t->listenerl);
	mem_deref(t->lobby);
	mem_deref(t->box);
	mem_deref(t->traffic);
	mem_deref(t->onlooker);
	mem_deref(t->refuse);
	mem_deref(t->gate);
	mem_deref(t->metrics);
	mem_deref(t->log);
	mem_deref(t->timers);
}


/* a response is ours where its top Via names us (RFC 3261 section 18.1.2) */
static bool is_ours(const struct transport *t, const struct message *m)
{
	struct sa sa;

	if (addr_decode(&sa, &m->via.host,
			m->via.port ? m->via.port
				    : flow_proto_port(m->flow->proto)))
		return false;

	return transport_is_local(t, &sa) ||
	       sa_cmp(&sa, &m->flow->local, SA_ALL);
}


static void deliver(struct transport *t, struct message *m)
{
	if (m->req) {
		census_in(&t->census, m);
		if (gate_request(t->gate, m) || transport_refuse_late(t, m))
			return;
	}
	else if (is_ours(t, m)) {
		census_in(&t->census, m);
	}
	else {
		counter_inc(t->foreign);
		gate_stray(t->gate, m->flow);
		log_debug(t->log, "sip.foreign", KV_SA("src", &m->src),
			  KV_PL("via", &m->via.val));
		return;
	}

	t->msgh(m, t->arg);
}


static void show(const struct transport *t, const struct flow *flow,
		 const uint8_t *p, size_t len, const struct message *m)
{
	const struct onlook seen = {
		.flow = flow,
		.p = p,
		.len = len,
		.callid = m ? &m->callid : NULL,
	};

	onlooker_heard(t->onlooker, &seen);
}


/* EBADMSG: refused, and answered where that can be */
static int work(struct transport *t, struct flow *flow, const uint8_t *p,
		size_t len)
{
	struct message *m = NULL;
	int err;

	if (!t->msgh)
		return 0;

	err = message_decode(&m, &t->guard, p, len);
	show(t, flow, p, len, m);
	if (err == EBADMSG)
		refuse_message(t->refuse, flow, &t->guard, len);
	if (err)
		return err;

	m->flow = mem_ref(flow);
	m->src = flow->peer;

	mem_ref(t);
	deliver(t, m);
	mem_deref(m);
	mem_deref(t);

	return 0;
}


/* its turn has come */
static void work_handler(struct flow *flow, const uint8_t *p, size_t len,
			 void *arg)
{
	(void)work(arg, flow, p, len);
}


/* at once; EACCES: banned */
static int receive(struct transport *t, struct flow *flow, const uint8_t *p,
		   size_t len)
{
	int err;

	if (!t->msgh)
		return 0;

	/* a connection that sends too much is not worth its end */
	err = gate_admit(t->gate, flow, p, len);
	if (err)
		return err == EBUSY ? 0 : err;

	return lobby_refuses(t->lobby, flow, p, len) ? 0
						     : work(t, flow, p, len);
}


static int tcp_handler(struct flow *flow, const uint8_t *p, size_t len,
		       void *arg)
{
	return receive(arg, flow, p, len);
}


static void tcp_bad_handler(struct flow *flow, const struct guard *g,
			    void *arg)
{
	struct transport *t = arg;

	refuse_message(t->refuse, flow, g, g->head);
}


static void limits(struct tcp_pool_conf *pool,
		   const struct transport_conf *conf)
{
	memset(pool, 0, sizeof(*pool));
	pool->per_source = conf->tcp_per_source;
	pool->total = conf->tcp_total;
	pool->message_ms = conf->tcp_message_ms;
	pool->idle_ms = conf->tcp_idle_ms;
	pool->connect_ms = conf->tcp_connect_ms;
	pool->ws_origins = conf->ws_origins;
	pool->ws_ping_ms = conf->ws_ping_ms;
}


static int alloc_tcp(struct transport *t, struct timers *timers,
		     const struct transport_conf *conf)
{
	struct tcp_pool_conf pool;

	limits(&pool, conf);
	pool.guard = &t->frame;
	pool.gate = t->gate;
	pool.tls = t->tls;
	pool.onlooker = t->onlooker;
	pool.msgh = tcp_handler;
	pool.badh = tcp_bad_handler;
	pool.arg = t;

	return tcp_pool_alloc(&t->tcp, timers, t->log, t->metrics, &pool);
}


static int alloc_lobby(struct transport *t)
{
	const struct lobby_conf conf = {
		.timers = t->timers,
		.log = t->log,
		.metrics = t->metrics,
		.gate = t->gate,
		.box = t->box,
		.onlooker = t->onlooker,
		.workh = work_handler,
		.arg = t,
	};

	return lobby_alloc(&t->lobby, &conf);
}


/**
 * Set other limits and deadlines of connections
 *
 * @param t    Transport layer
 * @param conf Limits, and deadlines in ms; the rest does not count
 */
void transport_limit(struct transport *t, const struct transport_conf *conf)
{
	struct tcp_pool_conf pool;

	if (!t || !conf)
		return;

	limits(&pool, conf);
	tcp_pool_limit(t->tcp, &pool);
}


/**
 * Allocate the transport layer
 *
 * @param tp      Pointer to the allocated transport layer
 * @param timers  Clock of all deadlines
 * @param log     Log, or NULL
 * @param metrics Metrics, or NULL
 * @param conf    Limits, and deadlines in ms
 * @param msgh    Message handler
 * @param arg     Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int transport_alloc(struct transport **tp, struct timers *timers,
		    struct log *log, struct metrics *metrics,
		    const struct transport_conf *conf, transport_msg_h *msgh,
		    void *arg)
{
	struct transport *t;
	int err;

	if (!tp || !timers || !conf || !msgh)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->timers = mem_ref(timers);
	t->log = mem_ref(log);
	t->metrics = mem_ref(metrics);
	census_init(&t->census, metrics);
	t->foreign = metrics_counter(metrics, "sip_foreign_responses_total");
	t->stuns = metrics_counter(metrics, "sip_stun_answered_total");
	t->gate = mem_ref(conf->gate);
	t->msgh = msgh;
	t->arg = arg;
	hash_key_random(&t->key);

	err = refuse_alloc(&t->refuse, timers, log, metrics, t->gate);
	if (!err)
		err = traffic_alloc(&t->traffic);
	if (!err)
		err = onlooker_alloc(&t->onlooker);
	if (!err)
		err = outbox_alloc(&t->box, metrics);
	if (!err)
		err = alloc_lobby(t);
	if (!err && conf->tls)
		err = tls_context_alloc(&t->tls, conf->tls, timers, log,
					metrics);
	if (!err)
		err = alloc_tcp(t, timers, conf);
	if (!err)
		err = path_mtu_alloc(&t->path, timers, metrics,
				     transport_open_stream, t);
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}


/**
 * Reply without state, on the request's own flow
 *
 * @param t      Transport layer
 * @param req    Request with its flow
 * @param scode  Status code
 * @param reason Reason phrase, or NULL for the standard one
 * @param extra  Whole header lines, or NULL
 *
 * @return 0 if success, EBUSY: its source has had enough answers, otherwise
 *         errorcode
 *
 * RFC 3261 section 8.2.7: a retransmission gets the same To tag
 */
int transport_reply(struct transport *t, const struct message *req,
		    uint16_t scode, const char *reason, const char *extra)
{
	struct build_reply r = {.scode = scode, .extra = extra};
	char tag[TXN_KEY_TAG_SIZE];
	struct mbuf *mb = NULL;
	size_t limit;
	int err;

	if (!t || !req || !req->req || !req->flow)
		return EINVAL;

	r.reason = reason ? reason : build_reason(scode);
	txn_key_tag(tag, &t->key, req);
	if (scode > 100)
		pl_set_str(&r.to_tag, tag);

	if (!gate_answer(t->gate, req, scode, extra))
		return EBUSY;

	err = build_reply(&mb, req, &r);
	if (err)
		return err;

	limit = gate_reply_limit(t->gate, req->flow, req->mb->end);
	if (limit)
		(void)refuse_brief(&mb, limit);

	err = gate_reply_charge(t->gate, req->flow, mb->end)
		      ? flow_send(req->flow, mb)
		      : EBUSY;
	if (!err)
		census_out(&t->census, scode);
	mem_deref(mb);

	return err;
}


/**
 * Who is heard
 *
 * @param t Transport layer
 *
 * @return Gate, NULL if there is none
 */
struct gate *transport_gate(const struct transport *t)
{
	return t ? t->gate : NULL;
}


/**
 * Where messages wait
 *
 * @param t Transport layer
 *
 * @return Lobby, NULL without a transport
 */
struct lobby *transport_lobby(const struct transport *t)
{
	return t ? t->lobby : NULL;
}


/**
 * Take in a message as if it had arrived on a flow
 *
 * @param t    Transport layer
 * @param flow Flow
 * @param p    Octets
 * @param len  How many
 */
void transport_input(struct transport *t, struct flow *flow, const uint8_t *p,
		     size_t len)
{
	if (t && flow && p)
		(void)receive(t, flow, p, len);
}


/**
 * Look at each message
 *
 * @param t    Transport layer
 * @param h    Handler, NULL: no longer
 * @param tieh Told what requests of ours belong to, or NULL
 * @param arg  Argument of both
 */
void transport_watch(struct transport *t, onlooker_h *h, onlooker_tie_h *tieh,
		     void *arg)
{
	if (!t)
		return;

	t->onlooker->h = h;
	t->onlooker->tieh = tieh;
	t->onlooker->arg = arg;
}


/**
 * Tell who looks that a request of ours is for the sake of a call
 *
 * @param t    Transport layer
 * @param own  Call-ID of the request
 * @param call Call-ID of the call
 */
void transport_tie(const struct transport *t, const struct pl *own,
		   const struct pl *call)
{
	if (t && t->onlooker->h && t->onlooker->tieh && own && call)
		t->onlooker->tieh(own, call, t->onlooker->arg);
}


/**
 * Stop taking in; what is under way can still be sent
 *
 * @param t Transport layer
 */
void transport_close(struct transport *t)
{
	struct le *le;

	if (!t)
		return;

	t->msgh = NULL;
	tcp_pool_stop(t->tcp);
	LIST_FOREACH(&t->listenerl, le)
	{
		struct listener *l = le->data;

		udp_listener_stop(l->udp);
	}
}
