/**
 * @file scenario/cdr_flow.c  One record for each call, as its caller saw it
 */
#include "common/json.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "proxy/admin/history/history_reader.h"
#include "proxy/core/dialog_end.h"
#include "proxy/server_state.h"
#include "test/scenario/crew.h"
#include "test/test.h"

enum { LINES_MAX = 8, LINE_SIZE = 16384, WAIT_MS = 3000 };

static struct crew crew;
static struct member *const alice = &crew.alice, *const bob = crew.bobv,
			    *const second = &crew.bobv[1],
			    *const carol = &crew.bobv[4];
static json_t *recordv[LINES_MAX];
static size_t recordc;


static void setup(void)
{
	crew_open(&crew, "limit { requests = 0 strangers = 0 failures = 0 }\n",
		  0, 0);
	carol->user = "carol";
	crew_register(bob, "");
	recordc = 0;
}


static void teardown(void)
{
	for (size_t i = 0; i < recordc; i++)
		json_decref(recordv[i]);
	crew_close(&crew);
}


static void load_records(size_t want)
{
	static char line[LINE_SIZE];
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/calls.jsonl", crew.rig.dir);
	f = fopen(path, "r");
	ck_assert(f || !want);
	while (f && recordc < LINES_MAX && fgets(line, sizeof(line), f)) {
		recordv[recordc] = json_loads(line, 0, NULL);
		ck_assert_msg(recordv[recordc] != NULL, "%s", line);
		++recordc;
	}
	if (f)
		(void)fclose(f);
	ck_assert_uint_eq(recordc, want);
}


/* the history has what the file has, and says that it is over */
static void expect_history(size_t want)
{
	json_t *question = json_object(), *answer = NULL, *rows;
	struct history_reader *r = NULL;
	size_t over = 0;

	ck_assert_int_eq(history_reader_alloc(&r, crew.rig.dir), 0);
	for (int ms = 0; ms < WAIT_MS && (!answer || over < want); ms += 10) {
		json_decref(answer);
		answer = json_object();
		sys_msleep(10);
		(void)history_search(r, question, answer);
		rows = json_object_get(answer, "calls");
		over = 0;
		for (size_t i = 0; i < json_array_size(rows); i++)
			over += json_object_get(json_array_get(rows, i),
						"ended_ms") != NULL;
	}
	ck_assert_uint_eq(over, want);
	json_decref(answer);
	for (size_t i = 0; i < want; i++) {
		answer = json_object();
		ck_assert_int_eq(history_one(r,
					     json_string_value(json_object_get(
						     recordv[i], "id")),
					     answer),
				 0);
		ck_assert(json_equal(json_object_get(answer, "record"),
				     recordv[i]));
		json_decref(answer);
	}
	json_decref(question);
	mem_deref(r);
}


/* all of them are on the disk when so many are written */
static void read_records(size_t want)
{
	rig_settle(&crew.rig, "cdr_written_total", want, WAIT_MS);
	load_records(want);
	expect_history(want);
}


/* "a.account": of the first record, "" where it is not there */
static const char *text(const char *key)
{
	const json_t *obj = recordv[0];
	const char *dot = strchr(key, '.'), *s;
	char outer[16];

	if (dot) {
		(void)snprintf(outer, sizeof(outer), "%.*s", (int)(dot - key),
			       key);
		obj = json_object_get(obj, outer);
		key = dot + 1;
	}
	s = json_string_value(json_object_get(obj, key));

	return s ? s : "";
}


static long long number(const char *key)
{
	return (long long)json_integer_value(json_object_get(recordv[0], key));
}


/* what every record has */
static void expect_head(void)
{
	ck_assert_str_eq(text("call_id"), "crew");
	ck_assert_str_eq(text("from"), "sip:alice@example.net");
	ck_assert_str_eq(text("a.account"), "alice@example.net");
	ck_assert_uint_eq(strlen(text("started")), 24);
	ck_assert_uint_eq(strlen(text("ended")), 24);
}


static void expect_end(unsigned status, const char *by, const char *why)
{
	ck_assert_int_eq(number("status"), status);
	ck_assert_str_eq(text("ended_by"), by);
	ck_assert_str_eq(text("why"), why);
	ck_assert_str_eq(text("state"), "ended");
	expect_head();
}


static void establish(const char *alices, const char *bobs)
{
	crew_invite(&crew, "", crew_sdp(alices));
	crew_expect(bob, "INVITE ");
	crew_reply(bob, "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_reply(bob, "200 OK", "", crew_sdp(bobs));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, bob);
}


START_TEST(an_answered_call_is_told_when_it_ends)
{
	establish("192.168.1.10", "127.0.0.20");
	crew_bye(&crew, bob, alice);
	read_records(1);
	expect_end(200, "b", "bye");
	ck_assert_str_eq(text("to"), "sip:bob@example.net");
	ck_assert_str_eq(text("uri"), "sip:bob@example.net");
	ck_assert_str_eq(text("b.account"), "bob@example.net");
	ck_assert_int_eq(strncmp(text("b.address"), "127.0.0.20:", 11), 0);
	ck_assert_str_eq(text("media"), "relay");
	ck_assert_str_eq(text("reason"), "source-differs");
	ck_assert_uint_eq(strlen(text("answered")), 24);
	ck_assert_uint_eq(
		json_array_size(json_object_get(recordv[0], "streams")), 1);
}
END_TEST


/* who has hung up is charged for no second more */
START_TEST(a_bye_that_is_refused_ends_it_at_once)
{
	establish("192.168.1.10", "127.0.0.20");
	crew_inside(&crew, alice, bob, "BYE", 900);
	crew_expect(bob, "BYE ");
	crew_reply(bob, "481 Gone", "", "");
	crew_expect(alice, "SIP/2.0 481 ");
	read_records(1);
	expect_end(200, "a", "bye");
}
END_TEST


static const struct {
	const char *answer, *cause;
	unsigned status;
} failv[] = {
	{"486 Busy Here", "Q.850;cause=17", 486},
	{"603 Decline", "", 603},
	{"404 Not Found", "Q.850;cause=1;text=\"x\"", 404},
};


START_TEST(a_refused_call_is_told_at_once)
{
	char extra[64] = "";

	if (failv[_i].cause[0])
		(void)snprintf(extra, sizeof(extra), "Reason: %s\r\n",
			       failv[_i].cause);
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_reply(bob, failv[_i].answer, extra, "");
	crew_expect(alice, "SIP/2.0 ");
	read_records(1);
	expect_end(failv[_i].status, "b", "failed");
	ck_assert_str_eq(text("cause"), failv[_i].cause);
	ck_assert_str_eq(text("answered"), "");
	ck_assert_str_eq(text("b.account"), "bob@example.net");
	ck_assert_str_eq(text("media"), "direct");
	ck_assert_int_eq(number("talked_ms"), 0);
}
END_TEST


START_TEST(a_cancelled_call_is_its_callers_doing)
{
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_reply(bob, "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_cancel(&crew, "");
	crew_cancelled(bob, "");
	crew_expect(alice, "SIP/2.0 487 ");
	read_records(1);
	expect_end(487, "a", "cancelled");
}
END_TEST


START_TEST(who_hangs_up_on_a_phone_that_rings_has_ended_it)
{
	static char invite[sizeof(bob->request)];

	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_reply(bob, "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	crew_learn(&crew, bob);
	memcpy(invite, bob->request, sizeof(invite));
	crew_bye(&crew, alice, bob);
	memcpy(bob->request, invite, sizeof(invite));
	crew_reply(bob, "487 Request Terminated", "", "");
	crew_expect(alice, "SIP/2.0 487 ");
	read_records(1);
	expect_end(487, "a", "bye");
	ck_assert_int_eq(number("talked_ms"), 0);
}
END_TEST


/* three phones ring: the caller has made one call */
START_TEST(a_forked_call_is_one_record)
{
	crew_register(second, "");
	crew_register(&crew.bobv[2], "");
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_expect(second, "INVITE ");
	crew_expect(&crew.bobv[2], "INVITE ");
	crew_reply(&crew.bobv[2], "180 Ringing", "", "");
	crew_reply(bob, "486 Busy Here", "", "");
	crew_reply(second, "200 OK", "", crew_sdp("127.0.0.21"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, second);
	crew_cancelled(&crew.bobv[2], "SIP;cause=200;"
				      "text=\"Call completed elsewhere\"");
	crew_bye(&crew, alice, second);
	read_records(1);
	expect_end(200, "a", "bye");
	ck_assert_int_eq(strncmp(text("b.address"), "127.0.0.21:", 11), 0);
}
END_TEST


/* the answer that the caller got is one phone's: it stands there */
START_TEST(of_a_failed_fork_the_one_that_counted_is_told)
{
	crew_register(second, "");
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_expect(second, "INVITE ");
	crew_reply(bob, "486 Busy Here", "", "");
	crew_reply(second, "480 Away", "", "");
	crew_expect(alice, "SIP/2.0 48");
	read_records(1);
	expect_end(phone_status(&alice->ph), "b", "failed");
	ck_assert_int_eq(strncmp(text("b.address"),
				 phone_status(&alice->ph) == 486
					 ? "127.0.0.20:"
					 : "127.0.0.21:",
				 11),
			 0);
}
END_TEST


static const struct {
	const char *uri, *met;
	unsigned status; /* 0: it is no call */
} oursv[] = {
	{"sip:nobody@example.net", "INVITE", 404},
	{"sip:carol@example.net", "INVITE", 480},
	{"sip:nobody@example.net", "MESSAGE", 0},
	{"sip:nobody@example.net", "OPTIONS", 0},
};


START_TEST(what_we_refuse_is_our_doing)
{
	crew_send(&crew, oursv[_i].met, oursv[_i].uri, "", "");
	crew_expect(alice, "SIP/2.0 4");
	read_records(oursv[_i].status ? 1 : 0);
	if (!oursv[_i].status)
		return;

	ck_assert_uint_eq(phone_status(&alice->ph), oursv[_i].status);
	expect_end(oursv[_i].status, "us", "failed");
	ck_assert_str_eq(text("media"), "");
	ck_assert_str_eq(text("b.address"), "");
	ck_assert_uint_eq(strlen(text("id")), 16);
}
END_TEST


START_TEST(a_call_that_a_limit_refuses_is_told_as_well)
{
	struct account_settings set;

	memset(&set, 0, sizeof(set));
	set.calls_max = 1;
	rig_settings(&crew.rig, "alice@example.net", &set);
	establish("127.0.0.10", "127.0.0.20");
	crew_send(&crew, "INVITE", "sip:bob@example.net", "", "");
	crew_expect(alice, "SIP/2.0 486 ");
	read_records(1);
	expect_end(486, "us", "failed");
}
END_TEST


/* no record of what a stranger sends */
START_TEST(who_has_not_shown_who_he_is_writes_nothing)
{
	alice->ph.auth[0] = '\0';
	phone_send(&alice->ph,
		   "INVITE sip:bob@example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKx\r\n"
		   "From: <sip:alice@example.net>;tag=x\r\n"
		   "To: <sip:bob@example.net>\r\nCall-ID: x\r\n"
		   "CSeq: 1 INVITE\r\n\r\n",
		   alice->ph.host, alice->ph.port);
	crew_expect(alice, "SIP/2.0 407 ");
	ck_assert(phone_quiet(&alice->ph));
	read_records(0);
}
END_TEST


START_TEST(who_had_it_forwarded_stands_there)
{
	struct account_settings set;

	memset(&set, 0, sizeof(set));
	(void)str_ncpy(set.forward_busy, "sip:carol@example.net",
		       sizeof(set.forward_busy));
	rig_settings(&crew.rig, "bob@example.net", &set);
	crew_register(carol, "");
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_reply(bob, "486 Busy Here", "", "");
	crew_expect(carol, "INVITE ");
	crew_reply(carol, "200 OK", "", crew_sdp("127.0.0.24"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, carol);
	crew_bye(&crew, alice, carol);
	read_records(1);
	expect_end(200, "a", "bye");
	ck_assert_str_eq(text("uri"), "sip:bob@example.net");
	ck_assert_str_eq(text("b.account"), "carol@example.net");
	ck_assert_int_eq(strncmp(text("diverted"),
				 "<sip:bob@example.net>;reason=user-busy", 38),
			 0);
}
END_TEST


static bool find_handler(struct call *call, void *arg)
{
	struct call **cp = arg;

	*cp = call;

	return true;
}


/* once, though a phone's own BYE comes as well */
START_TEST(a_call_that_we_end_says_why)
{
	struct call *call = NULL;

	establish("192.168.1.10", "127.0.0.20");
	calls_apply(crew.rig.srv->calls, find_handler, &call);
	(void)dialog_end(crew.rig.srv->proxy, call, "media-timeout");
	crew_expect(bob, "BYE ");
	crew_reply(bob, "200 OK", "", "");
	crew_expect(alice, "BYE ");
	crew_reply(alice, "200 OK", "", "");
	crew_inside(&crew, alice, bob, "BYE", 77);
	crew_expect(bob, "BYE ");
	crew_reply(bob, "481 Gone", "", "");
	crew_expect(alice, "SIP/2.0 481 ");
	read_records(1);
	expect_end(200, "us", "media-timeout");
}
END_TEST


START_TEST(a_reinvite_is_no_call_of_its_own)
{
	establish("192.168.1.10", "127.0.0.20");
	crew_inside(&crew, alice, bob, "INVITE", 50);
	crew_expect(bob, "INVITE ");
	crew_reply(bob, "488 No", "", "");
	crew_expect(alice, "SIP/2.0 488 ");
	crew_bye(&crew, alice, bob);
	read_records(1);
	expect_end(200, "a", "bye");
}
END_TEST


START_TEST(a_server_that_stops_writes_what_is_up)
{
	establish("192.168.1.10", "127.0.0.20");
	rig_restart(&crew.rig);
	load_records(1);
	expect_end(200, "us", "server-stop");
}
END_TEST


static void rename_records(void)
{
	char from[128], to[128];

	(void)snprintf(from, sizeof(from), "%s/calls.jsonl", crew.rig.dir);
	(void)snprintf(to, sizeof(to), "%s/calls.jsonl.1", crew.rig.dir);
	ck_assert_int_eq(rename(from, to), 0);
}


START_TEST(sighup_makes_a_new_file)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/calls.jsonl", crew.rig.dir);
	crew_send(&crew, "INVITE", "sip:nobody@example.net", "", "");
	crew_expect(alice, "SIP/2.0 404 ");
	rig_settle(&crew.rig, "cdr_written_total", 1, WAIT_MS);
	rename_records();
	ck_assert_int_eq(raise(SIGHUP), 0);
	for (int i = 0; i < 20 && access(path, F_OK); i++)
		(void)phone_quiet(&bob->ph);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST


Suite *suite_cdr_flow(void);
Suite *suite_cdr_flow(void)
{
	Suite *s = suite_create("cdr_flow");
	TCase *tc = tcase_create("cdr_flow");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_answered_call_is_told_when_it_ends);
	tcase_add_test(tc, a_bye_that_is_refused_ends_it_at_once);
	test_table(tc, a_refused_call_is_told_at_once, failv);
	tcase_add_test(tc, a_cancelled_call_is_its_callers_doing);
	tcase_add_test(tc, who_hangs_up_on_a_phone_that_rings_has_ended_it);
	tcase_add_test(tc, a_forked_call_is_one_record);
	tcase_add_test(tc, of_a_failed_fork_the_one_that_counted_is_told);
	test_table(tc, what_we_refuse_is_our_doing, oursv);
	tcase_add_test(tc, a_call_that_a_limit_refuses_is_told_as_well);
	tcase_add_test(tc, who_has_not_shown_who_he_is_writes_nothing);
	tcase_add_test(tc, who_had_it_forwarded_stands_there);
	tcase_add_test(tc, a_call_that_we_end_says_why);
	tcase_add_test(tc, a_reinvite_is_no_call_of_its_own);
	tcase_add_test(tc, a_server_that_stops_writes_what_is_up);
	tcase_add_test(tc, sighup_makes_a_new_file);
	suite_add_tcase(s, tc);

	return s;
}
