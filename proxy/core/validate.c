/**
 * @file validate.c  Is this request one that a proxy may work on?
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/validate.h"
#include "proxy/sip/flow.h"


/**
 * Note a refusal
 *
 * @param r      What to answer
 * @param scode  Status code
 * @param reason Reason phrase, static
 *
 * @return EPROTO, always
 */
int refuse(struct refusal *r, uint16_t scode, const char *reason)
{
	if (!r)
		return EINVAL;

	r->scode = scode;
	r->reason = reason;

	return EPROTO;
}


static bool came_by_tls(const struct message *req)
{
	return req->flow && flow_proto_secure(req->flow->proto);
}


/* step 2 */
static int check_scheme(const struct message *req, struct refusal *r)
{
	if (req->uri_err && req->uri_err != EPROTONOSUPPORT)
		return refuse(r, 400, "Bad Request-URI");

	/* sips promises TLS on each hop, and this one was none (RFC 5630) */
	if (req->uri_err || !sipuri_is_sip(&req->uri) ||
	    (!pl_strcasecmp(&req->uri.scheme, "sips") && !came_by_tls(req)))
		return refuse(r, 416, "Unsupported URI Scheme");

	return 0;
}


/* step 3 */
static int check_maxfwd(const struct message *req, struct refusal *r)
{
	if (req->has_maxfwd && !req->maxfwd)
		return refuse(r, 483, "Too Many Hops");

	return 0;
}


/* step 5: we have no extension that a proxy would have to support */
static int check_proxy_require(const struct message *req, struct refusal *r)
{
	struct value_iter it;
	struct pl val;
	size_t pos = 0;
	int n;

	message_values(&it, req, HDR_PROXY_REQUIRE);
	while (message_values_next(&it, &val)) {
		if (!val.l || val.l > 64)
			return refuse(r, 400, "Bad Proxy-Require");

		if (pos + val.l + 32 > sizeof(r->extra))
			break;

		n = re_snprintf(&r->extra[pos], sizeof(r->extra) - pos, "%s%r",
				pos ? ", " : "Unsupported: ", &val);
		if (n > 0)
			pos += (size_t)n;
	}

	if (!pos)
		return 0;

	memcpy(&r->extra[pos], "\r\n", 3);

	return refuse(r, 420, "Bad Extension");
}


/**
 * Check a request before anything is done for it
 *
 * @param req Request
 * @param r   What to answer, where it is refused
 *
 * @return 0 if success, EPROTO if refused (RFC 3261 section 16.3)
 */
int validate_request(const struct message *req, struct refusal *r)
{
	int err;

	if (!req || !r)
		return EINVAL;

	memset(r, 0, sizeof(*r));

	err = check_scheme(req, r);
	if (!err)
		err = check_maxfwd(req, r);
	if (!err)
		err = check_proxy_require(req, r);

	return err;
}
