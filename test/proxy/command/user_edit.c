/**
 * @file test/proxy/command/user_edit.c  viaduct user add, set, del and show
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include "test/test.h"
#include "test/mock/command.h"
#include "common/json.h"
#include "common/store.h"


static struct command cmd;


static void setup(void)
{
	command_open(&cmd);
	ck_assert_int_eq(command_run_in(&cmd,
					"user add -c CONF alice@example.net",
					"secret\n"),
			 0);
}


static void teardown(void)
{
	command_close(&cmd);
}


static void shows(const char *text)
{
	ck_assert_int_eq(command_run_in(&cmd,
					"user show -c CONF alice@example.net",
					""),
			 0);
	ck_assert_str_eq(cmd.out, text);
}


static int set(const char *changes)
{
	char line[2048];

	(void)snprintf(line, sizeof(line),
		       "user set -c CONF alice@example.net %s", changes);

	return command_run_in(&cmd, line, "");
}


START_TEST(settings_are_set_shown_and_unset)
{
	shows("aor=alice@example.net\n");
	ck_assert_int_eq(
		set("name=Alice_Liddell disabled=yes calls=2 "
		    "calls-per-minute=10 allow=+49_0049 media=relay "
		    "forward-all=+4930777 forward-busy=sip:x@example.com "
		    "forward-noanswer=200 forward-offline=sips:y@example.com "
		    "noanswer=15"),
		0);
	shows("aor=alice@example.net\n"
	      "name=Alice Liddell\ndisabled=yes\ncalls=2\n"
	      "calls-per-minute=10\nallow=+49 0049\nmedia=relay\n"
	      "forward-all=+4930777\nforward-busy=sip:x@example.com\n"
	      "forward-noanswer=200\nforward-offline=sips:y@example.com\n"
	      "noanswer=15\n");
	ck_assert(command_password_is(&cmd, "alice@example.net", "secret"));
	ck_assert_int_eq(set("name= disabled=no calls= calls-per-minute=0 "
			     "allow= media=auto forward-all= forward-busy= "
			     "forward-noanswer= forward-offline= noanswer="),
			 0);
	shows("aor=alice@example.net\n");
}
END_TEST


START_TEST(a_new_password_keeps_the_settings_and_the_other_way_round)
{
	ck_assert_int_eq(set("calls=2"), 0);
	ck_assert_int_eq(command_run_in(&cmd,
					"user set -c CONF alice@example.net",
					"other\n"),
			 0);
	ck_assert(command_password_is(&cmd, "alice@example.net", "other"));
	shows("aor=alice@example.net\ncalls=2\n");
	ck_assert_int_eq(
		command_run_in(&cmd,
			       "user set -p -c CONF alice@example.net calls=3",
			       "third\n"),
		0);
	ck_assert(command_password_is(&cmd, "alice@example.net", "third"));
	shows("aor=alice@example.net\ncalls=3\n");
	ck_assert_int_eq(
		command_run_in(&cmd, "user add -r -c CONF alice@example.net",
			       "fourth\n"),
		0);
	ck_assert(command_password_is(&cmd, "alice@example.net", "fourth"));
	shows("aor=alice@example.net\ncalls=3\n");
}
END_TEST


START_TEST(an_account_is_added_with_its_settings)
{
	ck_assert_int_eq(
		command_run_in(&cmd,
			       "user add -c CONF bob@example.net calls=1 "
			       "alias+=200 alias+=+4930200",
			       "x\n"),
		0);
	ck_assert_int_eq(
		command_run_in(&cmd, "user show -c CONF bob@example.net", ""),
		0);
	ck_assert_str_eq(cmd.out, "aor=bob@example.net\ncalls=1\n"
				  "alias+=+4930200\nalias+=200@example.net\n");
}
END_TEST


START_TEST(aliases_come_and_go)
{
	ck_assert_int_eq(set("alias+=+49_(30)_123-456 alias+=100 "
			     "alias+=sales alias+=10.1@EXAMPLE.org"),
			 0);
	shows("aor=alice@example.net\nalias+=+4930123456\n"
	      "alias+=100@example.net\nalias+=101@example.org\n"
	      "alias+=sales@example.net\n");
	ck_assert_int_eq(set("alias+=100"), 0);
	ck_assert_int_eq(set("alias-=+49_30_123456 alias-=101@example.org"),
			 0);
	shows("aor=alice@example.net\nalias+=100@example.net\n"
	      "alias+=sales@example.net\n");
	ck_assert_int_eq(set("alias-=+4930123456"), 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "+4930123456 is no alias of"));
}
END_TEST


START_TEST(a_name_belongs_to_one)
{
	ck_assert_int_eq(set("alias+=100"), 0);
	ck_assert_int_eq(command_run_in(&cmd,
					"user add -c CONF bob@example.net",
					"x\n"),
			 0);
	ck_assert_int_eq(
		command_run_in(&cmd,
			       "user set -c CONF bob@example.net calls=7 "
			       "alias+=100",
			       ""),
		1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "100@example.net is taken"));
	ck_assert_int_eq(
		command_run_in(&cmd, "user show -c CONF bob@example.net", ""),
		0);
	ck_assert_str_eq(cmd.out, "aor=bob@example.net\n");
	ck_assert_int_eq(set("alias+=bob"), 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "bob@example.net is taken"));
	ck_assert_int_eq(command_run_in(&cmd,
					"user add -c CONF 100@example.net",
					"x\n"),
			 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "alias"));
	ck_assert_int_eq(
		command_run_in(&cmd, "user del -c CONF alice@example.net", ""),
		0);
	ck_assert_int_eq(command_run_in(&cmd,
					"user add -c CONF 100@example.net",
					"x\n"),
			 0);
}
END_TEST


START_TEST(aliases_have_a_bound)
{
	char line[64];

	for (int i = 0; i < 32; i++) {
		(void)snprintf(line, sizeof(line), "alias+=%d", 100 + i);
		ck_assert_int_eq(set(line), 0);
	}
	ck_assert_int_eq(set("alias+=99"), 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "32 aliases at most"));
}
END_TEST


static const char *const wrongv[] = {
	"calls=10001",
	"calls=-1",
	"calls=1x",
	"noanswer=181",
	"disabled=maybe",
	"media=fast",
	"allow=abc",
	"forward-all=nobody",
	"forward-all=tel:1",
	"forward-all=sip:example.com",
	"forward-all=+",
	"forward-all=sip:a@b>c",
	"forward-all=sip:a@b?Replaces=x",
	"alias+=a@b@example.net",
	"alias+=a%20b",
	"alias+=example.net/x;y",
	"Calls=1",
};


START_TEST(a_wrong_value_changes_nothing)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "calls=7 %s", wrongv[_i]);
	ck_assert_msg(set(line) == 2, "%s", line);
	shows("aor=alice@example.net\n");
}
END_TEST


START_TEST(json_is_for_programs)
{
	json_t *val;

	ck_assert_int_eq(set("name=\"Al\\ice\" calls=2 alias+=100"), 0);
	ck_assert_int_eq(
		command_run_in(&cmd,
			       "user show --json -c CONF alice@example.net",
			       ""),
		0);
	val = json_loads(cmd.out, 0, NULL);
	ck_assert_ptr_nonnull(val);
	ck_assert_str_eq(json_string_value(json_object_get(val, "name")),
			 "\"Al\\ice\"");
	ck_assert_int_eq(json_integer_value(json_object_get(val, "calls")), 2);
	ck_assert_str_eq(json_string_value(json_object_get(val, "media")),
			 "auto");
	ck_assert_uint_eq(json_array_size(json_object_get(val, "aliases")), 1);
	ck_assert_ptr_null(strstr(cmd.out, "ha1"));
	json_decref(val);
	ck_assert_int_eq(command_run_in(&cmd, "user list -j -c CONF", ""), 0);
	val = json_loads(cmd.out, 0, NULL);
	ck_assert_uint_eq(json_array_size(val), 1);
	json_decref(val);
}
END_TEST


START_TEST(while_another_process_writes_it_says_try_again)
{
	char path[128];
	sqlite3 *db;

	(void)snprintf(path, sizeof(path), "%s/data/viaduct.db", cmd.dir);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(
		sqlite3_exec(db, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE",
			     NULL, NULL, NULL),
		SQLITE_OK);
	ck_assert_int_eq(set("calls=2"), 1);
	ck_assert_ptr_nonnull(strstr(cmd.err, "database"));
	(void)sqlite3_close(db);
	ck_assert_int_eq(set("calls=2"), 0);
}
END_TEST


static bool contains(const char *path, const char *words)
{
	char buf[65536];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return false;
	n = fread(buf, 1, sizeof(buf), f);
	(void)fclose(f);

	return memmem(buf, n, words, strlen(words)) != NULL;
}


START_TEST(no_file_holds_a_clear_password)
{
	static const char *const namev[] = {"viaduct.db", "viaduct.db-wal"};
	static const char sheet[] = "aor,password\n"
				    "bob@example.net,Kartoffelpuffer\n";
	struct store *s = NULL;
	char data[96], path[128];

	/* held open, so that what was written stays in the WAL */
	(void)snprintf(data, sizeof(data), "%s/data", cmd.dir);
	ck_assert_int_eq(store_open(&s, data, NULL, 0), 0);
	ck_assert_int_eq(command_run_in(&cmd,
					"user set -c CONF alice@example.net",
					"Kartoffelsalat\n"),
			 0);
	command_file(&cmd, "a.csv", sheet, strlen(sheet));
	ck_assert_int_eq(
		command_run_in(&cmd, "user import -c CONF DIR/a.csv", ""), 0);
	(void)snprintf(path, sizeof(path), "%s/%s", data, namev[1]);
	ck_assert(contains(path, "bob@example.net"));
	for (size_t i = 0; i < ARRAY_SIZE(namev); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", data, namev[i]);
		ck_assert(!contains(path, "Kartoffel"));
	}
	mem_deref(s);
	(void)snprintf(path, sizeof(path), "%s/%s", data, namev[0]);
	ck_assert(contains(path, "bob@example.net"));
	ck_assert(!contains(path, "Kartoffel"));
}
END_TEST


Suite *suite_user_edit(void);
Suite *suite_user_edit(void)
{
	Suite *s = suite_create("user_edit");
	TCase *tc = tcase_create("user_edit");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, settings_are_set_shown_and_unset);
	tcase_add_test(
		tc, a_new_password_keeps_the_settings_and_the_other_way_round);
	tcase_add_test(tc, an_account_is_added_with_its_settings);
	tcase_add_test(tc, aliases_come_and_go);
	tcase_add_test(tc, a_name_belongs_to_one);
	tcase_add_test(tc, aliases_have_a_bound);
	test_table(tc, a_wrong_value_changes_nothing, wrongv);
	tcase_add_test(tc, json_is_for_programs);
	tcase_add_test(tc, while_another_process_writes_it_says_try_again);
	tcase_add_test(tc, no_file_holds_a_clear_password);
	suite_add_tcase(s, tc);

	return s;
}
