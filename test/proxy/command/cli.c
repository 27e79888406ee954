/**
 * @file test/proxy/command/cli.c  What is typed, and what is said of it
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "proxy/command/cli.h"
#include "test/test.h"

enum { WORDS_MAX = 12 };

static const struct cli_option optionv[] = {
	{"file", 'f', "FILE", "a file"}, {"json", 'j', NULL, "as JSON"},
	{"loud", 'l', NULL, "loudly"},   {"times", 't', "N", "so often"},
	{NULL, 0, NULL, NULL},
};

static const struct cli_verb verbv[] = {
	{"show", "", "jt", "shows it", NULL},
	{"ring", "BELL [on|off]", "l", "rings", NULL},
	{"many", "NAME [KEY=VALUE ...]", "", "sets", NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

static const struct cli with_verbs = {
	.name = "bell",
	.text = "Rings.",
	.optionv = optionv,
	.options = "f",
	.numbers = "t",
	.verbv = verbv,
};
static const struct cli without = {
	.name = "check",
	.text = "Checks.",
	.optionv = optionv,
	.options = "f",
	.takes = "FILE",
};

static char seen[16];
static const char *value;
static struct cli_line line;


static void option_handler(char letter, const char *v, void *arg)
{
	const size_t n = strlen(seen);

	ck_assert_ptr_eq(arg, &line);
	ck_assert_uint_lt(n, sizeof(seen) - 1);
	seen[n] = letter;
	seen[n + 1] = '\0';
	if (v)
		value = v;
}


/* what is printed goes where the test's own output does */
static int parse(const struct cli *c, const char *text)
{
	static char words[256];
	char *argv[WORDS_MAX + 1] = {NULL}, *rest = NULL;
	int argc = 0;

	(void)snprintf(words, sizeof(words), "%s", text);
	for (char *w = strtok_r(words, " ", &rest); w && argc < WORDS_MAX;
	     w = strtok_r(NULL, " ", &rest))
		argv[argc++] = w;
	seen[0] = '\0';
	value = NULL;

	return cli_parse(&line, c, argc, argv, option_handler, &line);
}


static const struct {
	const struct cli *cli;
	const char *text;
	int code;
	const char *seen;
	int operands;
} linev[] = {
	{&with_verbs, "bell show", CLI_GO_ON, "", 0},
	{&with_verbs, "bell -j show", CLI_GO_ON, "j", 0},
	{&with_verbs, "bell show --json -f x", CLI_GO_ON, "jf", 0},
	{&with_verbs, "bell show --file=x", CLI_GO_ON, "f", 0},
	{&with_verbs, "bell ring big", CLI_GO_ON, "", 1},
	{&with_verbs, "bell ring -l big on", CLI_GO_ON, "l", 2},
	{&with_verbs, "bell ring big off", CLI_GO_ON, "", 2},
	{&with_verbs, "bell ring big of", CLI_USAGE, "", 0},
	{&with_verbs, "bell ring big on|off", CLI_USAGE, "", 0},
	{&with_verbs, "bell ring on perhaps", CLI_USAGE, "", 0},
	{&with_verbs, "bell many a", CLI_GO_ON, "", 1},
	{&with_verbs, "bell many a b=1 c=2 d=3", CLI_GO_ON, "", 4},
	{&with_verbs, "bell show -t 12", CLI_GO_ON, "t", 0},
	{&with_verbs, "bell show -t 1x", CLI_USAGE, "", 0},
	{&with_verbs, "bell show --times=-1", CLI_USAGE, "", 0},
	{&with_verbs, "bell show --times=", CLI_USAGE, "", 0},
	{&with_verbs, "bell --help", CLI_OK, "", 0},
	{&with_verbs, "bell ring --help", CLI_OK, "", 0},
	{&with_verbs, "bell", CLI_USAGE, "", 0},
	{&with_verbs, "bell rnig x", CLI_USAGE, "", 0},
	{&with_verbs, "bell show x", CLI_USAGE, "", 0},
	{&with_verbs, "bell ring", CLI_USAGE, "", 0},
	{&with_verbs, "bell ring a b c", CLI_USAGE, "", 0},
	{&with_verbs, "bell show -l", CLI_USAGE, "l", 0},
	{&with_verbs, "bell show -x", CLI_USAGE, "", 0},
	{&with_verbs, "bell show --jsno", CLI_USAGE, "", 0},
	{&with_verbs, "bell show -f", CLI_USAGE, "", 0},
	{&with_verbs, "bell show --json=1", CLI_USAGE, "", 0},
	{&without, "check a", CLI_GO_ON, "", 1},
	{&without, "check -f x a", CLI_GO_ON, "f", 1},
	{&without, "check -- -a", CLI_GO_ON, "", 1},
	{&without, "check", CLI_USAGE, "", 0},
	{&without, "check a b", CLI_USAGE, "", 0},
	{&without, "check -j a", CLI_USAGE, "j", 0},
	{&without, "check -h", CLI_OK, "", 0},
};


START_TEST(a_line_is_taken_apart_or_refused)
{
	const int code = parse(linev[_i].cli, linev[_i].text);

	ck_assert_msg(code == linev[_i].code, "%s: %d", linev[_i].text, code);
	ck_assert_str_eq(seen, linev[_i].seen);
	if (code == CLI_GO_ON)
		ck_assert_int_eq(line.operandc, linev[_i].operands);
}
END_TEST


static const char *help(const struct cli *c, const struct cli_verb *v)
{
	static char text[2048];
	FILE *f = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(f);
	cli_help(f, c, v);
	(void)fclose(f);

	return text;
}


START_TEST(help_is_made_of_the_table)
{
	ck_assert_str_eq(help(&with_verbs, NULL),
			 "usage: viaduct bell [-f FILE] VERB ...\n\nRings.\n\n"
			 "  show                   shows it\n"
			 "  ring BELL [on|off]     rings\n"
			 "  many NAME [KEY=VALUE ...]\n"
			 "                         sets\n\n"
			 "  -f, --file FILE        a file\n"
			 "  -j, --json             show: as JSON\n"
			 "  -l, --loud             ring: loudly\n"
			 "  -t, --times N          show: so often\n"
			 "  -h, --help             this text\n");
	ck_assert_str_eq(help(&with_verbs, cli_verb(&with_verbs, "ring")),
			 "usage: viaduct bell ring [-f FILE] [-l] BELL "
			 "[on|off]\n\nrings\n\n"
			 "  -f, --file FILE        a file\n"
			 "  -l, --loud             loudly\n"
			 "  -h, --help             this text\n");
}
END_TEST


Suite *suite_cli(void);
Suite *suite_cli(void)
{
	Suite *s = suite_create("cli");
	TCase *tc = tcase_create("cli");

	test_table(tc, a_line_is_taken_apart_or_refused, linev);
	tcase_add_test(tc, help_is_made_of_the_table);
	suite_add_tcase(s, tc);

	return s;
}
