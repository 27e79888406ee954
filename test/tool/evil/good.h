/**
 * @file good.h  A good frame, for others to spoil
 */
#ifndef TOOL_EVIL_GOOD_H
#define TOOL_EVIL_GOOD_H

#include <stddef.h>
#include <stdint.h>
#include <linux/if_ether.h>
#include <re.h>

enum {
	MAC = 6,
	IP4 = 20,
	IP6 = 40,
	UDP = 8,
	L3 = ETH_HLEN,
	L4 = L3 + IP4,
	DATA = L4 + UDP,
	L4_6 = L3 + IP6,
	DATA_6 = L4_6 + UDP,
};

enum payload { GOOD_RTP, JUNK };

/** Whose frames they seem to be, and whom they go to */
struct good_ends {
	uint8_t src_mac[6], dst_mac[6];
	struct sa src, dst; /* both of one family */
};

/* its length */
size_t good_make4(uint8_t *f, const struct good_ends *e, enum payload what);
size_t good_make6(uint8_t *f, const struct good_ends *e, enum payload what);

/* after something was changed */
void good_ip4_sum(uint8_t *f);
void good_udp_sum(uint8_t *udp, size_t len, const uint8_t *addrs,
		  size_t addrlen);
void good_put16(uint8_t *p, size_t n);

#endif
