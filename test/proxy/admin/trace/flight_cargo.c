/**
 * @file test/proxy/admin/trace/flight_cargo.c  Messages and packets become one
 * file, in the order of time
 */
#include <errno.h>
#include <string.h>
#include "common/octets.h"
#include "common/pcap.h"
#include "proxy/admin/trace/flight_cargo.h"
#include "relay/trail/sheaf.h"
#include "relay/trail/trail.h"
#include "relay/trail/trail_pool.h"
#include "test/test.h"

/* IPv4, IPv6 and UDP */
enum { V4 = 28, V6 = 48 };

enum { RTP = 12, RTP_WIRE = 172, PIECE = CARGO_READ_MIN, FILE_MAX = 1 << 20 };

/* the monotonic clock was 0 then */
static const uint64_t began_us = 1700000000000000;

static struct trail_pool *pool;
static struct sheaf *sheaf;
static struct flight_cargo *c;
static uint8_t *file;
static size_t len;


static void setup(void)
{
	ck_assert_int_eq(trail_pool_alloc(&pool, 4 << 20, NULL), 0);
	ck_assert_int_eq(sheaf_alloc(&sheaf), 0);
	file = mem_zalloc(FILE_MAX, NULL);
	ck_assert_ptr_nonnull(file);
	len = 0;
}


static void teardown(void)
{
	oom_after(-1);
	c = mem_deref(c);
	sheaf = mem_deref(sheaf);
	trail_pool_release(pool);
	file = mem_deref(file);
}


static struct sa addr(const char *host, uint16_t port)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, host, port), 0);

	return sa;
}


static struct mbuf *messages(const uint64_t *atv, size_t n)
{
	static const uint8_t from[4] = {192, 0, 2, 1}, to[4] = {192, 0, 2, 2};
	struct mbuf *mb = mbuf_alloc(4096);

	ck_assert_ptr_nonnull(mb);
	for (size_t i = 0; i < n; i++) {
		const struct pcap_datagram d = {
			.wall_us = began_us + atv[i],
			.src = from,
			.dst = to,
			.sport = 5060,
			.dport = 5060,
			.len = 4,
			.wire = 4,
		};

		mb->end += pcap_write(mb->buf + mb->end, &d,
				      (const uint8_t *)"BYE ");
	}

	return mb;
}


/* of an IPv4 phone that talks to an IPv6 one */
static struct trail *stream(void)
{
	struct trail *t;

	ck_assert_int_eq(trail_alloc(&t, pool, 0), 0);
	t->localv[RELAY_A][RELAY_RTP] = addr("203.0.113.1", 10);
	t->localv[RELAY_A][RELAY_RTCP] = addr("203.0.113.1", 11);
	t->localv[RELAY_B][RELAY_RTP] = addr("2001:db8::1", 20);
	t->localv[RELAY_B][RELAY_RTCP] = addr("2001:db8::1", 21);

	return t;
}


static void note(struct trail *t, uint64_t at_us, bool heard)
{
	static const uint8_t rtp[RTP] = {0x80, 8};
	const struct sa src = addr("198.51.100.7", 4000);
	const struct sa dst = addr("2001:db8::8", 5000);
	const struct trail_step s = {
		.kind = heard ? TRAIL_RTP : TRAIL_REFUSED,
		.side = RELAY_A,
		.at_us = at_us,
		.src = &src,
		.dst = heard ? &dst : NULL,
		.p = rtp,
		.kept = RTP,
		.wire = RTP_WIRE,
	};

	trail_note(t, &s);
}


static void read_all(void)
{
	uint8_t *buf = mem_alloc(PIECE, NULL);
	size_t n;

	while ((n = flight_cargo_read(buf, PIECE, c)) != 0) {
		ck_assert_uint_le(n, PIECE);
		ck_assert_uint_le(len + n, FILE_MAX);
		memcpy(file + len, buf, n);
		len += n;
	}
	mem_deref(buf);
}


/** A packet of a file */
struct seen {
	uint64_t at_us; /* since the monotonic clock was 0 */
	uint32_t kept, wire;
	unsigned version;
	uint16_t sport, dport;
};


/* false: that was the last one */
static bool next(struct seen *seen, size_t *at)
{
	const uint8_t *p = file + *at, *udp;
	uint32_t head[4];

	if (*at >= len)
		return false;

	memcpy(head, p, sizeof(head));
	seen->at_us = head[0] * 1000000ULL + head[1] - began_us;
	seen->kept = head[2];
	seen->wire = head[3];
	seen->version = p[PCAP_RECORD] >> 4;
	udp = p + PCAP_RECORD + (seen->version == 6 ? 40 : 20);
	seen->sport = octets_get16(udp);
	seen->dport = octets_get16(udp + 2);
	*at += PCAP_RECORD + seen->kept;

	return true;
}


START_TEST(messages_and_packets_come_in_the_order_of_time)
{
	static const uint64_t atv[] = {100, 250, 900};
	static const struct {
		uint64_t at_us;
		uint16_t sport, dport;
	} wantv[] = {
		{100, 5060, 5060}, {200, 4000, 10},   {200, 20, 5000},
		{250, 5060, 5060}, {300, 4000, 10},   {400, 4000, 10},
		{400, 20, 5000},   {900, 5060, 5060},
	};
	struct trail *t = stream();
	struct seen seen;
	size_t at = 0;

	note(t, 200, true);
	note(t, 300, false);
	note(t, 400, true);
	trail_seal(t);
	sheaf_put(sheaf, t);
	ck_assert_int_eq(
		flight_cargo_alloc(&c, messages(atv, 3), sheaf, began_us), 0);
	ck_assert_uint_gt(flight_cargo_size(c), 0);
	ck_assert_ptr_null(sheaf->traill.head);
	read_all();
	for (size_t i = 0; i < ARRAY_SIZE(wantv); i++) {
		ck_assert(next(&seen, &at));
		ck_assert_uint_eq(seen.at_us, wantv[i].at_us);
		ck_assert_uint_eq(seen.sport, wantv[i].sport);
		ck_assert_uint_eq(seen.dport, wantv[i].dport);
	}
	ck_assert(!next(&seen, &at));
}
END_TEST


START_TEST(a_packet_says_how_long_it_was_and_shows_its_header)
{
	struct trail *t = stream();
	struct seen seen;
	size_t at = 0;

	note(t, 200, true);
	trail_seal(t);
	sheaf_put(sheaf, t);
	ck_assert_int_eq(flight_cargo_alloc(&c, NULL, sheaf, began_us), 0);
	read_all();
	ck_assert(next(&seen, &at));
	ck_assert_uint_eq(seen.version, 4);
	ck_assert_uint_eq(seen.kept, V4 + RTP);
	ck_assert_uint_eq(seen.wire, V4 + RTP_WIRE);
	ck_assert(next(&seen, &at));
	ck_assert_uint_eq(seen.version, 6);
	ck_assert_uint_eq(seen.kept, V6 + RTP);
	ck_assert_uint_eq(seen.wire, V6 + RTP_WIRE);
}
END_TEST


START_TEST(two_streams_and_many_pieces_lose_nothing)
{
	struct trail *tv[] = {stream(), stream()};
	struct seen seen;
	uint64_t before = 0;
	size_t at = 0, n = 0;

	for (uint64_t i = 0; i < 2000; i++)
		note(tv[i % 2], 1000 * i, i % 5);
	for (size_t i = 0; i < 2; i++) {
		trail_seal(tv[i]);
		sheaf_put(sheaf, tv[i]);
	}
	ck_assert_int_eq(flight_cargo_alloc(&c, NULL, sheaf, began_us), 0);
	read_all();
	for (; next(&seen, &at); n++) {
		ck_assert_uint_ge(seen.at_us, before);
		before = seen.at_us;
	}

	/* what was refused did not leave; of it a part is kept */
	ck_assert_uint_gt(n, 2 * 1600);
	ck_assert_uint_le(n, 2 * 1600 + 400);
}
END_TEST


START_TEST(of_nothing_comes_nothing)
{
	struct mbuf *mb = messages(NULL, 0);

	ck_assert_int_eq(flight_cargo_alloc(NULL, NULL, NULL, 0), EINVAL);
	oom_after(0);
	ck_assert_int_eq(flight_cargo_alloc(&c, mb, sheaf, 0), ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(flight_cargo_alloc(&c, mb, sheaf, 0), 0);
	ck_assert_uint_eq(flight_cargo_size(c), 0);
	read_all();
	ck_assert_uint_eq(len, 0);
}
END_TEST


Suite *suite_flight_cargo(void);
Suite *suite_flight_cargo(void)
{
	Suite *s = suite_create("flight_cargo");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, messages_and_packets_come_in_the_order_of_time);
	tcase_add_test(tc, a_packet_says_how_long_it_was_and_shows_its_header);
	tcase_add_test(tc, two_streams_and_many_pieces_lose_nothing);
	tcase_add_test(tc, of_nothing_comes_nothing);
	suite_add_tcase(s, tc);

	return s;
}
