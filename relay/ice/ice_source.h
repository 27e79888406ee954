/**
 * @file ice_source.h  Where the checks of one component came from
 *
 * The first source is the one that is sent to; all of them are heard.
 */
#ifndef RELAY_ICE_ICE_SOURCE_H
#define RELAY_ICE_ICE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum {
	ICE_SOURCES = 6, /* a phone's networks */
	ICE_TIDS = 64,   /* some minutes of checks, and of consent */
};

struct check;

struct ice_source {
	struct sa sa;
	uint64_t theirs; /* of the login that it came with */
};

struct ice_sources {
	struct ice_source v[ICE_SOURCES];
	size_t n;
	bool nominated;        /* the first one is */
	uint32_t priority;     /* of its check */
	uint64_t nominated_ms; /* last time */
};

/** The last checks, each with where it came from first */
struct ice_tids {
	struct {
		uint64_t tid;
		struct sa src;
	} v[ICE_TIDS];
	size_t n, next;
};

/* a check that somebody else sent before; it is noted if it is not */
bool ice_source_copied(struct ice_tids *tids, const struct check *c,
		       const struct sa *src);

/* n if it is none of them */
size_t ice_source_find(const struct ice_sources *s, const struct sa *src);

/* true: it is sent to from now on */
bool ice_source_add(struct ice_sources *s, const struct check *c,
		    const struct sa *src, uint64_t theirs, uint64_t now_ms);

/* all that came with another login than this */
void ice_source_keep(struct ice_sources *s, uint64_t theirs);

#endif
