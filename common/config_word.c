/**
 * @file config_word.c  Values that are one of a few words
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"


/**
 * Find a word
 *
 * @param d     Draft, gets the words for a suggestion
 * @param value Value
 * @param wordv Words there are, ended by NULL
 *
 * @return Index of the word; -1 if it is none of them
 */
int config_word_index(struct config_draft *d, const char *value,
		      const char *const *wordv)
{
	for (int i = 0; wordv[i]; i++) {
		if (!strcmp(value, wordv[i]))
			return i;
	}

	d->wordv = wordv;

	return -1;
}


/**
 * The lowest level that is logged
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_level(struct config_draft *d, const struct config_key *key,
		       const char *value)
{
	static const char *const wordv[] = {"debug", "info", "warn", "error",
					    NULL};
	(void)key;

	if (config_word_index(d, value, wordv) < 0)
		return EINVAL;

	str_ncpy(d->conf->log_level, value, sizeof(d->conf->log_level));

	return 0;
}


/**
 * How the mappings of NATs are kept open
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_keepalive(struct config_draft *d,
			   const struct config_key *key, const char *value)
{
	static const char *const wordv[] = {"crlf", "options", NULL};
	int n = config_word_index(d, value, wordv);
	(void)key;

	if (n < 0)
		return EINVAL;

	d->conf->registrar.keepalive_options = n;

	return 0;
}


/**
 * Whose relay is used
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_mode(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	static const char *const wordv[] = {"internal", "external", NULL};
	int n = config_word_index(d, value, wordv);
	(void)key;

	if (n < 0)
		return EINVAL;

	d->conf->relay.external = n;

	return 0;
}


/**
 * Which of a user's phones are tried at the same time
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, EINVAL for another word
 */
int config_value_fork(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	static const char *const wordv[] = {"q", "parallel", "serial", NULL};
	int n = config_word_index(d, value, wordv);
	(void)key;

	if (n < 0)
		return EINVAL;

	d->conf->proxy.fork = (enum config_fork)n;

	return 0;
}


/**
 * What becomes of a callee's redirection
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, EINVAL for another word
 */
int config_value_redirects(struct config_draft *d,
			   const struct config_key *key, const char *value)
{
	static const char *const wordv[] = {"follow", "pass", NULL};
	int n = config_word_index(d, value, wordv);
	(void)key;

	if (n < 0)
		return EINVAL;

	d->conf->proxy.redirects_pass = n;

	return 0;
}


/**
 * By which way packets move
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_rung(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	static const char *const wordv[] = {"auto", "sockets", "sk_lookup",
					    "kernel", NULL};
	const int n = config_word_index(d, value, wordv);
	(void)key;

	if (n < 0)
		return EINVAL;

	d->conf->relay.rung = (enum config_rung)n;

	return 0;
}


/**
 * How the kernel's program is attached to the interfaces
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_attach(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	static const char *const wordv[] = {"auto", "tcx", "clsact", NULL};
	const int n = config_word_index(d, value, wordv);
	(void)key;

	if (n < 0)
		return EINVAL;

	d->conf->relay.attach = (enum config_attach)n;

	return 0;
}
