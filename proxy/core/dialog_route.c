/**
 * @file dialog_route.c  The route sets from us to the ends of a dialog
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/dialog_route.h"

enum { ROUTES_MAX = 16 };


static int add_route(struct mbuf *mb, const struct pl *val)
{
	if (mb->end + val->l > DIALOG_ROUTES_MAX)
		return E2BIG;
	if (memchr(val->p, '\r', val->l) || memchr(val->p, '\n', val->l))
		return EBADMSG;

	return mbuf_printf(mb, "Route: %r\r\n", val);
}


static int take_routes(char **tp, struct mbuf *mb, int err)
{
	char *text = NULL;

	mb->pos = 0;
	if (!err)
		err = mbuf_strdup(mb, &text, mb->end);
	if (!err) {
		mem_deref(*tp);
		*tp = text;
	}
	mem_deref(mb);

	return err;
}


/**
 * What was recorded on the way to us, nearest first: in the order in which the
 * callee would use it
 *
 * @param tp  Whole Route lines
 * @param req INVITE as it came
 *
 * @return 0 if success, E2BIG, EBADMSG, ENOMEM
 *
 * RFC 3261 section 12.1.1
 */
int dialog_routes_back(char **tp, const struct message *req)
{
	struct mbuf *mb = mbuf_alloc(256);
	struct value_iter it;
	struct pl val;
	int err = 0;

	if (!mb)
		return ENOMEM;

	message_values(&it, req, HDR_RECORD_ROUTE);
	while (!err && message_values_next(&it, &val))
		err = add_route(mb, &val);

	return take_routes(tp, mb, err);
}


static size_t count_recorded(const struct message *m)
{
	struct value_iter it;
	size_t n = 0;
	struct pl val;

	message_values(&it, m, HDR_RECORD_ROUTE);
	while (message_values_next(&it, &val))
		++n;

	return n;
}


static bool is_ours(const struct pl *val, const struct dialog_step *s)
{
	struct nameaddr na;

	return !nameaddr_decode(&na, val) && s->localh &&
	       s->localh(&na.uri, s->arg);
}


/* below are ours, one or two, and what was recorded before us; a call that
 * has passed us twice has some of ours above as well */
static size_t count_behind(const struct pl *valv, size_t n,
			   const struct dialog_step *s)
{
	const size_t before = count_recorded(s->req);

	if (n > before)
		n -= before;
	for (size_t i = n; i--;) {
		if (is_ours(&valv[i], s))
			return i && is_ours(&valv[i - 1], s) ? i - 1 : i;
	}

	return n;
}


/**
 * What was recorded behind us; the last one is the nearest
 *
 * @param tp   Whole Route lines
 * @param resp 2xx as it came
 * @param s    Its INVITE, and who we are
 *
 * @return 0 if success, E2BIG, EBADMSG, ENOMEM
 *
 * RFC 3261 section 12.1.2
 */
int dialog_routes_on(char **tp, const struct message *resp,
		     const struct dialog_step *s)
{
	struct pl valv[ROUTES_MAX];
	struct value_iter it;
	struct mbuf *mb;
	size_t n = 0;
	int err = 0;

	message_values(&it, resp, HDR_RECORD_ROUTE);
	while (n < ROUTES_MAX && message_values_next(&it, &valv[n]))
		++n;
	n = count_behind(valv, n, s);

	mb = mbuf_alloc(256);
	if (!mb)
		return ENOMEM;
	while (!err && n--)
		err = add_route(mb, &valv[n]);

	return take_routes(tp, mb, err);
}


/**
 * Of a request in the dialog: the Routes that are left behind ours
 *
 * @param tp Whole Route lines
 * @param s  The request, and the first of them
 *
 * @return 0 if success, E2BIG, EBADMSG, ENOMEM
 */
int dialog_routes_left(char **tp, const struct dialog_step *s)
{
	struct mbuf *mb = mbuf_alloc(256);
	struct value_iter it;
	struct pl val;
	bool found = false;
	int err = 0;

	if (!mb)
		return ENOMEM;

	message_values(&it, s->req, HDR_ROUTE);
	while (!err && s->routes.l && message_values_next(&it, &val)) {
		found |= val.p == s->routes.p;
		if (found)
			err = add_route(mb, &val);
	}

	return take_routes(tp, mb, err);
}
