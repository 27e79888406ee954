/**
 * @file test/fuzz/message.c  Guard, decoder, accessors and builders
 *
 * What decodes can be forwarded and answered, and what leaves us decodes
 * again to the same message: nothing slips from one line into another.
 */
#include <stdlib.h>
#include <string.h>
#include "proxy/sip/branch.h"
#include "proxy/sip/build.h"


int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);


static struct guard g;


static void must(bool ok)
{
	if (!ok)
		abort();
}


static void inside(const struct message *m, const struct pl *pl)
{
	const char *start = (const char *)m->mb->buf;

	must(!pl->l ||
	     (pl->p >= start && pl->p + pl->l <= start + m->mb->size));
}


static void read_value(enum hdr_id id, const struct pl *val)
{
	char aor[SIPURI_AOR_MAX];
	struct nameaddr na;
	struct via via;
	struct sa sa;

	if (id == HDR_VIA && !via_decode(&via, val))
		(void)param_get(&via.params, "ttl", NULL);
	if (nameaddr_decode(&na, val))
		return;

	(void)sipuri_param(&na.uri, "lr", NULL);
	(void)sipuri_aor(&na.uri, aor, sizeof(aor));
	(void)sipuri_addr(&na.uri, &sa);
	/* a URI with too many parameters to compare equals nothing */
	if (!na.uri.params.l && !na.uri.headers.l)
		must(sipuri_equal(&na.uri, &na.uri));
	else
		(void)sipuri_equal(&na.uri, &na.uri);
}


static void read_all(const struct message *m)
{
	const struct hash_key key = {{0}};
	struct value_iter it;
	struct pl val;
	uint32_t n;

	for (int id = 0; id < HDR_ID_MAX; id++) {
		message_values(&it, m, (enum hdr_id)id);
		while (message_values_next(&it, &val)) {
			inside(m, &val);
			read_value((enum hdr_id)id, &val);
		}
		(void)message_u32(m, (enum hdr_id)id, 70, &n);
	}
	inside(m, &m->ruri);
	inside(m, &m->ctype);
	inside(m, &m->ctype_params);
	inside(m, &m->from_tag);
	inside(m, &m->via.branch);
	(void)message_has_token(m, HDR_SUPPORTED, "path");
	(void)message_hdr_named(m, "X-Internal");
	(void)branch_loop_hash(&key, m);
	(void)branch_decode(&key, &m->via.branch, NULL, NULL);
}


static size_t count(const struct message *m, enum hdr_id id)
{
	struct value_iter it;
	struct pl val;
	size_t n = 0;

	message_values(&it, m, id);
	while (message_values_next(&it, &val))
		++n;

	return n;
}


/* NULL where what we added went over a bound of the guard */
static struct message *again(struct mbuf *mb)
{
	struct message *m = NULL;
	int err;

	must(mb->pos == 0);
	err = message_decode(&m, &g, mb->buf, mb->end);
	must(!err || g.status == 513 || !strcmp(g.why, "Too many headers") ||
	     !strcmp(g.why, "Header too long"));

	return m;
}


static void same(const struct message *a, const struct message *b)
{
	must(!pl_cmp(&a->callid, &b->callid));
	must(!pl_cmp(&a->from_tag, &b->from_tag));
	must(a->cseq == b->cseq);
}


static void forward(const struct message *m, size_t seed)
{
	struct build_forward f = {
		.via = PL("SIP/2.0/UDP p;branch=z9hG4bKp"),
		.maxfwd = 69,
		.route_skip = seed % 3,
		.route_drop_last = seed & 4,
		.extra = seed & 8 ? "X-Extra: 1\r\n" : NULL,
		.new_body = seed & 16,
		.body = PL("new body"),
		.fix_via = seed & 32,
	};
	struct mbuf *mb = NULL;
	struct message *out;
	size_t n = count(m, HDR_ROUTE);

	f.stripv[0] = HDR_P_ASSERTED_IDENTITY;
	f.stripc = 1;
	must(!build_forward(&mb, m, &f));
	out = again(mb);
	if (out) {
		same(out, m);
		n -= n && f.route_drop_last ? 1 : 0;
		n -= n < f.route_skip ? n : f.route_skip;
		must(count(out, HDR_ROUTE) == n);
		must(count(out, HDR_VIA) == count(m, HDR_VIA) + 1);
		must(!message_hdr(out, HDR_P_ASSERTED_IDENTITY));
		must(out->maxfwd == 69);
		must(!pl_cmp(&out->ruri, &m->ruri));
		must(!pl_cmp(&out->body, f.new_body ? &f.body : &m->body));
	}
	mem_deref(out);
	mem_deref(mb);
}


/* the true source and no other in the Via that came to us */
static void reply(const struct message *m, struct mbuf **mbp)
{
	const struct build_reply r = {.scode = 404, .to_tag = PL("totag")};
	struct message *out;

	must(!build_reply(mbp, m, &r));
	out = again(*mbp);
	if (out) {
		same(out, m);
		must(out->scode == 404);
		must(out->to_tag.l);
		must(count(out, HDR_VIA) == count(m, HDR_VIA));
		must(!out->via.received.l ||
		     !pl_strcmp(&out->via.received, "192.0.2.9"));
		must(!out->via.has_rport || out->via.rport == 5070);
	}
	mem_deref(out);
}


static void follow_up(const struct message *m)
{
	struct mbuf *mb = NULL;

	must(!build_cancel(&mb, m, NULL));
	mem_deref(again(mb));
	mem_deref(mb);
}


static void respond(const struct message *m)
{
	const size_t vias = count(m, HDR_VIA);
	struct message *out;
	struct mbuf *mb = NULL;
	int err;

	err = build_response_forward(&mb, m, NULL, NULL, 0, NULL);
	must(!err == (vias > 1));
	if (err)
		return;

	/* the next Via is another's to judge */
	err = guard_check(&g, mb->buf, mb->end, false);
	must(!err);
	out = NULL;
	if (!message_decode(&out, &g, mb->buf, mb->end))
		must(count(out, HDR_VIA) == vias - 1);
	mem_deref(out);
	mem_deref(mb);
}


int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct message *m = NULL;
	struct mbuf *mb = NULL;
	struct sa src;

	(void)sa_set_str(&src, "192.0.2.9", 5070);
	(void)guard_check(&g, p, len, true);
	if (message_decode(&m, &g, p, len)) {
		must(g.why != NULL);
		(void)build_error(&mb, &g, &src);
	}
	else {
		sa_cpy(&m->src, &src);
		read_all(m);
		if (m->req) {
			forward(m, len);
			reply(m, &mb);
			follow_up(m);
		}
		else {
			respond(m);
		}
	}
	mem_deref(mb);
	mem_deref(m);

	return 0;
}
