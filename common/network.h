/**
 * @file network.h  A network: an address and how many bits of it count
 */
#ifndef COMMON_NETWORK_H
#define COMMON_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

struct network {
	struct sa net; /* port 0; the host's bits are 0 */
	uint8_t bits;
};

/* "10.0.0.0/8", "2001:db8::/32", a host without bits; EINVAL for anything
   else, also if bits of the host are set */
int network_decode(struct network *n, const struct pl *pl);

bool network_same(const struct network *a, const struct network *b);

/* is the host in it? ports do not count */
bool network_holds(const struct network *n, const struct sa *sa);

#endif
