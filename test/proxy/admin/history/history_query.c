/**
 * @file test/proxy/admin/history/history_query.c  Questions as SQL
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "proxy/admin/history/history_query.h"
#include "test/test.h"

static struct history_query query;
static const char *wrong;


static int build(const char *text)
{
	json_t *question = json_loads(text, 0, NULL);
	int err;

	ck_assert_msg(question != NULL, "%s", text);
	err = history_query_build(&query, question, &wrong);
	json_decref(question);

	return err;
}


/* behind FROM, up to the order */
static const struct {
	const char *question, *from;
} sqlv[] = {
	{"{}", "calls c WHERE 1 "},
	{"{\"search\":\"\",\"from\":\"\",\"bad\":\"\"}", "calls c WHERE 1 "},
	{"{\"from\":1000}", "calls c WHERE 1 AND c.n >= ?1 "},
	{"{\"from\":\"1000\",\"to\":\"2000\"}",
	 "calls c WHERE 1 AND c.n >= ?1 AND c.n < ?2 "},
	{"{\"after\":\"77\"}", "calls c WHERE 1 AND c.n < ?1 "},
	{"{\"bad\":true}", "calls c WHERE 1 AND c.bad = 1 "},
	{"{\"bad\":\"1\"}", "calls c WHERE 1 AND c.bad = 1 "},
	{"{\"bad\":\"no\"}", "calls c WHERE 1 "},
	{"{\"status\":\"4xx\"}", "calls c WHERE 1 AND c.class = ?1 "},
	{"{\"status\":486}",
	 "calls c WHERE 1 AND c.class = ?1 AND c.status = ?2 "},
	{"{\"status\":\"open\"}", "calls c WHERE 1 AND c.ended_ms IS NULL "},
	{"{\"search\":\"030123\"}",
	 "finder f CROSS JOIN calls c ON c.n = f.rowid WHERE 1"
	 " AND f.words LIKE ?1 "},
	/* too short for the index */
	{"{\"search\":\"03\"}",
	 "calls c WHERE 1 AND instr(lower(c.words), lower(?1)) "},
	/* letters that LIKE knows otherwise are looked at once more */
	{"{\"search\":\"ab_alice\"}",
	 "finder f CROSS JOIN calls c ON c.n = f.rowid WHERE 1"
	 " AND f.words LIKE ?1 AND instr(lower(c.words), lower(?2)) "},
	{"{\"search\":\"%_%\"}",
	 "calls c WHERE 1 AND instr(lower(c.words), lower(?1)) "},
	{"{\"user\":\"alice@example.net\"}",
	 "finder f CROSS JOIN calls c ON c.n = f.rowid WHERE 1"
	 " AND f.words LIKE ?1 AND (c.a_account = ?2 OR c.b_account = ?2) "},
	{"{\"peer\":\"carrier\"}",
	 "finder f CROSS JOIN calls c ON c.n = f.rowid WHERE 1"
	 " AND f.words LIKE ?1 AND (c.a_peer = ?2 OR c.b_peer = ?2) "},
	{"{\"id\":\"00000000000000ff\"}", "calls c WHERE 1 AND c.id = ?1 "},
};


START_TEST(a_question_becomes_a_statement)
{
	char want[512];

	ck_assert_int_eq(build(sqlv[_i].question), 0);
	(void)re_snprintf(want, sizeof(want), " FROM %sORDER BY ",
			  sqlv[_i].from);
	ck_assert_msg(strstr(query.sql, want) != NULL, "%s", query.sql);
	/* one more than the page has */
	ck_assert_int_eq(query.bindv[query.bindc - 1].number,
			 HISTORY_LIMIT + 1);
}
END_TEST


START_TEST(values_are_bound_and_never_sql)
{
	static const char evil[] = "x'; DROP TABLE calls; --";

	ck_assert_int_eq(build("{\"search\":\"x'; DROP TABLE calls; --\","
			       "\"user\":\"x'; DROP TABLE calls; --\","
			       "\"peer\":\"x'; DROP TABLE calls; --\"}"),
			 0);
	ck_assert_ptr_null(strstr(query.sql, "DROP"));
	for (size_t i = 0, n = 0; i < query.bindc; i++) {
		n += !strcmp(query.bindv[i].text, evil);
		if (i + 1 == query.bindc)
			ck_assert_uint_eq(n, 3);
	}
}
END_TEST


START_TEST(a_time_is_a_place)
{
	ck_assert_int_eq(build("{\"from\":1790000000000}"), 0);
	ck_assert_int_eq(query.bindv[0].number, 1790000000000LL * 4096);
}
END_TEST


static const struct {
	const char *question, *wrong;
} wrongv[] = {
	{"{\"from\":\"yesterday\"}", "from"},
	{"{\"from\":-1}", "from"},
	{"{\"to\":\"99999999999999999999999\"}", "to"},
	{"{\"to\":9223372036854775807}", "to"},
	{"{\"after\":\"x\"}", "after"},
	{"{\"limit\":0}", "limit"},
	{"{\"limit\":501}", "limit"},
	{"{\"limit\":\"many\"}", "limit"},
	{"{\"status\":\"46\"}", "status"},
	{"{\"status\":\"xxx\"}", "status"},
	{"{\"status\":\"4x5\"}", "status"},
	{"{\"bad\":\"perhaps\"}", "bad"},
	{"{\"bad\":7}", "bad"},
	{"{\"id\":\"7\"}", "id"},
};


START_TEST(what_makes_no_sense_is_named)
{
	ck_assert_int_eq(build(wrongv[_i].question), EINVAL);
	ck_assert_str_eq(wrong, wrongv[_i].wrong);
}
END_TEST


START_TEST(what_is_too_long_is_refused)
{
	static const char *const keyv[] = {"search", "user", "peer",
					   "call_id"};
	char text[HISTORY_TEXT_SIZE + 1], question[512];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(keyv); i++) {
		(void)re_snprintf(question, sizeof(question),
				  "{\"%s\":\"%s\"}", keyv[i], text);
		ck_assert_int_eq(build(question), EINVAL);
		ck_assert_str_eq(wrong, keyv[i]);
	}
}
END_TEST


/* all of it at once has room */
START_TEST(everything_may_be_asked_at_once)
{
	ck_assert_int_eq(
		build("{\"from\":1,\"to\":2,\"after\":3,\"limit\":500,"
		      "\"search\":\"ab_cd@e\",\"user\":\"f_gh@i\","
		      "\"peer\":\"jkl_m\",\"status\":486,\"bad\":true}"),
		0);
	ck_assert_uint_le(query.bindc, HISTORY_BINDS_MAX);
	ck_assert_int_eq(history_query_build(NULL, NULL, &wrong), EINVAL);
	ck_assert_int_eq(history_query_build(&query, NULL, NULL), EINVAL);
	ck_assert_int_eq(history_query_build(&query, NULL, &wrong), 0);
}
END_TEST


Suite *suite_history_query(void);
Suite *suite_history_query(void)
{
	Suite *s = suite_create("history_query");
	TCase *tc = tcase_create("history_query");

	test_table(tc, a_question_becomes_a_statement, sqlv);
	tcase_add_test(tc, values_are_bound_and_never_sql);
	tcase_add_test(tc, a_time_is_a_place);
	test_table(tc, what_makes_no_sense_is_named, wrongv);
	tcase_add_test(tc, what_is_too_long_is_refused);
	tcase_add_test(tc, everything_may_be_asked_at_once);
	suite_add_tcase(s, tc);

	return s;
}
