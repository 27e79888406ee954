/**
 * @file frames.h  What comes in by a network interface, header by header
 */
#ifndef TOOL_TRUTH_FRAMES_H
#define TOOL_TRUTH_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <re.h>

struct frames {
	int fd;
	struct sa own, far; /* media: the phone's, and the relay's */
	uint8_t dscp;

	uint64_t frames, fragments, evil;

	/* what is wrong with them */
	uint64_t ip_sum, udp_sum, length, marks, ports;
	unsigned ttl_min;
};

/* in the network namespace of the calling thread */
int frames_open(struct frames *w, const char *ifname, uint8_t dscp);
void frames_close(struct frames *w);

/* all that has come */
void frames_read(struct frames *w);

uint64_t frames_faults(const struct frames *w);

#endif
