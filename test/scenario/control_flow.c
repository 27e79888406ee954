/**
 * @file scenario/control_flow.c  viaduct ctl asks a server that runs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <sys/wait.h>
#include "proxy/admin/control.h"
#include "proxy/command/ctl_command.h"
#include "proxy/core/trunk.h"
#include "proxy/server_state.h"
#include "test/mock/decoded.h"
#include "test/mock/tempdir.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { OUT_SIZE = 8192, ARGS_MAX = 8 };

static struct rig rig;
static char dir[TEMPDIR_SIZE], conf[96], out[OUT_SIZE], errs[OUT_SIZE];

static const char text[] =
	"peer one { uri = \"sip:one.example\" calls = 7 user = u\n"
	"  password = p register = yes }\n"
	"peer two { address = \"192.0.2.3\" strip = 1 add = \"+49\" }\n"
	"route emergency { match = 110 peers = { one, two } emergency = yes "
	"}\n"
	"route world { match = \"0*\" peers = { one, two } }\n";


/* what a phone's operator would have in a file */
static void setup(void)
{
	const struct account_settings set = {.allow = "00"};
	FILE *f;

	rig_start(&rig, text);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account_with(&rig, "bob@example.net", "builder99", &set,
			 "200@example.net");
	tempdir_make(dir);
	(void)snprintf(conf, sizeof(conf), "%s/viaduct.conf", dir);
	f = fopen(conf, "w");
	ck_assert_ptr_nonnull(f);
	(void)fprintf(f,
		      "listen = { \"udp:127.0.0.1:5060\" }\ndata = \"%s\"\n"
		      "control = \"%s\"\n",
		      rig.dir, rig.cfg->control);
	(void)fclose(f);
}


static void teardown(void)
{
	rig_stop(&rig);
	tempdir_remove(dir);
}


static void redirect(int fd, const char *name)
{
	char path[128];
	int file;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	if (file < 0 || dup2(file, fd) < 0)
		_exit(99);
}


static void slurp(const char *name, char buf[OUT_SIZE])
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	buf[fread(buf, 1, OUT_SIZE - 1, f)] = '\0';
	(void)fclose(f);
}


/* how many calls stand in the JSON that was written */
static unsigned rows_of(const char *name)
{
	char path[128], line[1024];
	unsigned n = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f))
		n += strstr(line, "\"call_id\"") != NULL;
	(void)fclose(f);

	return n;
}


/* whose phone answers while the command waits; or NULL */
static struct phone *answering;


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


/* the exit status; the server answers meanwhile */
static int ctl(const char *a, const char *b, const char *c, const char *d)
{
	const char *const argv[ARGS_MAX] = {"ctl", "-c", conf, a, b, c, d};
	int argc = 3, status = 0;
	pid_t pid;

	while (argc < ARGS_MAX && argv[argc])
		++argc;

	(void)fflush(NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		redirect(STDOUT_FILENO, "out");
		redirect(STDERR_FILENO, "err");
		status = ctl_command(argc, (char **)argv);
		(void)fflush(NULL);
		_exit(status);
	}

	while (!waitpid(pid, &status, WNOHANG)) {
		struct tmr tmr;

		tmr_init(&tmr);
		tmr_start(&tmr, 5, stop_handler, NULL);
		(void)re_main(NULL);
		tmr_cancel(&tmr);
		if (answering && phone_take(answering))
			talk_reply(answering, "200 OK", "", "");
	}
	slurp("out", out);
	slurp("err", errs);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}


static const struct {
	const char *number, *from;
	const char *want; /* in the answer */
} routev[] = {
	{"alice", NULL, "user      alice@example.net\n"},
	{"200", NULL, "user      bob@example.net\n"},
	{"sip:200@example.net", NULL, "user      bob@example.net\n"},
	{"0301", NULL,
	 "number    0301\nroute     world\npattern   0*\nbecomes   0301\n"
	 "peers\n"
	 "  1. one  sip:0301@one.example  up\n"
	 "  2. two  sip:+49301@192.0.2.3:5060  up\n"},
	{"0-30 (1)", NULL, "not a number and not an address"},
	{"0-30(1)", NULL, "number    0301\n"},
	{"110", NULL, "emergency no limit refuses it\n"},
	{"0301", "bob@example.net", "refused   403 Number Not Allowed\n"},
	{"0301", "200", "refused   403 Number Not Allowed\n"},
	{"0049", "bob", "becomes   0049\n"},
	{"110", "bob", "  2. two  sip:+4910@192.0.2.3:5060  up\n"},
	{"0301", "carol", "no such account"},
	{"777", NULL, "refused   404 No user and no route takes this number"},
	{"carol", NULL, "refused   404 No user, and not a number"},
	{"0301@example.com", NULL, "not a domain of ours"},
};


START_TEST(where_a_number_goes_is_told)
{
	int code;

	code = routev[_i].from ? ctl("route", routev[_i].number, "--from",
				     routev[_i].from)
			       : ctl("route", routev[_i].number, NULL, NULL);
	ck_assert_msg(strstr(out, routev[_i].want) ||
			      strstr(errs, routev[_i].want),
		      "%s: %s%s", routev[_i].number, out, errs);
	ck_assert_int_eq(code, errs[0] ? 1 : 0);
}
END_TEST


START_TEST(a_peer_that_is_down_is_told)
{
	trunks_find(rig.srv->proxy->trunks, "one")->down = true;
	ck_assert_int_eq(ctl("route", "0301", NULL, NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "  1. two "));
	ck_assert_ptr_nonnull(strstr(out, "down  not tried: down\n"));
	ck_assert_int_eq(ctl("peers", NULL, NULL, NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "one  down  sip:one.example  calls "
					  "0/7  not registered"));
	ck_assert_ptr_nonnull(
		strstr(out, "two  up  sip:192.0.2.3:5060  calls 0\n"));
}
END_TEST


START_TEST(json_is_as_it_comes)
{
	ck_assert_int_eq(ctl("--json", "route", "0301", NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "\"route\": \"world\""));
	ck_assert_ptr_nonnull(strstr(out, "\"ok\": true"));
	ck_assert_int_eq(ctl("--json", "peers", NULL, NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "\"calls_max\": 7"));
}
END_TEST


static const struct {
	const char *a, *b, *c;
	int code;
} usagev[] = {
	{NULL, NULL, NULL, 2},     {"route", NULL, NULL, 2},
	{"route", "1", "2", 2},    {"peers", "1", NULL, 2},
	{"colour", NULL, NULL, 2}, {"--loud", "peers", NULL, 2},
	{"--help", NULL, NULL, 0}, {"peers", "--from", "bob", 2},
	{"record", "1", NULL, 2},  {"status", "--watch", "1", 2},
};


START_TEST(wrong_usage_is_said)
{
	ck_assert_int_eq(ctl(usagev[_i].a, usagev[_i].b, usagev[_i].c, NULL),
			 usagev[_i].code);
	ck_assert_ptr_nonnull(
		strstr(usagev[_i].code ? errs : out, "usage: viaduct ctl"));
}
END_TEST


START_TEST(a_server_that_does_not_run_is_said)
{
	rig.srv = mem_deref(rig.srv);
	ck_assert_int_eq(ctl("peers", NULL, NULL, NULL), 1);
	ck_assert_ptr_nonnull(strstr(errs, "viaduct: not running"));
}
END_TEST


START_TEST(a_second_server_does_not_take_the_socket)
{
	struct config cfg = *rig.cfg;
	struct server *second = NULL;

	/* one data directory is one server's */
	ck_assert_int_eq(server_alloc(&second, &cfg), EBUSY);
	ck_assert_ptr_null(second);

	(void)re_snprintf(cfg.data, sizeof(cfg.data), "%s/second", rig.dir);
	ck_assert_int_eq(server_alloc(&second, &cfg), 0);
	trunks_find(rig.srv->proxy->trunks, "one")->down = true;
	ck_assert_int_eq(ctl("peers", NULL, NULL, NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "one  down"));
	mem_deref(second);
	ck_assert_int_eq(ctl("peers", NULL, NULL, NULL), 0);
}
END_TEST


/* 31 wrong passwords, and one line of an operator */
START_TEST(bans_are_shown_and_taken_back)
{
	struct phone ph;

	ck_assert_int_eq(ctl("bans", NULL, NULL, NULL), 0);
	ck_assert_str_eq(out, "nobody is banned\n");

	phone_open(&ph, &rig, "127.0.0.66");
	for (unsigned i = 0; i < 31; i++) {
		phone_send(&ph,
			   "REGISTER sip:example.net SIP/2.0\r\n"
			   "Via: SIP/2.0/UDP x;branch=z9hG4bK%u;rport\r\n"
			   "From: <sip:alice@example.net>;tag=1\r\n"
			   "To: <sip:alice@example.net>\r\n"
			   "Call-ID: b\r\nCSeq: %u REGISTER\r\n"
			   "Authorization: Digest username=\"alice\", "
			   "realm=\"example.net\", nonce=\"1\", qop=auth, "
			   "nc=00000001, cnonce=\"1\", uri=\"sip:x\", "
			   "response=\"0123456789abcdef0123456789abcdef\""
			   "\r\n\r\n",
			   i, i + 1);
		(void)phone_quiet(&ph);
	}
	phone_close(&ph);

	ck_assert_int_eq(ctl("bans", NULL, NULL, NULL), 0);
	ck_assert_msg(!strncmp(out, "127.0.0.66  ", 12) &&
			      strstr(out, " s  wrong passwords  dropped "),
		      "%s", out);
	ck_assert_int_eq(ctl("--json", "bans", NULL, NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "\"source\": \"127.0.0.66\""));

	ck_assert_int_eq(ctl("unban", "nobody", NULL, NULL), 1);
	ck_assert_ptr_nonnull(strstr(errs, "not an address"));
	ck_assert_int_eq(ctl("unban", "127.0.0.66", NULL, NULL), 0);
	ck_assert_int_eq(ctl("unban", "127.0.0.66", NULL, NULL), 1);
	ck_assert_ptr_nonnull(strstr(errs, "it is not banned"));
	ck_assert_int_eq(ctl("bans", NULL, NULL, NULL), 0);
	ck_assert_str_eq(out, "nobody is banned\n");
}
END_TEST


static struct phone alice, bob;


static void call_bob(struct talk *t)
{
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	talk_begin(t, &alice, &bob, "ctl-1");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(t, "", talk_sdp("127.0.0.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "180 Ringing", "", "");
	talk_expect(&alice, "SIP/2.0 180 ");
}


static void close_phones(void)
{
	phone_close(&alice);
	phone_close(&bob);
}


START_TEST(calls_are_shown_from_their_first_ring)
{
	struct talk t;

	ck_assert_int_eq(ctl("calls", NULL, NULL, NULL), 0);
	ck_assert_str_eq(out, "no call\n");
	call_bob(&t);
	ck_assert_int_eq(ctl("calls", NULL, NULL, NULL), 0);
	ck_assert_msg(strstr(out, "  ringing 0:00  sip:alice@example.net -> "
				  "sip:bob@example.net  since 20"),
		      "%s", out);

	/* direct is decided with the offer: both are where they say */
	ck_assert_int_eq(ctl("call", "ctl-1", NULL, NULL), 0);
	ck_assert_msg(strstr(out, "call-id   ctl-1\n") &&
			      strstr(out, "a         alice@example.net "
					  "127.0.0.10:") &&
			      strstr(out, "b         bob@example.net "
					  "127.0.0.20:") &&
			      strstr(out, "stream 0 audio\n  a  sdp "
					  "127.0.0.10:4000"),
		      "%s", out);
	ck_assert_int_eq(ctl("call", "nobody", NULL, NULL), 1);
	ck_assert_ptr_nonnull(strstr(errs, "no such call is up"));
	close_phones();
}
END_TEST


START_TEST(a_call_is_ended_by_its_number)
{
	char id[17];
	struct talk t;

	call_bob(&t);
	talk_reply(&bob, "200 OK", "", talk_sdp("127.0.0.20", ""));
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_int_eq(ctl("calls", NULL, NULL, NULL), 0);
	(void)snprintf(id, sizeof(id), "%.16s", out);
	ck_assert_ptr_nonnull(strstr(out, "  talking 0:"));
	ck_assert_int_eq(ctl("--json", "call", id, NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "\"state\": \"talking\""));

	ck_assert_int_eq(ctl("hangup", id, NULL, NULL), 0);
	ck_assert_str_eq(out, "1 call ends\n");
	talk_expect(&alice, "BYE ");
	talk_expect(&bob, "BYE ");
	ck_assert_int_eq(ctl("hangup", id, NULL, NULL), 1);
	close_phones();
}
END_TEST


static void expect(const char *want)
{
	ck_assert_msg(strstr(out, want) != NULL, "%.2000s", out);
}


START_TEST(phones_are_shown_asked_and_explained)
{
	ck_assert_int_eq(ctl("registrations", NULL, NULL, NULL), 0);
	ck_assert_str_eq(out, "nobody is registered\n");
	phone_open(&bob, &rig, "127.2.2.2");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");

	ck_assert_int_eq(ctl("registrations", "BOB", NULL, NULL), 0);
	expect("bob@example.net  sip:bob@192.168.1.10:5060  UDP 127.2.2.2:");
	expect("\n    relay: source 127.2.2.2 differs from Contact "
	       "192.168.1.10, kept alive each 25 s\n");
	ck_assert_int_eq(ctl("registrations", "alice", NULL, NULL), 0);
	ck_assert_str_eq(out, "nobody is registered\n");

	answering = &bob;
	ck_assert_int_eq(ctl("ping", "bob", NULL, NULL), 0);
	expect("  200 after ");
	answering = NULL;
	ck_assert_int_eq(ctl("ping", "alice", NULL, NULL), 1);
	ck_assert_ptr_nonnull(strstr(errs, "nobody is registered there"));

	ck_assert_int_eq(ctl("explain", "--from=alice", NULL, NULL), 2);
	ck_assert_str_eq(errs, "viaduct: explain needs --to\n");
	ck_assert_int_eq(ctl("explain", "--from=alice", "--to=200", NULL), 0);
	expect("caller    alice@example.net, 0 calls of 20\n"
	       "to        sip:200@example.net\nuser      bob@example.net\n"
	       "tried, those of one number at the same time\n"
	       "  1. phone  sip:bob@192.168.1.10:5060  by UDP 127.2.2.2:");
	expect("\n     relay: callee registered from behind NAT\n");
	ck_assert_int_eq(ctl("explain", "--from=bob", "--to=0301", NULL), 0);
	expect("route     world\npattern   0*\n");
	expect("refused   403 Number Not Allowed\n");
	phone_close(&bob);
}
END_TEST


START_TEST(the_server_is_told_what_to_do)
{
	ck_assert_int_eq(ctl("log", "warn", NULL, NULL), 0);
	ck_assert_str_eq(out, "level     warn\n");
	ck_assert_int_eq(ctl("log", "loud", NULL, NULL), 2);
	ck_assert_ptr_nonnull(strstr(errs, "there is no choice 'loud'"));
	ck_assert_int_eq(ctl("drain", NULL, NULL, NULL), 0);
	ck_assert_str_eq(out, "no new calls are taken, 0 go on\n");
	ck_assert_int_eq(ctl("status", NULL, NULL, NULL), 0);
	expect("state     draining, no new calls are taken, log warn\n"
	       "users     2 accounts, 0 registrations\n");
	expect("warning   it listens on loopback only");
	ck_assert_int_eq(ctl("drain", "off", NULL, NULL), 0);
	ck_assert_str_eq(out, "new calls are taken, 0 are up\n");
	ck_assert_int_eq(ctl("drain", "perhaps", NULL, NULL), 2);
	ck_assert_int_eq(ctl("drain", "--deadline=5", NULL, NULL), 1);
	ck_assert_ptr_nonnull(strstr(errs, "a deadline is for what stops"));
	ck_assert_int_eq(ctl("drain", "--stop", "--deadline=1x", NULL), 2);
	ck_assert_int_eq(ctl("drain", "--stop", "--deadline=86401", NULL), 1);
	ck_assert_int_eq(ctl("drain", "off", "--stop", NULL), 1);
	ck_assert_int_eq(ctl("drain", "--wait", NULL, NULL), 0);
	expect("no call is up any more\n");
	ck_assert_int_eq(ctl("drain", "off", NULL, NULL), 0);
	ck_assert_int_eq(ctl("relays", NULL, NULL, NULL), 0);
	expect("internal  up  0 sessions, ");
}
END_TEST


static const char *const jsonv[] = {
	"status", "calls", "registrations", "peers",    "relays", "bans",
	"tests",  "drain", "metrics",       "settings", "log",
};


START_TEST(each_answer_is_json_as_well)
{
	ck_assert_int_eq(ctl("--json", jsonv[_i], NULL, NULL), 0);
	ck_assert_int_eq(out[0], '{');
}
END_TEST


enum { MANY = 1100 };


static struct message *invite_number(unsigned n)
{
	char buf[512];

	(void)snprintf(buf, sizeof(buf),
		       "INVITE sip:b@example.net SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		       "From: <sip:a@example.net>;tag=1\r\n"
		       "To: <sip:b@example.net>\r\nCall-ID: many-%u\r\n"
		       "CSeq: 1 INVITE\r\n\r\n",
		       n);

	return decoded(buf);
}


/* the loop has other work than one long answer */
START_TEST(a_long_table_comes_in_pages)
{
	static const char first[] = "{\"command\":\"calls\"}";
	struct call_leg leg;
	char *said;

	memset(&leg, 0, sizeof(leg));
	for (unsigned i = 0; i < MANY; i++) {
		struct message *m = invite_number(i);
		struct call *call = NULL;

		ck_assert_int_eq(
			call_alloc(&call, rig.srv->calls, 0, m, &leg, &leg),
			0);
		mem_deref(m);
	}

	said = control_answer(rig.srv->control, first, strlen(first));
	ck_assert_ptr_nonnull(strstr(said, "\"next\":\""));
	ck_assert_ptr_nonnull(strstr(said, "\"count\":1100"));
	free(said);
	ck_assert_int_eq(ctl("calls", NULL, NULL, NULL), 0);

	/* as many lines as calls; what is kept of them here is the beginning */
	ck_assert_int_eq(ctl("--json", "calls", NULL, NULL), 0);
	ck_assert_ptr_nonnull(strstr(out, "\"call_id\": \"many-"));
	ck_assert_uint_eq(rows_of("out"), MANY);
}
END_TEST


Suite *suite_control_flow(void);
Suite *suite_control_flow(void)
{
	Suite *s = suite_create("control_flow");
	TCase *tc = tcase_create("control_flow");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, where_a_number_goes_is_told, routev);
	tcase_add_test(tc, a_peer_that_is_down_is_told);
	tcase_add_test(tc, json_is_as_it_comes);
	test_table(tc, wrong_usage_is_said, usagev);
	tcase_add_test(tc, a_server_that_does_not_run_is_said);
	tcase_add_test(tc, a_second_server_does_not_take_the_socket);
	tcase_add_test(tc, bans_are_shown_and_taken_back);
	tcase_add_test(tc, calls_are_shown_from_their_first_ring);
	tcase_add_test(tc, a_call_is_ended_by_its_number);
	tcase_add_test(tc, phones_are_shown_asked_and_explained);
	tcase_add_test(tc, the_server_is_told_what_to_do);
	test_table(tc, each_answer_is_json_as_well, jsonv);
	tcase_add_test(tc, a_long_table_comes_in_pages);
	suite_add_tcase(s, tc);

	return s;
}
