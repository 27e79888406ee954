/**
 * @file test/proxy/command/manual_page.c  The manual says what the tables say
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/command/config_command.h"
#include "proxy/command/ctl_command.h"
#include "proxy/command/manual_page.h"
#include "proxy/command/user_command.h"
#include "test/test.h"

enum { LINE_SIZE = 128 };

static const struct cli *const cliv[] = {&user_cli, &ctl_cli, &config_cli,
					 NULL};


static char *page(const char *name)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(manual_page_write(f, cliv, name), 0);
	(void)fclose(f);

	return text;
}


static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		++n;

	return n;
}


static const struct {
	const char *name;
	const struct cli *cli;
} pagev[] = {{"viaduct-ctl", &ctl_cli}, {"viaduct-user", &user_cli}};


START_TEST(each_verb_and_option_stands_there_once)
{
	char *text = page(pagev[_i].name), line[LINE_SIZE];
	const struct cli *c = pagev[_i].cli;

	for (const struct cli_verb *v = c->verbv; v->name; v++) {
		(void)snprintf(line, sizeof(line), "\n.It Cm %s%s%s\n",
			       v->name, *v->takes ? " Ar " : "", v->takes);
		ck_assert_msg(count(text, line) == 1, "%s", line);
	}
	for (const struct cli_option *o = c->optionv; o->name; o++) {
		(void)snprintf(line, sizeof(line), "\n.It Fl %c , Fl -%s",
			       o->letter, o->name);
		ck_assert_msg(count(text, line) == 1, "%s", line);
	}
	free(text);
}
END_TEST


START_TEST(each_command_stands_in_the_first_page)
{
	char *text = page("viaduct");

	ck_assert_uint_eq(count(text, "\n.Ss "), ARRAY_SIZE(cliv) - 1);
	ck_assert_uint_eq(count(text, "\n.It Fl k , Fl -keys\n"), 1);
	ck_assert_uint_eq(count(text, "\n.Xr viaduct-ctl 1 .\n"), 1);
	free(text);
	ck_assert_int_eq(manual_page_write(stdout, cliv, "viaduct-x"), ENOENT);
}
END_TEST


Suite *suite_manual_page(void);
Suite *suite_manual_page(void)
{
	Suite *s = suite_create("manual_page");
	TCase *tc = tcase_create("manual_page");

	tcase_add_loop_test(tc, each_verb_and_option_stands_there_once, 0,
			    ARRAY_SIZE(pagev));
	tcase_add_test(tc, each_command_stands_in_the_first_page);
	suite_add_tcase(s, tc);

	return s;
}
