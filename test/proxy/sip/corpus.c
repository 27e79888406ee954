/**
 * @file test/proxy/sip/corpus.c  Published torture messages, one by one
 *
 * RFC 4475, RFC 5118 and shapes of published CVEs (test/data/README), at the
 * level of guard and decoder: PASS says that the proxy's logic sees it, a
 * number what the sender is told at once, DROP that nobody hears of it.
 */
#include <errno.h>
#include <glob.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/build.h"


enum verdict {
	PASS = 0,
	DROP = 1,
	SCHEME = 416, /* the core's answer, out of uri_err */
	S400 = 400,
	S505 = 505,
};

static const struct {
	const char *dir, *name;
	enum verdict verdict;
} filev[] = {

	/* rfc4475 */
	{"rfc4475", "badaspec.dat", S400},
	{"rfc4475", "badbranch.dat", S400},
	{"rfc4475", "baddate.dat", PASS},
	{"rfc4475", "baddn.dat", S400},
	{"rfc4475", "badinv01.dat", S400},
	{"rfc4475", "badvers.dat", S505},
	{"rfc4475", "bcast.dat", PASS},
	{"rfc4475", "bext01.dat", PASS},
	{"rfc4475", "bigcode.dat", DROP},
	{"rfc4475", "clerr.dat", S400},
	{"rfc4475", "cparam01.dat", PASS},
	{"rfc4475", "cparam02.dat", PASS},
	{"rfc4475", "dblreq.dat", PASS},
	{"rfc4475", "esc01.dat", PASS},
	{"rfc4475", "esc02.dat", PASS},
	{"rfc4475", "escnull.dat", PASS},
	{"rfc4475", "escruri.dat", S400},
	{"rfc4475", "insuf.dat", S400},
	{"rfc4475", "intmeth.dat", PASS},
	{"rfc4475", "inv2543.dat", PASS},
	{"rfc4475", "invut.dat", PASS},
	{"rfc4475", "longreq.dat", PASS},
	{"rfc4475", "ltgtruri.dat", S400},
	{"rfc4475", "lwsdisp.dat", PASS},
	{"rfc4475", "lwsruri.dat", S400},
	{"rfc4475", "lwsstart.dat", S400},
	{"rfc4475", "mcl01.dat", S400},
	{"rfc4475", "mismatch01.dat", S400},
	{"rfc4475", "mismatch02.dat", S400},
	{"rfc4475", "mpart01.dat", PASS},
	{"rfc4475", "multi01.dat", S400},
	{"rfc4475", "ncl.dat", S400},
	{"rfc4475", "noreason.dat", PASS},
	{"rfc4475", "novelsc.dat", SCHEME},
	{"rfc4475", "quotbal.dat", S400},
	{"rfc4475", "regaut01.dat", PASS},
	{"rfc4475", "regbadct.dat", S400},
	{"rfc4475", "regescrt.dat", PASS},
	{"rfc4475", "scalar02.dat", S400},
	{"rfc4475", "scalarlg.dat", DROP},
	{"rfc4475", "sdp01.dat", PASS},
	{"rfc4475", "semiuri.dat", PASS},
	{"rfc4475", "test.dat", DROP},
	{"rfc4475", "transports.dat", PASS},
	{"rfc4475", "trws.dat", S400},
	{"rfc4475", "unkscm.dat", SCHEME},
	{"rfc4475", "unksm2.dat", PASS},
	{"rfc4475", "unreason.dat", PASS},
	{"rfc4475", "wsinv.dat", PASS},
	{"rfc4475", "zeromf.dat", PASS},

	/* rfc5118-wire */
	{"rfc5118-wire", "ipv4-mapped-ipv6.sip", PASS},
	{"rfc5118-wire", "ipv6-bad.sip", S400},
	{"rfc5118-wire", "ipv6-bug-abnf-3-colons.sip", PASS},
	{"rfc5118-wire", "ipv6-correct-abnf-2-colons.sip", PASS},
	{"rfc5118-wire", "ipv6-good.sip", PASS},
	{"rfc5118-wire", "ipv6-in-sdp.sip", PASS},
	{"rfc5118-wire", "mult-ip-in-header.sip", PASS},
	{"rfc5118-wire", "mult-ip-in-sdp.sip", PASS},
	{"rfc5118-wire", "port-ambiguous.sip", PASS},
	{"rfc5118-wire", "port-unambiguous.sip", PASS},
	{"rfc5118-wire", "via-received-param-no-delim.sip", PASS},
	{"rfc5118-wire", "via-received-param-with-delim.sip", PASS},

	/* cve-shapes */
	{"cve-shapes", "contact-00.sip", PASS},
	{"cve-shapes", "contact-02.sip", PASS},
	{"cve-shapes", "contact-04.sip", PASS},
	{"cve-shapes", "contact-06.sip", PASS},
	{"cve-shapes", "contact-08.sip", PASS},
	{"cve-shapes", "contact-10.sip", PASS},
	{"cve-shapes", "contact-12.sip", PASS},
	{"cve-shapes", "contact-14.sip", PASS},
	{"cve-shapes", "contact-16.sip", PASS},
	{"cve-shapes", "contact-18.sip", PASS},
	{"cve-shapes", "contact-20.sip", PASS},
	{"cve-shapes", "contact-22.sip", PASS},
	{"cve-shapes", "contact-24.sip", PASS},
	{"cve-shapes", "content-length-00.sip", S400},
	{"cve-shapes", "content-length-02.sip", S400},
	{"cve-shapes", "content-length-04.sip", S400},
	{"cve-shapes", "content-length-06.sip", S400},
	{"cve-shapes", "content-length-08.sip", S400},
	{"cve-shapes", "content-length-10.sip", S400},
	{"cve-shapes", "content-length-12.sip", S400},
	{"cve-shapes", "content-length-14.sip", S400},
	{"cve-shapes", "content-length-16.sip", S400},
	{"cve-shapes", "cseq-01.sip", S400},
	{"cve-shapes", "cseq-03.sip", S400},
	{"cve-shapes", "cseq-05.sip", PASS},
	{"cve-shapes", "cseq-07.sip", S400},
	{"cve-shapes", "cseq-09.sip", S400},
	{"cve-shapes", "cve-2017-9372-cseq-method-overlong.sip", S400},
	{"cve-shapes", "cve-2018-1000099-fmtp-nul.sip", PASS},
	{"cve-shapes", "cve-2018-16657-via-00.sip", S400},
	{"cve-shapes", "cve-2018-16657-via-02.sip", S400},
	{"cve-shapes", "cve-2018-16657-via-04.sip", S400},
	{"cve-shapes", "cve-2018-16657-via-06.sip", S400},
	{"cve-shapes", "cve-2018-16657-via-08.sip", PASS},
	{"cve-shapes", "cve-2018-7284-50-long-accept.sip", PASS},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-00.sip", PASS},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-02.sip", PASS},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-04.sip", PASS},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-06.sip", S400},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-08.sip", PASS},
	{"cve-shapes", "cve-2026-45538-hdr-name-340.sip", PASS},
	{"cve-shapes", "env-bare-lf.sip", PASS},
	{"cve-shapes", "env-fold-1000.sip", PASS},
	{"cve-shapes", "env-high-bytes.sip", DROP},
	{"cve-shapes", "env-lone-colon.sip", S400},
	{"cve-shapes", "env-no-blank-line.sip", S400},
	{"cve-shapes", "env-nul-4.sip", DROP},
	{"cve-shapes", "env-nul-in-ruri.sip", S400},
	{"cve-shapes", "env-scanner-ua.sip", PASS},
	{"cve-shapes", "env-udp-8193.sip", PASS},
	{"cve-shapes", "env-ver-lower.sip", PASS},
	{"cve-shapes", "hdr-name-7000.sip", PASS},
	{"cve-shapes", "libre-auth-commas-8k.sip", PASS},
	{"cve-shapes", "libre-cseq-digits-8k.sip", S400},
	{"cve-shapes", "libre-ctype-tabs-8k.sip", S400},
	{"cve-shapes", "libre-ctype-tabs-mid-8k.sip", S400},
	{"cve-shapes", "libre-no-branch.sip", PASS},
	{"cve-shapes", "libre-startline-8k.sip", DROP},
	{"cve-shapes", "libre-startline-sip-8k.sip", S400},
	{"cve-shapes", "libre-status-wrap-200.sip", DROP},
	{"cve-shapes", "libre-via-hostname-lower.sip", PASS},
	{"cve-shapes", "max-forwards-00.sip", PASS},
	{"cve-shapes", "max-forwards-02.sip", PASS},
	{"cve-shapes", "max-forwards-04.sip", S400},
	{"cve-shapes", "multipart-00.sip", PASS},
	{"cve-shapes", "multipart-02.sip", PASS},
	{"cve-shapes", "multipart-04.sip", PASS},
	{"cve-shapes", "multipart-06.sip", PASS},
	{"cve-shapes", "opensips-2021-auth-01.sip", PASS},
	{"cve-shapes", "opensips-2021-auth-03.sip", PASS},
	{"cve-shapes", "opensips-2021-auth-05.sip", PASS},
	{"cve-shapes", "opensips-2021-auth-07.sip", PASS},
	{"cve-shapes", "opensips-2021-auth-09.sip", PASS},
	{"cve-shapes", "opensips-2021-auth-11.sip", PASS},
	{"cve-shapes", "opensips-2021-auth-13.sip", PASS},
	{"cve-shapes", "opensips-2021-auth-15.sip", S400},
	{"cve-shapes", "opensips-2021-sdp-00.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-02.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-04.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-06.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-08.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-10.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-12.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-14.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-16.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-18.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-20.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-22.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-24.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-26.sip", PASS},
	{"cve-shapes", "opensips-2021-sdp-28.sip", PASS},
	{"cve-shapes", "route-internal.sip", PASS},
	{"cve-shapes", "ruri-open-relay.sip", PASS},
	{"cve-shapes", "via-received-spoof.sip", PASS},
};


static uint8_t octets[DECODED_FILE_MAX];
static struct guard g;


static struct message *load(const char *dir, const char *name)
{
	const size_t len = decoded_file(octets, dir, name);
	struct message *m = NULL;

	ck_assert_msg(!message_decode(&m, &g, octets, len), "%s: %s", name,
		      g.why);

	return m;
}


START_TEST(each_is_passed_refused_or_dropped)
{
	const char *name = filev[_i].name;
	const enum verdict want = filev[_i].verdict;
	const size_t len = decoded_file(octets, filev[_i].dir, name);
	struct message *m = NULL;
	int err;

	err = message_decode(&m, &g, octets, len);
	if (want == PASS || want == SCHEME) {
		ck_assert_msg(!err, "%s: %s", name, g.why);
		ck_assert_int_eq(m->uri_err,
				 want == SCHEME ? EPROTONOSUPPORT : 0);
	}
	else {
		ck_assert_msg(err == EBADMSG, "%s passed", name);
		ck_assert_msg(g.status == (want == DROP ? 0 : (int)want),
			      "%s: %u", name, g.status);
	}
	mem_deref(m);
}
END_TEST


/* what leaves us is read again by the same decoder */
static void check_built(struct mbuf *mb, const struct message *m, bool reply)
{
	struct message *again = NULL;

	ck_assert_int_eq(message_decode(&again, &g, mb->buf, mb->end), 0);
	ck_assert(!pl_cmp(&again->callid, &m->callid));
	ck_assert(!pl_cmp(&again->from_tag, &m->from_tag));
	ck_assert_uint_eq(again->cseq, m->cseq);
	if (!reply)
		ck_assert(!pl_cmp(&again->body, &m->body));
	mem_deref(again);
	mem_deref(mb);
}


START_TEST(what_passes_can_be_forwarded_and_answered)
{
	const struct build_reply r = {.scode = 404, .to_tag = PL("x")};
	const struct build_forward f = {
		.via = PL("SIP/2.0/UDP p;branch=z9hG4bKp"),
		.fix_via = true,
	};
	struct message *m;
	struct mbuf *mb = NULL;
	int err;

	if (filev[_i].verdict != PASS)
		return;

	m = load(filev[_i].dir, filev[_i].name);
	(void)sa_set_str(&m->src, "192.0.2.200", 5999);
	if (m->req) {
		ck_assert_int_eq(build_forward(&mb, m, &f), 0);
		check_built(mb, m, false);
		ck_assert_int_eq(build_reply(&mb, m, &r), 0);
		check_built(mb, m, true);
		ck_assert_int_eq(build_cancel(&mb, m, NULL), 0);
		check_built(mb, m, true);
	}
	else {
		err = build_response_forward(&mb, m, NULL, NULL, 0, NULL);
		ck_assert(!err || err == ENOENT);
		if (!err)
			check_built(mb, m, false);
	}
	mem_deref(m);
}
END_TEST


START_TEST(what_is_refused_is_answered_with_little)
{
	const size_t len = decoded_file(octets, filev[_i].dir, filev[_i].name);
	struct message *m = NULL;
	struct mbuf *mb = NULL;
	int err;

	if (!message_decode(&m, &g, octets, len)) {
		mem_deref(m);
		return;
	}
	err = build_error(&mb, &g, NULL);
	if (filev[_i].verdict == DROP) {
		ck_assert_int_eq(err, ENOENT);
		return;
	}
	/* one long garbage line has nothing to answer with */
	ck_assert(!err || (err == ENOENT && !g.hdrc));
	if (!err)
		ck_assert_uint_le(mb->end * 2, len * 3);
	mem_deref(mb);
}
END_TEST


START_TEST(every_file_has_its_row)
{
	glob_t found;

	ck_assert_int_eq(glob("test/data/rfc4475/*", 0, NULL, &found), 0);
	ck_assert_int_eq(
		glob("test/data/rfc5118-wire/*", GLOB_APPEND, NULL, &found),
		0);
	ck_assert_int_eq(
		glob("test/data/cve-shapes/*", GLOB_APPEND, NULL, &found), 0);
	ck_assert_uint_eq(found.gl_pathc, ARRAY_SIZE(filev));
	globfree(&found);
}
END_TEST


START_TEST(every_prefix_is_survived)
{
	const size_t len = decoded_file(octets, filev[_i].dir, filev[_i].name);

	for (size_t n = 0; n < len; n++) {
		/* exactly that large, so that a sanitizer sees a step too far */
		uint8_t *copy = mem_alloc(n ? n : 1, NULL);
		struct message *m = NULL;
		struct mbuf *mb = NULL;

		memcpy(copy, octets, n);
		if (message_decode(&m, &g, copy, n))
			(void)build_error(&mb, &g, NULL);
		mem_deref(mb);
		mem_deref(m);
		mem_deref(copy);
	}
}
END_TEST


START_TEST(odd_spellings_of_rfc_4475_are_understood)
{
	struct message *m = load("rfc4475", "wsinv.dat");
	struct nameaddr na;
	struct pl val;

	ck_assert_uint_eq(m->maxfwd, 68);
	ck_assert_uint_eq(m->cseq, 9);
	decoded_expect_pl(&m->from_tag, "98asjd8");
	decoded_expect_pl(&m->to_tag, "1918181833n");
	decoded_expect_pl(&m->via.branch, "390skdjuw");
	ck_assert_int_eq(message_value(m, HDR_VIA, 2, &val), 0);
	ck_assert_int_eq(message_value(m, HDR_VIA, 3, &val), ENOENT);
	ck_assert_int_eq(message_value(m, HDR_CONTACT, 0, &val), 0);
	ck_assert_int_eq(nameaddr_decode(&na, &val), 0);
	ck_assert_int_eq(param_get(&na.params, "q", &val), 0);
	decoded_expect_pl(&val, "0.33");
	mem_deref(m);

	m = load("rfc4475", "semiuri.dat");
	decoded_expect_pl(&m->uri.user, "user;par=u%40example.net");
	mem_deref(m);

	m = load("rfc4475", "esc02.dat");
	decoded_expect_pl(&m->met, "RE%47IST%45R");
	ck_assert_uint_eq(message_hdr(m, HDR_CONTACT) != NULL, 1);
	ck_assert_ptr_nonnull(message_hdr_named(m, "C%6Fntact"));
	mem_deref(m);

	m = load("rfc4475", "intmeth.dat");
	decoded_expect_pl(&m->met,
			  "!interesting-Method0123456789_*+`.%indeed'~");
	decoded_expect_pl(&m->from_tag, "_token~1'+`*%!-.");
	mem_deref(m);
}
END_TEST


START_TEST(what_is_behind_the_length_is_gone)
{
	struct message *m = load("rfc4475", "dblreq.dat");

	ck_assert(message_is(m, "REGISTER"));
	ck_assert_uint_eq(m->body.l, 0);
	ck_assert_ptr_null(memmem(m->mb->buf, m->mb->end, "INVITE", 6));
	mem_deref(m);
}
END_TEST


START_TEST(escaped_users_are_never_shortened)
{
	struct message *m = load("rfc4475", "escnull.dat");
	char aor[SIPURI_AOR_MAX];
	struct nameaddr a, b;
	struct pl val;

	ck_assert_int_eq(sipuri_aor(&m->to.uri, aor, sizeof(aor)), EBADMSG);
	ck_assert_int_eq(message_value(m, HDR_CONTACT, 0, &val), 0);
	ck_assert_int_eq(nameaddr_decode(&a, &val), 0);
	ck_assert_int_eq(message_value(m, HDR_CONTACT, 1, &val), 0);
	ck_assert_int_eq(nameaddr_decode(&b, &val), 0);
	ck_assert(!sipuri_equal(&a.uri, &b.uri));
	mem_deref(m);

	m = load("rfc4475", "esc01.dat");
	ck_assert_int_eq(sipuri_aor(&m->uri, aor, sizeof(aor)), 0);
	ck_assert_str_eq(aor, "sips:user@example.com@example.net");
	ck_assert_int_eq(sipuri_aor(&m->to.uri, aor, sizeof(aor)), 0);
	ck_assert_str_eq(aor, "user@example.com");
	mem_deref(m);
}
END_TEST


START_TEST(ipv6_is_read_as_rfc_5118_says)
{
	struct message *m = load("rfc5118-wire", "port-ambiguous.sip");

	decoded_expect_pl(&m->uri.host, "2001:db8::10:5070");
	ck_assert_uint_eq(m->uri.port, 0);
	mem_deref(m);

	m = load("rfc5118-wire", "port-unambiguous.sip");
	decoded_expect_pl(&m->uri.host, "2001:db8::10");
	ck_assert_uint_eq(m->uri.port, 5070);
	mem_deref(m);

	m = load("rfc5118-wire", "via-received-param-no-delim.sip");
	decoded_expect_pl(&m->via.received, "2001:db8::9:255");
	mem_deref(m);

	m = load("rfc5118-wire", "via-received-param-with-delim.sip");
	decoded_expect_pl(&m->via.received, "[2001:db8::9:255]");
	mem_deref(m);
}
END_TEST


/* CVE-2020-28361: blanks and folding hid a header from its removal */
START_TEST(no_spelling_hides_a_header)
{
	static const char *const namev[] = {
		"cve-2020-28361-hdr-smuggle-00.sip",
		"cve-2020-28361-hdr-smuggle-02.sip",
		"cve-2020-28361-hdr-smuggle-04.sip",
	};
	struct message *m;

	for (size_t i = 0; i < ARRAY_SIZE(namev); i++) {
		m = load("cve-shapes", namev[i]);
		ck_assert_ptr_nonnull(message_hdr_named(m, "X-Internal"));
		mem_deref(m);
	}
	m = load("cve-shapes", "cve-2020-28361-hdr-smuggle-08.sip");
	ck_assert_ptr_nonnull(message_hdr(m, HDR_P_ASSERTED_IDENTITY));
	mem_deref(m);
}
END_TEST


Suite *suite_corpus(void);
Suite *suite_corpus(void)
{
	Suite *s = suite_create("corpus");
	TCase *tc = tcase_create("corpus");

	tcase_set_timeout(tc, 60);
	test_table(tc, each_is_passed_refused_or_dropped, filev);
	test_table(tc, what_passes_can_be_forwarded_and_answered, filev);
	test_table(tc, what_is_refused_is_answered_with_little, filev);
	tcase_add_test(tc, every_file_has_its_row);
	test_table(tc, every_prefix_is_survived, filev);
	tcase_add_test(tc, odd_spellings_of_rfc_4475_are_understood);
	tcase_add_test(tc, what_is_behind_the_length_is_gone);
	tcase_add_test(tc, escaped_users_are_never_shortened);
	tcase_add_test(tc, ipv6_is_read_as_rfc_5118_says);
	tcase_add_test(tc, no_spelling_hides_a_header);
	suite_add_tcase(s, tc);

	return s;
}
