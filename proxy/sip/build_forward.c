/**
 * @file build_forward.c  A message of others on its way through us
 *
 * New lines go on top, in front of the others of their name; so no position
 * has to be looked for. What is replaced is replaced where it stands.
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/build.h"
#include "proxy/sip/line.h"
#include "proxy/sip/syntax.h"


/** Both directions in one: what happens to the lines of a message */
struct work {
	struct mbuf *mb;
	const struct message *m;
	const struct build_forward *f; /* NULL: a response */
	const enum hdr_id *stripv;
	size_t stripc;
	struct pl body;
	bool length; /* a Content-Length was written */

	size_t route_n;               /* Route values seen */
	size_t route_end;             /* the first one not kept */
	const struct hdr *route_tail; /* the last Route line */
};


static bool stripped(const struct work *w, enum hdr_id id)
{
	for (size_t i = 0; i < w->stripc; i++) {
		if (w->stripv[i] == id && id != HDR_OTHER)
			return true;
	}

	return false;
}


static bool skipped(const struct work *w, const struct hdr *h)
{
	for (size_t i = 0; w->f && i < w->f->skipc; i++) {
		if (w->f->skipv[i] == h)
			return true;
	}

	return w->f && w->f->skiph && h->id == HDR_OTHER &&
	       w->f->skiph(h, w->f->skip_arg);
}


static void count_routes(struct work *w)
{
	struct value_iter it;
	size_t n = 0;
	struct pl val;

	message_values(&it, w->m, HDR_ROUTE);
	while (message_values_next(&it, &val))
		++n;

	w->route_end = n - (n && w->f->route_drop_last ? 1 : 0);
	for (size_t i = 0; i < w->m->hdrc && !stripped(w, HDR_ROUTE); i++) {
		if (w->m->hdrv[i].id == HDR_ROUTE)
			w->route_tail = &w->m->hdrv[i];
	}
}


/* what was a Request-URI becomes a route-param, which has brackets */
static int last_route(struct work *w)
{
	const struct pl *uri = &w->f->route_last;

	return uri->l ? mbuf_printf(w->mb, "Route: <%r>\r\n", uri) : 0;
}


static int top_lines(struct work *w)
{
	const struct build_forward *f = w->f;
	int err;

	err = line_write(w->mb, "Via", &f->via);
	for (size_t i = 0; i < f->rrc; i++)
		err |= line_write(w->mb, "Record-Route", &f->rrv[i]);
	for (size_t i = 0; i < f->routec; i++)
		err |= line_write(w->mb, "Route", &f->routev[i]);
	if (!w->route_tail)
		err |= last_route(w);
	if (!w->m->has_maxfwd)
		err |= line_number(w->mb, "Max-Forwards", f->maxfwd);

	return err;
}


/* the part of the line between what is taken off at both ends of the set */
static int route_line(struct work *w, const struct hdr *h)
{
	struct pl rest = h->val, val, keep = PL_INIT;
	size_t total = 0, kept = 0;
	int err = 0;

	while (message_value_cut(&rest, &val)) {
		const size_t n = w->route_n++;

		++total;
		if (n < w->f->route_skip || n >= w->route_end)
			continue;
		keep = syntax_span(kept++ ? keep.p : val.p, val.p + val.l);
	}
	if (kept && kept == total)
		err = line_copy(w->mb, h);
	else if (kept)
		err = line_part(w->mb, h, &keep);
	if (h == w->route_tail)
		err |= last_route(w);

	return err;
}


/* a response: without the value that brought it to us */
static int via_taken_off(struct work *w, const struct hdr *h)
{
	const char *end = h->val.p + h->val.l;
	struct pl rest, val;

	rest = syntax_span(w->m->via.val.p + w->m->via.val.l, end);
	if (!message_value_cut(&rest, &val))
		return 0;

	val = syntax_span(val.p, end);

	return line_part(w->mb, h, &val);
}


static int via_line(struct work *w, const struct hdr *h)
{
	if (!line_holds(h, &w->m->via.val))
		return line_copy(w->mb, h);
	if (!w->f)
		return via_taken_off(w, h);

	return line_via(w->mb, h, &w->m->via,
			w->f->fix_via ? &w->m->src : NULL);
}


static int length_line(struct work *w, const struct hdr *h)
{
	w->length = true;
	if (w->body.l == w->m->body.l)
		return line_copy(w->mb, h);

	return line_number(w->mb, "Content-Length", w->body.l);
}


static int one_line(struct work *w, const struct hdr *h)
{
	if (stripped(w, h->id) || skipped(w, h))
		return 0;

	switch (h->id) {
	case HDR_VIA:
		return via_line(w, h);

	case HDR_CONTENT_LENGTH:
		return length_line(w, h);

	case HDR_ROUTE:
		return w->f ? route_line(w, h) : line_copy(w->mb, h);

	case HDR_MAX_FORWARDS:
		if (!w->f)
			return line_copy(w->mb, h);
		return line_number(w->mb, "Max-Forwards", w->f->maxfwd);

	default:
		return line_copy(w->mb, h);
	}
}


static int lines_and_body(struct work *w, const char *extra)
{
	int err = 0;

	for (size_t i = 0; !err && i < w->m->hdrc; i++)
		err = one_line(w, &w->m->hdrv[i]);
	if (err)
		return err;

	if (extra)
		err |= mbuf_write_str(w->mb, extra);
	if (!w->length)
		return err | line_body(w->mb, &w->body);

	err |= mbuf_write_str(w->mb, "\r\n");
	if (w->body.l)
		err |= mbuf_write_mem(w->mb, (const uint8_t *)w->body.p,
				      w->body.l);

	return err;
}


/**
 * A request on its way to the next hop
 *
 * @param mbp Message, pos 0
 * @param m   Request as it came
 * @param f   How it changes
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 16.6
 */
int build_forward(struct mbuf **mbp, const struct message *m,
		  const struct build_forward *f)
{
	struct work w = {.m = m, .f = f};
	int err;

	if (!mbp || !m || !f || !m->req || f->rrc > ARRAY_SIZE(f->rrv) ||
	    f->routec > BUILD_ROUTE_MAX || f->stripc > BUILD_STRIP_MAX ||
	    f->skipc > BUILD_STRIP_MAX)
		return EINVAL;

	w.stripv = f->stripv;
	w.stripc = f->stripc;
	w.body = f->new_body ? f->body : m->body;
	w.mb = mbuf_alloc(m->mb->end + w.body.l + 512);
	if (!w.mb)
		return ENOMEM;

	count_routes(&w);
	err = line_request(w.mb, &m->met, f->ruri.l ? &f->ruri : &m->ruri);
	err |= top_lines(&w);
	err |= lines_and_body(&w, f->extra);

	return line_finish(mbp, w.mb, err);
}


/**
 * A response on its way back
 *
 * @param mbp    Message, pos 0
 * @param m      Response as it came
 * @param body   New body, or NULL
 * @param stripv Header kinds to leave out, or NULL
 * @param stripc Their number
 * @param extra  Whole lines to add, or NULL
 *
 * @return 0 if success, ENOENT if no Via would be left, otherwise errorcode
 *
 * RFC 3261 section 16.7 steps 3 and 9
 */
int build_response_forward(struct mbuf **mbp, const struct message *m,
			   const struct pl *body, const enum hdr_id *stripv,
			   size_t stripc, const char *extra)
{
	struct work w = {.m = m, .stripv = stripv};
	struct pl val;
	int err;

	if (!mbp || !m || m->req || (stripc && !stripv))
		return EINVAL;
	if (message_value(m, HDR_VIA, 1, &val))
		return ENOENT;

	w.stripc = stripc;
	w.body = body ? *body : m->body;
	w.mb = mbuf_alloc(m->mb->end + w.body.l + 512);
	if (!w.mb)
		return ENOMEM;

	err = line_status(w.mb, m->scode, &m->reason);
	err |= lines_and_body(&w, extra);

	return line_finish(mbp, w.mb, err);
}
