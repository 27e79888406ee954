/**
 * @file test/proxy/command/cli_operand.c  What stands behind a verb
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "proxy/command/cli_operand.h"
#include "test/test.h"

enum { WORDS_MAX = 8, OUT_SIZE = 512 };

static char said[OUT_SIZE];


static bool fits(const char *takes, const char *text)
{
	char words[128], *v[WORDS_MAX], *rest = NULL;
	struct cli_line line = {.operandv = v};
	FILE *f = tmpfile();
	int save;
	bool is;

	ck_assert_ptr_nonnull(f);
	(void)snprintf(words, sizeof(words), "%s", text);
	for (char *w = strtok_r(words, " ", &rest);
	     w && line.operandc < WORDS_MAX; w = strtok_r(NULL, " ", &rest))
		v[line.operandc++] = w;

	save = dup(STDERR_FILENO);
	(void)dup2(fileno(f), STDERR_FILENO);
	is = cli_operands_fit(&line, takes);
	(void)fflush(stderr);
	(void)dup2(save, STDERR_FILENO);
	(void)close(save);
	rewind(f);
	said[fread(said, 1, sizeof(said) - 1, f)] = '\0';
	(void)fclose(f);

	return is;
}


static const struct {
	const char *takes, *text;
	const char *why; /* NULL: it fits */
} operandv[] = {
	{"", "", NULL},
	{"", "a", "something too much"},
	{"ID", "a", NULL},
	{"ID", "", "something missing"},
	{"ID", "a b", "something too much"},
	{"[SEARCH]", "", NULL},
	{"[SEARCH]", "on|off", NULL},
	{"ID on|off", "7 on", NULL},
	{"ID on|off", "on off", NULL},
	{"ID on|off", "7", "something missing"},
	{"ID on|off", "7 o", "no choice 'o', did you mean 'on'?"},
	{"ID on|off", "7 [on", "no choice '[on', did you mean 'on'?"},
	{"[on|off]", "", NULL},
	{"[on|off]", "off", NULL},
	{"[on|off]", "perhaps", "no choice 'perhaps'\n"},
	{"[on|off]", "on off", "something too much"},
	{"[debug|info|warn|error]", "wran", "did you mean 'warn'?"},
	{"AOR [KEY=VALUE ...]", "a", NULL},
	{"AOR [KEY=VALUE ...]", "a b=1 c=x|y d=3", NULL},
	{"AOR [KEY=VALUE ...]", "", "something missing"},
};


START_TEST(operands_are_those_that_are_wanted_or_it_is_said)
{
	const bool is = fits(operandv[_i].takes, operandv[_i].text);

	ck_assert_msg(is == !operandv[_i].why, "%s: %s", operandv[_i].text,
		      said);
	if (is)
		ck_assert_str_eq(said, "");
	else
		ck_assert_msg(strstr(said, operandv[_i].why) != NULL, "%s",
			      said);
}
END_TEST


Suite *suite_cli_operand(void);
Suite *suite_cli_operand(void)
{
	Suite *s = suite_create("cli_operand");
	TCase *tc = tcase_create("cli_operand");

	test_table(tc, operands_are_those_that_are_wanted_or_it_is_said,
		   operandv);
	suite_add_tcase(s, tc);

	return s;
}
