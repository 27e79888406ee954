/**
 * @file test/relay/engine/datagram.c  Headers and pieces, octet for octet
 */
#include <string.h>
#include "relay/engine/datagram.h"
#include "test/test.h"

enum { ROOM = 2 * DATAGRAM_HEAD, PAYLOAD_MAX = 9216 };

static const struct datagram_style style = {.dscp = 46, .hops = {64, 63}};


static const struct {
	const char *src, *dst;
	uint16_t sport, dport;
	size_t len;
} wrapv[] = {
	{"192.0.2.1", "198.51.100.7", 16384, 4000, 172},
	{"192.0.2.1", "198.51.100.7", 16385, 65535, 0},
	{"192.0.2.1", "198.51.100.7", 1, 4000, 1},
	{"255.255.255.254", "255.255.255.253", 65535, 65535, 9215},
	{"2001:db8::1", "2001:db8:ffff::7", 16384, 4000, 172},
	{"2001:db8::1", "fe80::7", 16385, 65535, 0},
	{"2001:db8::1", "::1", 1, 4000, 1},
	{"ffff:ffff::1", "ffff:ffff:ffff::1", 65535, 65535, 9215},
};


/* a way of our own to count, word for word */
static uint32_t words(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;

	return sum;
}


static uint16_t folded(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);

	return (uint16_t)sum;
}


static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}


static void fill(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(i * 7 + i / 256 + 3);
}


/* what every receiver does (RFC 1071): with the checksum it is all ones */
static void check_sum(const uint8_t *ip, const uint8_t *udp, size_t udp_len)
{
	const bool v6 = ip[0] >> 4 == 6;
	const uint32_t addrs = v6 ? words(ip + 8, 32) : words(ip + 12, 8);

	ck_assert_uint_ne(get16(udp + 6), 0);
	ck_assert_uint_eq(
		folded(addrs + 17 + (uint32_t)udp_len + words(udp, udp_len)),
		0xffff);
}


START_TEST(a_datagram_has_right_headers)
{
	uint8_t room[ROOM + PAYLOAD_MAX], want[PAYLOAD_MAX];
	uint8_t *payload = room + ROOM, *ip, *udp;
	const size_t len = wrapv[_i].len;
	struct sa src, dst;
	bool v6;

	(void)sa_set_str(&src, wrapv[_i].src, wrapv[_i].sport);
	(void)sa_set_str(&dst, wrapv[_i].dst, wrapv[_i].dport);
	v6 = sa_af(&src) == AF_INET6;
	memset(room, 0xaa, sizeof(room));
	fill(payload, len);
	fill(want, len);

	ip = datagram_wrap(payload, len, &src, &dst, &style, 0x1234);
	ck_assert_ptr_eq(ip, payload - (v6 ? 48 : 28));
	udp = payload - 8;
	ck_assert_uint_eq(get16(udp), wrapv[_i].sport);
	ck_assert_uint_eq(get16(udp + 2), wrapv[_i].dport);
	ck_assert_uint_eq(get16(udp + 4), len + 8);
	check_sum(ip, udp, len + 8);
	ck_assert_int_eq(memcmp(payload, want, len), 0);

	/* nothing before it was touched */
	for (uint8_t *p = room; p < ip; p++)
		ck_assert_uint_eq(*p, 0xaa);

	if (v6) {
		ck_assert_uint_eq(get16(ip), 0x6000 | 46 << 6);
		ck_assert_uint_eq(get16(ip + 2), 0);
		ck_assert_uint_eq(get16(ip + 4), len + 8);
		ck_assert_uint_eq(ip[6], 17);
		ck_assert_uint_eq(ip[7], 63);
		ck_assert(!memcmp(ip + 8, &src.u.in6.sin6_addr, 16));
		ck_assert(!memcmp(ip + 24, &dst.u.in6.sin6_addr, 16));
	}
	else {
		ck_assert_uint_eq(ip[0], 0x45);
		ck_assert_uint_eq(ip[1], 46 << 2);
		ck_assert_uint_eq(get16(ip + 2), len + 28);
		ck_assert_uint_eq(get16(ip + 4), 0x1234);
		ck_assert_uint_eq(get16(ip + 6), 0); /* may be fragmented */
		ck_assert_uint_eq(ip[8], 64);
		ck_assert_uint_eq(ip[9], 17);
		ck_assert(!memcmp(ip + 12, &src.u.in.sin_addr, 4));
		ck_assert(!memcmp(ip + 16, &dst.u.in.sin_addr, 4));
	}
}
END_TEST


/* of all payloads of two octets one has the sum 0, which is written as ones */
START_TEST(a_checksum_is_never_the_one_that_says_there_is_none)
{
	uint8_t room[ROOM + 2], *payload = room + ROOM, *ip;
	struct sa src, dst;
	unsigned ones = 0;

	(void)sa_set_str(&src, "192.0.2.1", 16384);
	(void)sa_set_str(&dst, "198.51.100.7", 4000);
	for (unsigned v = 0; v <= 0xffff; v++) {
		payload[0] = (uint8_t)(v >> 8);
		payload[1] = (uint8_t)v;
		ip = datagram_wrap(payload, 2, &src, &dst, &style, 1);
		check_sum(ip, payload - 8, 10);
		ones += get16(payload - 2) == 0xffff;
	}
	ck_assert_uint_ge(ones, 1);
}
END_TEST


static const struct {
	const char *src, *dst;
	size_t len, size;
	unsigned pieces;
} piecev[] = {
	{"192.0.2.1", "198.51.100.7", 1400, 1280, 2},
	{"192.0.2.1", "198.51.100.7", 9000, 1280, 8},
	{"192.0.2.1", "198.51.100.7", 9000, 576, 17},
	{"192.0.2.1", "198.51.100.7", 100, 1280, 1},
	{"192.0.2.1", "198.51.100.7", 2 * 1256 - 8, 1276, 2}, /* just fits */
	{"192.0.2.1", "198.51.100.7", 2 * 1256 - 7, 1276, 3},
	{"192.0.2.1", "198.51.100.7", 100, 27, 0}, /* nothing fits */
	{"2001:db8::1", "2001:db8::7", 1400, 1280, 2},
	{"2001:db8::1", "2001:db8::7", 9000, 1280, 8},
	{"2001:db8::1", "2001:db8::7", 100, 55, 0},
};


/* put together again they are what they were */
START_TEST(a_long_one_goes_in_pieces)
{
	uint8_t room[ROOM + PAYLOAD_MAX], piece[1280], whole[PAYLOAD_MAX + 8];
	uint8_t *payload = room + ROOM, *ip;
	size_t total, at = 0, n, got = 0;
	struct sa src, dst;
	unsigned pieces = 0;
	bool v6, more = true;

	(void)sa_set_str(&src, piecev[_i].src, 16384);
	(void)sa_set_str(&dst, piecev[_i].dst, 4000);
	v6 = sa_af(&src) == AF_INET6;
	fill(payload, piecev[_i].len);
	ip = datagram_wrap(payload, piecev[_i].len, &src, &dst, &style, 1);
	total = (size_t)(payload - ip) + piecev[_i].len;

	while ((n = datagram_piece(piece, piecev[_i].size, ip, total, &at,
				   0xabcd1234)) > 0) {
		const size_t head = v6 ? 48 : 20;
		const unsigned off = v6 ? get16(piece + 42) : get16(piece + 6);

		ck_assert(more);
		ck_assert_uint_le(n, piecev[_i].size);
		ck_assert_uint_eq(v6 ? off & ~7u : (off & 0x1fff) * 8, got);
		ck_assert_uint_eq(get16(piece + (v6 ? 4 : 2)),
				  v6 ? n - 40 : n);
		ck_assert_uint_eq(v6 ? piece[6] : piece[9], v6 ? 44 : 17);
		if (v6)
			ck_assert_uint_eq(piece[40], 17);
		ck_assert_uint_eq(get16(piece + (v6 ? 46 : 4)), 0x1234);
		more = v6 ? off & 1 : off & 0x2000;
		memcpy(whole + got, piece + head, n - head);
		got += n - head;
		++pieces;
	}

	ck_assert_uint_eq(pieces, piecev[_i].pieces);
	if (pieces) {
		ck_assert(!more);
		ck_assert_uint_eq(got, piecev[_i].len + 8);
		ck_assert_int_eq(memcmp(whole, payload - 8, got), 0);
	}
}
END_TEST


Suite *suite_datagram(void);
Suite *suite_datagram(void)
{
	Suite *s = suite_create("datagram");
	TCase *tc = tcase_create("datagram");

	test_table(tc, a_datagram_has_right_headers, wrapv);
	tcase_add_test(tc,
		       a_checksum_is_never_the_one_that_says_there_is_none);
	test_table(tc, a_long_one_goes_in_pieces, piecev);
	suite_add_tcase(s, tc);

	return s;
}
