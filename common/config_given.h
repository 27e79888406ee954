/**
 * @file config_given.h  What stands in the file, value by value
 *
 * Beside what was decoded: the words themselves, for the operator who asks
 * what is in force, and to tell which keys another file changes.
 */
#ifndef COMMON_CONFIG_GIVEN_H
#define COMMON_CONFIG_GIVEN_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

struct config_key;

/** One value; a list has one for each */
struct config_given {
	struct le le;
	const struct config_key *key;
	char *title; /* of its section; "" where there is none */
	char *text;
	uint32_t line;
};

int config_given_add(struct list *l, const struct config_key *key,
		     const char *title, const char *text, uint32_t line);

/* the first one behind *at (NULL: from the start) of a key; NULL: no more */
const struct config_given *config_given_next(const struct list *l,
					     const struct config_given *at,
					     const struct config_key *key,
					     const char *title);

/* a section of that name and title stands there */
bool config_given_has(const struct list *l, const char *section,
		      const char *title);

/* whether a key has the same values in both */
bool config_given_equal(const struct list *a, const struct list *b,
			const struct config_key *key, const char *title);

#endif
