/**
 * @file test/common/metric_family.c  The table of names, and those in use
 */
#include <fnmatch.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/metric_family.h"
#include "common/metrics.h"
#include "test/test.h"

static char *source; /* of all files but the table */
static size_t sourcelen;


static bool ends(const char *s, const char *end)
{
	const size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}


START_TEST(each_name_stands_once_and_is_explained)
{
	const struct metric_family *f;
	size_t n = 0;

	for (; (f = metric_family_at(n)) != NULL; n++) {
		ck_assert_msg(metric_family_find(f->name, strlen(f->name)) ==
				      f,
			      "%s stands twice", f->name);
		ck_assert_msg(f->help && ends(f->help, "."),
			      "%s: no sentence of help", f->name);
		ck_assert_msg(!strpbrk(f->help, "\\\n"), "%s: help", f->name);
	}
	ck_assert_uint_gt(n, 100);
	ck_assert_ptr_null(metric_family_find("calls", 5));
	ck_assert_ptr_null(metric_family_find("calls_active_", 13));
	ck_assert_ptr_null(metric_family_find(NULL, 0));
}
END_TEST


START_TEST(names_are_as_prometheus_wants_them)
{
	const struct metric_family *f;

	for (size_t i = 0; (f = metric_family_at(i)) != NULL; i++) {
		static const char *const badv[] = {
			"_us",    "_ms",  "_days",  "_octets",
			"_count", "_sum", "_bucket"};
		const bool total = ends(f->name, "_total");

		ck_assert_msg(
			total == (f->type == METRIC_COUNTER),
			"%s: a counter, and nothing else, ends in _total",
			f->name);
		for (size_t k = 0; k < ARRAY_SIZE(badv); k++)
			ck_assert_msg(!ends(f->name, badv[k]), "%s ends in %s",
				      f->name, badv[k]);
		ck_assert_uint_ge(f->scale, 1);
	}
}
END_TEST


START_TEST(bounds_rise)
{
	const struct metric_family *f;

	for (size_t i = 0; (f = metric_family_at(i)) != NULL; i++) {
		ck_assert_int_eq(metric_family_bounds(f) > 0,
				 f->type == METRIC_HISTOGRAM);
		ck_assert_uint_le(metric_family_bounds(f),
				  HISTOGRAM_BOUNDS_MAX);
		for (size_t k = 1; k < metric_family_bounds(f); k++)
			ck_assert_msg(f->boundv[k - 1] < f->boundv[k], "%s",
				      f->name);
	}
	ck_assert_uint_eq(metric_family_bounds(NULL), 0);
}
END_TEST


static int read_file(const char *path, const struct stat *st, int type,
		     struct FTW *ftw)
{
	char *more;
	FILE *f;
	(void)ftw;

	if (type != FTW_F || fnmatch("*.c", path, 0) ||
	    ends(path, "/metric_family.c"))
		return 0;

	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	more = realloc(source, sourcelen + (size_t)st->st_size + 1);
	ck_assert_ptr_nonnull(more);
	source = more;
	sourcelen += fread(source + sourcelen, 1, (size_t)st->st_size, f);
	source[sourcelen] = '\0';
	(void)fclose(f);

	return 0;
}


static void read_sources(void)
{
	static const char *const dirv[] = {"common", "relay", "proxy"};

	for (size_t i = 0; i < ARRAY_SIZE(dirv); i++)
		ck_assert_int_eq(nftw(dirv[i], read_file, 16, FTW_PHYS), 0);
}


static void drop_sources(void)
{
	free(source);
	source = NULL;
	sourcelen = 0;
}


/* the first text of a call, where it has one, is a name of the table */
static void check_calls(const char *function, unsigned *found)
{
	const char *p = source;

	while ((p = strstr(p, function)) != NULL) {
		const char *end = strchr(p, ';'), *name = strchr(p, '"');
		size_t len;

		p += strlen(function);
		if (!end || !name || name > end)
			continue;
		len = strspn(++name, "abcdefghijklmnopqrstuvwxyz_0123456789");
		ck_assert_msg(metric_family_find(name, len) != NULL,
			      "%.*s is not in common/metric_family.c",
			      (int)len, name);
		++*found;
	}
}


/* of names that are no argument of such a call */
static void check_totals(void)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
	const char *p = source;

	while ((p = strchr(p, '"')) != NULL) {
		const size_t len = strspn(++p, chars);

		if (len > 6 && !strncmp(p + len - 6, "_total", 6) &&
		    strchr("\"{", p[len]))
			ck_assert_msg(metric_family_find(p, len) != NULL,
				      "%.*s is not in common/metric_family.c",
				      (int)len, p);
	}
}


START_TEST(each_name_in_use_is_in_the_table)
{
	unsigned found = 0;

	check_totals();
	check_calls("metrics_counter(", &found);
	check_calls("metrics_labelled(", &found);
	check_calls("metrics_histogram(", &found);
	ck_assert_uint_gt(found, 100);
}
END_TEST


START_TEST(each_name_in_the_table_is_in_use)
{
	const struct metric_family *f;

	for (size_t i = 0; (f = metric_family_at(i)) != NULL; i++) {
		char quoted[96];

		(void)re_snprintf(quoted, sizeof(quoted), "\"%s\"", f->name);
		if (strstr(source, quoted))
			continue;
		(void)re_snprintf(quoted, sizeof(quoted), "\"%s{", f->name);
		ck_assert_msg(strstr(source, quoted) != NULL,
			      "nobody counts %s", f->name);
	}
}
END_TEST


Suite *suite_metric_family(void);
Suite *suite_metric_family(void)
{
	Suite *s = suite_create("metric_family");
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, each_name_stands_once_and_is_explained);
	tcase_add_test(tc, names_are_as_prometheus_wants_them);
	tcase_add_test(tc, bounds_rise);
	suite_add_tcase(s, tc);

	tc = tcase_create("sources");
	tcase_add_checked_fixture(tc, read_sources, drop_sources);
	tcase_add_test(tc, each_name_in_use_is_in_the_table);
	tcase_add_test(tc, each_name_in_the_table_is_in_use);
	suite_add_tcase(s, tc);

	return s;
}
