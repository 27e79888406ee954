/**
 * @file test/proxy/admin/history/history_row.c  Records as rows
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "proxy/admin/history/history_row.h"
#include "test/test.h"

#define HEAD "\"id\":\"00000000000000ff\",\"started_ms\":1000"

static struct history_row row;
static json_t *record;


static void teardown(void)
{
	json_decref(record);
	record = NULL;
}


static int decode(const char *text)
{
	json_decref(record);
	record = json_loads(text, 0, NULL);
	ck_assert_msg(record != NULL, "%s", text);

	return history_row_decode(&row, record);
}


static const char *text(enum history_column c)
{
	return row.cellv[c].set ? row.cellv[c].text : "";
}


START_TEST(each_column_has_a_name_of_its_own)
{
	for (int a = 0; a < HISTORY_COLUMNS; a++) {
		const char *name =
			history_column((enum history_column)a)->name;

		ck_assert_ptr_nonnull(name);
		for (int b = 0; b < a; b++)
			ck_assert_str_ne(
				name,
				history_column((enum history_column)b)->name);
	}
	ck_assert_ptr_null(history_column(HISTORY_COLUMNS));
}
END_TEST


START_TEST(what_stands_in_a_record_stands_in_the_row)
{
	ck_assert_int_eq(decode("{" HEAD
				",\"call_id\":\"c@h\",\"state\":\"ended\","
				"\"from\":\"sip:alice@example.net\","
				"\"a\":{\"account\":\"alice@example.net\"},"
				"\"b\":{\"peer\":\"carrier\"},\"status\":486,"
				"\"cause\":\"SIP;cause=486, "
				"Q.850;cause=17;text=\\\"busy\\\"\"}"),
			 0);
	ck_assert_int_eq(row.cellv[HC_ID].number, 255);
	ck_assert_int_eq(row.cellv[HC_STARTED].number, 1000);
	ck_assert_str_eq(text(HC_CALL_ID), "c@h");
	ck_assert_str_eq(text(HC_A_ACCOUNT), "alice@example.net");
	ck_assert_str_eq(text(HC_B_PEER), "carrier");
	ck_assert_int_eq(row.cellv[HC_Q850].number, 17);
	ck_assert_int_eq(row.status_class, 4);
	ck_assert_str_eq(row.words, "alice carrier c");
	ck_assert(!row.cellv[HC_ANSWERED].set);
}
END_TEST


START_TEST(streams_of_a_direction_are_taken_together)
{
	ck_assert_int_eq(
		decode("{" HEAD ",\"streams\":["
		       "{\"a\":{\"rx_packets\":90,\"sdp\":\"192.0.2.1:4000\","
		       "\"latched\":\"198.51.100.1:4000\","
		       "\"quality\":{\"codec\":\"PCMA/8000\","
		       "\"expected\":100,\"lost\":10,\"jitter_us\":500,"
		       "\"mos\":4.1}},"
		       "\"b\":{\"rx_packets\":50,\"lost\":0,"
		       "\"sdp\":\"192.0.2.2:4000\"}},"
		       "{\"a\":{\"rx_packets\":100,"
		       "\"quality\":{\"expected\":100,\"lost\":0,"
		       "\"jitter_us\":800,\"mos\":3.9}}}]}"),
		0);
	ck_assert_str_eq(text(HC_A_MEDIA), "198.51.100.1:4000");
	ck_assert_str_eq(text(HC_B_MEDIA), "192.0.2.2:4000");
	ck_assert_str_eq(text(HC_CODEC), "PCMA/8000");
	ck_assert_int_eq(row.cellv[HC_A_PACKETS].number, 190);
	ck_assert_int_eq(row.cellv[HC_A_LOST].number, 10);
	ck_assert_double_eq_tol(row.cellv[HC_A_LOSS].real, 5.0, 0.001);
	ck_assert_int_eq(row.cellv[HC_A_JITTER].number, 800);
	ck_assert_double_eq_tol(row.cellv[HC_A_MOS].real, 3.9, 0.001);
	ck_assert_int_eq(row.cellv[HC_B_PACKETS].number, 50);
	ck_assert(!row.cellv[HC_B_MOS].set);
}
END_TEST


static const struct {
	const char *rest;
	bool bad;
} badv[] = {
	{"\"status\":200,\"why\":\"bye\"", false},
	{"\"status\":486,\"why\":\"failed\"", false},
	{"\"status\":487,\"why\":\"cancelled\"", false},
	{"\"status\":480,\"why\":\"failed\"", false},
	{"\"status\":603,\"why\":\"failed\"", false},
	{"\"status\":404,\"why\":\"failed\"", true},
	{"\"status\":503,\"why\":\"failed\"", true},
	{"\"status\":200,\"why\":\"media-timeout\"", true},
	{"\"status\":200,\"why\":\"lost\"", true},
	{"\"warnings\":[{\"side\":\"a\",\"cause\":\"firewall\"}]", true},
	{"\"streams\":[{\"a\":{\"rx_packets\":9,"
	 "\"quality\":{\"expected\":9,\"mos\":3.59}}}]",
	 true},
	{"\"streams\":[{\"b\":{\"rx_packets\":9,"
	 "\"quality\":{\"expected\":9,\"mos\":3.6}}}]",
	 false},
};


START_TEST(a_call_is_bad_that_nobody_wanted_so)
{
	char buf[512];

	(void)re_snprintf(buf, sizeof(buf), "{" HEAD ",%s}", badv[_i].rest);
	ck_assert_int_eq(decode(buf), 0);
	ck_assert_int_eq(row.cellv[HC_BAD].number, badv[_i].bad);
}
END_TEST


START_TEST(who_was_not_heard_is_named)
{
	ck_assert_int_eq(decode("{" HEAD ",\"warnings\":["
				"{\"side\":\"a\",\"cause\":\"one\"},"
				"{\"side\":\"b\",\"cause\":\"two\"}]}"),
			 0);
	ck_assert_str_eq(text(HC_ONEWAY), "ab");
	ck_assert_str_eq(text(HC_ONEWAY_CAUSE), "two");
}
END_TEST


static const struct {
	const char *uri, *part;
} partv[] = {
	{"sip:alice@example.net", "alice"},
	{"sips:alice@example.net;x=y", "alice"},
	{"<sip:alice@example.net>", "alice"},
	{"tel:+4930123", "+4930123"},
	{"SIP:Bob@h", "Bob"},
	{"alice@example.net", "alice"},
	{"plain", "plain"},
	{"sip:@h", ""},
	{"", ""},
	{NULL, ""},
};


START_TEST(a_name_is_its_user_part)
{
	struct pl part;

	history_user_part(&part, partv[_i].uri);
	ck_assert_uint_eq(part.l, strlen(partv[_i].part));
	ck_assert(!memcmp(part.p, partv[_i].part, part.l));
}
END_TEST


START_TEST(words_are_said_once_and_have_an_end)
{
	static char buf[4096];
	char longer[600];

	ck_assert_int_eq(decode("{" HEAD ",\"from\":\"sip:a@h\","
				"\"to\":\"sip:ab@h\",\"uri\":\"sip:ab@x\","
				"\"call_id\":\"a\"}"),
			 0);
	ck_assert_str_eq(row.words, "a ab");

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	(void)re_snprintf(buf, sizeof(buf),
			  "{" HEAD ",\"from\":\"%s\",\"to\":\"y%s\","
			  "\"call_id\":\"z\"}",
			  longer, longer);
	ck_assert_int_eq(decode(buf), 0);
	ck_assert_uint_eq(strlen(row.words), strlen(longer) + 2);
}
END_TEST


static const char *const wrongv[] = {
	"[]",
	"{}",
	"{\"id\":\"00000000000000ff\"}",
	"{\"started_ms\":1000}",
	"{\"id\":255,\"started_ms\":1000}",
	"{\"id\":\"xyz\",\"started_ms\":1000}",
	"{\"id\":\"00000000000000ff\",\"started_ms\":\"1000\"}",
};


START_TEST(what_is_no_record_is_refused)
{
	ck_assert_int_eq(decode(wrongv[_i]), EINVAL);
	ck_assert_int_eq(history_row_decode(NULL, record), EINVAL);
	ck_assert_int_eq(history_row_decode(&row, NULL), EINVAL);
}
END_TEST


/* what a damaged disk gives back */
START_TEST(members_of_other_types_are_empty_cells)
{
	ck_assert_int_eq(decode("{" HEAD ",\"call_id\":7,\"from\":[],"
				"\"a\":\"x\",\"status\":\"486\","
				"\"streams\":{\"a\":1},\"warnings\":[1,{}],"
				"\"cause\":\"Q.850;cause=999\"}"),
			 0);
	ck_assert(!row.cellv[HC_CALL_ID].set && !row.cellv[HC_STATUS].set);
	ck_assert(!row.cellv[HC_ONEWAY].set && !row.cellv[HC_Q850].set);
}
END_TEST


START_TEST(an_id_has_all_its_bits)
{
	char buf[HISTORY_ID_SIZE];
	int64_t id = 0;

	ck_assert_int_eq(history_id_decode(&id, "ffffffffffffffff"), 0);
	ck_assert_int_eq(id, -1);
	history_id_print(buf, id);
	ck_assert_str_eq(buf, "ffffffffffffffff");
	ck_assert_int_eq(history_id_decode(&id, "FF"), EINVAL);
	ck_assert_int_eq(history_id_decode(&id, NULL), EINVAL);
}
END_TEST


Suite *suite_history_row(void);
Suite *suite_history_row(void)
{
	Suite *s = suite_create("history_row");
	TCase *tc = tcase_create("history_row");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, each_column_has_a_name_of_its_own);
	tcase_add_test(tc, what_stands_in_a_record_stands_in_the_row);
	tcase_add_test(tc, streams_of_a_direction_are_taken_together);
	test_table(tc, a_call_is_bad_that_nobody_wanted_so, badv);
	tcase_add_test(tc, who_was_not_heard_is_named);
	test_table(tc, a_name_is_its_user_part, partv);
	tcase_add_test(tc, words_are_said_once_and_have_an_end);
	test_table(tc, what_is_no_record_is_refused, wrongv);
	tcase_add_test(tc, members_of_other_types_are_empty_cells);
	tcase_add_test(tc, an_id_has_all_its_bits);
	suite_add_tcase(s, tc);

	return s;
}
