/**
 * @file scenario/trace_flow.c  Traces and the flight recorder of a server
 */
#include "common/json.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/pcap.h"
#include "proxy/admin/control.h"
#include "proxy/admin/history/history_reader.h"
#include "proxy/admin/trace/flights.h"
#include "proxy/admin/trace/shelf.h"
#include "proxy/server_state.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { FILE_SIZE = 65536, STEP_MS = 10 };

static struct rig rig;
static struct phone alice, bob;
static char content[FILE_SIZE];
static size_t content_len;


static void setup(void)
{
	rig_start(&rig, "");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
}


/* the answer as text, to the end of the test */
static const char *ask(const char *question)
{
	static char *said;

	free(said);
	said = control_answer(rig.srv->control, question, strlen(question));
	ck_assert_ptr_nonnull(said);

	return said;
}


static void says(const char *question, const char *want)
{
	const char *said = ask(question);

	ck_assert_msg(strstr(said, want) != NULL, "%s: %s", question, said);
}


/* the files of DATA/NAME, one behind the other: how many there are */
static unsigned slurp(const char *name)
{
	char path[2048];
	const struct dirent *e;
	unsigned n = 0;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/%s", rig.cfg->data, name);
	content_len = 0;
	d = opendir(path);
	while (d && (e = readdir(d)) != NULL) {
		FILE *f;

		if (!strstr(e->d_name, ".pcap"))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s/%s", rig.cfg->data,
			       name, e->d_name);
		f = fopen(path, "r");
		ck_assert_ptr_nonnull(f);
		content_len += fread(content + content_len, 1,
				     FILE_SIZE - content_len, f);
		(void)fclose(f);
		++n;
	}
	if (d)
		(void)closedir(d);

	return n;
}


static bool has(const char *text)
{
	return memmem(content, content_len, text, strlen(text)) != NULL;
}


static void refused_call(const char *callid, const char *status)
{
	struct talk t;

	talk_begin(&t, &alice, &bob, callid);
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&t, "", talk_sdp("127.0.0.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, status, "", "");
	talk_expect(&bob, "ACK ");
	(void)phone_recv(&alice);
	talk_inside(&t, &alice, "ACK", t.invite, "", "");
	(void)phone_quiet(&bob);
}


START_TEST(a_user_is_traced_into_a_file)
{
	says("{\"command\":\"trace\",\"what\":\"bob@example.net\",\"on\":"
	     "\"on\"}",
	     "\"ok\":true");
	refused_call("trace-1", "486 Busy Here");
	says("{\"command\":\"traces\"}", "\"to\":\"pcap\"");
	says("{\"command\":\"rotate\"}", "\"ok\":true");
	says("{\"command\":\"trace\",\"what\":\"bob@example.net\",\"on\":"
	     "false}",
	     "\"ok\":true");
	says("{\"command\":\"traces\"}", "\"traces\":[]");
	rig.srv->trace_shelf = mem_deref(rig.srv->trace_shelf);
	ck_assert_uint_eq(slurp("traces"), 1);
	ck_assert(has("REGISTER sip:"));
	ck_assert(has("INVITE sip:bob@"));
	ck_assert(has("SIP/2.0 486 "));
	ck_assert(has("response=\"*******"));
}
END_TEST


START_TEST(an_address_is_traced_and_others_are_not)
{
	says("{\"command\":\"trace\",\"what\":\"127.0.0.20\",\"on\":true}",
	     "\"ok\":true");
	refused_call("trace-2", "486 Busy Here");
	says("{\"command\":\"trace\",\"what\":\"127.0.0.20\",\"on\":false}",
	     "\"ok\":true");
	rig.srv->trace_shelf = mem_deref(rig.srv->trace_shelf);
	ck_assert_uint_eq(slurp("traces"), 1);
	ck_assert(has("SIP/2.0 486 "));
	ck_assert(!has("SIP/2.0 407 "));
	ck_assert(!has("SIP/2.0 100 "));
}
END_TEST


static const struct {
	const char *question, *want;
} badv[] = {
	{"{\"command\":\"trace\"}", "on or off?"},
	{"{\"command\":\"trace\",\"on\":true}", "whose?"},
	{"{\"command\":\"trace\",\"on\":true,\"what\":\"bob\"}", "whose?"},
	{"{\"command\":\"trace\",\"on\":true,\"what\":\"@x\"}", "whose?"},
	{"{\"command\":\"trace\",\"on\":true,\"what\":\"0.0.0.0\"}", "whose?"},
	{"{\"command\":\"trace\",\"on\":true,\"what\":\"::\"}", "whose?"},
	{"{\"command\":\"trace\",\"on\":true,\"what\":\"a b@x\"}", "whose?"},
	{"{\"command\":\"trace\",\"on\":\"yes\",\"what\":\"a@b\"}",
	 "on or off?"},
	{"{\"command\":\"trace\",\"on\":true,\"what\":\"a@b\",\"to\":\"x\"}",
	 "to log or to pcap?"},
	{"{\"command\":\"trace\",\"on\":false,\"what\":\"a@b\"}",
	 "it is not traced"},
};

START_TEST(a_bad_question_about_traces_is_told_why)
{
	says(badv[_i].question, badv[_i].want);
}
END_TEST


START_TEST(no_more_are_traced_than_there_is_room_for)
{
	char question[128];

	for (int i = 0; i < 16; i++) {
		(void)snprintf(question, sizeof(question),
			       "{\"command\":\"trace\",\"what\":\"192.0.2.%d\""
			       ",\"to\":\"log\",\"on\":true}",
			       i);
		says(question, "\"ok\":true");
	}
	says(question, "it is traced already");
	says("{\"command\":\"trace\",\"what\":\"a@b\",\"on\":true}",
	     "too many are traced");
}
END_TEST


START_TEST(a_call_that_failed_is_kept_and_one_that_was_busy_is_not)
{
	refused_call("flight-1", "486 Busy Here");
	refused_call("flight-2", "500 Oops");
	rig.srv->flights = mem_deref(rig.srv->flights);
	rig.srv->flight_shelf = mem_deref(rig.srv->flight_shelf);
	ck_assert_uint_eq(slurp("flights"), 1);
	ck_assert(has("Call-ID: flight-2"));
	ck_assert(!has("Call-ID: flight-1"));
	ck_assert(has("SIP/2.0 500 "));
	ck_assert(has("ACK sip:"));
	ck_assert(has("response=\"*******"));
}
END_TEST


/* what the history has of that call; "": not yet */
static void past(char buf[SHELF_NAME_MAX], const char *callid, const char *key)
{
	struct history_reader *r = NULL;
	json_t *answer = json_object();
	const char *s;

	ck_assert_int_eq(history_reader_alloc(&r, rig.cfg->data), 0);
	(void)history_one(r, callid, answer);
	s = json_string_value(json_object_get(answer, key));
	(void)str_ncpy(buf, s ? s : "", SHELF_NAME_MAX);
	json_decref(answer);
	mem_deref(r);
}


static void past_settles(char buf[SHELF_NAME_MAX], const char *callid,
			 const char *key)
{
	for (int ms = 0; ms < RIG_WAIT_MS; ms += STEP_MS) {
		past(buf, callid, key);
		if (*buf)
			return;
		sys_msleep(STEP_MS);
	}
	ck_abort_msg("%s has no %s", callid, key);
}


START_TEST(the_record_of_a_call_that_failed_names_its_file)
{
	char buf[SHELF_NAME_MAX];
	int fd = -1;

	refused_call("flight-4", "486 Busy Here");
	refused_call("flight-5", "500 Oops");
	past_settles(buf, "flight-4", "ended_by");
	past_settles(buf, "flight-5", "ended_by");
	rig.srv->flights = mem_deref(rig.srv->flights);
	past_settles(buf, "flight-5", "flight");
	ck_assert_ptr_nonnull(strstr(buf, "-status-500.pcap"));
	for (int ms = 0; ms < RIG_WAIT_MS && fd < 0; ms += STEP_MS) {
		if (shelf_open(&fd, rig.srv->flight_shelf, buf))
			sys_msleep(STEP_MS);
	}
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	past(buf, "flight-4", "flight");
	ck_assert_str_eq(buf, "");
}
END_TEST


START_TEST(a_flood_of_failures_is_no_flood_of_files)
{
	struct pl callid;
	int err = 0;

	refused_call("flight-3", "486 Busy Here");
	pl_set_str(&callid, "flight-3");
	for (int i = 0; i <= FLIGHTS_PER_MINUTE && !err; i++)
		err = flights_keep(rig.srv->flights, &callid, 1, NULL, "x", 1);
	ck_assert_int_eq(err, EBUSY);
	pl_set_str(&callid, "nobody");
	ck_assert_int_eq(
		flights_keep(rig.srv->flights, &callid, 1, NULL, "x", 1),
		ENOENT);
}
END_TEST


Suite *suite_trace_flow(void);
Suite *suite_trace_flow(void)
{
	Suite *s = suite_create("trace_flow");
	TCase *tc = tcase_create("trace_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_user_is_traced_into_a_file);
	tcase_add_test(tc, an_address_is_traced_and_others_are_not);
	test_table(tc, a_bad_question_about_traces_is_told_why, badv);
	tcase_add_test(tc, no_more_are_traced_than_there_is_room_for);
	tcase_add_test(
		tc, a_call_that_failed_is_kept_and_one_that_was_busy_is_not);
	tcase_add_test(tc, the_record_of_a_call_that_failed_names_its_file);
	tcase_add_test(tc, a_flood_of_failures_is_no_flood_of_files);
	suite_add_tcase(s, tc);

	return s;
}
