/**
 * @file config_command.c  viaduct config: all keys there are
 */
#include <errno.h>
#include <stdio.h>
#include <re.h>
#include "common/config_table.h"
#include "proxy/command/config_command.h"
#include "proxy/command/config_example.h"
#include "proxy/command/config_manual.h"


/* for scripts: one a line, "section.key" */
static int write_names(struct mbuf *mb)
{
	const struct config_key *key;
	int err = 0;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++)
		err |= mbuf_printf(mb, "%s%s%s\n", key->section,
				   *key->section ? "." : "", key->name);

	return err;
}


static const struct cli_option optionv[] = {
	{"example", 'e', NULL, "a file with all keys"},
	{"man", 'm', NULL, "viaduct.conf(5)"},
	{"keys", 'k', NULL, "their names"},
	{NULL, 0, NULL, NULL},
};

const struct cli config_cli = {
	.name = "config",
	.text = "Prints what the configuration may hold: one of these.",
	.optionv = optionv,
	.options = "emk",
	.takes = "",
};


static int print(int (*write)(struct mbuf *mb))
{
	struct mbuf *mb = mbuf_alloc(65536);
	const int err = mb ? write(mb) : ENOMEM;
	size_t n = 0;

	if (!err)
		n = fwrite(mb->buf, 1, mb->end, stdout);
	if (err || n != mb->end || fflush(stdout)) {
		(void)fputs("viaduct: cannot write\n", stderr);
		mem_deref(mb);
		return CLI_FAILED;
	}
	mem_deref(mb);

	return CLI_OK;
}


static void option_handler(char letter, const char *value, void *arg)
{
	char *wanted = arg;
	(void)value;

	*wanted = letter;
}


/**
 * Print what the table of keys has
 *
 * @param argc Number of arguments
 * @param argv Arguments, "config" first
 *
 * @return Exit status
 */
int config_command(int argc, char **argv)
{
	struct cli_line line;
	char wanted = 0;
	const int code = cli_parse(&line, &config_cli, argc, argv,
				   option_handler, &wanted);

	if (code != CLI_GO_ON)
		return code;

	switch (wanted) {
	case 'e':
		return print(config_example_write);
	case 'm':
		return print(config_manual_write);
	case 'k':
		return print(write_names);
	default:
		cli_help(stderr, &config_cli, NULL);
		return CLI_USAGE;
	}
}
