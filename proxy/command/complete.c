/**
 * @file complete.c  What may come next on a line, for a shell
 *
 * Commands, options and verbs stand in the tables; calls, users and bans are
 * asked of the server, if it runs: one page, and not for long, for somebody
 * waits at a keyboard.
 */
#include "common/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/config.h"
#include "common/store.h"
#include "proxy/command/complete.h"
#include "proxy/command/ctl_link.h"
#include "proxy/user/account.h"
#include "proxy/user/account_setting.h"

enum { ENTRIES_MAX = 200, WAIT_MS = 1000 };

/** A line that is not whole */
struct typed {
	const struct cli *cli;
	const struct cli_verb *verb;
	const struct cli_option *open; /* that waits for its value; or NULL */
	const char *config;
	int operands; /* before the word */
	const char *word;
};


static void offer(const struct typed *t, const char *text, const char *more)
{
	if (text && !strncmp(text, t->word, strlen(t->word)))
		(void)printf("%s%s\n", text, more);
}


static void offer_commands(const struct cli *const *cliv, const char *word)
{
	const struct typed t = {.word = word};

	for (; *cliv; cliv++)
		offer(&t, (*cliv)->name, "");
}


static void offer_options(const struct typed *t)
{
	char text[64];

	for (const struct cli_option *o = t->cli->optionv; o->name; o++) {
		if (t->verb && !cli_takes(t->cli, t->verb, o->letter))
			continue;
		(void)snprintf(text, sizeof(text), "--%s", o->name);
		offer(t, text, "");
	}
	offer(t, "--help", "");
}


static void offer_verbs(const struct typed *t)
{
	for (const struct cli_verb *v = t->cli->verbv; v->name; v++)
		offer(t, v->name, "");
}


static struct config *load_config(const char *path)
{
	struct mbuf *errs = mbuf_alloc(256);
	struct config *cfg = NULL;

	if (errs && config_load(&cfg, config_find(path), errs))
		cfg = NULL;
	mem_deref(errs);

	return cfg;
}


static json_t *ask(const struct typed *t, const char *path,
		   const char *command)
{
	struct ctl_link l = {.path = path, .stop = -1, .wait_ms = WAIT_MS};
	json_t *question = json_object(), *answer = NULL;

	(void)json_object_set_new(question, "command", json_string(command));
	if (*t->word)
		(void)json_object_set_new(question, "search",
					  json_string(t->word));
	(void)ctl_link_try(&l, &answer, question);
	json_decref(question);

	return answer;
}


static const char *text_at(const json_t *array, size_t i, const char *key)
{
	const char *s = json_string_value(
		json_object_get(json_array_get(array, i), key));

	return s ? s : "";
}


/* a user with two phones is one user */
static bool is_first(const json_t *array, size_t i, const char *key)
{
	for (size_t k = 0; k < i; k++) {
		if (!strcmp(text_at(array, k, key), text_at(array, i, key)))
			return false;
	}

	return true;
}


static bool is_meant(const struct typed *t, const char *text)
{
	return *text && !strncmp(text, t->word, strlen(t->word));
}


/* one member of each row of what the server says */
static void offer_live(const struct typed *t, const char *command,
		       const char *rows, const char *key)
{
	struct config *cfg = load_config(t->config);
	json_t *answer = cfg ? ask(t, cfg->control, command) : NULL;
	const json_t *array = json_object_get(answer, rows);
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(array) && n < ENTRIES_MAX;
	     i++) {
		const char *text = text_at(array, i, key);

		if (!is_meant(t, text) || !is_first(array, i, key))
			continue;
		(void)puts(text);
		++n;
	}
	json_decref(answer);
	mem_deref(cfg);
}


static void account_handler(const struct account *acc, void *arg)
{
	offer(arg, acc->aor, "");
}


static void offer_accounts(struct typed *t)
{
	struct config *cfg = load_config(t->config);
	struct store *st = NULL;

	if (cfg && !store_open(&st, cfg->data, NULL, 0))
		(void)account_list(st, account_handler, t);
	mem_deref(st);
	mem_deref(cfg);
}


static void offer_keys(const struct typed *t)
{
	offer(t, "alias+", "=");
	offer(t, "alias-", "=");
	for (int i = 0; i < SETTING_MAX; i++)
		offer(t, account_setting_name((enum account_setting)i), "=");
}


/* "on|off": the words themselves */
static void offer_choice(const struct typed *t, const char *takes, size_t len)
{
	char text[64], *rest = NULL;

	(void)snprintf(text, sizeof(text), "%.*s", (int)len, takes);
	for (char *w = strtok_r(text, "[|]", &rest); w;
	     w = strtok_r(NULL, "[|]", &rest))
		offer(t, w, "");
}


static bool is(const char *takes, size_t len, const char *name)
{
	return len == strlen(name) && !strncmp(takes, name, len);
}


/* what stands for an operand in the tables, without what may be missing */
static void offer_operand(struct typed *t, const char *takes, size_t len)
{
	if (is(takes, len, "ID"))
		offer_live(t, "calls", "calls", "id");
	else if (is(takes, len, "AOR") || is(takes, len, "[SEARCH]") ||
		 is(takes, len, "WHO"))
		offer_live(t, "registrations", "registrations", "aor");
	else if (is(takes, len, "ADDRESS"))
		offer_live(t, "bans", "bans", "source");
	else if (is(takes, len, "USER@DOMAIN"))
		offer_accounts(t);
	else if (is(takes, len, "[KEY=VALUE") || is(takes, len, "...]"))
		offer_keys(t);
	else if (memchr(takes, '|', len))
		offer_choice(t, takes, len);
}


static void offer_next(struct typed *t)
{
	const char *p = t->verb ? t->verb->takes : t->cli->takes;
	int n = t->operands;

	/* "..." is the one before, again */
	while (n && p[strcspn(p, " ")]) {
		p += strcspn(p, " ") + 1;
		--n;
	}
	if (!n || !strncmp(p, "...", 3))
		offer_operand(t, p, strcspn(p, " "));
}


static const struct cli_option *find_option(const struct cli *c,
					    const char *word)
{
	if (word[0] != '-' || !word[1])
		return NULL;
	if (word[1] != '-')
		return word[2] ? NULL : cli_option(c, word[1]);

	for (const struct cli_option *o = c->optionv; o->name; o++) {
		if (!strcmp(o->name, word + 2))
			return o;
	}

	return NULL;
}


static void read_word(struct typed *t, const char *word)
{
	const struct cli_option *o;

	if (t->open) {
		if (t->open->letter == 'c')
			t->config = word;
		t->open = NULL;
		return;
	}

	o = find_option(t->cli, word);
	if (o && o->takes)
		t->open = o;
	else if (word[0] == '-' && word[1])
		return;
	else if (t->cli->verbv && !t->verb)
		t->verb = cli_verb(t->cli, word);
	else
		++t->operands;
}


static void offer_value(struct typed *t)
{
	const char *takes = t->open->takes;

	offer_operand(t, takes, strlen(takes));
}


/**
 * Offer what may come next
 *
 * @param cliv Commands
 * @param argc Number of words
 * @param argv Words, the last one is not whole
 *
 * @return Exit code
 */
int complete_command(const struct cli *const *cliv, int argc, char **argv)
{
	struct typed t = {.word = argc ? argv[argc - 1] : ""};

	if (argc < 2) {
		offer_commands(cliv, t.word);
		return CLI_OK;
	}

	while (*cliv && strcmp((*cliv)->name, argv[0]))
		++cliv;
	t.cli = *cliv;
	if (!t.cli)
		return CLI_OK;

	for (int i = 1; i < argc - 1; i++)
		read_word(&t, argv[i]);

	if (t.open)
		offer_value(&t);
	else if (t.word[0] == '-')
		offer_options(&t);
	else if (t.cli->verbv && !t.verb)
		offer_verbs(&t);
	else
		offer_next(&t);

	return CLI_OK;
}
