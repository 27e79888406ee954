/**
 * @file test/proxy/admin/ladder_json.c  The messages of a call, told and drawn
 */
#include "common/json.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/admin/ladder_json.h"
#include "proxy/command/ctl_print_ladder.h"

enum { SIDES = 6, TEXT_SIZE = 16384 };

static struct call_ladder *l;
static struct fakeflow *ffv[SIDES];
static json_t *answer;
static char text[TEXT_SIZE];


static void setup(void)
{
	char peer[32];

	ck_assert_int_eq(call_ladder_alloc(&l, 1 << 20), 0);
	for (int i = 0; i < SIDES; i++) {
		(void)re_snprintf(peer, sizeof(peer), "198.51.100.%d:506%d",
				  i + 1, i);
		ck_assert_int_eq(fakeflow_alloc(&ffv[i], FLOW_UDP,
						"192.0.2.1:5060", peer, NULL),
				 0);
	}
	answer = json_object();
}


static void teardown(void)
{
	json_decref(answer);
	for (int i = 0; i < SIDES; i++)
		ffv[i] = mem_deref(ffv[i]);
	l = mem_deref(l);
}


static void note(int side, bool sent, const char *message)
{
	struct sighting s = {
		.flow = ffv[side]->flow,
		.sent = sent,
		.p = message,
		.len = strlen(message),
		.wall_us = 1700000000123456,
	};

	pl_set_str(&s.callid, "c");
	call_ladder_note(l, &s);
}


#define INVITE(user)                                \
	"INVITE sip:" user "@192.0.2.1 SIP/2.0\r\n" \
	"From: <sip:alice@example.net>;tag=1\r\n"   \
	"Call-ID: c\r\nCSeq: 1 INVITE\r\n"          \
	"Content-Type: application/sdp\r\n\r\n"     \
	"a=ice-pwd:secret\r\n"
#define REPLY(status) \
	"SIP/2.0 " status "\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n"


static const char *peer_handler(const struct sa *sa, void *arg)
{
	return sa_cmp(sa, arg, SA_ALL) ? "carrier" : NULL;
}


static int tell(unsigned only)
{
	struct pl pl;

	pl_set_str(&pl, "c");

	return ladder_json(answer, call_ladder_find(l, &pl), only,
			   peer_handler, &ffv[2]->flow->peer);
}


static const char *draw(void)
{
	FILE *f = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(f);
	ctl_print_ladder(f, answer);
	(void)fclose(f);

	return text;
}


/* times are not compared */
static void blank_times(char *s)
{
	char *dot;

	while ((dot = strchr(s, '.')) != NULL) {
		if (strspn(dot + 1, "0123456789") >= 3 && dot > s + 1 &&
		    dot[4] == ' ')
			(void)memcpy(dot - 1, "0.000", 5);
		s = dot + 1;
	}
}


/* the picture of the first test */
static const char picture[] =
	"call-id c\n"
	"                   alice@example.net                 viaduct"
	"                       bob2\n"
	"                   198.51.100.1:5060             192.0.2.1:5"
	"060              198.51.100.2:5061\n"
	" 1    0.000                |-------- INVITE SDP ------->|   "
	"                         |\n"
	" 2    0.000                |<------- 100 Trying --------|   "
	"                         |\n"
	" 3    0.000                |                            |---"
	"----- INVITE SDP ------->|\n"
	" 4    0.000                |                            |---"
	"-- INVITE SDP again ---->|\n"
	" 5    0.000                |                            |<--"
	"--- 486 Busy Here -------|\n"
	" 6    0.000                |<----- 486 Busy Here -------|   "
	"                         |\n";


START_TEST(a_call_is_drawn_as_it_went)
{
	note(0, false, INVITE("bob"));
	note(0, true, REPLY("100 Trying"));
	note(1, true, INVITE("bob2"));
	note(1, true, INVITE("bob2"));
	note(1, false, REPLY("486 Busy Here"));
	note(0, true, REPLY("486 Busy Here"));
	ck_assert_int_eq(tell(0), 0);
	(void)draw();
	blank_times(text);
	ck_assert_str_eq(text, picture);
}
END_TEST


START_TEST(what_stands_in_json_is_whole)
{
	const json_t *m, *side;

	note(0, false, INVITE("bob"));
	note(2, true, INVITE("+4930"));
	ck_assert_int_eq(tell(0), 0);
	ck_assert_str_eq(json_string_value(json_object_get(answer, "call_id")),
			 "c");

	side = json_array_get(json_object_get(answer, "participants"), 2);
	ck_assert_str_eq(json_string_value(json_object_get(side, "name")),
			 "carrier");
	ck_assert_str_eq(json_string_value(json_object_get(side, "role")),
			 "callee");

	m = json_array_get(json_object_get(answer, "messages"), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(m, "n")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(m, "at_ms")),
			 1700000000123);
	ck_assert_int_eq(json_integer_value(json_object_get(m, "from")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(m, "to")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(m, "size")),
			 (json_int_t)strlen(INVITE("+4930")));
	ck_assert_str_eq(json_string_value(json_object_get(m, "method")),
			 "INVITE");
	ck_assert_str_eq(json_string_value(json_object_get(m, "cseq")),
			 "1 INVITE");
	ck_assert_str_eq(json_string_value(json_object_get(m, "protocol")),
			 "UDP");
	ck_assert(json_is_true(json_object_get(m, "sdp")));
	ck_assert(json_is_false(json_object_get(m, "cut")));
	ck_assert_ptr_nonnull(
		strstr(json_string_value(json_object_get(m, "text")),
		       "a=ice-pwd:******\r\n"));
}
END_TEST


START_TEST(one_message_is_shown_alone)
{
	note(0, false, INVITE("bob"));
	note(0, true, REPLY("404 \xff\x1b[1m"));
	ck_assert_int_eq(tell(2), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(answer, "messages")),
			  1);
	ck_assert_int_eq(strncmp(draw(), "SIP/2.0 404 \\xff\\x1b[1m\n", 22),
			 0);
	ck_assert_int_eq(tell(3), ENOENT);
	ck_assert_int_eq(ladder_json(answer, NULL, 0, NULL, NULL), EINVAL);
}
END_TEST


START_TEST(many_who_take_part_become_a_list)
{
	note(0, false, INVITE("bob"));
	for (int i = 1; i < SIDES; i++)
		note(i, true, INVITE("bob"));
	ck_assert_int_eq(tell(0), 0);
	ck_assert_ptr_nonnull(strstr(draw(), "192.0.2.1:5060 -> "
					     "198.51.100.6:5065  INVITE "
					     "SDP\n"));
}
END_TEST


/* nothing that a server answers makes the picture leave its bounds */
START_TEST(a_strange_answer_is_drawn_as_far_as_it_goes)
{
	static const char *const strangev[] = {
		"{}",
		"{\"participants\":[{}],\"messages\":[{}]}",
		("{\"participants\":[{},{}],\"messages\":[{\"from\":7,"
		 "\"to\":-1,\"n\":99999999,\"after_ms\":99999999999999}]}"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(strangev); i++) {
		json_decref(answer);
		answer = json_loads(strangev[i], 0, NULL);
		ck_assert_ptr_nonnull(answer);
		(void)draw();
	}
}
END_TEST


Suite *suite_ladder_json(void);
Suite *suite_ladder_json(void)
{
	Suite *s = suite_create("ladder_json");
	TCase *tc = tcase_create("ladder_json");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_call_is_drawn_as_it_went);
	tcase_add_test(tc, what_stands_in_json_is_whole);
	tcase_add_test(tc, one_message_is_shown_alone);
	tcase_add_test(tc, many_who_take_part_become_a_list);
	tcase_add_test(tc, a_strange_answer_is_drawn_as_far_as_it_goes);
	suite_add_tcase(s, tc);

	return s;
}
