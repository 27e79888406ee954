/**
 * @file utf8.h  Characters of UTF-8, and what is none
 */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* octets of the character at p, of which left can be read; 0: it is none */
size_t utf8_len(const uint8_t *p, size_t left);

/* characters of a text; what is none counts as one each octet */
unsigned utf8_count(const char *text);

/* the octets of its first so many characters */
size_t utf8_cut(const char *text, size_t len, unsigned chars);

#endif
