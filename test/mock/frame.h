/**
 * @file mock/frame.h  Ethernet frames with UDP in them, made and judged
 *
 * Checksums are computed in full, octet by octet: nothing of it is shared
 * with what is tested.
 */
#ifndef TEST_MOCK_FRAME_H
#define TEST_MOCK_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { FRAME_MAX = 2048, FRAME_ETH = 14, FRAME_IP4 = 20, FRAME_IP6 = 40 };

struct frame {
	uint8_t b[FRAME_MAX];
	size_t len;
};

struct frame_spec {
	struct sa src, dst;
	uint8_t smac[6], dmac[6];
	uint8_t ttl, tos;
	bool unsummed; /* UDP's checksum is 0 */
	const uint8_t *payload;
	size_t len;
};

void frame_make(struct frame *f, const struct frame_spec *spec);

/* sets IP's and UDP's checksums anew after a change; where UDP had none, it
 * stays so */
void frame_sum(struct frame *f);
bool frame_is_sound(const struct frame *f);

#endif
