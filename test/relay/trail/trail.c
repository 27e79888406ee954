/**
 * @file test/relay/trail/trail.c  What a trail keeps, and in which order it is
 * read
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include "common/metrics.h"
#include "relay/trail/trail_page.h"
#include "relay/trail/trail_pool.h"
#include "relay/trail/trail_reader.h"
#include "test/test.h"

enum { PAGES = 64, RTP_LEN = 172, RTP_KEPT = 12, PTIME_US = 20000 };

/* of RTP with 12 octets each */
enum { PAGE_PACKETS = TRAIL_ROOM / (sizeof(struct trail_record) + RTP_KEPT) };

enum { LONG = 50000 };

static struct metrics *metrics;
static struct trail_pool *pool;
static struct trail *t;
static struct sa phone, stranger, other;
static uint64_t now_us;


static void open_pool(size_t pages)
{
	ck_assert_int_eq(
		trail_pool_alloc(&pool, pages * TRAIL_PAGE_SIZE, metrics), 0);
	ck_assert_int_eq(trail_alloc(&t, pool, 0), 0);
}


static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	(void)sa_set_str(&phone, "198.51.100.7", 4000);
	(void)sa_set_str(&stranger, "198.51.100.66", 6666);
	(void)sa_set_str(&other, "2001:db8::8", 5000);
	now_us = 1000000;
}


static void teardown(void)
{
	oom_after(-1);
	t = mem_deref(t);
	trail_pool_release(pool);
	pool = NULL;
	metrics = mem_deref(metrics);
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


/* the n-th packet of side A */
static void note(struct trail *trail, enum trail_kind kind, uint32_t n)
{
	uint8_t p[RTP_KEPT] = {0x80, 8};
	const struct trail_step s = {
		.kind = kind,
		.side = RELAY_A,
		.comp = kind == TRAIL_RTCP ? RELAY_RTCP : RELAY_RTP,
		.out = RELAY_RTP,
		.at_us = now_us,
		.src = kind == TRAIL_REFUSED ? &stranger : &phone,
		.dst = kind == TRAIL_REFUSED ? NULL : &other,
		.p = p,
		.kept = sizeof(p),
		.wire = RTP_LEN,
	};

	memcpy(p + 4, &n, sizeof(n));
	trail_note(trail, &s);
	now_us += PTIME_US;
}


static void note_all(struct trail *trail, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		note(trail, TRAIL_RTP, i);
}


static uint32_t number(const struct trail_packet *pkt)
{
	uint32_t n;

	memcpy(&n, pkt->p + 4, sizeof(n));

	return n;
}


START_TEST(a_packet_is_read_as_it_was_noted)
{
	struct trail_reader r;
	struct trail_packet pkt;

	open_pool(PAGES);
	(void)sa_set_str(&t->localv[RELAY_A][RELAY_RTP], "203.0.113.1", 10);
	(void)sa_set_str(&t->localv[RELAY_A][RELAY_RTCP], "203.0.113.1", 11);
	(void)sa_set_str(&t->localv[RELAY_B][RELAY_RTP], "2001:db8::1", 20);
	note(t, TRAIL_RTCP, 77);
	trail_seal(t);

	trail_reader_init(&r, t);
	ck_assert_uint_eq(r.at_us, 1000000);
	ck_assert(trail_reader_next(&r, &pkt));
	ck_assert_int_eq(pkt.kind, TRAIL_RTCP);
	ck_assert_int_eq(pkt.side, RELAY_A);
	ck_assert_uint_eq(pkt.at_us, 1000000);
	ck_assert(sa_cmp(pkt.src, &phone, SA_ALL));
	ck_assert_uint_eq(sa_port(pkt.local), 11);
	ck_assert_uint_eq(sa_port(pkt.out), 20);
	ck_assert(sa_cmp(pkt.dst, &other, SA_ALL));
	ck_assert_uint_eq(pkt.kept, RTP_KEPT);
	ck_assert_uint_eq(pkt.wire, RTP_LEN);
	ck_assert_uint_eq(pkt.p[0], 0x80);
	ck_assert_uint_eq(number(&pkt), 77);
	ck_assert(!trail_reader_next(&r, &pkt));
	ck_assert_uint_eq(r.at_us, UINT64_MAX);
}
END_TEST


START_TEST(all_kinds_are_read_in_the_order_of_time)
{
	struct trail_reader r;
	struct trail_packet pkt;
	uint64_t before = 0;
	uint32_t n;

	open_pool(PAGES);
	for (n = 0; n < 500; n++)
		note(t, (enum trail_kind)(n % TRAIL_KINDS), n);
	trail_seal(t);

	trail_reader_init(&r, t);
	for (n = 0; trail_reader_next(&r, &pkt); n++) {
		ck_assert_uint_gt(pkt.at_us, before);
		ck_assert_uint_eq(number(&pkt), n);
		ck_assert_int_eq(pkt.kind, n % TRAIL_KINDS);
		ck_assert_int_eq(!pkt.dst, pkt.kind == TRAIL_REFUSED);
		ck_assert(
			sa_cmp(pkt.src, pkt.dst ? &phone : &stranger, SA_ALL));
		before = pkt.at_us;
	}
	ck_assert_uint_eq(n, 500);
}
END_TEST


/* how many there are of so many, and how many of them are the first and the
   last ones */
static size_t edges(uint32_t *first, uint32_t *last, uint32_t total)
{
	static bool seen[LONG];
	struct trail_reader r;
	struct trail_packet pkt;
	size_t n = 0;

	memset(seen, 0, sizeof(seen));
	trail_seal(t);
	trail_reader_init(&r, t);
	for (; trail_reader_next(&r, &pkt); n++)
		seen[number(&pkt)] = true;
	for (*first = 0; *first < total && seen[*first];)
		++*first;
	for (*last = 0; *last < total && seen[total - 1 - *last];)
		++*last;

	return n;
}


START_TEST(of_a_long_call_its_beginning_and_its_end_are_kept)
{
	uint32_t first, last;
	size_t n;

	open_pool(1024);
	note_all(t, LONG);
	n = edges(&first, &last, LONG);
	ck_assert_uint_eq(first, PAGE_PACKETS);
	ck_assert_uint_ge(last, 180 * 1000000 / PTIME_US);
	ck_assert_uint_eq(n, first + last);
	ck_assert_uint_eq(counted("relay_headers_overwritten_total"),
			  LONG - n);
	ck_assert_uint_eq(counted("relay_headers_missed_total"), 0);
}
END_TEST


START_TEST(strangers_take_nothing_from_who_is_heard)
{
	struct trail_reader r;
	struct trail_packet pkt;
	size_t heard = 0, refused = 0;

	open_pool(1024);
	for (uint32_t i = 0; i < 20000; i++)
		note(t, i % 100 ? TRAIL_REFUSED : TRAIL_RTP, i);
	trail_seal(t);
	trail_reader_init(&r, t);
	while (trail_reader_next(&r, &pkt)) {
		heard += pkt.kind == TRAIL_RTP;
		refused += pkt.kind == TRAIL_REFUSED;
	}
	ck_assert_uint_eq(heard, 200);
	ck_assert_uint_ge(refused, 100);
	ck_assert_uint_le(refused, 8 * PAGE_PACKETS);
}
END_TEST


START_TEST(where_memory_is_short_the_oldest_goes_but_for_beginnings)
{
	struct trail *second = NULL, *third = NULL;
	uint32_t first, last;

	open_pool(4);
	ck_assert_int_eq(trail_alloc(&second, pool, 0), 0);
	ck_assert_int_eq(trail_alloc(&third, pool, 0), 0);
	note_all(t, 3 * PAGE_PACKETS);
	note_all(second, 2 * PAGE_PACKETS);

	/* the second page of the first call */
	ck_assert_uint_eq(counted("relay_headers_overwritten_total"),
			  PAGE_PACKETS);
	note_all(third, 1);
	ck_assert_uint_eq(counted("relay_headers_overwritten_total"),
			  2 * PAGE_PACKETS);

	/* a call that is over keeps what it has */
	ck_assert_uint_eq(edges(&first, &last, 3 * PAGE_PACKETS),
			  PAGE_PACKETS);
	ck_assert_uint_eq(first, PAGE_PACKETS);
	note_all(third, 3 * PAGE_PACKETS);
	ck_assert_uint_eq(trail_bytes(t), TRAIL_PAGE_SIZE);
	mem_deref(second);
	mem_deref(third);
}
END_TEST


START_TEST(where_there_is_no_memory_it_is_counted)
{
	struct trail *second = NULL;

	open_pool(1);
	ck_assert_int_eq(trail_alloc(&second, pool, 0), 0);
	note_all(t, 1);
	note_all(second, 2);
	ck_assert_uint_eq(counted("relay_headers_missed_total"), 2);
	ck_assert_uint_eq(trail_bytes(second), 0);

	/* and there is some again as soon as somebody lets go */
	t = mem_deref(t);
	note_all(second, 1);
	ck_assert_uint_eq(trail_bytes(second), TRAIL_PAGE_SIZE);
	mem_deref(second);
}
END_TEST


/* time that goes back, a source that moves, a target that changes */
START_TEST(what_does_not_fit_a_page_begins_another)
{
	struct trail_reader r;
	struct trail_packet pkt;

	open_pool(PAGES);
	note(t, TRAIL_RTP, 0);
	now_us += (uint64_t)UINT32_MAX + 1;
	note(t, TRAIL_RTP, 1);
	now_us -= 3 * PTIME_US;
	note(t, TRAIL_RTP, 2);
	sa_set_port(&phone, 4001);
	note(t, TRAIL_RTP, 3);
	sa_set_port(&other, 5001);
	note(t, TRAIL_RTP, 4);
	trail_seal(t);
	ck_assert_uint_eq(trail_bytes(t), 5 * TRAIL_PAGE_SIZE);

	trail_reader_init(&r, t);
	for (uint32_t n = 0; n < 5; n++) {
		ck_assert(trail_reader_next(&r, &pkt));
		ck_assert_uint_eq(number(&pkt), n);
		ck_assert_uint_eq(sa_port(pkt.src), n < 3 ? 4000 : 4001);
		ck_assert_uint_eq(sa_port(pkt.dst), n < 4 ? 5000 : 5001);
	}
	ck_assert(!trail_reader_next(&r, &pkt));
}
END_TEST


static void *drop(void *arg)
{
	mem_deref(arg);

	return NULL;
}


START_TEST(another_thread_gives_the_pages_back)
{
	pthread_t thread;

	open_pool(4);
	for (int round = 0; round < 100; round++) {
		note_all(t, 4 * PAGE_PACKETS);
		trail_seal(t);
		ck_assert_uint_eq(trail_bytes(t), 4 * TRAIL_PAGE_SIZE);
		ck_assert_int_eq(pthread_create(&thread, NULL, drop, t), 0);
		ck_assert_int_eq(pthread_join(thread, NULL), 0);
		ck_assert_int_eq(trail_alloc(&t, pool, 0), 0);
	}
	ck_assert_uint_eq(counted("relay_headers_overwritten_total"), 0);
	ck_assert_uint_eq(counted("relay_headers_missed_total"), 0);

	/* what is kept outlives the worker's own */
	trail_pool_release(pool);
	pool = NULL;
	note_all(t, 1);
	ck_assert_uint_eq(trail_bytes(t), TRAIL_PAGE_SIZE);
}
END_TEST


START_TEST(without_memory_there_is_none)
{
	ck_assert_int_eq(trail_pool_alloc(NULL, 4096, NULL), EINVAL);
	ck_assert_int_eq(trail_pool_alloc(&pool, TRAIL_PAGE_SIZE - 1, NULL),
			 EINVAL);
	oom_after(0);
	ck_assert_int_eq(trail_pool_alloc(&pool, 4096, NULL), ENOMEM);
	open_pool(1);
	ck_assert_int_eq(trail_alloc(NULL, pool, 0), EINVAL);
	ck_assert_int_eq(trail_alloc(&t, NULL, 0), EINVAL);
	t = mem_deref(t);
	oom_after(0);
	ck_assert_int_eq(trail_alloc(&t, pool, 0), ENOMEM);
}
END_TEST


Suite *suite_trail(void);
Suite *suite_trail(void)
{
	Suite *s = suite_create("trail");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_packet_is_read_as_it_was_noted);
	tcase_add_test(tc, all_kinds_are_read_in_the_order_of_time);
	tcase_add_test(tc, of_a_long_call_its_beginning_and_its_end_are_kept);
	tcase_add_test(tc, strangers_take_nothing_from_who_is_heard);
	tcase_add_test(
		tc, where_memory_is_short_the_oldest_goes_but_for_beginnings);
	tcase_add_test(tc, where_there_is_no_memory_it_is_counted);
	tcase_add_test(tc, what_does_not_fit_a_page_begins_another);
	tcase_add_test(tc, another_thread_gives_the_pages_back);
	tcase_add_test(tc, without_memory_there_is_none);
	suite_add_tcase(s, tc);

	return s;
}
