/**
 * @file admission.h  Which new calls are taken: pure, the clock is passed in
 *
 * Decided once for a call. An INVITE that comes again, for its answer was
 * lost, hears the same; one that was asked for a password is not refused when
 * it comes with it. The memory is of fixed size: whoever is pushed out of it
 * is decided on anew.
 */
#ifndef PROXY_SIP_ADMISSION_H
#define PROXY_SIP_ADMISSION_H

#include "common/throttle.h"
#include "proxy/sip/overload.h"

struct admission;

enum {
	ADMISSION_MAX = 32768, /* calls */
	ADMISSION_MS = 32000,  /* 64*T1: nothing comes again after that */
};

int admission_alloc(struct admission **ap);

/* is it taken? dice: evenly spread; o: how many are */
bool admission_takes(struct admission *a, const struct overload *o,
		     const struct throttle_key *call, uint32_t cseq,
		     uint32_t dice, uint64_t now_ms);

/* it was refused after all: unless it has begun already, for then somebody
 * may ring. false: it has */
bool admission_refuse(struct admission *a, const struct throttle_key *call,
		      uint32_t cseq, uint64_t now_ms);

/* its INVITE is worked at */
void admission_begin(struct admission *a, const struct throttle_key *call);

#endif
