/**
 * @file shapes_ip.c  IPv4, and what carries it, that is not as it should be
 */
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <re.h>
#include "test/tool/evil/good.h"
#include "test/tool/evil/shapes.h"


static size_t ip_sum_wrong(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	f[L3 + 10] ^= 0x40;

	return len;
}


static size_t ip_too_long(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	good_put16(f + L3 + 2, len - L3 + 100);
	good_ip4_sum(f);

	return len;
}


static size_t ip_too_short(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	good_put16(f + L3 + 2, 27);
	good_ip4_sum(f);

	return len;
}


static size_t ihl_4(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	f[L3] = 0x44;
	good_ip4_sum(f);

	return len;
}


static size_t ihl_15(uint8_t *f, const struct good_ends *e)
{
	(void)good_make4(f, e, GOOD_RTP);
	f[L3] = 0x4f;

	return L3 + 30;
}


static size_t version_6_in_4(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	f[L3] = 0x65;
	good_ip4_sum(f);

	return len;
}


static size_t fragment(uint8_t *f, const struct good_ends *e, size_t off)
{
	const size_t len = good_make4(f, e, GOOD_RTP);
	static uint16_t id;

	good_put16(f + L3 + 4, ++id);
	good_put16(f + L3 + 6, off);
	good_ip4_sum(f);

	return len;
}


static size_t fragment_first(uint8_t *f, const struct good_ends *e)
{
	return fragment(f, e, 0x2000);
}


static size_t fragment_later(uint8_t *f, const struct good_ends *e)
{
	return fragment(f, e, 0x2001);
}


static size_t fragment_last(uint8_t *f, const struct good_ends *e)
{
	return fragment(f, e, 0x1fff);
}


static size_t fragments_overlap(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);
	static uint16_t n;

	good_put16(f + L3 + 4, 0x7777);
	good_put16(f + L3 + 6, n++ % 2 ? 0x2000 : 0x0001);
	good_ip4_sum(f);

	return len;
}


static size_t options(uint8_t *f, const struct good_ends *e)
{
	static const uint8_t alert[4] = {0x94, 4, 0, 0};
	const size_t len = good_make4(f, e, JUNK);

	memmove(f + L4 + 4, f + L4, len - L4);
	memcpy(f + L4, alert, sizeof(alert));
	f[L3] = 0x46;
	good_put16(f + L3 + 2, len + 4 - L3);
	good_ip4_sum(f);

	return len + 4;
}


static size_t source_route(uint8_t *f, const struct good_ends *e)
{
	static const uint8_t lsrr[8] = {0x83, 7, 4, 127, 0, 0, 1, 0};
	const size_t len = good_make4(f, e, GOOD_RTP);

	memmove(f + L4 + 8, f + L4, len - L4);
	memcpy(f + L4, lsrr, sizeof(lsrr));
	f[L3] = 0x47;
	good_put16(f + L3 + 2, len + 8 - L3);
	good_ip4_sum(f);

	return len + 8;
}


static size_t ttl(uint8_t *f, const struct good_ends *e, uint8_t n)
{
	const size_t len = good_make4(f, e, JUNK);

	f[L3 + 8] = n;
	good_ip4_sum(f);

	return len;
}


static size_t ttl_0(uint8_t *f, const struct good_ends *e)
{
	return ttl(f, e, 0);
}


static size_t ttl_1(uint8_t *f, const struct good_ends *e)
{
	return ttl(f, e, 1);
}


static size_t tagged(uint8_t *f, const struct good_ends *e, uint16_t type,
		     uint16_t vid)
{
	const size_t len = good_make4(f, e, vid ? GOOD_RTP : JUNK);

	memmove(f + 16, f + 12, len - 12);
	good_put16(f + 12, type);
	good_put16(f + 14, vid);

	return len + 4;
}


static size_t vlan(uint8_t *f, const struct good_ends *e)
{
	return tagged(f, e, ETH_P_8021Q, 5);
}


static size_t vlan_0(uint8_t *f, const struct good_ends *e)
{
	return tagged(f, e, ETH_P_8021Q, 0);
}


static size_t vlan_ad(uint8_t *f, const struct good_ends *e)
{
	return tagged(f, e, ETH_P_8021AD, 7);
}


/* for another host on this wire: seen where the interface is promiscuous */
static size_t mac_of_another(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, GOOD_RTP);

	f[5] ^= 0x55;

	return len;
}


static size_t mac_of_all(uint8_t *f, const struct good_ends *e)
{
	const size_t len = good_make4(f, e, JUNK);

	memset(f, 0xff, MAC);

	return len;
}


/* from where it goes to */
static size_t from_itself(uint8_t *f, const struct good_ends *e)
{
	const struct good_ends own = {.src = e->dst, .dst = e->dst};
	const size_t len = good_make4(f, &own, GOOD_RTP);

	memcpy(f, e->dst_mac, MAC);
	memcpy(f + MAC, e->src_mac, MAC);

	return len;
}


static size_t from_loopback(uint8_t *f, const struct good_ends *e)
{
	struct good_ends own = *e;

	own.src.u.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

	return good_make4(f, &own, GOOD_RTP);
}


static size_t only_ethernet(uint8_t *f, const struct good_ends *e)
{
	(void)good_make4(f, e, GOOD_RTP);

	return ETH_HLEN + 1;
}


static size_t only_ip(uint8_t *f, const struct good_ends *e)
{
	(void)good_make4(f, e, GOOD_RTP);

	return L4 + 3;
}


const struct shape shapes_ip[] = {
	{"IP checksum wrong", ip_sum_wrong},
	{"IP longer than the frame", ip_too_long},
	{"IP shorter than its headers", ip_too_short},
	{"IP header of 16 octets", ihl_4},
	{"IP header longer than the frame", ihl_15},
	{"version 6 in IPv4", version_6_in_4},
	{"first fragment", fragment_first},
	{"later fragment", fragment_later},
	{"last fragment, far beyond", fragment_last},
	{"fragments that overlap", fragments_overlap},
	{"IP options", options},
	{"source route", source_route},
	{"TTL 0", ttl_0},
	{"TTL 1", ttl_1},
	{"VLAN", vlan},
	{"VLAN 0", vlan_0},
	{"VLAN of a provider", vlan_ad},
	{"MAC address of another", mac_of_another},
	{"MAC address of all", mac_of_all},
	{"from where it goes to", from_itself},
	{"from loopback", from_loopback},
	{"15 octets", only_ethernet},
	{"no UDP header", only_ip},
	{NULL, NULL},
};
