/**
 * @file octets.h  Numbers in packets: network byte order, at any address
 */
#ifndef COMMON_OCTETS_H
#define COMMON_OCTETS_H

#include <stdint.h>

static inline uint16_t octets_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}


static inline uint32_t octets_get32(const uint8_t *p)
{
	return (uint32_t)octets_get16(p) << 16 | octets_get16(p + 2);
}


static inline void octets_put16(uint8_t *p, uint16_t n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}


static inline void octets_put32(uint8_t *p, uint32_t n)
{
	octets_put16(p, (uint16_t)(n >> 16));
	octets_put16(p + 2, (uint16_t)n);
}

#endif
