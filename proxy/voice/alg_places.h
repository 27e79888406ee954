/**
 * @file alg_places.h  Where a request shows what ALGs write
 *
 * Pure.
 */
#ifndef PROXY_VOICE_ALG_PLACES_H
#define PROXY_VOICE_ALG_PLACES_H

#include "proxy/voice/alg_signs.h"

/** An address that is not there has its family unset */
struct alg_places {
	const struct sa *src;
	struct sa via, contact, callid, origin, media;
	struct nameaddr contact_na;
	bool has_contact;
};

void alg_places_find(struct alg_places *p, const struct alg_evidence *ev);

#endif
