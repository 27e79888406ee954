/**
 * @file ephemeral.c  Ports that the kernel gives to anybody
 */
#include <stdio.h>
#include <stdlib.h>
#include "common/ephemeral.h"

#define RANGE "/proc/sys/net/ipv4/ip_local_port_range"


/**
 * Read which they are, for both address families
 *
 * @param e Range, unknown where the kernel does not tell
 */
void ephemeral_read(struct ephemeral *e)
{
	char line[64], *end = line;
	FILE *f;

	e->min = e->max = 0;
	f = fopen(RANGE, "re");
	if (!f)
		return;

	if (fgets(line, sizeof(line), f)) {
		e->min = strtoul(line, &end, 10);
		e->max = strtoul(end, NULL, 10);
	}
	(void)fclose(f);
}


/**
 * Are some of them in a range?
 *
 * @param e   Those that the kernel gives
 * @param min The range's lowest port
 * @param max Its highest
 *
 * @return True if there are
 */
bool ephemeral_overlaps(const struct ephemeral *e, uint16_t min, uint16_t max)
{
	return min <= e->max && max >= e->min;
}
