/**
 * @file shapes_udp.c  UDP and RTP that lie about themselves
 */
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <re.h>
#include "test/tool/evil/good.h"
#include "test/tool/evil/shapes.h"


static size_t udp_sum_wrong(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	f[L4 + 7] ^= 0x21;

	return len;
}


static size_t udp_too_long(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	good_put16(f + L4 + 4, len - L4 + 40);
	good_udp_sum(f + L4, len - L4, f + L3 + 12, 8);

	return len;
}


static size_t udp_length_0(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	good_put16(f + L4 + 4, 0);
	good_udp_sum(f + L4, len - L4, f + L3 + 12, 8);

	return len;
}


static size_t udp_length_7(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	good_put16(f + L4 + 4, 7);

	return len;
}


/* the RTP that follows is none of the datagram's */
static size_t udp_ends_early(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	good_put16(f + L4 + 4, UDP + 4);
	good_udp_sum(f + L4, UDP + 4, f + L3 + 12, 8);

	return len;
}


static size_t rtp(uint8_t *f, const struct good_ends *e, uint8_t first)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	f[DATA] = first;
	f[len - 1] = 0xff;
	good_udp_sum(f + L4, len - L4, f + L3 + 12, 8);

	return len;
}


static size_t rtp_version_1(uint8_t *f, const struct good_ends *e)
{
	return rtp(f, e, 0x40);
}


/* an extension of 0x8080 words */
static size_t rtp_extension(uint8_t *f, const struct good_ends *e)
{
	return rtp(f, e, 0x90);
}


static size_t rtp_tiny(uint8_t *f, const struct good_ends *e)
{
	(void)good_make4(f, e, GOOD_RTP);
	good_put16(f + L3 + 2, IP4 + UDP + 11);
	good_ip4_sum(f);
	good_put16(f + L4 + 4, UDP + 11);
	good_udp_sum(f + L4, UDP + 11, f + L3 + 12, 8);

	return DATA + 11;
}


static size_t empty(uint8_t *f, const struct good_ends *e)
{
	(void)good_make4(f, e, GOOD_RTP);
	good_put16(f + L3 + 2, IP4 + UDP);
	good_ip4_sum(f);
	good_put16(f + L4 + 4, UDP);
	good_udp_sum(f + L4, UDP, f + L3 + 12, 8);

	return DATA;
}


const struct shape shapes_udp[] = {
	{"UDP checksum wrong", udp_sum_wrong},
	{"UDP longer than IP", udp_too_long},
	{"UDP length 0", udp_length_0},
	{"UDP length 7", udp_length_7},
	{"UDP ends before RTP does", udp_ends_early},
	{"RTP version 1", rtp_version_1},
	{"RTP extension too long", rtp_extension},
	{"RTP of 11 octets", rtp_tiny},
	{"no payload", empty},
	{NULL, NULL},
};
