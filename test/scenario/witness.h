/**
 * @file scenario/witness.h  Notes what a server answers, and has it judged
 *
 * Each answer is a line of a file; test/tool/answers.py holds them against
 * openapi.json.
 */
#ifndef TEST_SCENARIO_WITNESS_H
#define TEST_SCENARIO_WITNESS_H

#include <stddef.h>
#include "test/mock/webclient.h"

enum { WITNESS_PATH_SIZE = 512 };

struct witness {
	struct webclient wc;
	char file[WITNESS_PATH_SIZE]; /* of the notes */
	char value[WITNESS_PATH_SIZE];
};

/* notes the last answer of wc as one of that route */
void witness_note(struct witness *w, const char *method, const char *route);

/* asks, which must have that status, and notes; path: "" for the route's own */
void witness_ask(struct witness *w, const char *method, const char *route,
		 const char *path, const char *body, long status);
void witness_get(struct witness *w, const char *route, const char *path);

/* text of a member of the last answer, or of the first object of an array in
 * it; "" where it is not there */
const char *witness_value(struct witness *w, const char *array,
			  const char *key);

/* 0: all is well; what is not is in said. more: options, or "" */
int witness_judge(const struct witness *w, const char *more, char *said,
		  size_t size);

#endif
