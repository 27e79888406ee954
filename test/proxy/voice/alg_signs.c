/**
 * @file test/proxy/voice/alg_signs.c  What a SIP ALG leaves behind
 */
#include <stdio.h>
#include <string.h>
#include "proxy/voice/alg_signs.h"
#include "test/mock/decoded.h"
#include "test/mock/fakeflow.h"
#include "test/test.h"

/* the phone is 192.168.1.10, its NAT 198.51.100.7 */
#define IN  "192.168.1.10"
#define OUT "198.51.100.7"
#define SDP(o, c)                                           \
	"v=0\r\no=- 1 1 IN IP4 " o "\r\ns=-\r\nc=IN IP4 " c \
	"\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"

static const struct {
	const char *name;
	const char *via;     /* behind "SIP/2.0/UDP " */
	const char *contact; /* whole value */
	const char *callid;
	const char *sdp;
	const char *more;  /* whole lines */
	const char *extra; /* octets behind the body */
	const char *signs; /* names, each with a blank behind it */
	enum alg_strength strength;
} casev[] = {
	{"a phone behind NAT", IN ";rport;branch=z9hG4bK1", "<sip:a@" IN ">",
	 "x@" IN, SDP(IN, IN), "", "", "", ALG_NONE},
	{"a public phone", OUT ";rport;branch=z9hG4bK1", "<sip:a@" OUT ">",
	 "x@" OUT, SDP(OUT, OUT), "", "", "", ALG_NONE},
	{"names only", "phone.local;branch=z9hG4bK1", "<sip:a@phone.local>",
	 "x", SDP(IN, IN), "", "", "", ALG_NONE},
	{"a phone that knows its outer address everywhere",
	 OUT ";rport;branch=z9hG4bK1", "<sip:a@" OUT ">", "x", SDP(OUT, OUT),
	 "", "", "", ALG_NONE},
	{"a Contact that was learned", IN ";rport;branch=z9hG4bK1",
	 "<sip:a@" OUT ":6000>", "x", SDP(IN, IN), "", "",
	 "contact-rewritten ", ALG_HINT},
	{"STUN for media only", IN ";rport;branch=z9hG4bK1", "<sip:a@" IN ">",
	 "x", SDP(OUT, OUT), "", "", "sdp-address ", ALG_HINT},
	{"received by nobody", IN ";received=" OUT ";branch=z9hG4bK1",
	 "<sip:a@" IN ">", "x", SDP(IN, IN), "", "", "via-received ",
	 ALG_CERTAIN},
	{"rport by nobody", IN ";rport=6000;branch=z9hG4bK1", "<sip:a@" IN ">",
	 "x", SDP(IN, IN), "", "", "via-rport ", ALG_CERTAIN},
	{"Via alone", OUT ";branch=z9hG4bK1", "<sip:a@" IN ">", "x",
	 SDP(IN, IN), "", "", "via-rewritten ", ALG_LIKELY},
	{"Via and Contact, not the SDP", OUT ";branch=z9hG4bK1",
	 "<sip:a@" OUT ">", "x", SDP(IN, IN), "", "", "via-rewritten ",
	 ALG_LIKELY},
	{"all but the Call-ID", OUT ";branch=z9hG4bK1", "<sip:a@" OUT ">",
	 "x@" IN, SDP(OUT, OUT), "", "", "call-id ", ALG_LIKELY},
	{"the Call-ID, too", IN ";branch=z9hG4bK1", "<sip:a@" IN ">", "x@" OUT,
	 SDP(IN, IN), "", "", "call-id ", ALG_LIKELY},
	{"c= and not o=", IN ";branch=z9hG4bK1", "<sip:a@" IN ">", "x",
	 SDP(IN, OUT), "", "", "sdp-address ", ALG_LIKELY},
	{"o= and not c=", IN ";branch=z9hG4bK1", "<sip:a@" IN ">", "x",
	 SDP(OUT, IN), "", "", "sdp-address ", ALG_LIKELY},
	{"a body that has grown", IN ";branch=z9hG4bK1", "<sip:a@" IN ">", "x",
	 SDP(IN, IN), "", "\r\n", "length ", ALG_LIKELY},
	{"another port", IN ":5062;branch=z9hG4bK1", "<sip:a@" IN ":40000>",
	 "x", SDP(IN, IN), "", "", "contact-port ", ALG_HINT},
	{"a mark in the Contact", IN ";branch=z9hG4bK1",
	 "<sip:a@" IN ";nat=yes>", "x", SDP(IN, IN), "", "", "contact-mark ",
	 ALG_LIKELY},
	{"a mark behind the Contact", IN ";branch=z9hG4bK1",
	 "<sip:a@" IN ">;nat=yes", "x", SDP(IN, IN), "", "", "contact-mark ",
	 ALG_LIKELY},
	{"a header", IN ";branch=z9hG4bK1", "<sip:a@" IN ">", "x", SDP(IN, IN),
	 "X-SIP-ALG: on\r\nX-Nat: y\r\n", "", "header ", ALG_LIKELY},
	{"a header of a phone", IN ";branch=z9hG4bK1", "<sip:a@" IN ">", "x",
	 SDP(IN, IN), "X-Serialnumber: 1\r\n", "", "", ALG_NONE},
	{"what was signed came", IN ";branch=z9hG4bK1", "<sip:a@" IN ">", "x",
	 SDP(IN, IN),
	 "Proxy-Authorization: Digest username=\"a\", "
	 "uri=\"sip:TEST@Example.net\"\r\n",
	 "", "request-uri ", ALG_LIKELY},
	{"what was signed came as it was", IN ";branch=z9hG4bK1",
	 "<sip:a@" IN ">", "x", SDP(IN, IN),
	 "Proxy-Authorization: Digest username=\"a\", "
	 "uri=\"sip:test@EXAMPLE.net\"\r\n",
	 "", "", ALG_NONE},
	{"another URI was signed", IN ";branch=z9hG4bK1", "<sip:a@" IN ">",
	 "x", SDP(IN, IN),
	 "Proxy-Authorization: Digest username=\"a\", uri=\"sip:test@" IN
	 "\"\r\n",
	 "", "request-uri ", ALG_LIKELY},
};


static struct message *invite(size_t i)
{
	static char text[4096];

	(void)snprintf(text, sizeof(text),
		       "INVITE sip:test@example.net SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP %s\r\nMax-Forwards: 70\r\n"
		       "From: <sip:a@example.net>;tag=1\r\n"
		       "To: <sip:test@example.net>\r\nCall-ID: %s\r\n"
		       "CSeq: 1 INVITE\r\nContact: %s\r\n%s"
		       "Content-Type: application/sdp\r\n"
		       "Content-Length: %zu\r\n\r\n%s%s",
		       casev[i].via, casev[i].callid, casev[i].contact,
		       casev[i].more, strlen(casev[i].sdp), casev[i].sdp,
		       casev[i].extra);

	return decoded(text);
}


static struct sdp *sdp_of(const struct message *m)
{
	struct sdp *sdp = NULL;

	ck_assert_int_eq(sdp_parse(&sdp, &m->body), 0);

	return sdp;
}


static const char *names(const struct alg_signs *s)
{
	static char buf[512];

	buf[0] = '\0';
	for (size_t i = 0; i < s->signc; i++) {
		strcat(buf, s->signv[i].name);
		strcat(buf, " ");
		ck_assert_uint_gt(strlen(s->signv[i].text), 10);
	}

	return buf;
}


START_TEST(a_request_that_contradicts_itself_is_seen_through)
{
	struct message *m = invite((size_t)_i);
	struct sdp *sdp = sdp_of(m);
	struct fakeflow *ff = NULL;
	struct alg_evidence ev = {.req = m, .sdp = sdp};
	struct alg_signs s;

	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "203.0.113.1:5060",
					OUT ":6000", NULL),
			 0);
	(void)sa_set_str(&m->src, OUT, 6000);
	m->flow = mem_ref(ff->flow);

	alg_signs(&s, &ev);
	ck_assert_msg(!strcmp(names(&s), casev[_i].signs), "%s: %s",
		      casev[_i].name, names(&s));
	ck_assert_int_eq(s.strength, casev[_i].strength);
	ck_assert_ptr_null(s.unjudged);

	mem_deref(sdp);
	mem_deref(m);
	mem_deref(ff);
}
END_TEST


START_TEST(media_and_the_ack_bear_witness_as_well)
{
	/* the SDP shows the outer address, and the port is another one */
	struct message *m = invite(5);
	struct sdp *sdp = sdp_of(m);
	struct alg_evidence ev = {.req = m, .sdp = sdp};
	struct alg_signs s;

	(void)sa_set_str(&m->src, OUT, 6000);
	(void)sa_set_str(&ev.rtp, OUT, 4000);
	pl_set_str(&ev.contact, "sip:test@203.0.113.1:5060");
	pl_set_str(&ev.asked, "sip:test@203.0.113.1:5060");
	alg_signs(&s, &ev);
	ck_assert_str_eq(names(&s), "sdp-address ");

	(void)sa_set_str(&ev.rtp, OUT, 40123);
	pl_set_str(&ev.asked, "sip:test@192.168.1.1:5060");
	alg_signs(&s, &ev);
	ck_assert_str_eq(names(&s), "sdp-address sdp-port our-contact ");
	ck_assert_int_eq(s.strength, ALG_LIKELY);

	mem_deref(sdp);
	mem_deref(m);
}
END_TEST


static const struct {
	enum flow_proto proto;
	bool judged;
} protov[] = {
	{FLOW_UDP, true}, {FLOW_TCP, true},  {FLOW_TLS, false},
	{FLOW_WS, false}, {FLOW_WSS, false},
};


START_TEST(what_nobody_can_read_is_not_judged)
{
	struct message *m = invite(6);
	struct alg_evidence ev = {.req = m};
	struct fakeflow *ff = NULL;
	struct alg_signs s;

	ck_assert_int_eq(fakeflow_alloc(&ff, protov[_i].proto,
					"203.0.113.1:5060", OUT ":6000", NULL),
			 0);
	(void)sa_set_str(&m->src, OUT, 6000);
	m->flow = mem_ref(ff->flow);
	alg_signs(&s, &ev);
	ck_assert_int_eq(s.unjudged == NULL, protov[_i].judged);
	ck_assert_int_eq(s.signc > 0, protov[_i].judged);

	mem_deref(m);
	mem_deref(ff);
}
END_TEST


START_TEST(another_proxy_has_written_the_first_via)
{
	struct message *m = decoded(
		"INVITE sip:test@example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2\r\n"
		"Via: SIP/2.0/UDP " IN ";received=" OUT
		";branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
		"From: <sip:a@example.net>;tag=1\r\n"
		"To: <sip:test@example.net>\r\nCall-ID: x\r\n"
		"CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
	struct alg_evidence ev = {.req = m};
	struct alg_signs s;

	alg_signs(&s, &ev);
	ck_assert_ptr_nonnull(s.unjudged);
	ck_assert_uint_eq(s.signc, 0);

	alg_signs(&s, NULL);
	ck_assert_uint_eq(s.signc, 0);
	alg_signs(NULL, &ev);
	ck_assert_str_eq(alg_strength_name(ALG_NONE), "none");
	ck_assert_str_eq(alg_strength_name(ALG_CERTAIN), "certain");
	mem_deref(m);
}
END_TEST


Suite *suite_alg_signs(void);
Suite *suite_alg_signs(void)
{
	Suite *s = suite_create("alg_signs");
	TCase *tc = tcase_create("core");

	test_table(tc, a_request_that_contradicts_itself_is_seen_through,
		   casev);
	tcase_add_test(tc, media_and_the_ack_bear_witness_as_well);
	test_table(tc, what_nobody_can_read_is_not_judged, protov);
	tcase_add_test(tc, another_proxy_has_written_the_first_via);
	suite_add_tcase(s, tc);

	return s;
}
