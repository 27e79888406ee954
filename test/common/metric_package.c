/**
 * @file test/common/metric_package.c  The dashboard and the alerts that we
 *       ship: of metrics that there are
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/json.h"
#include "common/metric_family.h"
#include "test/test.h"

#define GRAFANA "scripts/package/grafana.json"
#define ALERTS  "scripts/package/alerts.yml"

enum { WORD_SIZE = 64, TEXT_MAX = 65536, RULES_MIN = 10, PANELS_MIN = 20 };


static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == ':';
}


/* behind what closes it */
static const char *skip(const char *p, char open, char close)
{
	unsigned depth = 0;

	do {
		depth += *p == open;
		depth -= *p == close;
	} while (*p++ && depth);

	return p;
}


static bool is_one_of(const char *word, const char *const *v)
{
	for (; *v; v++) {
		if (!strcmp(*v, word))
			return true;
	}

	return false;
}


/* a family, or a part of a histogram */
static bool is_known(const char *word)
{
	static const char *const partv[] = {"_bucket", "_sum", "_count"};
	const size_t len = strlen(word);

	if (metric_family_find(word, len) || !strcmp(word, "up"))
		return true;

	for (size_t i = 0; i < ARRAY_SIZE(partv); i++) {
		const size_t n = strlen(partv[i]);
		const struct metric_family *f;

		if (len <= n || strcmp(word + len - n, partv[i]))
			continue;
		f = metric_family_find(word, len - n);
		if (f && f->type == METRIC_HISTOGRAM)
			return true;
	}

	return false;
}


static const char *take_word(const char *p, char word[WORD_SIZE])
{
	size_t n = 0;

	while (is_name_char(*p)) {
		ck_assert_uint_lt(n, WORD_SIZE - 1);
		word[n++] = *p++;
	}
	word[n] = '\0';

	return p + strspn(p, " \n");
}


/* how many metrics are named in an expression; each is known */
static unsigned check(const char *expr)
{
	static const char *const groupv[] = {"by", "without", "on", "ignoring",
					     NULL};
	static const char *const operatorv[] = {"and", "or",  "unless", "sum",
						"min", "max", NULL};
	const char *p = expr;
	char word[WORD_SIZE];
	unsigned n = 0;

	while (*p) {
		if (*p == '{')
			p = skip(p, '{', '}');
		else if (*p == '[')
			p = skip(p, '[', ']');
		else if (!is_name_char(*p))
			++p;
		else if (isdigit((unsigned char)*p))
			p = take_word(p, word);
		else {
			p = take_word(p, word);
			if (is_one_of(word, groupv))
				p = skip(p, '(', ')');
			else if (*p != '(' && !is_one_of(word, operatorv)) {
				ck_assert_msg(is_known(word), "no %s: %s",
					      word, expr);
				++n;
			}
		}
	}

	return n;
}


/* all expressions of a tree */
static unsigned check_tree(const json_t *node)
{
	const json_t *child, *expr = json_object_get(node, "expr");
	const char *key;
	unsigned n = 0;
	size_t i;

	if (expr) {
		ck_assert_uint_gt(check(json_string_value(expr)), 0);
		++n;
	}
	json_object_foreach((json_t *)node, key, child) n += check_tree(child);
	json_array_foreach(node, i, child) n += check_tree(child);

	return n;
}


START_TEST(the_dashboard_asks_for_metrics_that_there_are)
{
	json_t *root = json_load_file(GRAFANA, 0, NULL);

	ck_assert_ptr_nonnull(root);
	ck_assert_uint_ge(check_tree(root), PANELS_MIN);
	json_decref(root);
}
END_TEST


static char *read_alerts(void)
{
	static char text[TEXT_MAX];
	FILE *f = fopen(ALERTS, "r");

	ck_assert_ptr_nonnull(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	(void)fclose(f);

	return text;
}


/* behind "expr:" up to the next key */
START_TEST(the_alerts_watch_metrics_that_there_are)
{
	char *p = read_alerts();
	unsigned n = 0;

	while ((p = strstr(p, "expr:")) != NULL) {
		char *end = strstr(p, "\n        labels:");
		char *wait = strstr(p, "\n        for:");

		ck_assert_ptr_nonnull(end);
		if (wait && wait < end)
			end = wait;
		*end = '\0';
		p += strlen("expr:");
		ck_assert_uint_gt(check(p + strspn(p, " |\n")), 0);
		p = end + 1;
		++n;
	}
	ck_assert_uint_ge(n, RULES_MIN);
}
END_TEST


START_TEST(prometheus_takes_the_alerts)
{
	if (system("command -v promtool >/dev/null")) {
		(void)printf("skipped: promtool is not installed\n");
		return;
	}

	ck_assert_int_eq(system("promtool check rules " ALERTS " >/dev/null"),
			 0);
}
END_TEST


static const struct {
	const char *expr;
	unsigned n;
} exprv[] = {
	{"calls_active", 1},
	{"sum by (le, zz) (rate(call_mos_bucket{a=\"b\"}[5m])) > 1e3", 1},
	{"relay_ports - relay_ports_free", 2},
	{"call_mos_sum / call_mos_count and up", 3},
	{"time() > 5", 0},
};


START_TEST(metrics_are_found_in_an_expression)
{
	ck_assert_uint_eq(check(exprv[_i].expr), exprv[_i].n);
	ck_assert(!is_known("calls_gone"));
	ck_assert(!is_known("calls_active_bucket"));
	ck_assert(!is_known("_sum"));
}
END_TEST


Suite *suite_metric_package(void);
Suite *suite_metric_package(void)
{
	Suite *s = suite_create("metric_package");
	TCase *tc = tcase_create("metric_package");

	tcase_add_test(tc, the_dashboard_asks_for_metrics_that_there_are);
	tcase_add_test(tc, the_alerts_watch_metrics_that_there_are);
	tcase_add_test(tc, prometheus_takes_the_alerts);
	test_table(tc, metrics_are_found_in_an_expression, exprv);
	suite_add_tcase(s, tc);

	return s;
}
