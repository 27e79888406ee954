/**
 * @file cli.c  What is typed: one table is dispatch, usage and completion
 */
#include <getopt.h>
#include <string.h>
#include "common/config_suggest.h"
#include "proxy/command/cli.h"
#include "proxy/command/cli_operand.h"

enum { SHORT_SIZE = 2 * CLI_OPTIONS_MAX + 2, NAME_SIZE = 64, COLUMN = 22 };

/** While a line is read */
struct parse {
	const struct cli *c;
	char seen[CLI_OPTIONS_MAX + 1]; /* letters */
	bool help;
};


/**
 * An option by its letter
 *
 * @param c      Command
 * @param letter Letter
 *
 * @return Option, NULL: there is none
 */
const struct cli_option *cli_option(const struct cli *c, char letter)
{
	for (const struct cli_option *o = c->optionv; o->name; o++) {
		if (o->letter == letter)
			return o;
	}

	return NULL;
}


/**
 * A verb by its name
 *
 * @param c    Command
 * @param name Name
 *
 * @return Verb, NULL: there is none
 */
const struct cli_verb *cli_verb(const struct cli *c, const char *name)
{
	for (const struct cli_verb *v = c->verbv; v && v->name; v++) {
		if (!strcmp(v->name, name))
			return v;
	}

	return NULL;
}


/**
 * Does an option make sense?
 *
 * @param c      Command
 * @param v      Verb, or NULL
 * @param letter Letter of the option
 *
 * @return true if all take it, or that verb does
 */
bool cli_takes(const struct cli *c, const struct cli_verb *v, char letter)
{
	return strchr(c->options, letter) ||
	       (v && v->options && strchr(v->options, letter));
}


/**
 * Say that a word is not known
 *
 * @param what  What it should be
 * @param word  Word
 * @param wordv What there is, ended by NULL
 *
 * @return Exit code
 */
int cli_unknown(const char *what, const char *word, const char *const *wordv)
{
	const char *near = config_suggest(word, wordv);

	(void)fprintf(stderr, "viaduct: there is no %s '%s'", what, word);
	if (near)
		(void)fprintf(stderr, ", did you mean '%s'?", near);
	(void)fputc('\n', stderr);

	return CLI_USAGE;
}


static void put_option(FILE *f, const struct cli_option *o)
{
	(void)fprintf(f, " [-%c%s%s]", o->letter, o->takes ? " " : "",
		      o->takes ? o->takes : "");
}


static void put_usage(FILE *f, const struct cli *c, const struct cli_verb *v)
{
	const char *takes = v ? v->takes : c->takes;

	(void)fprintf(f, "usage: viaduct %s", c->name);
	if (v)
		(void)fprintf(f, " %s", v->name);
	for (const struct cli_option *o = c->optionv; o->name; o++) {
		if (cli_takes(c, v, o->letter))
			put_option(f, o);
	}
	if (c->verbv && !v)
		(void)fputs(" VERB ...", f);
	else if (takes && *takes)
		(void)fprintf(f, " %s", takes);
	(void)fputc('\n', f);
}


static void put_row(FILE *f, const char *left, const char *text)
{
	(void)fprintf(f, "  %-*s %s\n", COLUMN, left, text);
}


static void put_verbs(FILE *f, const struct cli *c)
{
	char left[NAME_SIZE];

	(void)fputc('\n', f);
	for (const struct cli_verb *v = c->verbv; v->name; v++) {
		(void)snprintf(left, sizeof(left), "%s %s", v->name, v->takes);
		if (strlen(left) > COLUMN) {
			(void)fprintf(f, "  %s\n", left);
			left[0] = '\0';
		}
		put_row(f, left, v->text);
	}
}


/* "route, explain: " where it is not for all of them */
static void put_whose(char *buf, size_t size, const struct cli *c, char letter)
{
	size_t n = 0;

	buf[0] = '\0';
	for (const struct cli_verb *v = c->verbv; v && v->name; v++) {
		if (strchr(c->options, letter) || !cli_takes(c, v, letter))
			continue;
		n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? ", " : "",
				      v->name);
		if (n >= size)
			return;
	}
	if (n)
		(void)snprintf(buf + n, size - n, ": ");
}


static void put_options(FILE *f, const struct cli *c, const struct cli_verb *v)
{
	char left[NAME_SIZE], text[256], whose[128];

	(void)fputc('\n', f);
	for (const struct cli_option *o = c->optionv; o->name; o++) {
		if (v && !cli_takes(c, v, o->letter))
			continue;

		put_whose(whose, sizeof(whose), c, o->letter);
		(void)snprintf(left, sizeof(left), "-%c, --%s%s%s", o->letter,
			       o->name, o->takes ? " " : "",
			       o->takes ? o->takes : "");
		(void)snprintf(text, sizeof(text), "%s%s", v ? "" : whose,
			       o->text);
		put_row(f, left, text);
	}
	put_row(f, "-h, --help", "this text");
}


/**
 * Print what a command takes
 *
 * @param f Where to
 * @param c Command
 * @param v The verb that is asked for, or NULL
 */
void cli_help(FILE *f, const struct cli *c, const struct cli_verb *v)
{
	put_usage(f, c, v);
	(void)fprintf(f, "\n%s\n", v ? v->text : c->text);
	if (c->verbv && !v)
		put_verbs(f, c);
	put_options(f, c, v);
	if (c->moreh && (!v || strstr(v->takes, "KEY")))
		c->moreh(f);
}


static int wrong(const struct cli *c, const struct cli_verb *v)
{
	put_usage(stderr, c, v);
	(void)fprintf(stderr, "viaduct %s --help says more\n", c->name);

	return CLI_USAGE;
}


/* getopt has its own tables */
static void make_tables(char letters[SHORT_SIZE],
			struct option longv[CLI_OPTIONS_MAX + 2],
			const struct cli *c)
{
	size_t n = 0, k = 0;

	memset(longv, 0, (CLI_OPTIONS_MAX + 2) * sizeof(*longv));
	letters[n++] = 'h';
	longv[k++] = (struct option){"help", no_argument, NULL, 'h'};
	for (const struct cli_option *o = c->optionv;
	     o->name && k <= CLI_OPTIONS_MAX; o++) {
		letters[n++] = o->letter;
		if (o->takes)
			letters[n++] = ':';
		longv[k++] = (struct option){
			o->name, o->takes ? required_argument : no_argument,
			NULL, o->letter};
	}
	letters[n] = '\0';
}


/* what getopt did not like; it has stepped over it */
static int bad_option(const struct cli *c, int argc, char **argv)
{
	const char *wordv[CLI_OPTIONS_MAX + 2] = {"help"};
	const struct cli_option *o;
	char word[NAME_SIZE];
	size_t n = 1;

	o = optopt ? cli_option(c, (char)optopt) : NULL;
	if (o) {
		(void)fprintf(stderr, "viaduct: --%s takes %s\n", o->name,
			      o->takes ? o->takes : "nothing");
	}
	else if (optopt && optopt != 'h') {
		(void)fprintf(stderr, "viaduct: there is no option '-%c'\n",
			      optopt);
	}
	else {
		for (o = c->optionv; o->name && n <= CLI_OPTIONS_MAX; o++)
			wordv[n++] = o->name;
		(void)snprintf(word, sizeof(word), "%s",
			       optind - 1 < argc ? argv[optind - 1] : "");
		word[strcspn(word, "=")] = '\0';
		(void)cli_unknown("option", word + strspn(word, "-"), wordv);
	}

	return wrong(c, NULL);
}


/* digits, where nothing else will do */
static bool fits(const struct cli *c, char letter, const char *value)
{
	if (!value || !c->numbers || !strchr(c->numbers, letter))
		return true;
	if (*value && !value[strspn(value, "0123456789")])
		return true;

	(void)fprintf(stderr, "viaduct: --%s takes a number, not '%s'\n",
		      cli_option(c, letter)->name, value);

	return false;
}


static int read_options(struct parse *p, int argc, char **argv,
			cli_option_h *h, void *arg)
{
	struct option longv[CLI_OPTIONS_MAX + 2];
	char letters[SHORT_SIZE];
	size_t n = 0;
	int opt;

	make_tables(letters, longv, p->c);
	optind = 0;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, letters, longv, NULL)) != -1) {
		if (opt == '?')
			return bad_option(p->c, argc, argv);
		if (opt == 'h') {
			p->help = true;
			continue;
		}
		if (!fits(p->c, (char)opt, optarg))
			return wrong(p->c, NULL);
		if (!strchr(p->seen, opt) && n < CLI_OPTIONS_MAX)
			p->seen[n++] = (char)opt;
		h((char)opt, optarg, arg);
	}

	return CLI_GO_ON;
}


static int no_verb(const struct cli *c, const char *word)
{
	const char *wordv[CLI_WORDS_MAX + 1];
	size_t n = 0;

	for (const struct cli_verb *v = c->verbv; v->name; v++) {
		if (n < CLI_WORDS_MAX)
			wordv[n++] = v->name;
	}
	wordv[n] = NULL;
	(void)cli_unknown("verb", word, wordv);

	return wrong(c, NULL);
}


static int check_options(const struct parse *p, const struct cli_verb *v)
{
	for (const char *s = p->seen; *s; s++) {
		if (cli_takes(p->c, v, *s))
			continue;

		(void)fprintf(stderr, "viaduct: --%s is not for %s\n",
			      cli_option(p->c, *s)->name,
			      v ? v->name : p->c->name);

		return wrong(p->c, v);
	}

	return CLI_GO_ON;
}


/**
 * Take a line apart
 *
 * @param l    Line
 * @param c    Command
 * @param argc Number of words
 * @param argv Words, the command's name first
 * @param h    Hears of each option
 * @param arg  Its argument
 *
 * @return CLI_GO_ON, or the exit code where all is said
 */
int cli_parse(struct cli_line *l, const struct cli *c, int argc, char **argv,
	      cli_option_h *h, void *arg)
{
	struct parse p = {.c = c};
	int code = read_options(&p, argc, argv, h, arg);

	if (code != CLI_GO_ON)
		return code;

	memset(l, 0, sizeof(*l));
	if (c->verbv && optind < argc) {
		l->verb = cli_verb(c, argv[optind]);
		if (!l->verb)
			return no_verb(c, argv[optind]);
		++optind;
	}
	if (p.help) {
		cli_help(stdout, c, l->verb);
		return CLI_OK;
	}
	if (c->verbv && !l->verb) {
		cli_help(stderr, c, NULL);
		return CLI_USAGE;
	}

	l->operandv = argv + optind;
	l->operandc = argc - optind;
	code = check_options(&p, l->verb);

	if (code == CLI_GO_ON &&
	    !cli_operands_fit(l, l->verb ? l->verb->takes : c->takes))
		code = wrong(c, l->verb);

	return code;
}
