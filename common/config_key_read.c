/**
 * @file config_key_read.c  A key in the file: found, decoded, or refused
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/config_draft.h"
#include "common/config_given.h"

enum { WORDS_MAX = CONFIG_KEY_MAX + CONFIG_SECTION_MAX };


/* "" without suggestion */
static const char *meant(char *buf, size_t size, const char *word,
			 const char *const *wordv)
{
	const char *near = config_suggest(word, wordv);

	buf[0] = '\0';
	if (near)
		(void)snprintf(buf, size, ", did you mean \"%s\"?", near);

	return buf;
}


static void refuse(struct config_draft *d, const struct config_key *key,
		   uint32_t line, const char *value, int err)
{
	const char *why = d->why;
	char hint[64];

	if (!why)
		why = err == ENOSPC   ? "too many entries"
		      : err == EEXIST ? "given twice"
		      : err == ERANGE ? "out of range"
		      : err == ENOMEM ? "out of memory"
				      : "bad value";

	config_fault(d, line, "%s = \"%.100s\": %s, expected %s%s", key->name,
		     config_table_is_secret(key) ? "..." : value, why,
		     key->expect, meant(hint, sizeof(hint), value, d->wordv));
}


/**
 * A section of another title begins: its keys may stand there once more
 *
 * @param d       Draft
 * @param section Section
 */
void config_key_forget(struct config_draft *d, const char *section)
{
	const struct config_key *key;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		if (!strcmp(key->section, section))
			d->linev[i] = 0;
	}
}


/**
 * Where a key stands in the file
 *
 * @param d       Draft
 * @param section Section, "" for the top
 * @param name    Name
 *
 * @return Line; 1 when the key is not in the file
 */
uint32_t config_key_line(const struct config_draft *d, const char *section,
			 const char *name)
{
	const struct config_key *key = config_table_find(section, name);
	uint32_t line = key ? d->linev[config_table_index(key)] : 0;

	return line ? line : 1;
}


static const struct config_key *elsewhere(const char *section,
					  const char *name)
{
	const struct config_key *key;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		if (!strcmp(key->name, name) && strcmp(key->section, section))
			break;
	}

	return key;
}


/* what may stand in a section: its keys, and what begins another one */
static size_t words_of(const char *wordv[WORDS_MAX], const char *section)
{
	const struct config_key *key;
	const struct config_section *sec;
	size_t n = 0;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		if (!strcmp(key->section, section))
			wordv[n++] = key->name;
	}
	for (size_t i = 0; (sec = config_table_section(i)) != NULL; i++) {
		if (*sec->name && !strcmp(section, sec->in ? sec->in : ""))
			wordv[n++] = sec->name;
	}
	wordv[n] = NULL;

	return n;
}


static void guess(char *buf, size_t size, const char *section,
		  const char *name, const char *const *wordv)
{
	const struct config_key *other = elsewhere(section, name);

	/* names are short: several sections have what is one letter away */
	if (*meant(buf, size, name, wordv))
		return;

	if (other && *other->section)
		(void)snprintf(buf, size, ", did you mean \"%s\" in %s { }?",
			       name, other->section);
	else if (other)
		(void)snprintf(buf, size,
			       ", did you mean \"%s\" outside of %s { }?",
			       name, section);
}


/**
 * Refuse a key that does not exist
 *
 * @param d       Draft
 * @param line    Line
 * @param section Section, "" for the top
 * @param name    What stands there
 */
void config_key_unknown(struct config_draft *d, uint32_t line,
			const char *section, const char *name)
{
	const char *wordv[WORDS_MAX];
	char list[512] = "", hint[128];
	const size_t n = words_of(wordv, section);
	size_t len = 0;

	for (size_t i = 0; i < n && len < sizeof(list); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
					i ? ", " : "", wordv[i]);

	guess(hint, sizeof(hint), section, name, wordv);
	config_fault(d, line,
		     "unknown key \"%.100s\"%s%s, expected one of %s%s", name,
		     *section ? " in " : "", section, list, hint);
}


/**
 * Decode one value of a key into the draft, or say what is wrong with it
 *
 * @param d     Draft
 * @param key   Key
 * @param line  Line
 * @param value Value
 * @param anew  Whether it begins an assignment (not a list's second value)
 */
void config_key_decode(struct config_draft *d, const struct config_key *key,
		       uint32_t line, const char *value, bool anew)
{
	uint32_t *where = &d->linev[config_table_index(key)];
	int err;

	if (anew && *where) {
		config_fault(d, line,
			     "%s is given twice, expected it once (it is in "
			     "line %u already)",
			     key->name, *where);
		return;
	}

	if (anew)
		*where = line;

	d->why = NULL;
	d->wordv = NULL;
	err = key->decode(d, key, value);
	if (!err)
		err = config_given_add(&d->conf->givenl, key,
				       config_section_title(d, key->section),
				       value, line);
	if (err)
		refuse(d, key, line, value, err);
}
