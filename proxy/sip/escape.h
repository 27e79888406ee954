/**
 * @file escape.h  %41: octets of URIs that are written with two digits
 */
#ifndef PROXY_SIP_ESCAPE_H
#define PROXY_SIP_ESCAPE_H

#include <stdbool.h>
#include <sys/types.h>
#include <re.h>

enum { ESCAPE_RESERVED = 0x100, ESCAPE_END = -1 };

/* '%' and two hexadecimal digits, in front of end */
bool escape_is(const char *p, const char *end);

/*
 * Takes one octet off the front, unescaped once. An escaped reserved character
 * is not the character (19.1.4): it has ESCAPE_RESERVED on it. fold: capitals
 * become small. ESCAPE_END at the end.
 */
int escape_next(struct pl *rest, bool fold);

#endif
