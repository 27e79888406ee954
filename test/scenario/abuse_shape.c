/**
 * @file scenario/abuse_shape.c  Odd messages, and what is written down of them
 *
 * The names begin with the number of the case in the project's list.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "test/scenario/talk.h"
#include "test/test.h"

enum { ROUNDS = 200 };

static struct rig rig;
static struct phone alice, mallory;

static const char conf[] = "relay { ports = \"22800-22899\"\n"
			   "allow_local = yes quarantine = 0 }\n";


static void setup(void)
{
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&mallory, &rig, "127.0.0.66");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&mallory);
	rig_stop(&rig);
}


/* a stranger of his own, whom nobody has anything against */
static void expect_alive(void)
{
	static unsigned n;
	struct phone ph;
	char host[32];

	(void)snprintf(host, sizeof(host), "127.0.7.%u", ++n % 250 + 1);
	phone_open(&ph, &rig, host);
	phone_send(&ph,
		   "OPTIONS sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKp;rport\r\n"
		   "From: <sip:p@example.net>;tag=p\r\n"
		   "To: <sip:example.net>\r\n"
		   "Call-ID: p\r\nCSeq: 1 OPTIONS\r\n\r\n",
		   ph.host, ph.port);
	(void)phone_recv(&ph);
	ck_assert_uint_eq(phone_status(&ph), 200);
	phone_close(&ph);
}


static const char *const validv[] = {
	"REGISTER sip:example.net SIP/2.0\r\n"
	"Contact: \"A\" <sip:a@192.0.2.1:5060;transport=udp>;expires=60\r\n",
	"INVITE sip:b@example.net SIP/2.0\r\n"
	"Contact: <sip:a@192.0.2.1>\r\nContent-Type: application/sdp\r\n",
	"OPTIONS sip:example.net SIP/2.0\r\nAccept: application/sdp\r\n",
	"MESSAGE sip:b%41@example.net;user=phone SIP/2.0\r\n"
	"Content-Type: text/plain\r\n",
	"SUBSCRIBE sip:b@example.net SIP/2.0\r\nEvent: dialog;id=1\r\n",
	"NOTIFY sip:b@[2001:db8::1]:5062 SIP/2.0\r\nm: <sip:[::1]>\r\n",
	"BYE sip:b@example.net SIP/2.0\r\n"
	"Route: <sip:127.0.0.1;lr;x=\"y\">,\r\n <sip:127.0.0.2;lr>\r\n",
	"PUBLISH sip:b@example.net SIP/2.0\r\nAuthorization: Digest "
	"username=\"a\", realm=\"example.net\", nonce=\"x\", uri=\"y\"\r\n",
	"REFER sip:b@example.net SIP/2.0\r\nRefer-To: "
	"<sip:c@d?Replaces=1>\r\n",
	"ACK sip:b@example.net SIP/2.0\r\nSubject:\r\n folded\r\n",
};


static size_t valid(char *buf, size_t size, size_t i)
{
	const char *rest = strchr(validv[i], '\n') + 1;
	char met[16];

	(void)snprintf(met, sizeof(met), "%.*s", (int)strcspn(validv[i], " "),
		       validv[i]);

	return (size_t)snprintf(
		buf, size,
		"%.*sVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%zu;rport,\r\n"
		" SIP/2.0/TCP [2001:db8::9]:5060;branch=z9hG4bKx\r\n"
		"From: \"A \\\" B\" <sip:a@example.net>;tag=1\r\n"
		"To: <sip:b@example.net>\r\nCall-ID: s6-%zu\r\n"
		"CSeq: 7 %s\r\n%sContent-Length: 5\r\n\r\nv=0\r\n",
		(int)(rest - validv[i]), validv[i], i, i, met, rest);
}


START_TEST(s6_every_prefix_of_ten_messages_is_survived)
{
	char buf[2048];
	size_t sent = 0;

	rig_stop(&rig);
	rig_start(&rig, "limit { requests = 0 strangers = 0 failures = 0 }\n"
			"relay { allow_local = yes }\n");
	for (size_t i = 0; i < ARRAY_SIZE(validv); i++) {
		const size_t len = valid(buf, sizeof(buf), i);

		ck_assert_uint_lt(len, sizeof(buf));
		for (size_t n = 1; n <= len; n++) {
			phone_send_octets(&mallory, buf, n);
			if (++sent % 100 == 0)
				expect_alive();
			while (phone_take(&mallory)) {
			}
		}
	}
	ck_assert_uint_gt(sent, 2500);
	expect_alive();
}
END_TEST


/* a burst of them, and the connection is gone before anything is answered */
START_TEST(s8_invites_and_a_reset_leave_nothing_behind)
{
	const struct linger now = {.l_onoff = 1, .l_linger = 0};
	struct phone tcp;

	for (int round = 0; round < ROUNDS; round++) {
		phone_open_tcp(&tcp, &rig, "127.0.0.66");
		for (int i = 0; i < 10; i++)
			phone_send(&tcp,
				   "INVITE sip:b@example.net SIP/2.0\r\n"
				   "Via: SIP/2.0/TCP x;branch=z9hG4bK%d-%d\r\n"
				   "From: <sip:a@example.net>;tag=1\r\n"
				   "To: <sip:b@example.net>\r\n"
				   "Call-ID: s8\r\nCSeq: 1 INVITE\r\n"
				   "Content-Length: 0\r\n\r\n",
				   round, i);
		ck_assert_int_eq(setsockopt(tcp.fd, SOL_SOCKET, SO_LINGER,
					    &now, sizeof(now)),
				 0);
		phone_close(&tcp);
		if (round % 20 == 19)
			expect_alive();
	}
	rig_settle(&rig, "tcp_connections", 0, 3000);
	ck_assert_uint_eq(rig_counter(&rig, "sip_server_transactions_total"),
			  0);
}
END_TEST


/** Names whose 12-bit sums in libre are those of headers that matter */
static const struct {
	const char *name;
	const char *like;
} hashv[] = {{"aerk", "From"}};


START_TEST(s9_a_name_that_sums_up_alike_is_another_header)
{
	phone_send(&mallory,
		   "OPTIONS sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKs9;rport\r\n"
		   "From: <sip:real@example.net>;tag=1\r\n"
		   "%s: <sip:false@example.net>;tag=2\r\n"
		   "To: <sip:example.net>\r\n"
		   "Call-ID: s9\r\nCSeq: 1 OPTIONS\r\n\r\n",
		   mallory.host, mallory.port, hashv[_i].name);
	talk_expect(&mallory, "SIP/2.0 200 ");
	ck_assert_ptr_nonnull(strstr(mallory.msg, "real"));
	ck_assert_ptr_null(strstr(mallory.msg, "false"));
}
END_TEST


START_TEST(s9_the_second_of_two_is_no_surprise)
{
	phone_send(&mallory,
		   "OPTIONS sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKs9;rport\r\n"
		   "From: <sip:a@example.net>;tag=1\r\n"
		   "To: <sip:example.net>\r\nCall-ID: s9\r\n"
		   "CSeq: 1 OPTIONS\r\nf: <sip:b@example.net>;tag=2\r\n\r\n",
		   mallory.host, mallory.port);
	talk_expect(&mallory, "SIP/2.0 400 ");
}
END_TEST


/* the server's log in a file */
static int log_begin(const char *level, int *keep)
{
	char path[] = "/tmp/viaduct-log-XXXXXX";
	const int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	(void)unlink(path);
	*keep = dup(STDERR_FILENO);
	(void)str_ncpy(rig.cfg->log_level, level, sizeof(rig.cfg->log_level));
	ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
	rig_restart(&rig);

	return fd;
}


static void log_end(int keep)
{
	rig.srv = mem_deref(rig.srv);
	ck_assert_int_ge(dup2(keep, STDERR_FILENO), 0);
	(void)close(keep);
}


static bool holds(int fd, const char *text)
{
	static char buf[1 << 20];
	ssize_t n;

	n = pread(fd, buf, sizeof(buf) - 1, 0);
	ck_assert_int_gt(n, 0);
	buf[n] = '\0';

	return strcasestr(buf, text) != NULL;
}


static const char *const secretv[] = {"wonderland", "response=", "cnonce",
				      "nonce=", "Digest "};


START_TEST(s26_no_credentials_are_in_the_log)
{
	static const char own[] = "sip:alice@example.net";
	struct talk talk;
	int keep, fd;

	fd = log_begin("debug", &keep);
	phone_register(&alice, "alice", "wonderland", "192.168.1.10:5060");
	talk_begin(&talk, &alice, &mallory, "s26");
	talk_send(&talk, &alice, "MESSAGE", own, "", "");
	talk_expect(&alice, "SIP/2.0 407 ");
	phone_answer_challenge(&alice, "alice", "wonderland", "MESSAGE", own);
	talk_send(&talk, &alice, "MESSAGE", own, "", "");
	talk_expect(&alice, "MESSAGE ");
	talk_request(&talk, &mallory, "MESSAGE",
		     "Authorization: Digest username=\"alice\", "
		     "realm=\"example.net\", nonce=\"n0\", "
		     "response=\"00112233\"\r\n",
		     "");
	(void)phone_recv(&mallory);
	phone_send(&mallory,
		   "MESSAGE sip:b@example.net SIP/2.0\r\n"
		   "Authorization: Digest response=\"0011\"\r\n\r\n");
	(void)phone_quiet(&mallory);
	log_end(keep);

	ck_assert(holds(fd, "debug "));
	for (size_t i = 0; i < ARRAY_SIZE(secretv); i++)
		ck_assert_msg(!holds(fd, secretv[i]), "%s", secretv[i]);
	(void)close(fd);
}
END_TEST


Suite *suite_abuse_shape(void);
Suite *suite_abuse_shape(void)
{
	Suite *s = suite_create("abuse_shape");
	TCase *tc = tcase_create("abuse_shape");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, s6_every_prefix_of_ten_messages_is_survived);
	tcase_add_test(tc, s8_invites_and_a_reset_leave_nothing_behind);
	test_table(tc, s9_a_name_that_sums_up_alike_is_another_header, hashv);
	tcase_add_test(tc, s9_the_second_of_two_is_no_surprise);
	tcase_add_test(tc, s26_no_credentials_are_in_the_log);
	suite_add_tcase(s, tc);

	return s;
}
