/**
 * @file config_table.h  All keys of the configuration: the one table
 *
 * The parser, "viaduct config", viaduct.conf(5), the example file, "viaduct
 * ctl settings" and reload have their keys from here. A new key is one row in
 * config_table_*.c: where it is decoded to, what it takes, and in DOC() what
 * a reload does with it (LIVE: takes it; RESTART: names it), its unit, its
 * default as it would stand in a file ("" where it is worked out at start),
 * and a sentence or two. A new section is a row in config_table.c.
 * Then "scripts/manual" writes the files in scripts/package anew.
 */
#ifndef COMMON_CONFIG_TABLE_H
#define COMMON_CONFIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_draft;
struct config_key;

/** What becomes of a changed key when the file is read again */
enum config_reload {
	CONFIG_RESTART = 0, /* stays as it was until the next start */
	CONFIG_LIVE,
};

/* decodes one value (of a list: each) into the draft; errno */
typedef int(config_value_h)(struct config_draft *d,
			    const struct config_key *key, const char *value);

struct config_key {
	const char *section; /* "" at the top */
	const char *name;
	config_value_h *decode;
	const char *expect;
	size_t offset;     /* of a plain value in struct config */
	uint32_t min, max; /* of a number; max of a text's size */
	bool list;
	enum config_reload reload;
	const char *unit;  /* "" if it has none */
	const char *value; /* that it has where it is not given, or "" */
	const char *doc;
};

struct config_section {
	const char *name;
	const char *title; /* an example of one; NULL: there is one section */
	const char *in;    /* the section that it stands in; NULL: the top */
	const char *doc;
};

/* NULL after the last one */
const struct config_key *config_table_key(size_t i);
const struct config_section *config_table_section(size_t i);

const struct config_key *config_table_find(const char *section,
					   const char *name);
size_t config_table_index(const struct config_key *key);

/* its value is shown to nobody */
bool config_table_is_secret(const struct config_key *key);

#endif
