/**
 * @file rhythm.c  When does a phone register again?
 */
#include <stdlib.h>
#include "proxy/user/rhythm.h"


enum { MODELS = 3, TOLERANCE_MS = 3000 };


/* what a phone that waited so long of one grant waits of another */
static int64_t foretell(unsigned model, int64_t waited, int64_t of,
			int64_t granted)
{
	switch (model) {
	case 0: /* a part of it */
		return of ? waited * granted / of : 0;
	case 1: /* some seconds before its end */
		return granted - (of - waited);
	default: /* the same */
		return waited;
	}
}


/**
 * The phone has registered
 *
 * @param r          Rhythm
 * @param now        Now, ms
 * @param granted_ms What it was granted, ms
 */
void rhythm_beat(struct rhythm *r, uint64_t now, uint32_t granted_ms)
{
	const int64_t waited = r->at ? (int64_t)(now - r->at) : 0;
	int64_t best = TOLERANCE_MS + 1, next = 0;

	for (unsigned i = 0; waited && r->waited_ms && i < MODELS; i++) {
		const int64_t off = llabs(waited - foretell(i, r->waited_ms,
							    r->of_ms,
							    r->granted_ms));

		if (off < best) {
			best = off;
			next = foretell(i, waited, r->granted_ms, granted_ms);
		}
	}

	r->next_ms = next > 0 && next <= granted_ms ? (uint32_t)next : 0;
	r->waited_ms = waited > 0 && waited <= UINT32_MAX ? (uint32_t)waited
							  : 0;
	r->of_ms = r->granted_ms;
	r->granted_ms = granted_ms;
	r->at = now;
}
