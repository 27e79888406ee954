/**
 * @file test/proxy/command/config_example.c  What is made from the table
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "common/config.h"
#include "common/config_table.h"
#include "proxy/command/config_example.h"
#include "proxy/command/config_manual.h"


static struct mbuf *mb;


static void setup(void)
{
	mb = mbuf_alloc(1024);
	ck_assert_ptr_nonnull(mb);
}


static void teardown(void)
{
	mb = mem_deref(mb);
}


static const char *text(int err)
{
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);

	return (const char *)mb->buf;
}


START_TEST(the_example_is_accepted)
{
	struct mbuf *errs = mbuf_alloc(256);
	struct config *conf = NULL;
	int err;

	err = config_decode(&conf, "example", text(config_example_write(mb)),
			    errs);
	ck_assert_msg(!err, "%.*s", (int)errs->end, (const char *)errs->buf);
	mem_deref(conf);
	mem_deref(errs);
}
END_TEST


/* with all behind a # in force, each key is where it belongs */
START_TEST(the_example_has_each_key_in_its_section)
{
	const char *all = text(config_example_write(mb));
	const struct config_key *key;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		char head[64], line[128];
		const char *at = all;

		(void)re_snprintf(head, sizeof(head), "\n%s {\n",
				  key->section);
		if (*key->section) {
			at = strstr(all, head);
			(void)re_snprintf(head, sizeof(head), "\n#%s \"",
					  key->section);
			at = at ? at : strstr(all, head);
		}
		ck_assert_msg(at, "no section %s", key->section);
		(void)re_snprintf(line, sizeof(line),
				  "\n#%s%s = ", *key->section ? "\t" : "",
				  key->name);
		ck_assert_msg(strstr(at, line), "no %s", line);
	}
}
END_TEST


START_TEST(the_manual_has_each_key)
{
	const char *all = text(config_manual_write(mb));
	const struct config_key *key;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		char line[128];

		(void)re_snprintf(line, sizeof(line), "\n.It Ic %s\n",
				  key->name);
		ck_assert_msg(strstr(all, line), "no %s", line);
	}
}
END_TEST


static void compare(const char *path, int err)
{
	const char *want = text(err);
	const size_t len = strlen(want);
	char *is = calloc(1, len + 2);
	FILE *f = fopen(path, "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_le(fread(is, 1, len + 1, f), len + 1);
	(void)fclose(f);
	ck_assert_msg(!strcmp(is, want), "%s is stale: run scripts/manual",
		      path);
	free(is);
}


START_TEST(the_files_in_the_tree_are_those_of_the_table)
{
	compare("scripts/package/viaduct.conf", config_example_write(mb));
	mb->pos = mb->end = 0;
	compare("scripts/package/viaduct.conf.5", config_manual_write(mb));
}
END_TEST


Suite *suite_config_example(void);
Suite *suite_config_example(void)
{
	Suite *s = suite_create("config_example");
	TCase *tc = tcase_create("config_example");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_example_is_accepted);
	tcase_add_test(tc, the_example_has_each_key_in_its_section);
	tcase_add_test(tc, the_manual_has_each_key);
	tcase_add_test(tc, the_files_in_the_tree_are_those_of_the_table);
	suite_add_tcase(s, tc);

	return s;
}
