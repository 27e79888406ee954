/**
 * @file ink.h  Text into a buffer, without a format to be read each time
 *
 * For what is written several times for each message: libre's %J alone costs
 * as much as decoding a Via. What does not fit is cut, and remembered.
 */
#ifndef COMMON_INK_H
#define COMMON_INK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { INK_ADDR_SIZE = 64 }; /* any address with its port */

struct ink {
	char *buf;
	size_t size; /* one is for the zero behind the text */
	size_t len;
	bool full; /* something was cut off */
};

void ink_init(struct ink *k, char *buf, size_t size);

void ink_mem(struct ink *k, const char *p, size_t len);
void ink_text(struct ink *k, const char *text);
void ink_number(struct ink *k, uint64_t n);
void ink_digits(struct ink *k, uint64_t n, unsigned digits); /* zeros first */
void ink_hex(struct ink *k, uint64_t n, unsigned digits);

/* as %j and %J write them; an address that is not set: nothing */
void ink_addr(struct ink *k, const struct sa *sa);
void ink_sa(struct ink *k, const struct sa *sa);

/* 0, or ENOSPC where it was cut; the text ends with a zero either way */
int ink_end(struct ink *k);

#endif
