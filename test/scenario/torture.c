/**
 * @file scenario/torture.c  Torture messages on the socket of a whole server
 *
 * RFC 4475, RFC 5118 and shapes of published vulnerabilities (see
 * test/data/README): what a stranger hears, and what a callee gets to see
 * where everybody may call. A control OPTIONS behind each message tells
 * silence from death: its answer must come, and come next.
 */
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include "test/mock/decoded.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { SILENCE = 0, T1_MS = 10 };

static struct rig rig;
static struct phone stranger, callee;
static uint8_t octets[DECODED_FILE_MAX];
static struct guard g;

static const char conf[] = "relay { ports = \"22200-22599\"\n"
			   "allow_local = yes quarantine = 0 }\n";

/** What a stranger hears: one status, or nothing */
static const struct {
	const char *dir, *name;
	unsigned status;
} filev[] = {
	{"rfc4475", "badaspec.dat", 400},
	{"rfc4475", "badbranch.dat", 400},
	{"rfc4475", "baddate.dat", 407},
	{"rfc4475", "baddn.dat", 400},
	{"rfc4475", "badinv01.dat", 400},
	{"rfc4475", "badvers.dat", 505},
	{"rfc4475", "bcast.dat", SILENCE},
	{"rfc4475", "bext01.dat", 420},
	{"rfc4475", "bigcode.dat", SILENCE},
	{"rfc4475", "clerr.dat", 400},
	{"rfc4475", "cparam01.dat", 401},
	{"rfc4475", "cparam02.dat", 401},
	{"rfc4475", "dblreq.dat", 401},
	{"rfc4475", "esc01.dat", 407},
	{"rfc4475", "esc02.dat", 407},
	{"rfc4475", "escnull.dat", 400},
	{"rfc4475", "escruri.dat", 400},
	{"rfc4475", "insuf.dat", 400},
	{"rfc4475", "intmeth.dat", 407},
	{"rfc4475", "inv2543.dat", 407},
	{"rfc4475", "invut.dat", 407},
	{"rfc4475", "longreq.dat", 407},
	{"rfc4475", "ltgtruri.dat", 400},
	{"rfc4475", "lwsdisp.dat", 407},
	{"rfc4475", "lwsruri.dat", 400},
	{"rfc4475", "lwsstart.dat", 400},
	{"rfc4475", "mcl01.dat", 400},
	{"rfc4475", "mismatch01.dat", 400},
	{"rfc4475", "mismatch02.dat", 400},
	{"rfc4475", "mpart01.dat", 407},
	{"rfc4475", "multi01.dat", 400},
	{"rfc4475", "ncl.dat", 400},
	{"rfc4475", "noreason.dat", SILENCE},
	{"rfc4475", "novelsc.dat", 416},
	{"rfc4475", "quotbal.dat", 400},
	{"rfc4475", "regaut01.dat", 401},
	{"rfc4475", "regbadct.dat", 400},
	{"rfc4475", "regescrt.dat", 401},
	{"rfc4475", "scalar02.dat", 400},
	{"rfc4475", "scalarlg.dat", SILENCE},
	{"rfc4475", "sdp01.dat", 407},
	{"rfc4475", "semiuri.dat", 407},
	{"rfc4475", "test.dat", SILENCE},
	{"rfc4475", "transports.dat", 407},
	{"rfc4475", "trws.dat", 400},
	{"rfc4475", "unkscm.dat", 416},
	{"rfc4475", "unksm2.dat", 400},
	{"rfc4475", "unreason.dat", SILENCE},
	{"rfc4475", "wsinv.dat", 481},
	{"rfc4475", "zeromf.dat", 483},
	{"rfc5118-wire", "ipv4-mapped-ipv6.sip", 407},
	{"rfc5118-wire", "ipv6-bad.sip", 400},
	{"rfc5118-wire", "ipv6-bug-abnf-3-colons.sip", 407},
	{"rfc5118-wire", "ipv6-correct-abnf-2-colons.sip", 407},
	{"rfc5118-wire", "ipv6-good.sip", 403},
	{"rfc5118-wire", "ipv6-in-sdp.sip", 407},
	{"rfc5118-wire", "mult-ip-in-header.sip", 481},
	{"rfc5118-wire", "mult-ip-in-sdp.sip", 407},
	{"rfc5118-wire", "port-ambiguous.sip", 403},
	{"rfc5118-wire", "port-unambiguous.sip", 403},
	{"rfc5118-wire", "via-received-param-no-delim.sip", 407},
	{"rfc5118-wire", "via-received-param-with-delim.sip", 481},
	{"cve-shapes", "contact-00.sip", 401},
	{"cve-shapes", "contact-02.sip", 401},
	{"cve-shapes", "contact-04.sip", 401},
	{"cve-shapes", "contact-06.sip", 401},
	{"cve-shapes", "contact-08.sip", 401},
	{"cve-shapes", "contact-10.sip", 401},
	{"cve-shapes", "contact-12.sip", 401},
	{"cve-shapes", "contact-14.sip", 401},
	{"cve-shapes", "contact-16.sip", 401},
	{"cve-shapes", "contact-18.sip", 401},
	{"cve-shapes", "contact-20.sip", 401},
	{"cve-shapes", "contact-22.sip", 401},
	{"cve-shapes", "contact-24.sip", 401},
	{"cve-shapes", "content-length-00.sip", 400},
	{"cve-shapes", "content-length-02.sip", 400},
	{"cve-shapes", "content-length-04.sip", 400},
	{"cve-shapes", "content-length-06.sip", 400},
	{"cve-shapes", "content-length-08.sip", 400},
	{"cve-shapes", "content-length-10.sip", 400},
	{"cve-shapes", "content-length-12.sip", 400},
	{"cve-shapes", "content-length-14.sip", 400},
	{"cve-shapes", "content-length-16.sip", 400},
	{"cve-shapes", "cseq-01.sip", 400},
	{"cve-shapes", "cseq-03.sip", 400},
	{"cve-shapes", "cseq-05.sip", 407},
	{"cve-shapes", "cseq-07.sip", 400},
	{"cve-shapes", "cseq-09.sip", 400},
	{"cve-shapes", "cve-2017-9372-cseq-method-overlong.sip", 400},
	{"cve-shapes", "cve-2018-1000099-fmtp-nul.sip", 407},
	{"cve-shapes", "cve-2018-16657-via-00.sip", 400},
	{"cve-shapes", "cve-2018-16657-via-02.sip", 400},
	{"cve-shapes", "cve-2018-16657-via-04.sip", 400},
	{"cve-shapes", "cve-2018-16657-via-06.sip", 400},
	{"cve-shapes", "cve-2018-16657-via-08.sip", 407},
	{"cve-shapes", "cve-2018-7284-50-long-accept.sip", 407},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-00.sip", 407},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-02.sip", 407},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-04.sip", 407},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-06.sip", 400},
	{"cve-shapes", "cve-2020-28361-hdr-smuggle-08.sip", 407},
	{"cve-shapes", "cve-2026-45538-hdr-name-340.sip", 407},
	{"cve-shapes", "env-bare-lf.sip", 407},
	{"cve-shapes", "env-fold-1000.sip", 407},
	{"cve-shapes", "env-high-bytes.sip", SILENCE},
	{"cve-shapes", "env-lone-colon.sip", 400},
	{"cve-shapes", "env-no-blank-line.sip", 400},
	{"cve-shapes", "env-nul-4.sip", SILENCE},
	{"cve-shapes", "env-nul-in-ruri.sip", 400},
	{"cve-shapes", "env-scanner-ua.sip", 407},
	{"cve-shapes", "env-udp-8193.sip", 407},
	{"cve-shapes", "env-ver-lower.sip", 407},
	{"cve-shapes", "hdr-name-7000.sip", 407},
	{"cve-shapes", "libre-auth-commas-8k.sip", 401},
	{"cve-shapes", "libre-cseq-digits-8k.sip", 400},
	{"cve-shapes", "libre-ctype-tabs-8k.sip", 400},
	{"cve-shapes", "libre-ctype-tabs-mid-8k.sip", 400},
	{"cve-shapes", "libre-no-branch.sip", 407},
	{"cve-shapes", "libre-startline-8k.sip", SILENCE},
	{"cve-shapes", "libre-startline-sip-8k.sip", SILENCE},
	{"cve-shapes", "libre-status-wrap-200.sip", SILENCE},
	{"cve-shapes", "libre-via-hostname-lower.sip", 407},
	{"cve-shapes", "max-forwards-00.sip", 407},
	{"cve-shapes", "max-forwards-02.sip", 407},
	{"cve-shapes", "max-forwards-04.sip", 400},
	{"cve-shapes", "multipart-00.sip", 407},
	{"cve-shapes", "multipart-02.sip", 407},
	{"cve-shapes", "multipart-04.sip", 407},
	{"cve-shapes", "multipart-06.sip", 407},
	{"cve-shapes", "opensips-2021-auth-01.sip", 401},
	{"cve-shapes", "opensips-2021-auth-03.sip", 401},
	{"cve-shapes", "opensips-2021-auth-05.sip", 401},
	{"cve-shapes", "opensips-2021-auth-07.sip", 401},
	{"cve-shapes", "opensips-2021-auth-09.sip", 401},
	{"cve-shapes", "opensips-2021-auth-11.sip", 401},
	{"cve-shapes", "opensips-2021-auth-13.sip", 401},
	{"cve-shapes", "opensips-2021-auth-15.sip", 400},
	{"cve-shapes", "opensips-2021-sdp-00.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-02.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-04.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-06.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-08.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-10.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-12.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-14.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-16.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-18.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-20.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-22.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-24.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-26.sip", 407},
	{"cve-shapes", "opensips-2021-sdp-28.sip", 407},
	{"cve-shapes", "route-internal.sip", 403},
	{"cve-shapes", "ruri-open-relay.sip", 407},
	{"cve-shapes", "via-received-spoof.sip", 407},
};


/* the domains of the files; whoever asks may call where auth is false */
static void begin(bool auth)
{
	static const char *const domainv[] = {
		"example.com", "example.org", "company.com",
		"chair-dnrc.example.com", "host.example.net"};

	rig_start_fast(&rig, conf, T1_MS);
	rig.cfg->auth = auth;
	for (size_t i = 0; i < ARRAY_SIZE(domainv); i++)
		(void)str_ncpy(rig.cfg->domainv[rig.cfg->domainc++],
			       domainv[i], CONFIG_NAME_MAX);
	rig_restart(&rig);
	phone_open(&stranger, &rig, "127.0.0.66");
	phone_open(&callee, &rig, "127.0.0.20");
}


static void setup_closed(void)
{
	begin(true);
}


static void setup_open(void)
{
	begin(false);
}


static void teardown(void)
{
	phone_close(&stranger);
	phone_close(&callee);
	rig_stop(&rig);
}


static void send_control(unsigned n)
{
	phone_send(&stranger,
		   "OPTIONS sip:127.0.0.1:%u SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKctl%u;rport\r\n"
		   "From: <sip:x@example.net>;tag=c\r\n"
		   "To: <sip:127.0.0.1>\r\n"
		   "Call-ID: control%u\r\nCSeq: 1 OPTIONS\r\n\r\n",
		   sa_port(&rig.us), stranger.host, stranger.port, n, n);
}


static bool is_control(unsigned n)
{
	char id[32];

	(void)snprintf(id, sizeof(id), "control%u", n);

	return !strcmp(phone_header(&stranger, "Call-ID"), id);
}


/* errors are answered within a budget for each source: each has its own */
static void next_stranger(unsigned n)
{
	char host[32];

	phone_close(&stranger);
	(void)snprintf(host, sizeof(host), "127.1.%u.%u", n / 200,
		       n % 200 + 1);
	phone_open(&stranger, &rig, host);
}


/* the last status before the control's answer */
static unsigned verdict(const char *dir, const char *name, unsigned n)
{
	const size_t len = decoded_file(octets, dir, name);
	unsigned status = SILENCE;

	next_stranger(n);
	phone_send_octets(&stranger, octets, len);
	send_control(n);
	for (;;) {
		(void)phone_recv(&stranger);
		if (is_control(n))
			break;
		status = phone_status(&stranger);
	}
	ck_assert_msg(phone_status(&stranger) == 200, "%s: the control: %s",
		      name, stranger.msg);

	return status;
}


START_TEST(a_stranger_hears_one_status_or_nothing)
{
	for (unsigned i = 0; i < ARRAY_SIZE(filev); i++) {
		const unsigned status = verdict(filev[i].dir, filev[i].name,
						i);

		ck_assert_msg(status == filev[i].status, "%s: %u, not %u",
			      filev[i].name, status, filev[i].status);
	}
	ck_assert_uint_eq(rig_counter(&rig, "calls_started_total"), 0);
	ck_assert_uint_eq(rig_counter(&rig, "sip_server_transactions_total"),
			  0);
}
END_TEST


/* somebody is at home wherever the file goes */
static void register_callee(const struct message *m, unsigned n)
{
	if (!m->req || !m->uri.user.l || message_is(m, "REGISTER"))
		return;

	phone_send(&callee,
		   "REGISTER sip:example.com SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKreg%u;rport\r\n"
		   "From: <%.*s>;tag=r\r\nTo: <%.*s>\r\n"
		   "Call-ID: reg%u\r\nCSeq: 1 REGISTER\r\n"
		   "Contact: <sip:callee@192.168.1.10:5060>\r\n\r\n",
		   callee.host, callee.port, n, (int)m->ruri.l, m->ruri.p,
		   (int)m->ruri.l, m->ruri.p, n);
	for (;;) {
		(void)phone_recv(&callee);
		if (!strncmp(callee.msg, "SIP/2.0 ", 8))
			break;
	}
}


/* what reached the callee is read again by our own decoder, and it holds
 * nothing of what must not pass */
static unsigned check_callee(const char *name)
{
	unsigned n = 0;

	while (callee.rxl.head) {
		struct message *m = NULL;
		const size_t len = phone_take(&callee);

		if (!strncmp(callee.msg, "SIP/2.0 ", 8))
			continue;
		ck_assert_msg(!message_decode(&m, &g,
					      (const uint8_t *)callee.msg,
					      len),
			      "%s: %s: %s", name, g.why, callee.msg);
		++n;
		ck_assert(!pl_strcmp(&m->uri.host, "192.168.1.10"));
		ck_assert_ptr_null(message_hdr(m, HDR_P_ASSERTED_IDENTITY));
		if (message_is(m, "INVITE") && m->body.l)
			ck_assert_msg(!memmem(m->body.p, m->body.l,
					      "c=IN IP4 192.168.", 17),
				      "%s: %s", name, callee.msg);
		mem_deref(m);
	}

	return n;
}


START_TEST(what_reaches_a_callee_is_sound)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(filev); i++) {
		const size_t len = decoded_file(octets, filev[i].dir,
						filev[i].name);
		struct message *m = NULL;

		if (!message_decode(&m, &g, octets, len))
			register_callee(m, i);
		mem_deref(m);
		ck_assert_uint_ne(verdict(filev[i].dir, filev[i].name, i),
				  500);
		seen += check_callee(filev[i].name);
	}
	ck_assert_uint_gt(seen, 25);
	rig_settle(&rig, "sip_client_transactions", 0, 300 * 64 * T1_MS);
	rig_settle(&rig, "relay_sessions", 0, 300 * 64 * T1_MS);
}
END_TEST


START_TEST(every_file_has_its_row)
{
	static const char *const patternv[] = {"test/data/rfc4475/*",
					       "test/data/rfc5118-wire/*",
					       "test/data/cve-shapes/*"};
	glob_t found = {0};

	for (size_t i = 0; i < ARRAY_SIZE(patternv); i++)
		ck_assert_int_eq(
			glob(patternv[i], i ? GLOB_APPEND : 0, NULL, &found),
			0);
	ck_assert_uint_eq(found.gl_pathc, ARRAY_SIZE(filev));
	globfree(&found);
}
END_TEST


Suite *suite_torture(void);
Suite *suite_torture(void)
{
	Suite *s = suite_create("torture");
	TCase *closed = tcase_create("closed"), *open = tcase_create("open");

	tcase_set_timeout(closed, 60);
	tcase_add_checked_fixture(closed, setup_closed, teardown);
	tcase_add_test(closed, a_stranger_hears_one_status_or_nothing);
	tcase_add_test(closed, every_file_has_its_row);
	suite_add_tcase(s, closed);

	tcase_set_timeout(open, 60);
	tcase_add_checked_fixture(open, setup_open, teardown);
	tcase_add_test(open, what_reaches_a_callee_is_sound);
	suite_add_tcase(s, open);

	return s;
}
