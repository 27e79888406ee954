/**
 * @file relay_server.c  Answers INVITEs of configured peers with 302 and SDP
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/media/lease.h"
#include "proxy/media/relay_protocol.h"
#include "proxy/media/relay_server.h"
#include "proxy/sip/build.h"
#include "proxy/sip/transport.h"


enum {
	LEASE_MIN_S = 10,
	EXPIRES_MAX = 86400,
	RETRY_AFTER_S = 5,
};

struct relay_server {
	struct leases *leases;
	struct transport *tp; /* not owned */
	struct txns *txns;    /* not owned */
	struct log *log;      /* not owned */
	uint32_t lease_s;
	struct counter *granted, *refreshed, *released, *refused;
};


static void destructor(void *arg)
{
	struct relay_server *rs = arg;

	mem_deref(rs->leases);
}


/* errno becomes a status, is logged and counted */
static uint16_t refusal(struct relay_server *rs, const struct message *req,
			int err)
{
	uint16_t scode = 500;

	switch (err) {
	case ENOSPC:
		scode = 503;
		break;
	case ENOENT:
		scode = 481;
		break;
	case EBADMSG:
	case EAFNOSUPPORT:
		scode = 488;
		break;
	}

	counter_inc(rs->refused);
	log_info(rs->log, "lease.refused", KV_PL("call", &req->callid),
		 KV_SA("peer", &req->src), KV_UINT("status", scode),
		 KV_ERRNO("err", err));

	return scode;
}


static void refuse(struct relay_server *rs, struct server_txn *st, int err)
{
	uint16_t scode = refusal(rs, server_txn_request(st), err);
	char extra[32] = "";

	if (scode == 503)
		(void)snprintf(extra, sizeof(extra), "Retry-After: %d\r\n",
			       RETRY_AFTER_S);

	(void)server_txn_reply(st, scode, build_reason(scode), extra);
}


static uint32_t grant_s(const struct relay_server *rs,
			const struct message *req)
{
	uint32_t s = rs->lease_s;

	if (message_u32(req, HDR_EXPIRES, EXPIRES_MAX, &s))
		return rs->lease_s;

	if (s < LEASE_MIN_S)
		s = LEASE_MIN_S;

	return s < rs->lease_s ? s : rs->lease_s;
}


static int build_grant(struct mbuf **mbp, const struct relay_server *rs,
		       const struct lease *l, const struct message *req,
		       uint32_t expires_s, const struct resource_media *ours)
{
	struct build_reply reply = {.scode = 302, .ctype = "application/sdp"};
	struct mbuf *body = NULL;
	struct sa local;
	char extra[160];
	int err;

	transport_sentby(rs->tp, req->flow, &local);
	if (re_snprintf(extra, sizeof(extra),
			"Contact: <sip:" RELAY_PROTOCOL_USER "@%J>\r\n"
			"Expires: %u\r\n",
			&local, expires_s) < 0)
		return ENOMEM;

	err = relay_protocol_encode_answer(&body, ours);
	if (err)
		return err;

	reply.reason = build_reason(302);
	reply.extra = extra;
	pl_set_str(&reply.to_tag, lease_tag(l));
	pl_set_mbuf(&reply.body, body);
	err = build_reply(mbp, req, &reply);
	mem_deref(body);

	return err;
}


static int grant_send(struct relay_server *rs, struct lease *l,
		      struct server_txn *st, struct resource_request *rq)
{
	const struct message *req = server_txn_request(st);
	uint32_t expires_s = grant_s(rs, req);
	struct resource_media *ours = NULL;
	struct mbuf *mb = NULL;
	int err;

	err = lease_request(l, req, rq, &ours);
	if (err)
		return err;

	err = build_grant(&mb, rs, l, req, expires_s, ours);
	mem_deref(ours);
	if (err)
		return err;

	lease_start(l, expires_s);
	err = server_txn_send(st, 302, mb);
	mem_deref(mb);

	return err;
}


static int invite_first(struct relay_server *rs, struct server_txn *st,
			struct resource_request *rq)
{
	const struct message *req = server_txn_request(st);
	struct lease *l;
	int err;

	err = lease_alloc(&l, rs->leases, req);
	if (err)
		return err;

	err = grant_send(rs, l, st, rq);
	if (err) {
		mem_deref(l);
		return err;
	}

	counter_inc(rs->granted);
	log_info(rs->log, "lease.granted", KV_PL("call", &req->callid),
		 KV_SA("peer", &req->src),
		 KV_UINT("leases", leases_count(rs->leases)));
	return 0;
}


static int invite_again(struct relay_server *rs, struct server_txn *st,
			struct resource_request *rq)
{
	struct lease *l = lease_find(rs->leases, server_txn_request(st));
	int err;

	if (!l)
		return ENOENT;

	err = grant_send(rs, l, st, rq);
	if (err)
		return err;

	counter_inc(rs->refreshed);
	return 0;
}


static int invite(struct relay_server *rs, struct server_txn *st)
{
	const struct message *req = server_txn_request(st);
	struct resource_request rq = {.side = RELAY_A};
	int err;

	if (pl_strcasecmp(&req->ctype, "application/sdp") || !req->from_tag.l)
		return EBADMSG;

	err = relay_protocol_decode_request(&rq, &req->body);
	if (err)
		return err;

	err = message_in_dialog(req) ? invite_again(rs, st, &rq)
				     : invite_first(rs, st, &rq);
	mem_deref(rq.media);

	return err;
}


static void log_released(struct relay_server *rs, const struct lease *l,
			 const struct message *bye)
{
	struct relay_stats a, b;

	resource_total(&a, lease_resource(l), RELAY_A);
	resource_total(&b, lease_resource(l), RELAY_B);

	log_info(rs->log, "lease.released", KV_PL("call", &bye->callid),
		 KV_SA("peer", &bye->src), KV_UINT("a_rx", a.rx_packets),
		 KV_UINT("a_tx", a.tx_packets), KV_UINT("b_rx", b.rx_packets),
		 KV_UINT("b_tx", b.tx_packets), KV_UINT("a_lost", a.lost),
		 KV_UINT("b_lost", b.lost), KV_UINT("a_refused", a.refused),
		 KV_UINT("b_refused", b.refused),
		 KV_UINT("invalid", a.invalid + b.invalid));
}


static int bye(struct relay_server *rs, struct server_txn *st)
{
	const struct message *req = server_txn_request(st);
	struct lease *l = lease_find(rs->leases, req);

	if (!l || !lease_knows(l, &req->from_tag))
		return ENOENT;

	log_released(rs, l, req);
	mem_deref(l);
	counter_inc(rs->released);

	return server_txn_reply(st, 200, NULL, NULL);
}


static void dispatch(struct relay_server *rs, struct server_txn *st)
{
	const struct message *req = server_txn_request(st);
	int err;

	if (message_is(req, "INVITE"))
		err = invite(rs, st);
	else if (message_is(req, "BYE"))
		err = bye(rs, st);
	else {
		(void)server_txn_reply(st, 405, build_reason(405),
				       "Allow: INVITE, ACK, BYE\r\n");
		return;
	}

	if (err)
		refuse(rs, st, err);
}


/**
 * Allocate the role of a relay server
 *
 * @param rsp     Pointer to the allocated relay server
 * @param relay   The relay in this process
 * @param tp      Transport (not owned)
 * @param txns    Transactions (not owned)
 * @param timers  Timers (not owned)
 * @param log     Log or NULL (not owned)
 * @param metrics Metrics or NULL
 * @param lease_s The longest lease, in seconds
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_server_alloc(struct relay_server **rsp, struct relay *relay,
		       struct transport *tp, struct txns *txns,
		       struct timers *timers, struct log *log,
		       struct metrics *metrics, uint32_t lease_s)
{
	struct relay_server *rs;
	int err;

	if (!rsp || !relay || !tp || !txns || !timers || !lease_s)
		return EINVAL;

	rs = mem_zalloc(sizeof(*rs), destructor);
	if (!rs)
		return ENOMEM;

	rs->tp = tp;
	rs->txns = txns;
	rs->log = log;
	rs->lease_s = lease_s;
	rs->granted = metrics_counter(metrics, "relay_leases_granted_total");
	rs->refreshed = metrics_counter(metrics,
					"relay_leases_refreshed_total");
	rs->released = metrics_counter(metrics, "relay_leases_released_total");
	rs->refused = metrics_counter(metrics, "relay_leases_refused_total");

	err = leases_alloc(&rs->leases, relay, timers, log, metrics);
	if (err) {
		mem_deref(rs);
		return err;
	}

	*rsp = rs;
	return 0;
}


/**
 * Is this request meant for the relay server?
 *
 * @param rs  Relay server
 * @param req Request
 *
 * @return True if its Request-URI is "relay" at one of our addresses
 */
bool relay_server_wants(const struct relay_server *rs,
			const struct message *req)
{
	struct sa sa;

	if (!rs || !req || !req->req || req->uri_err ||
	    pl_strcmp(&req->uri.user, RELAY_PROTOCOL_USER) ||
	    sipuri_addr(&req->uri, &sa))
		return false;

	return transport_is_local(rs->tp, &sa);
}


/**
 * Answer a request of a configured peer
 *
 * @param rs  Relay server
 * @param req INVITE, re-INVITE or BYE; an ACK is ignored
 */
void relay_server_request(struct relay_server *rs, struct message *req)
{
	struct server_txn *st = NULL;
	int err;

	if (!rs || !req || message_is(req, "ACK"))
		return;

	err = server_txn_alloc(&st, rs->txns, req, NULL, NULL);
	if (err) {
		uint16_t scode = refusal(rs, req, err);

		(void)transport_reply(rs->tp, req, scode, build_reason(scode),
				      NULL);
		return;
	}

	dispatch(rs, st);
	mem_deref(st);
}


/**
 * Number of leases
 *
 * @param rs Relay server
 *
 * @return Number of leases that run
 */
uint32_t relay_server_leases(const struct relay_server *rs)
{
	return rs ? leases_count(rs->leases) : 0;
}
