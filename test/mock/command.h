/**
 * @file mock/command.h  viaduct user, as typed: a configuration, a database
 */
#ifndef TEST_MOCK_COMMAND_H
#define TEST_MOCK_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum { COMMAND_OUT_SIZE = 16384 };

struct command {
	char dir[64], conf[96];
	char out[COMMAND_OUT_SIZE], err[COMMAND_OUT_SIZE];
};

void command_open(struct command *c); /* example.net and example.org */
void command_close(struct command *c);

/* the words of line, "CONF" for -c and the configuration, "_" in a word for a
 * blank; in is stdin. The exit code */
int command_run(struct command *c, const char *line, const char *in,
		size_t len);
int command_run_in(struct command *c, const char *line, const char *in);

/* a file in its directory; for "DIR/name" in a line */
void command_file(const struct command *c, const char *name, const char *text,
		  size_t len);

bool command_password_is(const struct command *c, const char *aor,
			 const char *password);

#endif
