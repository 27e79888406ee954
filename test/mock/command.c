/**
 * @file mock/command.c  viaduct user, as typed: a configuration, a database
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "test/test.h"
#include "test/mock/command.h"
#include "test/mock/tempdir.h"
#include "common/store.h"
#include "proxy/command/user_command.h"
#include "proxy/user/account.h"

enum { WORDS_MAX = 24, LINE_SIZE = 4096 };


void command_file(const struct command *c, const char *name, const char *text,
		  size_t len)
{
	char path[160];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", c->dir, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	(void)fclose(f);
}


void command_open(struct command *c)
{
	char text[512];

	memset(c, 0, sizeof(*c));
	tempdir_make(c->dir);
	(void)snprintf(c->conf, sizeof(c->conf), "%s/viaduct.conf", c->dir);
	(void)snprintf(text, sizeof(text),
		       "listen = { \"udp:127.0.0.1:5060\" }\n"
		       "domain = { \"example.net\", \"example.org\" }\n"
		       "data = \"%s/data\"\n"
		       "relay { address = { \"127.0.0.1\" } "
		       "allow_local = yes }\n",
		       c->dir);
	command_file(c, "viaduct.conf", text, strlen(text));
}


void command_close(struct command *c)
{
	tempdir_remove(c->dir);
}


static void redirect(const struct command *c, const char *name, int flags,
		     int fd)
{
	char path[128];
	int file;

	(void)snprintf(path, sizeof(path), "%s/%s", c->dir, name);
	file = open(path, flags, 0600);
	ck_assert_int_ge(file, 0);
	ck_assert_int_ge(dup2(file, fd), 0);
	(void)close(file);
}


static void slurp(const struct command *c, const char *name,
		  char buf[COMMAND_OUT_SIZE])
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", c->dir, name);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	buf[fread(buf, 1, COMMAND_OUT_SIZE - 1, f)] = '\0';
	(void)fclose(f);
}


static int call(struct command *c, int argc, char **argv)
{
	int code, savev[3];

	(void)fflush(NULL);
	for (int i = 0; i < 3; i++)
		savev[i] = dup(i);
	redirect(c, "in", O_RDONLY, 0);
	redirect(c, "out", O_WRONLY | O_CREAT | O_TRUNC, 1);
	redirect(c, "err", O_WRONLY | O_CREAT | O_TRUNC, 2);
	code = user_command(argc, argv);
	(void)fflush(NULL);
	for (int i = 0; i < 3; i++) {
		(void)dup2(savev[i], i);
		(void)close(savev[i]);
	}
	slurp(c, "out", c->out);
	slurp(c, "err", c->err);

	return code;
}


int command_run(struct command *c, const char *line, const char *in,
		size_t len)
{
	char words[LINE_SIZE], path[160], *rest = NULL;
	char *argv[WORDS_MAX + 1] = {NULL};
	int argc = 0;

	(void)snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok_r(words, " ", &rest); w && argc < WORDS_MAX;
	     w = strtok_r(NULL, " ", &rest)) {
		for (char *p = w; *p; p++)
			*p = *p == '_' ? ' ' : *p;
		argv[argc++] = strcmp(w, "CONF") ? w : c->conf;
		if (strncmp(w, "DIR/", 4))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", c->dir, w + 4);
		argv[argc - 1] = path;
	}
	command_file(c, "in", in, len);

	return call(c, argc, argv);
}


int command_run_in(struct command *c, const char *line, const char *in)
{
	return command_run(c, line, in, strlen(in));
}


bool command_password_is(const struct command *c, const char *aor,
			 const char *password)
{
	struct account acc, want;
	struct store *s = NULL;
	char data[96];
	struct pl pl;

	(void)snprintf(data, sizeof(data), "%s/data", c->dir);
	ck_assert_int_eq(store_open(&s, data, NULL, 0), 0);
	pl_set_str(&pl, aor);
	ck_assert_int_eq(account_get(&acc, s, &pl), 0);
	want = acc;
	ck_assert_int_eq(account_hash(&want, aor, password), 0);
	mem_deref(s);

	return !strcmp(acc.ha1_md5, want.ha1_md5) &&
	       !strcmp(acc.ha1_sha256, want.ha1_sha256) &&
	       !strcmp(acc.ha1b_md5, want.ha1b_md5) &&
	       !strcmp(acc.ha1b_sha256, want.ha1b_sha256);
}
