/**
 * @file scenario/ladder_flow.c  What a running server has kept of its calls
 */
#include "common/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/admin/call_json.h"
#include "proxy/admin/control.h"
#include "proxy/admin/trace/call_ladder.h"
#include "proxy/server_state.h"
#include "test/scenario/rewrite.h"
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static struct phone alice, bob;


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


static json_t *ladder(const char *id)
{
	json_t *question = json_pack("{ssss}", "command", "ladder", "id", id);
	char *asked = json_dumps(question, 0);
	char *said = control_answer(rig.srv->control, asked, strlen(asked));
	json_t *answer = json_loads(said, 0, NULL);

	ck_assert_ptr_nonnull(answer);
	free(asked);
	free(said);
	json_decref(question);

	return answer;
}


/* "0>1 INVITE", "1>0 401" ... */
static void is_message(const json_t *answer, size_t i, const char *want)
{
	const json_t *m = json_array_get(json_object_get(answer, "messages"),
					 i);
	const json_t *status = json_object_get(m, "status");
	char buf[64];

	if (status)
		(void)re_snprintf(
			buf, sizeof(buf), "%lld>%lld %lld",
			json_integer_value(json_object_get(m, "from")),
			json_integer_value(json_object_get(m, "to")),
			json_integer_value(status));
	else
		(void)re_snprintf(
			buf, sizeof(buf), "%lld>%lld %s",
			json_integer_value(json_object_get(m, "from")),
			json_integer_value(json_object_get(m, "to")),
			json_string_value(json_object_get(m, "method")));
	ck_assert_str_eq(buf, want);
}


static const char *name_of(const json_t *answer, size_t i)
{
	const json_t *side = json_array_get(
		json_object_get(answer, "participants"), i);
	const char *name = json_string_value(json_object_get(side, "name"));

	return name ? name : "";
}


START_TEST(a_refused_call_is_kept_after_its_end)
{
	static const char *const wantv[] = {
		"0>1 INVITE", "1>0 407", "0>1 INVITE", "1>0 100", "1>2 INVITE",
		"2>1 486",    "1>2 ACK", "1>0 486",    "0>1 ACK",
	};
	struct talk t;
	json_t *answer;

	talk_begin(&t, &alice, &bob, "ladder-1");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	talk_invite(&t, "", talk_sdp("127.0.0.10", ""));
	talk_expect(&bob, "INVITE ");
	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&bob, "ACK ");
	talk_expect(&alice, "SIP/2.0 486 ");
	talk_inside(&t, &alice, "ACK", t.invite, "", "");
	(void)phone_quiet(&bob);

	answer = ladder("ladder-1");
	ck_assert(json_is_true(json_object_get(answer, "ok")));
	for (size_t i = 0; i < ARRAY_SIZE(wantv); i++)
		is_message(answer, i, wantv[i]);
	ck_assert_str_eq(name_of(answer, 0), "alice@example.net");
	ck_assert_str_eq(name_of(answer, 1), "viaduct");
	ck_assert_str_eq(name_of(answer, 2), "bob");
	json_decref(answer);
}
END_TEST


/* it has a Call-ID of its own, but is asked for the call's sake */
START_TEST(a_redirect_query_stands_in_its_call)
{
	static const char *const wantv[] = {
		"0>1 INVITE", "1>0 407", "0>1 INVITE", "1>0 100",
		"1>2 INVITE", "2>1 404", "1>2 ACK",    "1>0 404",
	};
	static const char uri[] = "sip:zoe@example.net";
	struct phone server;
	struct rewrite rw;
	struct talk t;
	char conf[256];
	json_t *answer;

	phone_open(&server, &rig, "127.0.0.31");
	(void)snprintf(conf, sizeof(conf),
		       "redirect { announce = no\n"
		       "servers = { \"sip:127.0.0.31:%u\" } }\n",
		       server.port);
	rewrite_begin(&rw, &rig);
	rewrite_take(&rw, conf);
	talk_begin(&t, &alice, &bob, "ladder-1");
	talk_send(&t, &alice, "INVITE", uri, "", talk_sdp("127.0.0.10", ""));
	(void)phone_recv(&alice);
	phone_answer_challenge(&alice, "alice", "wonderland", "INVITE", uri);
	talk_send(&t, &alice, "INVITE", uri, "", talk_sdp("127.0.0.10", ""));
	talk_expect(&server, "INVITE sip:zoe@example.net ");
	ck_assert_str_ne(phone_header(&server, "Call-ID"), "ladder-1");
	talk_reply(&server, "404 Not Found", "", "");
	talk_expect(&server, "ACK ");
	talk_expect(&alice, "SIP/2.0 100 ");
	talk_expect(&alice, "SIP/2.0 404 ");

	answer = ladder("ladder-1");
	for (size_t i = 0; i < ARRAY_SIZE(wantv); i++)
		is_message(answer, i, wantv[i]);
	ck_assert_str_eq(name_of(answer, 2), "redirect server");
	json_decref(answer);
	ck_assert_uint_eq(call_ladder_count(rig.srv->ladder), 1);
	rewrite_end(&rw);
	phone_close(&server);
}
END_TEST


static bool id_handler(struct call *call, void *arg)
{
	*(uint64_t *)arg = call_id(call);

	return true;
}


/* while it is up, and when it is over; no secret is shown */
START_TEST(a_call_is_found_by_its_number)
{
	char id[CALL_JSON_ID_SIZE], *text;
	uint64_t number = 0;
	struct talk t;
	json_t *answer;

	talk_begin(&t, &alice, &bob, "ladder-2");
	talk_establish(&t, "127.0.0.10", "127.0.0.20");
	calls_apply(rig.srv->calls, id_handler, &number);
	call_json_id(id, number);
	answer = ladder(id);
	ck_assert(json_is_true(json_object_get(answer, "ok")));
	text = json_dumps(answer, 0);
	ck_assert_ptr_nonnull(strstr(text, "response=\\\"******"));
	free(text);
	json_decref(answer);

	talk_inside(&t, &alice, "BYE", t.invite + 1, "", "");
	talk_expect(&bob, "BYE ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
	ck_assert_ptr_null(call_find(rig.srv->calls, number));
	answer = ladder(id);
	ck_assert(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
}
END_TEST


static const struct {
	const char *question, *error;
} badv[] = {
	{"{\"command\":\"ladder\"}", "which call?"},
	{"{\"command\":\"ladder\",\"id\":7}", "which call?"},
	{"{\"command\":\"ladder\",\"id\":\"none\"}",
	 "no messages are kept of such a call"},
	{"{\"command\":\"ladder\",\"id\":\"0123456789abcdef\"}",
	 "no messages are kept of such a call"},
	{"{\"command\":\"ladder\",\"id\":\"x\",\"message\":0}",
	 "message is a number from 1 on"},
	{"{\"command\":\"ladder\",\"id\":\"x\",\"message\":\"1x\"}",
	 "message is a number from 1 on"},
	{"{\"command\":\"ladder\",\"id\":\"x\",\"message\":true}",
	 "message is a number from 1 on"},
};

START_TEST(a_bad_question_is_told_why)
{
	char *said = control_answer(rig.srv->control, badv[_i].question,
				    strlen(badv[_i].question));

	ck_assert_ptr_nonnull(strstr(said, badv[_i].error));
	free(said);
}
END_TEST


Suite *suite_ladder_flow(void);
Suite *suite_ladder_flow(void)
{
	Suite *s = suite_create("ladder_flow");
	TCase *tc = tcase_create("ladder_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_refused_call_is_kept_after_its_end);
	tcase_add_test(tc, a_redirect_query_stands_in_its_call);
	tcase_add_test(tc, a_call_is_found_by_its_number);
	test_table(tc, a_bad_question_is_told_why, badv);
	suite_add_tcase(s, tc);

	return s;
}
