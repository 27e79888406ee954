/**
 * @file advice.h  What an operator should know before his phones find out
 *
 * Facts of the machine and the configuration in, sentences out; pure.
 */
#ifndef COMMON_ADVICE_H
#define COMMON_ADVICE_H

#include "common/config.h"
#include "common/host_facts.h"

enum { ADVICE_MAX = 16, ADVICE_SIZE = 320 };

struct advice {
	char v[ADVICE_MAX][ADVICE_SIZE];
	size_t n;
};

void advice_make(struct advice *a, const struct config *cfg,
		 const struct host_facts *f);

/* NULL behind the last one */
const char *advice_at(const struct advice *a, size_t i);

#endif
