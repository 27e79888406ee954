/**
 * @file host_facts.h  What a machine is like, as far as a server must know
 */
#ifndef COMMON_HOST_FACTS_H
#define COMMON_HOST_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "common/ephemeral.h"

/** Zeroed where nothing is known */
struct host_facts {
	struct sa outside;          /* ours, by the default route; or unset */
	struct ephemeral ephemeral; /* ports of the kernel's */
	uint64_t files;             /* that may be open */
	int64_t time_s;             /* since 1970 */
	bool data_volatile;         /* the data lies in memory */
};

/* data: the directory, which need not be there yet */
void host_facts_read(struct host_facts *f, const char *data);

/* the IPv4 address that this machine talks to the world from; ENETUNREACH */
int host_facts_outside(struct sa *sa);

#endif
