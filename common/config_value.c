/**
 * @file config_value.c  What each key may hold: words, numbers, names, paths
 */
#include <errno.h>
#include <string.h>
#include <confuse.h>
#include "common/config_draft.h"


enum { SECRET_MIN = 8 };


/* of the configuration, or of the peer or route that is read */
static void *member(struct config_draft *d, const struct config_key *key)
{
	if (!strcmp(key->section, "peer"))
		return (char *)d->peer + key->offset;
	if (!strcmp(key->section, "route"))
		return (char *)d->route + key->offset;

	return (char *)d->conf + key->offset;
}


static int copy(char *dst, size_t size, const char *value)
{
	if (!*value || strlen(value) >= size)
		return ERANGE;

	memcpy(dst, value, strlen(value) + 1);

	return 0;
}


static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}


/**
 * Take a secret that is long enough
 *
 * @param d     Draft
 * @param dst   Where it goes
 * @param size  Octets there
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_secret_copy(struct config_draft *d, char *dst, size_t size,
		       const char *value)
{
	if (strlen(value) < SECRET_MIN) {
		d->why = "too short to be secret";
		return ERANGE;
	}

	return copy(dst, size, value);
}


/**
 * Is this a name that can stand in logs and SIP messages as it is
 *
 * @param name Name
 *
 * @return true if it is
 */
bool config_name_isvalid(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= CONFIG_NAME_MAX)
		return false;

	for (; *name; name++) {
		if (!is_word_char(*name))
			return false;
	}

	return true;
}


/**
 * A value of yes or no
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_bool(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	static const char *const wordv[] = {"yes", "no", NULL};
	int n = cfg_parse_boolean(value);

	if (n < 0) {
		(void)config_word_index(d, value, wordv);
		return EINVAL;
	}

	*(bool *)member(d, key) = n;

	return 0;
}


/**
 * A decimal number between the key's bounds
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_number(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	uint64_t n = 0;

	if (!*value || strspn(value, "0123456789") != strlen(value))
		return EINVAL;
	if (strlen(value) > 10)
		return ERANGE;

	for (; *value; value++)
		n = n * 10 + (uint64_t)(*value - '0');

	if (n < key->min || n > key->max)
		return ERANGE;

	*(uint32_t *)member(d, key) = (uint32_t)n;

	return 0;
}


/**
 * A path
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_path(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	return copy(member(d, key), key->max, value);
}


/**
 * A word that will stand in quotes in SIP messages: a user name, a password
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_text(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	for (const char *p = value; *p; p++) {
		if (*p == '"' || *p == '\\' || (uint8_t)*p < ' ' ||
		    (uint8_t)*p == 0x7f) {
			d->why = "quotes and backslashes cannot be sent";
			return EINVAL;
		}
	}

	return copy(member(d, key), key->max, value);
}


/**
 * What is put in front of a number
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_prefix(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	const char *digits = value + (*value == '+');

	if (strspn(digits, "0123456789*#") != strlen(digits))
		return EINVAL;

	return copy(member(d, key), key->max, value);
}


/**
 * A secret shared with somebody
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_secret(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	return config_secret_copy(d, member(d, key), key->max, value);
}


/**
 * A name that stands in messages
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_name(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	if (!config_name_isvalid(value))
		return EINVAL;

	return copy(member(d, key), key->max, value);
}


/* RFC 6454 section 6.2: scheme, "://", host and port, nothing behind them */
static bool is_origin(const char *value)
{
	const char *host = strstr(value, "://");

	if (!host || host == value)
		return false;
	for (const char *c = value; c < host; c++) {
		if (!is_word_char(*c) && *c != '+')
			return false;
	}
	for (host += 3; *host; host++) {
		if (!is_word_char(*host) && !strchr("[]:", *host))
			return false;
	}

	return host[-1] != '/';
}


/**
 * An origin of pages that may open WebSockets
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_origin(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	struct config *conf = d->conf;
	int err;
	(void)key;

	if (!is_origin(value))
		return EINVAL;
	if (conf->ws.originc == CONFIG_ORIGIN_MAX)
		return ENOSPC;

	err = copy(conf->ws.originv[conf->ws.originc], CONFIG_ORIGIN_SIZE,
		   value);
	if (!err)
		++conf->ws.originc;

	return err;
}
