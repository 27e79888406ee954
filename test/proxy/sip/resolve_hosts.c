/**
 * @file test/proxy/sip/resolve_hosts.c  The hosts file
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "proxy/sip/resolve_hosts.h"


static char path[128];
static struct resolve_hosts *h;
static char dir[TEMPDIR_SIZE];


static void setup(void)
{
	FILE *f;

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/hosts", dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	(void)fputs("# comment\n"
		    "192.0.2.1\tPBX.example  pbx # the old one\n"
		    "2001:db8::1 pbx.example\r\n"
		    "192.0.2.2 pbx.example bad..name\n"
		    "nonsense pbx.example\n"
		    "192.0.2.3\n"
		    "\n"
		    "192.0.2.4 last.example",
		    f);
	(void)fclose(f);
}


static void teardown(void)
{
	oom_after(-1);
	h = mem_deref(h);
	tempdir_remove(dir);
}


START_TEST(names_have_the_addresses_of_their_lines)
{
	const struct resolve_set *set;

	ck_assert_int_eq(resolve_hosts_read(&h, path), 0);
	set = resolve_hosts_get(h, RESOLVE_A, "pbx.example");
	ck_assert_ptr_nonnull(set);
	ck_assert_uint_eq(set->rrc, 2);
	ck_assert_uint_eq(sa_in(&set->rrv[1].addr), 0xc0000202);
	ck_assert_uint_eq(
		resolve_hosts_get(h, RESOLVE_AAAA, "pbx.example")->rrc, 1);
	ck_assert_uint_eq(resolve_hosts_get(h, RESOLVE_A, "pbx")->rrc, 1);
	ck_assert_ptr_null(resolve_hosts_get(h, RESOLVE_AAAA, "pbx"));
	ck_assert(resolve_hosts_has(h, "last.example"));
	ck_assert(!resolve_hosts_has(h, "the"));
	ck_assert(!resolve_hosts_has(h, "nonsense"));
}
END_TEST


START_TEST(without_a_file_there_are_no_names)
{
	ck_assert_int_eq(resolve_hosts_read(&h, "/nonexistent/hosts"), ENOENT);
	ck_assert(!resolve_hosts_has(NULL, "pbx"));
	ck_assert_ptr_null(resolve_hosts_get(NULL, RESOLVE_A, "pbx"));
}
END_TEST


START_TEST(out_of_memory_is_said)
{
	int err = ENOMEM;

	for (int n = 0; err; n++) {
		ck_assert_int_lt(n, 20);
		oom_after(n);
		err = resolve_hosts_read(&h, path);
		oom_after(-1);
		if (err)
			ck_assert_int_eq(err, ENOMEM);
	}
}
END_TEST


Suite *suite_resolve_hosts(void);
Suite *suite_resolve_hosts(void)
{
	Suite *s = suite_create("resolve_hosts");
	TCase *tc = tcase_create("resolve_hosts");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, names_have_the_addresses_of_their_lines);
	tcase_add_test(tc, without_a_file_there_are_no_names);
	tcase_add_test(tc, out_of_memory_is_said);
	suite_add_tcase(s, tc);

	return s;
}
