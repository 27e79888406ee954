/**
 * @file bale.h  The messages of a call, pressed
 *
 * They say the same names, addresses and lines again and again: together they
 * take a fourth of what each takes by itself. LZ4, because the loop waits for
 * it: some microseconds for a call.
 */
#ifndef PROXY_ADMIN_TRACE_BALE_H
#define PROXY_ADMIN_TRACE_BALE_H

#include "proxy/admin/trace/rung.h"

enum {
	BALE_RAW_MAX = 65536, /* LZ4 looks no further back */
	BALE_ROOM = BALE_RAW_MAX + BALE_RAW_MAX / 255 + 16,
};

/** What the work is done in: large, one for all */
struct bale_press {
	uint8_t raw[BALE_RAW_MAX];
	uint8_t pressed[BALE_ROOM];
};

struct bale {
	uint32_t raw; /* octets before */
	uint32_t len;
	uint8_t data[];
};

/* rungl stays as it is. EOVERFLOW: they are too much for a bale */
int bale_alloc(struct bale **bp, struct bale_press *press,
	       const struct list *rungl);

/* appends them to rungl, or nothing */
int bale_open(const struct bale *b, struct bale_press *press,
	      struct list *rungl);

#endif
