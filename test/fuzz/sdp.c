/**
 * @file test/fuzz/sdp.c  Any SDP that is read can be written again, safely
 *
 * The input is the SDP as it is. Each one goes through several edits, and
 * what comes out must read again, with as many streams, our addresses where
 * they were given and nothing else changed.
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/media/sdp_line.h"
#include "proxy/media/sdp_terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *rtp, *rtcp; /* of the first stream, ports count up */
	unsigned mask;          /* which streams are given */
	const char *mark;
} editv[] = {
	{"203.0.113.1:16384", NULL, ~0u, NULL},
	{"[2001:db8:1::1]:16384", "[2001:db8:1::2]:20001", ~0u, "1;x=y"},
	{"203.0.113.1:16384", "203.0.113.1:20000", 0x55555555u, NULL},
	{"203.0.113.1:16384", "203.0.113.1:16384", 0xaaaaaaaau, "1"},
	{"203.0.113.1:16384", NULL, 0, NULL},
};


static void must(bool ok)
{
	if (!ok)
		abort();
}


static void edit_make(struct sdp_edit *e, size_t n)
{
	memset(e, 0, sizeof(*e));
	e->mark = editv[n].mark;

	for (size_t i = 0; i < SDP_STREAMS_MAX; i++) {
		struct sa *rtp = &e->streamv[i].rtp;
		struct sa *rtcp = &e->streamv[i].rtcp;

		if (!(editv[n].mask & 1u << i))
			continue;

		must(!sa_decode(rtp, editv[n].rtp, strlen(editv[n].rtp)));
		sa_set_port(rtp, (uint16_t)(sa_port(rtp) + 4u * i));
		if (!editv[n].rtcp)
			continue;

		must(!sa_decode(rtcp, editv[n].rtcp, strlen(editv[n].rtcp)));
		sa_set_port(rtcp, (uint16_t)(sa_port(rtcp) + 4u * i));
	}
}


static bool is_given(const struct sdp *sdp, const struct sdp_edit *e, size_t i)
{
	return sa_af(&e->streamv[i].rtp) != AF_UNSPEC &&
	       sdp->streamv[i].relayable;
}


static bool all_given(const struct sdp *sdp, const struct sdp_edit *e)
{
	bool any = false;

	for (size_t i = 0; i < sdp->streamc; i++) {
		if (!sdp->streamv[i].port)
			continue;
		if (!is_given(sdp, e, i))
			return false;
		any = true;
	}

	return any;
}


static void check_stream(const struct sdp_stream *was,
			 const struct sdp_stream *now, const struct sa *rtp,
			 const struct sa *rtcp)
{
	must(now->port == sa_port(rtp));
	must(now->relayable);
	if (was->hold) {
		must(now->hold);
		return;
	}

	must(sa_cmp(&now->rtp, rtp, SA_ALL));
	if (SDP_NAME_IS(&was->proto, "udptl"))
		return;
	if (sa_af(rtcp) == AF_UNSPEC)
		must(sa_port(&now->rtcp) == sa_port(rtp) + 1);
	else if (!was->rtcp_mux || !sa_cmp(rtp, rtcp, SA_ALL))
		must(sa_cmp(&now->rtcp, rtcp, SA_ALL));
}


/* lines that an edit may touch, put in or take away */
static bool is_touched(const struct sdp_line *line)
{
	struct pl name, val;

	if (line->type != 'a')
		return strchr("cmo", line->type);

	sdp_line_attr(line, &name, &val);

	return sdp_name_is_ice(&name) || SDP_NAME_IS(&name, "rtcp") ||
	       SDP_NAME_IS(&name, "altc") || SDP_NAME_IS(&name, "ccap") ||
	       SDP_NAME_IS(&name, "source-filter") ||
	       SDP_NAME_IS(&name, "x-viaduct");
}


static bool next_plain(struct sdp_line *line, struct pl *rest)
{
	while (sdp_line_next(line, rest)) {
		if (!is_touched(line))
			return true;
	}

	return false;
}


/* all other lines are there, in their order, octet by octet */
static void check_plain(const struct sdp *was, const struct sdp *now)
{
	struct pl a = was->lines, b = now->lines;
	struct sdp_line la, lb;

	while (next_plain(&la, &a)) {
		must(next_plain(&lb, &b));
		must(la.type == lb.type && la.val.l == lb.val.l &&
		     !memcmp(la.val.p, lb.val.p, la.val.l));
	}
	must(!next_plain(&lb, &b));
	must(was->tail.l == now->tail.l &&
	     !memcmp(was->tail.p, now->tail.p, was->tail.l));
}


static bool is_ours(const struct pl *val, const struct sdp_edit *e)
{
	struct sa sa;
	struct pl host;

	must(!sdp_address_decode(&sa, &host, val));
	must(sa_af(&sa) != AF_UNSPEC);
	if (sa_is_any(&sa))
		return true;

	for (size_t i = 0; i < SDP_STREAMS_MAX; i++) {
		if (sa_cmp(&sa, &e->streamv[i].rtp, SA_ADDR) ||
		    sa_cmp(&sa, &e->streamv[i].rtcp, SA_ADDR))
			return true;
	}

	return false;
}


/* when all is relayed, no line shows an address that is not ours */
static void check_addresses(const struct sdp *now, const struct sdp_edit *e)
{
	struct pl rest = now->lines, name, val, addr, port;
	struct sdp_line line;
	char origin[64];

	while (sdp_line_next(&line, &rest)) {
		if (line.type == 'c') {
			must(is_ours(&line.val, e));
		}
		else if (line.type == 'o') {
			must(!sdp_origin_split(&addr, &line.val));
			must(re_snprintf(origin, sizeof(origin), "IN %r",
					 &addr) > 0);
			pl_set_str(&addr, origin);
			must(is_ours(&addr, e));
		}
		else if (line.type == 'a' && is_touched(&line)) {
			sdp_line_attr(&line, &name, &val);
			if (SDP_NAME_IS(&name, "x-viaduct"))
				continue;
			must(SDP_NAME_IS(&name, "rtcp"));
			must(sdp_token(&port, &val));
			must(!val.l || is_ours(&val, e));
		}
	}
}


static void check_again(const struct sdp *now, const struct sdp_edit *e,
			const struct mbuf *mb)
{
	struct mbuf *again = NULL;

	must(!sdp_rewrite(&again, now, e));
	must(again->end == mb->end && !memcmp(again->buf, mb->buf, mb->end));
	mem_deref(again);
}


static void check(const struct sdp *was, const struct sdp_edit *e,
		  const struct mbuf *mb)
{
	struct pl text = {(const char *)mb->buf, mb->end};
	struct sdp *now = NULL;

	must(!sdp_parse(&now, &text));
	must(now->streamc == was->streamc);

	for (size_t i = 0; i < was->streamc; i++) {
		const struct sdp_stream *a = &was->streamv[i];
		const struct sdp_stream *b = &now->streamv[i];

		if (is_given(was, e, i)) {
			check_stream(a, b, &e->streamv[i].rtp,
				     &e->streamv[i].rtcp);
			continue;
		}

		must(a->port == b->port);
		if (a->port) {
			must(sa_cmp(&a->rtp, &b->rtp, SA_ALL) ||
			     sa_af(&a->rtp) == AF_UNSPEC);
			must(a->host.l == b->host.l &&
			     !memcmp(a->host.p, b->host.p, a->host.l));
		}
	}

	check_plain(was, now);
	if (all_given(was, e))
		check_addresses(now, e);
	check_again(now, e, mb);
	mem_deref(now);
}


/* what it says beside its addresses: each key is of its suite's length */
static void check_terms(const struct sdp *sdp)
{
	for (size_t i = 0; i < sdp->streamc; i++) {
		struct relay_terms *t;

		must(!sdp_terms(&t, sdp, i));
		must(t->keyc <= RELAY_KEYS_MAX &&
		     t->codecc <= RELAY_CODECS_MAX);
		for (size_t k = 0; k < t->keyc; k++)
			must(t->keyv[k].len >= 28 &&
			     t->keyv[k].len <= RELAY_KEY_MAX);
		mem_deref(t);
	}
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl text = {(const char *)data, size};
	struct sdp *sdp = NULL;

	if (sdp_parse(&sdp, &text))
		return 0;

	check_terms(sdp);
	for (size_t n = 0; n < ARRAY_SIZE(editv); n++) {
		struct mbuf *mb = NULL;
		struct sdp_edit e;

		edit_make(&e, n);
		if (sdp_rewrite(&mb, sdp, &e))
			continue;

		check(sdp, &e, mb);
		mem_deref(mb);
	}
	mem_deref(sdp);

	return 0;
}
