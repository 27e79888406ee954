/**
 * @file scenario/history_flow.c  A call in the history while it is up
 */
#include "common/json.h"
#include <string.h>
#include "proxy/admin/history/history_reader.h"
#include "proxy/media/call.h"
#include "proxy/server_state.h"
#include "test/scenario/crew.h"
#include "test/test.h"

enum { WAIT_MS = 3000, STEP_MS = 10 };

static struct crew crew;
static struct member *const alice = &crew.alice, *const bob = crew.bobv,
			    *const second = &crew.bobv[1];
static struct history_reader *reader;
static json_t *rows;


static void setup(void)
{
	crew_open(&crew, "limit { requests = 0 strangers = 0 failures = 0 }\n",
		  0, 0);
	crew_register(bob, "");
	ck_assert_int_eq(history_reader_alloc(&reader, crew.rig.dir), 0);
}


static void teardown(void)
{
	json_decref(rows);
	rows = NULL;
	reader = mem_deref(reader);
	crew_close(&crew);
}


static const char *text(const char *key)
{
	const char *s = json_string_value(
		json_object_get(json_array_get(rows, 0), key));

	return s ? s : "";
}


static void look(void)
{
	json_t *question = json_object(), *answer = json_object();

	json_decref(rows);
	(void)history_search(reader, question, answer);
	rows = json_incref(json_object_get(answer, "calls"));
	json_decref(answer);
	json_decref(question);
}


/* one row, which is in that state sooner or later */
static void expect_state(const char *state)
{
	for (int ms = 0; ms < WAIT_MS; ms += STEP_MS) {
		look();
		if (!strcmp(text("state"), state))
			break;
		sys_msleep(STEP_MS);
	}
	ck_assert_str_eq(text("state"), state);
	ck_assert_uint_eq(json_array_size(rows), 1);
}


static bool find_handler(struct call *call, void *arg)
{
	uint64_t *id = arg;

	*id = call_id(call);

	return true;
}


/* who finds it in the history finds it among the calls that are up */
static void expect_live(void)
{
	uint64_t id = 0;
	char want[32];

	calls_apply(crew.rig.srv->calls, find_handler, &id);
	(void)re_snprintf(want, sizeof(want), "%016llx",
			  (unsigned long long)id);
	ck_assert_str_eq(text("id"), want);
}


START_TEST(a_call_is_there_from_its_invite_to_its_end)
{
	crew_invite(&crew, "User-Agent: Snom 1\r\n", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_reply(bob, "180 Ringing", "", "");
	crew_expect(alice, "SIP/2.0 180 ");
	expect_state("ringing");
	expect_live();
	ck_assert_str_eq(text("from"), "sip:alice@example.net");
	ck_assert_str_eq(text("a_agent"), "Snom 1");

	crew_reply(bob, "200 OK", "Server: Yealink 2\r\n",
		   crew_sdp("127.0.0.20"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, bob);
	expect_state("talking");
	expect_live();
	ck_assert_str_eq(text("b_account"), "bob@example.net");
	ck_assert_str_eq(text("b_agent"), "Yealink 2");

	crew_bye(&crew, alice, bob);
	expect_state("ended");
	ck_assert_str_eq(text("why"), "bye");
	ck_assert_str_eq(text("a_agent"), "Snom 1");
}
END_TEST


START_TEST(of_several_phones_the_one_that_was_answered_gives_its_number)
{
	crew_register(second, "");
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_expect(second, "INVITE ");
	crew_reply(bob, "180 Ringing", "", "");
	crew_reply(second, "200 OK", "", crew_sdp("127.0.0.21"));
	crew_expect(alice, "SIP/2.0 200 ");
	crew_ack(&crew, second);
	crew_cancelled(bob, "SIP;cause=200;"
			    "text=\"Call completed elsewhere\"");
	expect_state("talking");
	expect_live();
	crew_bye(&crew, alice, second);
	expect_state("ended");
	ck_assert_int_eq(strncmp(text("b_address"), "127.0.0.21:", 11), 0);
}
END_TEST


START_TEST(a_refusal_is_told_in_the_callees_words)
{
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	crew_reply(bob, "486 Not Now",
		   "User-Agent: Yealink 2\r\nReason: Q.850;cause=17\r\n", "");
	crew_expect(alice, "SIP/2.0 486 ");
	expect_state("ended");
	ck_assert_str_eq(text("phrase"), "Not Now");
	ck_assert_str_eq(text("b_agent"), "Yealink 2");
	ck_assert_str_eq(text("cause"), "Q.850;cause=17");
}
END_TEST


/* it comes again with a password: that is the call */
START_TEST(a_question_for_a_password_is_no_call)
{
	crew_invite(&crew, "", crew_sdp("127.0.0.10"));
	crew_expect(bob, "INVITE ");
	expect_state("ringing");
	crew_reply(bob, "401 Who?", "", "");
	crew_expect(alice, "SIP/2.0 401 ");
	for (int ms = 0; ms < WAIT_MS && json_array_size(rows);
	     ms += STEP_MS) {
		sys_msleep(STEP_MS);
		look();
	}
	ck_assert_uint_eq(json_array_size(rows), 0);
}
END_TEST


Suite *suite_history_flow(void);
Suite *suite_history_flow(void)
{
	Suite *s = suite_create("history_flow");
	TCase *tc = tcase_create("history_flow");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_call_is_there_from_its_invite_to_its_end);
	tcase_add_test(
		tc,
		of_several_phones_the_one_that_was_answered_gives_its_number);
	tcase_add_test(tc, a_refusal_is_told_in_the_callees_words);
	tcase_add_test(tc, a_question_for_a_password_is_no_call);
	suite_add_tcase(s, tc);

	return s;
}
