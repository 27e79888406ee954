/**
 * @file shapes_ip6.c  IPv6 that is not as it should be
 */
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <re.h>
#include "test/tool/evil/good.h"
#include "test/tool/evil/shapes.h"


static size_t udp6_sum_wrong(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make6(f, e, GOOD_RTP);

	f[L4_6 + 7] ^= 0x21;

	return len;
}


static size_t udp6_sum_0(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make6(f, e, GOOD_RTP);

	good_put16(f + L4_6 + 6, 0);

	return len;
}


static size_t ip6_too_long(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make6(f, e, GOOD_RTP);

	good_put16(f + L3 + 4, len);

	return len;
}


static size_t udp6_too_long(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make6(f, e, GOOD_RTP);

	good_put16(f + L4_6 + 4, len);

	return len;
}


static size_t hops(uint8_t *f, const struct good_ends *e, uint8_t n)
{
	const size_t len = good_make6(f, e, JUNK);

	f[L3 + 7] = n;

	return len;
}


static size_t hops_0(uint8_t *f, const struct good_ends *e)
{
	return hops(f, e, 0);
}


static size_t hops_1(uint8_t *f, const struct good_ends *e)
{
	return hops(f, e, 1);
}


/* header: 8 octets before UDP */
static size_t extended(uint8_t *f, const struct good_ends *e, uint8_t type,
		       enum payload what)
{
	static const uint8_t pad[8] = {IPPROTO_UDP, 0, 1, 4, 0, 0, 0, 0};
	const size_t len = good_make6(f, e, what);

	memmove(f + L4_6 + 8, f + L4_6, len - L4_6);
	memcpy(f + L4_6, pad, sizeof(pad));
	f[L3 + 6] = type;
	good_put16(f + L3 + 4, len + 8 - L4_6);

	return len + 8;
}


static size_t destination_options(uint8_t *f, const struct good_ends *e)
{
	return extended(f, e, IPPROTO_DSTOPTS, JUNK);
}


static size_t fragment6(uint8_t *f, const struct good_ends *e)
{
	static uint32_t id;
	const size_t len = extended(f, e, IPPROTO_FRAGMENT, GOOD_RTP);

	good_put16(f + L4_6 + 2, 1); /* the first of many */
	good_put16(f + L4_6 + 6, ++id);

	return len;
}


static size_t from_itself6(uint8_t *f, const struct good_ends *e)
{
	const struct good_ends own = {.src = e->dst, .dst = e->dst};
	const size_t len = good_make6(f, &own, GOOD_RTP);

	memcpy(f, e->dst_mac, MAC);
	memcpy(f + MAC, e->src_mac, MAC);

	return len;
}


const struct shape shapes_ip6[] = {
	{"UDP checksum wrong", udp6_sum_wrong},
	{"no UDP checksum", udp6_sum_0},
	{"IP longer than the frame", ip6_too_long},
	{"UDP longer than IP", udp6_too_long},
	{"hop limit 0", hops_0},
	{"hop limit 1", hops_1},
	{"destination options", destination_options},
	{"first fragment", fragment6},
	{"from where it goes to", from_itself6},
	{NULL, NULL},
};
