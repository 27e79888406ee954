/**
 * @file shapes.h  Frames that must not be media, whoever seems to send them
 *
 * What a sane kernel would deliver has a payload that is no media: junk. What
 * it would not has RTP that looks good, of the source "evil".
 */
#ifndef TOOL_EVIL_SHAPES_H
#define TOOL_EVIL_SHAPES_H

#include <stddef.h>
#include <stdint.h>

struct good_ends;

struct shape {
	const char *name; /* NULL: no more */
	size_t (*makeh)(uint8_t *frame, const struct good_ends *ends);
};

extern const struct shape shapes_ip[], shapes_udp[], shapes_ip6[];

/* of a family */
size_t shapes_count(int af);
const struct shape *shapes_nth(int af, size_t i);

#endif
