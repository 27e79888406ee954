/**
 * @file census.h  Messages, counted by method and by class of status
 */
#ifndef PROXY_SIP_CENSUS_H
#define PROXY_SIP_CENSUS_H

#include <stdint.h>
#include "proxy/sip/message.h"

struct counter;
struct metrics;

enum { CENSUS_METHODS = 15, CENSUS_CLASSES = 6 };

/** Embed it; several count into the same */
struct census {
	struct counter *methodv[CENSUS_METHODS]; /* not owned */
	struct counter *inv[CENSUS_CLASSES];
	struct counter *outv[CENSUS_CLASSES];
};

/* NULL as registry: nothing is counted */
void census_init(struct census *c, struct metrics *metrics);

void census_in(const struct census *c, const struct message *msg);
void census_out(const struct census *c, uint16_t scode);

#endif
