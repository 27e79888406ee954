/**
 * @file bench/media/datagram.h  UDP over IPv4 over Ethernet, by hand
 */
#ifndef TEST_BENCH_MEDIA_DATAGRAM_H
#define TEST_BENCH_MEDIA_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>

enum { DATAGRAM_HEAD = 42 };

/** What all datagrams of an end begin with */
struct datagram_head {
	uint8_t buf[DATAGRAM_HEAD];
	uint32_t sum; /* of the pseudo header and the ports */
};

struct datagram {
	struct sockaddr_in src, dst;
	const uint8_t *data;
	size_t len;
	bool intact; /* both checksums are right */
};

void datagram_head(struct datagram_head *h, const uint8_t macv[2][6],
		   const struct sockaddr_in *src,
		   const struct sockaddr_in *dst, size_t len);
void datagram_write(uint8_t *buf, const struct datagram_head *h, size_t len);
bool datagram_read(struct datagram *d, const uint8_t *buf, size_t len,
		   bool partial);

#endif
