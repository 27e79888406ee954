/**
 * @file outgoing_lines.c  Which lines leave a request, and which join it
 *
 * Credentials that were meant for us, what a sender says of himself and of
 * others, and what a trunk wants to know of us.
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/attempt_trunk.h"
#include "proxy/core/diversion.h"
#include "proxy/core/edge.h"
#include "proxy/core/identity.h"
#include "proxy/core/outgoing_lines.h"
#include "proxy/core/trunk.h"
#include "proxy/sip/syntax.h"
#include "proxy/user/digest.h"


/* what was meant for us; another realm's credentials go on */
static void strip_credentials(struct build_forward *bf,
			      const struct forwarding *fw, enum hdr_id id)
{
	const struct hdr *h = message_hdr(fw->req, id);
	struct pl realm;

	for (; h; h = message_hdr_next(fw->req, h)) {
		if (!digest_realm(&realm, &h->val) &&
		    !served_is_domain(fw->px, &realm))
			continue;

		/* so many are nobody's need: none goes on */
		if (bf->skipc == BUILD_STRIP_MAX) {
			bf->stripv[bf->stripc++] = id;
			return;
		}
		bf->skipv[bf->skipc++] = h;
	}
}


/* only our own may say that; names with "*" at the end are beginnings */
static bool is_private(const struct hdr *h, const void *arg)
{
	const struct config *cfg = arg;

	for (size_t i = 0; i < cfg->private_headerc; i++) {
		struct pl name, head = h->name;

		pl_set_str(&name, cfg->private_headerv[i]);
		if (name.p[name.l - 1] == '*') {
			--name.l;
			if (head.l > name.l)
				head.l = name.l;
		}
		if (!pl_casecmp(&head, &name))
			return true;
	}

	return false;
}


static enum identity_hop hop_of(const struct attempt *at)
{
	const struct target *t = at->target;

	/* behind an edge proxy he is still a phone of ours */
	if (t->kind == TARGET_PHONE || t->path)
		return IDENTITY_PHONE;

	return at->peer && at->peer->trust ? IDENTITY_TRUSTED : IDENTITY_PEER;
}


/* who it is leaves as we say it, to whom may know it (RFC 3325) */
static int identity(struct mbuf *extra, struct build_forward *bf,
		    const struct attempt *at)
{
	const struct sender *s = &at->fw->sender;
	const bool believed = s->peer && s->peer->trust;
	struct identity_change c;
	int err = 0;

	if (!believed) {
		bf->skiph = is_private;
		bf->skip_arg = at->fw->px->p.cfg;
	}
	identity_change(&c, at->fw->req, believed, hop_of(at));
	memcpy(&bf->stripv[bf->stripc], c.stripv,
	       c.stripc * sizeof(c.stripv[0]));
	bf->stripc += c.stripc;

	if (c.asserted && s->asserted)
		err = mbuf_write_str(extra, s->asserted);
	if (c.private && s->asserted)
		err |= mbuf_write_str(extra, "Privacy: id\r\n");

	return err;
}


/* "RAck: 776656 1 INVITE" (RFC 3262): the second number is a CSeq */
static int shift_rack(struct mbuf *extra, struct build_forward *bf,
		      const struct message *req, uint32_t shift)
{
	const struct hdr *h = message_hdr(req, HDR_RACK);
	struct pl rest, rseq, cseq;
	uint32_t n;

	if (!h)
		return 0;

	rest = h->val;
	syntax_token(&rest, &rseq);
	syntax_skip_lws(&rest);
	syntax_token(&rest, &cseq);
	if (syntax_u32(&n, &cseq, INT32_MAX))
		return 0;

	bf->stripv[bf->stripc++] = HDR_RACK;

	return mbuf_printf(extra, "RAck: %r %u%r\r\n", &rseq, n + shift,
			   &rest);
}


/* every branch gets its share of what we were given (RFC 5393 section 5.3.3);
 * an ACK makes no branches */
static int breadth(struct mbuf *extra, struct build_forward *bf,
		   const struct attempt *at)
{
	if (message_is(at->fw->req, "ACK"))
		return 0;

	bf->stripv[bf->stripc++] = HDR_MAX_BREADTH;

	return mbuf_printf(extra, "Max-Breadth: %u\r\n", at->breadth);
}


/* how long the session may last, and who had the call forwarded */
static int call_lines(struct mbuf *extra, struct build_forward *bf,
		      const struct forwarding *fw)
{
	char lines[SESSION_TIMER_LINES];
	int err;

	session_timer_lines(lines, &fw->session);
	if (lines[0]) {
		bf->stripv[bf->stripc++] = HDR_SESSION_EXPIRES;
		bf->stripv[bf->stripc++] = HDR_MIN_SE;
	}

	err = mbuf_write_str(extra, lines);

	return err | mbuf_write_str(extra, diversion_lines(fw));
}


/* the edge proxy's (RFC 5626 section 5.1) */
static int path(struct mbuf *extra, struct build_forward *bf,
		const struct forwarding *fw)
{
	if (!fw->sender.home)
		return 0;

	bf->stripv[bf->stripc++] = HDR_PATH;

	return edge_path(extra, fw);
}


/* the numbers that a trunk counts on, and what it asks of us */
static int trunk_lines(struct mbuf *extra, struct build_forward *bf,
		       const struct attempt *at)
{
	const uint32_t shift = attempt_trunk_shift(at);
	const struct message *req = at->fw->req;
	char lines[LOGIN_LINES_MAX];
	int err = 0;

	if (shift) {
		bf->stripv[bf->stripc++] = HDR_CSEQ;
		err = mbuf_printf(extra, "CSeq: %u %r\r\n", req->cseq + shift,
				  &req->met);
		err |= shift_rack(extra, bf, req, shift);
	}

	if (!at->trunk || !at->trunk->peer->user[0])
		return err;

	err |= login_lines(lines, sizeof(lines), &at->trunk->login,
			   at->trunk->peer->user, at->trunk->peer->password,
			   &req->met, &bf->ruri);

	return err ? err : mbuf_write_str(extra, lines);
}


/**
 * Find out which lines leave a request and which join it
 *
 * @param mbp Holds the lines that join; bf points into it
 * @param bf  What is to be built, its Request-URI is known
 * @param at  Attempt
 *
 * @return 0 if success, otherwise errorcode
 */
int outgoing_lines(struct mbuf **mbp, struct build_forward *bf,
		   const struct attempt *at)
{
	struct mbuf *extra = mbuf_alloc(512);
	int err;

	if (!extra)
		return ENOMEM;

	strip_credentials(bf, at->fw, HDR_PROXY_AUTHORIZATION);
	strip_credentials(bf, at->fw, HDR_AUTHORIZATION);
	err = breadth(extra, bf, at);
	err |= call_lines(extra, bf, at->fw);
	err |= path(extra, bf, at->fw);
	err |= identity(extra, bf, at);
	if (!err)
		err = trunk_lines(extra, bf, at);
	if (!err)
		err = mbuf_write_u8(extra, '\0');

	bf->extra = (const char *)extra->buf;
	*mbp = extra;

	return err;
}
