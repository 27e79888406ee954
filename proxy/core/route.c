/**
 * @file route.c  Which Routes are ours, and the Record-Route that we write
 */
#include <errno.h>
#include <string.h>
#include "common/ink.h"
#include "proxy/core/route.h"
#include "proxy/user/flow_token.h"


/* a strict router before us put our Record-Route into the Request-URI */
static void repair(struct route_set *rs, const struct message *req,
		   route_local_h *localh, void *arg)
{
	struct nameaddr na;
	struct value_iter it;
	struct pl token, val, last = PL_INIT;

	if (req->uri.user.l || !localh(&req->uri, arg) ||
	    sipuri_param(&req->uri, "vd", &token))
		return;

	message_values(&it, req, HDR_ROUTE);
	while (message_values_next(&it, &val))
		last = val;

	if (!last.l || nameaddr_decode(&na, &last))
		return;

	rs->drop_last = true;
	rs->ruri = na.addr;
	rs->token = token;
}


/* the one that the repair has taken is not looked at again */
static size_t count(const struct message *req)
{
	struct value_iter it;
	struct pl val;
	size_t n = 0;

	message_values(&it, req, HDR_ROUTE);
	while (message_values_next(&it, &val))
		++n;

	return n;
}


/**
 * Read the Route headers of a request (RFC 3261 section 16.4)
 *
 * @param rs     What they say
 * @param req    Request
 * @param localh Tells the URIs that name us
 * @param arg    Handler argument
 *
 * @return 0 if success, EBADMSG for a malformed Route
 */
int route_process(struct route_set *rs, const struct message *req,
		  route_local_h *localh, void *arg)
{
	struct value_iter it;
	struct nameaddr na;
	struct pl val, token;
	size_t left;

	if (!rs || !req || !localh)
		return EINVAL;

	memset(rs, 0, sizeof(*rs));
	repair(rs, req, localh, arg);
	left = count(req) - (rs->drop_last ? 1 : 0);

	message_values(&it, req, HDR_ROUTE);
	for (; left && message_values_next(&it, &val); left--) {
		if (nameaddr_decode(&na, &val))
			return EBADMSG;

		if (!localh(&na.uri, arg)) {
			rs->next = val;
			break;
		}

		++rs->skip;
		if (!rs->token.l && !sipuri_param(&na.uri, "vd", &token))
			rs->token = token;
		if (!rs->flow.l && flow_token_is(&na.uri.user))
			rs->flow = na.uri.user;
	}

	return 0;
}


/* a sips URI says TLS without it (RFC 5630 section 3.1.4) */
static const char *transport_of(enum flow_proto proto, bool sips)
{
	if (proto == FLOW_UDP || (sips && proto == FLOW_TLS))
		return NULL;

	/* RFC 7118 section 5.2.2: "ws" is also what is encrypted */
	return flow_proto_web(proto) ? "ws" : flow_proto_param(proto);
}


/**
 * Write a Record-Route value (RFC 3261 section 16.6 step 4)
 *
 * @param buf    Buffer
 * @param size   Its size, ROUTE_VALUE_MAX is enough
 * @param sentby Our address on that side
 * @param proto  Transport on that side
 * @param sips   The request asks for TLS on each hop
 * @param token  Printed token
 *
 * @return 0 if success, ENOSPC if the buffer is too small
 */
int route_record(char *buf, size_t size, const struct sa *sentby,
		 enum flow_proto proto, bool sips, const char *token)
{
	const bool secure = sips && flow_proto_secure(proto);
	const char *transport;
	struct ink k;

	if (!buf || !size || !sentby || !token || proto >= FLOW_PROTO_MAX)
		return EINVAL;

	transport = transport_of(proto, secure);
	ink_init(&k, buf, size);
	ink_text(&k, secure ? "<sips:" : "<sip:");
	ink_sa(&k, sentby);
	if (transport) {
		ink_text(&k, ";transport=");
		ink_text(&k, transport);
	}
	ink_text(&k, ";lr;vd=");
	ink_text(&k, token);
	ink_text(&k, ">");

	return ink_end(&k);
}
