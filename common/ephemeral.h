/**
 * @file ephemeral.h  Ports that the kernel gives to anybody
 */
#ifndef COMMON_EPHEMERAL_H
#define COMMON_EPHEMERAL_H

#include <stdbool.h>
#include <stdint.h>

struct ephemeral {
	unsigned long min, max; /* both 0: unknown */
};

void ephemeral_read(struct ephemeral *e);
bool ephemeral_overlaps(const struct ephemeral *e, uint16_t min, uint16_t max);

#endif
