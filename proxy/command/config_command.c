/**
 * @file config_command.c  viaduct config: all keys there are
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/config_table.h"
#include "proxy/command/config_command.h"
#include "proxy/command/config_example.h"
#include "proxy/command/config_manual.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };


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


static int usage(FILE *f, int code)
{
	(void)fputs("usage: viaduct config --example   a file with all keys\n"
		    "       viaduct config --man       viaduct.conf(5)\n"
		    "       viaduct config --keys      their names\n",
		    f);

	return code;
}


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
		return EXIT_FAILED;
	}
	mem_deref(mb);

	return EXIT_OK;
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
	static const struct {
		const char *name;
		int (*write)(struct mbuf *mb);
	} optionv[] = {
		{"--example", config_example_write},
		{"--man", config_manual_write},
		{"--keys", write_names},
	};

	if (argc == 2 && !strcmp(argv[1], "--help"))
		return usage(stdout, EXIT_OK);

	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(optionv); i++) {
		if (!strcmp(argv[1], optionv[i].name))
			return print(optionv[i].write);
	}

	return usage(stderr, EXIT_USAGE);
}
