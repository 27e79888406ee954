/**
 * @file attempt_hop.c  From a target to the hop that the request is sent to
 *
 * Each address is checked when it is known, however it was found: a name may
 * lead into the network behind us as well as a number does.
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "proxy/core/attempt_hop.h"
#include "proxy/core/attempt_trunk.h"
#include "proxy/core/dialog_watch.h"
#include "proxy/core/trunk.h"
#include "proxy/core/legs.h"
#include "proxy/core/outgoing.h"
#include "proxy/core/response.h"
#include "proxy/sip/resolve.h"


/* no transaction is made for it */
static bool is_ack(const struct forwarding *fw)
{
	return !fw->st && message_is(fw->req, "ACK");
}


static int transmit(struct attempt *at, const struct mbuf *body)
{
	struct forwarding *fw = at->fw;
	struct mbuf *mb = NULL;
	int err;

	attempt_trunk_prepare(at);
	err = outgoing_build(&mb, at, body);
	if (err)
		return err;

	forwarding_ladder(fw, fw->req, &fw->req->src, &at->flow->peer);
	dialog_sent(at);
	if (!is_ack(fw))
		err = client_txn_alloc(&at->ct, fw->px->p.txns, at->flow, mb,
				       response_handler, at);
	else
		err = transport_send(fw->px->p.tp, at->flow, mb);

	mem_deref(mb);

	return err;
}


static void fail_errno(struct attempt *at, int err)
{
	switch (err) {
	case EBADMSG:
	case ENOTSUP:
	case EAFNOSUPPORT:
	case EPROTO:
		attempt_fail(at, 488, "Not Acceptable Here", true);
		break;

	case ENOSPC:
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ETIMEDOUT:
	case ECONNREFUSED:
	case ECANCELED:
		attempt_fail(at, 503, "No Relay Resource", true);
		break;

	default:
		attempt_fail(at, 500, "Server Internal Error", true);
		break;
	}
}


static void media_handler(int err, struct mbuf *body, void *arg)
{
	struct attempt *at = arg;

	if (err) {
		fail_errno(at, err);
		return;
	}

	err = transmit(at, body);
	if (is_ack(at->fw))
		forwarding_done(at->fw);
	else if (err)
		attempt_fail(at, err == ENOSPC ? 503 : 500,
			     "Cannot Be Forwarded", true);
}


static void media(struct attempt *at)
{
	const struct sender *s = &at->fw->sender;
	const enum call_side from = s->dialog ? (enum call_side)s->from
					      : CALL_A;
	struct call *call = NULL;
	int err;

	err = legs_call(&call, at);
	if (!err && !call) {
		media_handler(0, NULL, at);
		return;
	}

	if (!err)
		err = call_pass(&at->pass, call, from, at->fw->req,
				media_handler, at);
	if (err)
		media_handler(err, NULL, at);
}


/* NULL: a flow that was there before is the hop */
static const struct hop *hop_of(const struct attempt *at)
{
	return at->hopn ? &at->hopv[at->hopn - 1] : NULL;
}


/**
 * The hop that was tried does not work: let others try another one first
 *
 * @param at Attempt
 */
void attempt_hop_failed(const struct attempt *at)
{
	if (hop_of(at))
		resolver_hop_failed(at->fw->px->p.resolver, hop_of(at));
}


/**
 * The hop that was tried works
 *
 * @param at Attempt
 */
void attempt_hop_works(const struct attempt *at)
{
	if (hop_of(at))
		resolver_hop_works(at->fw->px->p.resolver, hop_of(at));
}


/* sips promises TLS to the end (RFC 3261 section 26.2.2) */
static bool too_open(const struct attempt *at, enum flow_proto proto)
{
	return !pl_strcasecmp(&at->fw->uri.scheme, "sips") &&
	       !flow_proto_secure(proto);
}


/* what else listens on this host is nothing to whom a callee names it (S5) */
static bool is_this_host(const struct attempt *at, const struct hop *hop)
{
	const struct proxy *px = at->fw->px;

	return at->target->by_callee && !peers_find(px->peers, &hop->addr) &&
	       transport_is_local_host(px->p.tp, &hop->addr);
}


/* 0: at->flow leads there */
static int reach(struct attempt *at, const struct hop *hop)
{
	struct proxy *px = at->fw->px;
	const struct config_peer *peer = attempt_trunk_peer(at, hop);
	struct flow *flow = NULL;
	int err;

	if (is_this_host(at, hop))
		return EACCES;

	if (at->target->peers_only && !peer)
		return EPERM;

	if (too_open(at, hop->proto) ||
	    (!at->target->trunk && !served_may_reach(px, &hop->addr)))
		return EACCES;

	err = attempt_trunk_enter(at, peer);
	if (err)
		return err;

	err = transport_flow_hop(&flow, px->p.tp, hop);
	if (err) {
		attempt_hop_failed(at);
		return err;
	}

	mem_deref(at->flow);
	at->flow = flow;
	(void)config_peer_hold(peer);
	config_peer_release(at->peer);
	at->peer = peer;
	trunk_goes_to(at->trunk, &flow->peer);

	return 0;
}


/**
 * Try the next hop; what becomes of it the context hears
 *
 * @param at Attempt with hops
 */
void attempt_hop(struct attempt *at)
{
	int err = EHOSTUNREACH;

	while (err && err != EBUSY && err != EAGAIN && at->hopn < at->hopc)
		err = reach(at, &at->hopv[at->hopn++]);

	if (!err)
		media(at);
	else if (err == EBUSY || err == EAGAIN)
		attempt_fail(at, 503, "Too Many Calls Of This Peer", true);
	else if (err == EPERM)
		attempt_fail(at, 403, "Route Not Allowed", true);
	else if (err == EACCES)
		attempt_fail(at, 403, "Address Not Allowed", true);
	else
		attempt_fail(at, 503, "No Way To The Next Hop", true);
}


/* a name that nobody could look up is not one that there is not */
static void unresolved(struct attempt *at, int err)
{
	if (err == EAFNOSUPPORT)
		attempt_fail(at, 503, "No Way To The Next Hop", true);
	else if (err != ENOENT && err != EINVAL)
		attempt_fail(at, 504, "The DNS Does Not Answer", true);
	else if (at->target->peers_only)
		attempt_fail(at, 403, "Route Not Allowed", true);
	else
		attempt_fail(at, at->target->trunk ? 503 : 404,
			     "No Route To That Host Name", true);
}


static void resolve_handler(int err, const struct hop *hopv, size_t hopc,
			    void *arg)
{
	struct attempt *at = arg;

	/* it was called back meanwhile */
	if (!attempt_awaited(at))
		return;

	if (err) {
		unresolved(at, err);
		return;
	}

	at->hopv = mem_zalloc(hopc * sizeof(*hopv), NULL);
	if (!at->hopv) {
		attempt_fail(at, 500, "Out Of Memory", true);
		return;
	}

	memcpy(at->hopv, hopv, hopc * sizeof(*hopv));
	at->hopc = hopc;
	attempt_hop(at);
}


static enum flow_proto uri_proto(const struct sipuri *uri)
{
	const bool sips = !pl_strcasecmp(&uri->scheme, "sips");
	enum flow_proto proto = sips ? FLOW_TLS : FLOW_UDP;
	struct pl transport;

	if (sipuri_param(uri, "transport", &transport) ||
	    flow_proto_decode(&proto, &transport))
		return proto;

	if (sips && proto == FLOW_WS)
		return FLOW_WSS;

	return sips && proto == FLOW_TCP ? FLOW_TLS : proto;
}


/* a number, as host or in maddr, needs no resolving */
static int numeric_hop(struct hop *hop, const struct sipuri *uri)
{
	struct pl host = uri->host;

	memset(hop, 0, sizeof(*hop));
	hop->proto = uri_proto(uri);
	(void)sipuri_param(uri, "maddr", &host);

	return addr_decode(&hop->addr, &host,
			   uri->port ? uri->port
				     : flow_proto_port(hop->proto));
}


/**
 * Find the hops of the target, and try the first
 *
 * @param at Attempt
 */
void attempt_hops(struct attempt *at)
{
	const struct target *t = at->target;
	struct sipuri uri;
	struct hop hop;
	struct pl pl;
	int err;

	if (t->flow && too_open(at, t->flow->proto)) {
		attempt_fail(at, 480, "Phone Is Not Reached By TLS", true);
		return;
	}
	if (t->flow) {
		at->flow = mem_ref(t->flow);
		media(at);
		return;
	}

	pl_set_str(&pl, t->next);
	if (sipuri_decode(&uri, &pl)) {
		attempt_fail(at, 400, "Bad Route", true);
		return;
	}

	if (!numeric_hop(&hop, &uri)) {
		resolve_handler(0, &hop, 1, at);
		return;
	}

	err = resolve(&at->lookup, at->fw->px->p.resolver, &uri,
		      resolve_handler, at);
	if (err)
		unresolved(at, err);
}
