/**
 * @file number.h  Telephone numbers as people write them, pure
 */
#ifndef COMMON_NUMBER_H
#define COMMON_NUMBER_H

#include "common/config.h"

enum { NUMBER_MAX = 48 }; /* with its NUL */

/* visual separators are left out (RFC 3966 section 5.1.1) */
int number_read(char num[NUMBER_MAX], const struct pl *text);

/*
 * The number in a URI's user part: escapes resolved, visual separators and
 * parameters off (RFC 3966 section 5.1.1, RFC 3261 section 19.1.6). ENOENT:
 * it is none.
 */
int number_canonical(char num[NUMBER_MAX], const struct pl *user);

/* takes off the front and puts there; ERANGE: nothing is left, or too much */
int number_rewrite(char out[NUMBER_MAX], const char *num,
		   const struct config_rewrite *rw);

/* allow: beginnings of numbers with blanks between, as patterns without the
 * "*"; "": each number */
bool number_allowed(const char *num, const char *allow);

#endif
