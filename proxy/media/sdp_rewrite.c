/**
 * @file sdp_rewrite.c  Editing an SDP: only the lines that must change
 *
 * One pass over the lines, after a plan of what depends on all streams.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/media/sdp_ice.h"
#include "proxy/media/sdp_writer.h"


enum { ROOM = 512 };

#define MARK_NAME "x-viaduct"


/* given; or off, when all others are given: then no address stays at all */
static bool is_hidden(const struct sdp_writer *w)
{
	return w->plan.givenv[w->n] ||
	       (w->plan.all && !w->sdp->streamv[w->n].port);
}


static const struct sa *shown_address(const struct sdp_writer *w)
{
	return w->plan.givenv[w->n] ? &w->e->streamv[w->n].rtp : w->plan.sa;
}


static bool same_host(const struct sa *a, const struct sa *b)
{
	return sa_cmp(a, b, SA_ADDR);
}


static void edit_rtp(const struct sdp_writer *w, struct sa *rtp,
		     struct sa *rtcp)
{
	*rtp = w->e->streamv[w->n].rtp;
	*rtcp = w->e->streamv[w->n].rtcp;
	if (sa_af(rtcp) == AF_UNSPEC && sa_port(rtp) < UINT16_MAX) {
		*rtcp = *rtp;
		sa_set_port(rtcp, (uint16_t)(sa_port(rtp) + 1));
	}
}


/* does RTCP stand elsewhere than a reader expects it (RFC 3605, 5761) */
static bool rtcp_moved(const struct sdp_writer *w)
{
	const struct sdp_stream *s = &w->sdp->streamv[w->n];
	struct sa rtp, rtcp;

	edit_rtp(w, &rtp, &rtcp);
	if (sa_af(&rtcp) == AF_UNSPEC || SDP_NAME_IS(&s->proto, "udptl"))
		return false;
	if (!same_host(&rtp, &rtcp))
		return true;
	if ((s->rtcp_mux || w->e->streamv[w->n].mux) &&
	    sa_port(&rtp) == sa_port(&rtcp))
		return false;

	return sa_port(&rtcp) != sa_port(&rtp) + 1;
}


static void write_rtcp(struct sdp_writer *w, bool address,
		       const struct pl *eol)
{
	struct sa rtp, rtcp;

	edit_rtp(w, &rtp, &rtcp);
	if (w->rtcp_done || sa_af(&rtcp) == AF_UNSPEC)
		return;

	w->rtcp_done = true;

	sdp_writer_line(w);
	w->err |= mbuf_printf(w->mb, "a=rtcp:%u", sa_port(&rtcp));
	if (address || !same_host(&rtp, &rtcp)) {
		w->err |= mbuf_write_str(w->mb, " IN ");
		sdp_writer_address(w, &rtcp);
	}
	sdp_writer_text(w, eol);
}


static void end_session(struct sdp_writer *w)
{
	sdp_writer_line(w);
	if (w->e->mark)
		w->err |= mbuf_printf(w->mb, "a=" MARK_NAME ":%s%r",
				      w->e->mark, &w->sdp->eol);
	if (w->plan.ice)
		w->err |= sdp_ice_write_session(w->mb, &w->sdp->eol);
}


static void write_ice(struct sdp_writer *w, const struct relay_login *login)
{
	struct sa rtp, rtcp;

	edit_rtp(w, &rtp, &rtcp);
	if (!w->e->streamv[w->n].ice_rtcp)
		sa_init(&rtcp, AF_UNSPEC);
	sdp_writer_line(w);
	w->err |= sdp_ice_write(w->mb, login, &rtp, &rtcp, &w->sdp->eol);
}


/* what is still missing when a section ends */
static void end_section(struct sdp_writer *w)
{
	if (w->n == w->sdp->streamc) {
		if (w->e->mark || w->plan.ice)
			end_session(w);
		return;
	}

	if (w->want_c)
		sdp_writer_conn(w, &w->e->streamv[w->n].rtp, &w->sdp->eol);
	if (w->want_rtcp)
		write_rtcp(w, false, &w->sdp->eol);
	if (w->plan.givenv[w->n] && w->e->streamv[w->n].ice)
		write_ice(w, w->e->streamv[w->n].ice);
	if (w->want_mux) {
		sdp_writer_line(w);
		w->err |= mbuf_printf(w->mb, "a=rtcp-mux%r", &w->sdp->eol);
	}
}


static void media_line(struct sdp_writer *w, const struct sdp_line *line)
{
	const struct sdp_stream *s;
	struct sdp_media m;
	const char *end = line->all.p + line->all.l;
	size_t head, n = w->n == w->sdp->streamc ? 0 : w->n + 1;

	end_section(w);
	w->n = n;
	w->want_c = w->want_rtcp = w->rtcp_done = w->want_mux = false;
	if (!w->plan.givenv[n] || sdp_media_split(&m, &line->val)) {
		sdp_writer_keep(w, line);
		return;
	}

	s = &w->sdp->streamv[n];
	w->want_rtcp = rtcp_moved(w);
	w->want_mux = w->e->streamv[n].mux && !s->rtcp_mux;
	w->want_c = !w->sdp->ownv[n] && !s->hold &&
		    !(w->plan.swap &&
		      same_host(w->plan.sa, &w->e->streamv[n].rtp));

	head = (size_t)(m.port.p - line->all.p);
	sdp_writer_line(w);
	w->err |= mbuf_write_mem(w->mb, (const uint8_t *)line->all.p, head);
	w->err |= mbuf_printf(w->mb, "%u", sa_port(&w->e->streamv[n].rtp));
	w->err |= mbuf_write_mem(w->mb, (const uint8_t *)m.port.p + m.port.l,
				 (size_t)(end - m.port.p) - m.port.l);
}


/* sa: that of the line */
static bool is_any(struct sa *sa, const struct sdp_line *line)
{
	struct pl host;

	return !sdp_address_decode(sa, &host, &line->val) &&
	       sa_af(sa) != AF_UNSPEC && sa_is_any(sa);
}


/* c=0.0.0.0 says hold, and stays; beside ICE it says nothing, and goes */
static bool conn_stays(const struct sdp_writer *w, const struct sdp_line *line)
{
	struct sa sa;

	if (!is_hidden(w))
		return true;
	if (w->plan.givenv[w->n])
		return w->sdp->streamv[w->n].hold;

	return is_any(&sa, line);
}


/* to a receiver of the other family its own 0.0.0.0, or :: */
static void keep_conn(struct sdp_writer *w, const struct sdp_line *line)
{
	const bool session = w->n == w->sdp->streamc;
	const struct sa *to = w->plan.sa;
	struct sa sa;
	struct pl eol;

	if ((session ? !w->plan.any : !is_hidden(w)) || !is_any(&sa, line) ||
	    sa_af(&sa) == sa_af(to) ||
	    sa_set_str(&sa, sa_af(to) == AF_INET6 ? "::" : "0.0.0.0", 0)) {
		sdp_writer_keep(w, line);
		return;
	}

	sdp_line_end(&eol, line);
	sdp_writer_conn(w, &sa, &eol);
}


static void conn_line(struct sdp_writer *w, const struct sdp_line *line)
{
	const bool session = w->n == w->sdp->streamc;
	struct pl eol;

	if (session ? !w->plan.swap : conn_stays(w, line)) {
		keep_conn(w, line);
		return;
	}

	sdp_line_end(&eol, line);
	sdp_writer_conn(w, session ? w->plan.sa : shown_address(w), &eol);
}


/* the version stays: it counts the phone's changes, not ours */
static void origin_line(struct sdp_writer *w, const struct sdp_line *line)
{
	struct pl addr, head, eol;

	if (!w->plan.all || sdp_origin_split(&addr, &line->val)) {
		sdp_writer_keep(w, line);
		return;
	}

	head.p = line->all.p;
	head.l = (size_t)(addr.p - head.p);
	sdp_line_end(&eol, line);

	sdp_writer_line(w);
	sdp_writer_text(w, &head);
	sdp_writer_address(w, w->plan.sa);
	sdp_writer_text(w, &eol);
}


/* alternatives to c= (RFC 6947, 7006), filters of the old path (RFC 4570) */
static bool is_other_address(const struct pl *name)
{
	return SDP_NAME_IS(name, "altc") || SDP_NAME_IS(name, "ccap") ||
	       SDP_NAME_IS(name, "source-filter");
}


/* a=rtcp stays where it stood, once, with or without its address */
static void rtcp_line(struct sdp_writer *w, const struct sdp_line *line,
		      struct pl *val)
{
	struct pl port, eol;

	(void)sdp_token(&port, val);
	sdp_line_end(&eol, line);
	write_rtcp(w, val->l > 0, &eol);
}


static void attr_line(struct sdp_writer *w, const struct sdp_line *line)
{
	const bool session = w->n == w->sdp->streamc;
	const bool hidden = session ? w->plan.all : is_hidden(w);
	struct pl name, val;

	sdp_line_attr(line, &name, &val);

	if (SDP_NAME_IS(&name, MARK_NAME)) {
		if (!w->e->strip_mark && !w->e->mark)
			sdp_writer_keep(w, line);
		return;
	}

	if (w->plan.any && sdp_name_is_ice(&name))
		return;
	if (hidden && is_other_address(&name))
		return;

	if (!hidden || !SDP_NAME_IS(&name, "rtcp"))
		sdp_writer_keep(w, line);
	else if (!session && w->plan.givenv[w->n])
		rtcp_line(w, line, &val);
}


static void write_lines(struct sdp_writer *w)
{
	struct pl rest = w->sdp->lines;
	struct sdp_line line;

	while (!w->err && sdp_line_next(&line, &rest)) {
		/* the new c= comes behind i= (RFC 8866, section 5) */
		if (w->want_c && line.type != 'i') {
			w->want_c = false;
			sdp_writer_conn(w, &w->e->streamv[w->n].rtp,
					&w->sdp->eol);
		}

		switch (line.type) {
		case 'a':
			attr_line(w, &line);
			break;
		case 'c':
			conn_line(w, &line);
			break;
		case 'm':
			media_line(w, &line);
			break;
		case 'o':
			origin_line(w, &line);
			break;
		default:
			sdp_writer_keep(w, &line);
			break;
		}
	}

	end_section(w);
	sdp_writer_flush(w);
	sdp_writer_text(w, &w->sdp->tail);
}


/**
 * Write an SDP again with new addresses for its streams
 *
 * Streams that cannot be relayed (off, TCP, several ports) stay as they are,
 * given or not. A stream on hold keeps its c=, in the family of its new
 * address.
 *
 * @param mbp Pointer to the new text, its position at the start
 * @param sdp SDP
 * @param e   New addresses
 *
 * @return 0 if success, ENOSPC if it grew beyond SDP_BODY_MAX, otherwise
 *         errorcode
 */
int sdp_rewrite(struct mbuf **mbp, const struct sdp *sdp,
		const struct sdp_edit *e)
{
	struct sdp_writer w = {.sdp = sdp, .e = e};
	int err;

	if (!mbp || !sdp || !e)
		return EINVAL;

	err = sdp_plan(&w.plan, sdp, e);
	if (err)
		return err;

	w.n = sdp->streamc;
	w.mb = mbuf_alloc(sdp->lines.l + sdp->tail.l + ROOM);
	if (!w.mb)
		return ENOMEM;

	write_lines(&w);
	err = w.err;
	if (!err && w.mb->end > SDP_BODY_MAX)
		err = ENOSPC;
	if (err) {
		mem_deref(w.mb);
		return err;
	}

	mbuf_set_pos(w.mb, 0);
	*mbp = w.mb;

	return 0;
}
