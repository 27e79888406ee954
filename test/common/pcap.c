/**
 * @file test/common/pcap.c  Packets of a file, octet by octet
 */
#include <string.h>
#include "test/test.h"
#include "common/octets.h"
#include "common/pcap.h"

static const uint8_t src[16] = {192, 0, 2, 1}, dst[16] = {192, 0, 2, 2};
static uint8_t buf[PCAP_MARGIN + 65536];


static uint32_t word(size_t at)
{
	uint32_t n;

	memcpy(&n, buf + at, sizeof(n));

	return n;
}


START_TEST(a_file_says_what_is_in_it)
{
	uint16_t major;

	pcap_file_header(buf);
	ck_assert_uint_eq(word(0), 0xa1b2c3d4);
	memcpy(&major, buf + 4, sizeof(major));
	ck_assert_uint_eq(major, 2);
	ck_assert_uint_eq(word(16), PCAP_SNAPLEN);
	ck_assert_uint_eq(word(20), 101);
}
END_TEST


static const struct {
	bool v6;
	size_t len, wire;
	size_t got; /* 0: refused */
} framev[] = {
	{false, 4, 4, 16 + 28 + 4},
	{true, 4, 4, 16 + 48 + 4},
	{false, 12, 172, 16 + 28 + 12},
	{false, 0, 0, 16 + 28},
	{false, 5, 4, 0},
	{false, PCAP_PAYLOAD_MAX, PCAP_PAYLOAD_MAX,
	 16 + 28 + PCAP_PAYLOAD_MAX},
	{false, 1, PCAP_PAYLOAD_MAX + 1, 0},
};


START_TEST(a_packet_has_the_headers_of_its_family)
{
	static uint8_t p[PCAP_PAYLOAD_MAX];
	const struct pcap_datagram d = {
		.wall_us = 1700000000123456,
		.v6 = framev[_i].v6,
		.src = src,
		.dst = dst,
		.sport = 5060,
		.dport = 40000,
		.len = framev[_i].len,
		.wire = framev[_i].wire,
	};
	const size_t n = pcap_write(buf, &d, p);
	const uint8_t *udp = buf + 16 + (d.v6 ? 40 : 20);

	ck_assert_uint_eq(n, framev[_i].got);
	if (!n)
		return;

	ck_assert_uint_eq(word(0), 1700000000);
	ck_assert_uint_eq(word(4), 123456);
	ck_assert_uint_eq(word(8), n - 16);
	ck_assert_uint_eq(word(12), n - 16 + d.wire - d.len);
	ck_assert_uint_eq(buf[16], d.v6 ? 0x60 : 0x45);
	ck_assert_uint_eq(octets_get16(udp), 5060);
	ck_assert_uint_eq(octets_get16(udp + 2), 40000);
	ck_assert_uint_eq(octets_get16(udp + 4), 8 + d.wire);
	/* of what is cut nobody knows the sum */
	ck_assert_int_eq(octets_get16(udp + 6) != 0, d.len == d.wire);
}
END_TEST


Suite *suite_pcap(void);
Suite *suite_pcap(void)
{
	Suite *s = suite_create("pcap");
	TCase *tc = tcase_create("pcap");

	tcase_add_test(tc, a_file_says_what_is_in_it);
	test_table(tc, a_packet_has_the_headers_of_its_family, framev);
	suite_add_tcase(s, tc);

	return s;
}
