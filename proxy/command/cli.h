/**
 * @file cli.h  What is typed: one table is dispatch, usage and completion
 *
 * A command of viaduct has options and either verbs ("viaduct ctl calls") or
 * operands of its own ("viaduct check FILE"). What is wrong is said with the
 * nearest word that would be right, and exits 2.
 */
#ifndef PROXY_COMMAND_CLI_H
#define PROXY_COMMAND_CLI_H

#include <stdbool.h>
#include <stdio.h>

enum cli_exit { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_GO_ON = -1 };
enum { CLI_OPTIONS_MAX = 16, CLI_WORDS_MAX = 64 };

/** A table of them ends with a row without a name */
struct cli_option {
	const char *name;
	char letter;
	const char *takes; /* NULL: nothing */
	const char *text;
};

struct cli_verb {
	const char *name;
	const char *takes;   /* "NUMBER", "[SEARCH]", "ID on|off", "X ..." */
	const char *options; /* letters that it alone takes, or some verbs */
	const char *text;
	const void *detail; /* the command's own */
};

struct cli {
	const char *name;
	const char *text;
	const struct cli_option *optionv;
	const char *options;          /* letters that all verbs take */
	const char *numbers;          /* letters that take digits; or NULL */
	const struct cli_verb *verbv; /* a table; NULL: there are none */
	const char *takes;            /* then: its operands, or "" */
	void (*moreh)(FILE *f);       /* more of its help; or NULL */
};

/** A line, taken apart */
struct cli_line {
	const struct cli_verb *verb; /* NULL: there are none */
	char **operandv;
	int operandc;
};

/* hears of each option, also of those that turn out to be wrong later */
typedef void(cli_option_h)(char letter, const char *value, void *arg);

/* argv[0] is the command's name. CLI_GO_ON, or the exit code: all is said */
int cli_parse(struct cli_line *l, const struct cli *c, int argc, char **argv,
	      cli_option_h *h, void *arg);

void cli_help(FILE *f, const struct cli *c, const struct cli_verb *v);

/* "viaduct: there is no WHAT 'WORD', did you mean 'X'?"; CLI_USAGE */
int cli_unknown(const char *what, const char *word, const char *const *wordv);

/* does that verb (NULL: the command) take the option? */
bool cli_takes(const struct cli *c, const struct cli_verb *v, char letter);
const struct cli_option *cli_option(const struct cli *c, char letter);
const struct cli_verb *cli_verb(const struct cli *c, const char *name);

#endif
