/**
 * @file test/relay/record/record_ring.c  Packets on their way to the writer
 */
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include "relay/record/record_ring.h"
#include "test/test.h"

static struct record_ring ring;


static void reset(void)
{
	memset(&ring, 0, sizeof(ring));
}


static bool push(uint32_t n, size_t len)
{
	struct record_packet pkt = {.now_us = n, .len = (uint32_t)len};
	static uint8_t buf[RECORD_PACKET_MAX + 1];

	memset(buf, (int)n, min(len, sizeof(buf)));

	return record_ring_push(&ring, &pkt, buf);
}


static bool pop(uint32_t n, size_t len)
{
	static uint8_t want[RECORD_PACKET_MAX];
	const struct record_packet *pkt;
	const uint8_t *p;

	pkt = record_ring_peek(&ring, &p);
	if (!pkt)
		return false;

	ck_assert(pkt->now_us == n && pkt->len == len);
	memset(want, (int)n, len);
	ck_assert(!memcmp(p, want, len));
	record_ring_pop(&ring);

	return true;
}


START_TEST(what_goes_in_comes_out_in_order)
{
	reset();
	ck_assert(!pop(0, 0));
	ck_assert(push(1, 172));
	ck_assert(push(2, 0));
	ck_assert(push(3, RECORD_PACKET_MAX));
	ck_assert(!push(4, RECORD_PACKET_MAX + 1));
	ck_assert(pop(1, 172));
	ck_assert(pop(2, 0));
	ck_assert(pop(3, RECORD_PACKET_MAX));
	ck_assert(!pop(4, 0));
}
END_TEST


/* all ways in which an entry can meet the end */
START_TEST(any_length_goes_round_many_times)
{
	reset();
	for (uint32_t n = 0; n < 20000; n++) {
		const size_t len = (n * 7919u) % 1500;

		ck_assert(push(n, len));
		if (n % 3)
			ck_assert(push(n + 1, len / 2));
		ck_assert(pop(n, len));
		if (n % 3)
			ck_assert(pop(n + 1, len / 2));
	}
	ck_assert(!pop(0, 0));
}
END_TEST


START_TEST(a_full_ring_refuses_and_keeps_what_it_has)
{
	uint32_t in = 0, out = 0;

	reset();
	for (int round = 0; round < 5; round++) {
		while (push(in, 160 + in % 40))
			++in;
		ck_assert_uint_gt(in - out, 1000);
		for (int i = 0; i < 500; i++, out++)
			ck_assert(pop(out, 160 + out % 40));
	}
	for (; out < in; out++)
		ck_assert(pop(out, 160 + out % 40));
}
END_TEST


enum { MANY = 200000 };


static void *producer(void *arg)
{
	(void)arg;

	for (uint32_t n = 0; n < MANY;) {
		if (push(n, n % 300))
			++n;
		else
			(void)sched_yield();
	}

	return NULL;
}


START_TEST(two_threads_lose_nothing)
{
	pthread_t t;

	reset();
	ck_assert_int_eq(pthread_create(&t, NULL, producer, NULL), 0);
	for (uint32_t n = 0; n < MANY;) {
		if (pop(n, n % 300))
			++n;
		else
			(void)sched_yield();
	}
	ck_assert_int_eq(pthread_join(t, NULL), 0);
}
END_TEST


START_TEST(addresses_become_small)
{
	struct record_addr a;
	struct sa sa;

	record_addr_set(&a, NULL);
	ck_assert(!a.isset);
	sa_init(&sa, AF_UNSPEC);
	record_addr_set(&a, &sa);
	ck_assert(!a.isset);

	ck_assert_int_eq(sa_set_str(&sa, "192.0.2.1", 4000), 0);
	record_addr_set(&a, &sa);
	ck_assert(a.isset && !a.v6);
	ck_assert_uint_eq(a.port, 4000);
	ck_assert_mem_eq(a.b, "\xc0\x00\x02\x01", 4);

	ck_assert_int_eq(sa_set_str(&sa, "2001:db8::1", 5000), 0);
	record_addr_set(&a, &sa);
	ck_assert(a.isset && a.v6);
	ck_assert_mem_eq(a.b, "\x20\x01\x0d\xb8", 4);
	ck_assert_uint_eq(a.b[15], 1);
}
END_TEST


Suite *suite_record_ring(void);
Suite *suite_record_ring(void)
{
	Suite *s = suite_create("record_ring");
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, what_goes_in_comes_out_in_order);
	tcase_add_test(tc, any_length_goes_round_many_times);
	tcase_add_test(tc, a_full_ring_refuses_and_keeps_what_it_has);
	tcase_add_test(tc, two_threads_lose_nothing);
	tcase_add_test(tc, addresses_become_small);
	suite_add_tcase(s, tc);

	return s;
}
