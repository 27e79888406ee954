/**
 * @file visit.c  What a REGISTER is answered
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/gate.h"
#include "proxy/user/push.h"
#include "proxy/user/push_params.h"
#include "proxy/user/registrar_state.h"


/* those who are sent away at once must not come back at once */
enum { RETRY_MIN_S = 5, RETRY_MAX_S = 20, FLOW_TIMER_MAX_S = 120 };


/**
 * Answer
 *
 * @param v      Visit
 * @param scode  Status code
 * @param reason Reason phrase
 * @param extra  Whole header lines, or NULL
 */
void visit_answer(const struct visit *v, uint16_t scode, const char *reason,
		  const char *extra)
{
	if (v->st)
		(void)server_txn_reply(v->st, scode, reason, extra);
	else
		(void)transport_reply(v->r->tp, v->req, scode, reason, extra);
}


/**
 * Refuse
 *
 * @param v      Visit
 * @param scode  Status code
 * @param reason Reason phrase
 * @param extra  Whole header lines, or NULL
 */
void visit_refuse(const struct visit *v, uint16_t scode, const char *reason,
		  const char *extra)
{
	const struct message *req = v->req;

	visit_answer(v, scode, reason, extra);
	counter_inc(v->r->refused);
	if (gate_may_log(transport_gate(v->r->tp), &req->src))
		log_info(v->r->log, "registrar.refused",
			 KV_UINT("status", scode), KV_STR("reason", reason),
			 KV_PL("to", &req->to.addr),
			 KV_PL("call", &req->callid),
			 KV_SA("source", &req->src));
}


/**
 * Refuse for an error
 *
 * @param v   Visit
 * @param err Errorcode
 */
void visit_refuse_errno(const struct visit *v, int err)
{
	static const struct {
		int err;
		uint16_t scode;
		const char *reason;
		bool retry;
	} refusalv[] = {
		{EBADMSG, 400, "Bad Contact, Expires or Path", false},
		{EPROTO, 400, "CSeq is not higher than before", false},
		{EACCES, 403, "Contact Address Not Allowed", false},
		{E2BIG, 403, "Too Many Contacts", false},
		{ERANGE, 423, "Interval Too Brief", false},
		{ENOLINK, 439, "First Hop Lacks Outbound Support", false},
		{ENOTSUP, 555, "Push Notification Service Not Supported",
		 false},
		{ENOSPC, 503, "Service Unavailable", true},
		{0, 500, "Server Internal Error", true},
	};
	char extra[64] = "";
	size_t i = 0;

	while (refusalv[i].err && refusalv[i].err != err)
		++i;

	if (err == ERANGE)
		(void)re_snprintf(extra, sizeof(extra), "Min-Expires: %u\r\n",
				  v->r->cfg->registrar.expires_min);
	else if (refusalv[i].retry)
		(void)re_snprintf(
			extra, sizeof(extra), "Retry-After: %u\r\n",
			RETRY_MIN_S +
				rand_u32() % (RETRY_MAX_S - RETRY_MIN_S + 1));

	visit_refuse(v, refusalv[i].scode, refusalv[i].reason, extra);
}


/* RFC 5626 section 6, and how long a quiet connection is kept */
static int print_outbound(struct mbuf *mb, const struct visit *v)
{
	const uint32_t idle = v->r->cfg->tcp.idle_timeout;
	int err = 0;

	if (!v->reg->outbound)
		return 0;

	if (message_has_token(v->req, HDR_SUPPORTED, "outbound"))
		err = mbuf_write_str(mb, "Require: outbound\r\n");
	if (flow_reliable(v->req->flow) && idle)
		err |= mbuf_printf(mb, "Flow-Timer: %u\r\n",
				   idle < FLOW_TIMER_MAX_S ? idle
							   : FLOW_TIMER_MAX_S);

	return err;
}


/* RFC 3608: by us, and by the way it came; "ws" also where it is encrypted
 * (RFC 7118 section 5.2.2) */
static int print_service_route(struct mbuf *mb, const struct visit *v)
{
	const struct flow *flow = v->req->flow;
	struct sa us;

	if (!v->r->cfg->registrar.service_route)
		return 0;

	transport_sentby(v->r->tp, flow, &us);

	return mbuf_printf(mb, "Service-Route: <sip:%J%s%s;lr>\r\n", &us,
			   flow->proto == FLOW_UDP ? "" : ";transport=",
			   flow->proto == FLOW_UDP ? ""
			   : flow_proto_web(flow->proto)
				   ? "ws"
				   : flow_proto_param(flow->proto));
}


/* RFC 8599 section 4.1.2: these push services we can wake the phone by */
static int print_push(struct mbuf *mb, const struct visit *v)
{
	struct push_params pp;
	int err = 0;

	for (size_t i = 0; i < v->reg->contacts.n && !err; i++) {
		if (!v->reg->contacts.v[i].expires_s ||
		    push_params_decode(&pp, v->reg->contactv[i]) ||
		    !push_serves(v->r->cfg, &pp.provider))
			continue;

		err = mbuf_printf(mb, "Feature-Caps: *;+sip.pns=\"%r\"\r\n",
				  &pp.provider);
	}

	return err;
}


static int print_accepted(struct mbuf *mb, const struct visit *v)
{
	int err;

	err = registration_print(mb, v->reg, v->r->loc,
				 timers_now(v->r->timers));
	if (!err)
		err = print_outbound(mb, v);
	if (!err)
		err = print_service_route(mb, v);
	if (!err)
		err = print_push(mb, v);

	return err ? err : mbuf_write_mem(mb, (const uint8_t *)"", 1);
}


/**
 * Answer 200 with all bindings that there are now
 *
 * @param v Visit
 */
void visit_accept(const struct visit *v)
{
	struct mbuf *mb = mbuf_alloc(512);
	const int err = mb ? print_accepted(mb, v) : ENOMEM;

	if (err) {
		visit_refuse_errno(v, err);
	}
	else {
		visit_answer(v, 200, "OK", (const char *)mb->buf);
		counter_inc(v->r->accepted);
	}
	mem_deref(mb);
}
