/**
 * @file test/relay/engine/ports.c  Which pair of ports is next
 */
#include <errno.h>
#include <string.h>
#include "relay/engine/ports.h"
#include "test/test.h"


static const struct {
	uint16_t min, max;
	uint32_t pairs; /* 0: EINVAL */
} rangev[] = {
	{16384, 32767, 8192}, {10000, 10001, 1}, {10001, 10003, 1},
	{10001, 10002, 0},    {10000, 10000, 0}, {10001, 10004, 1},
	{10000, 10002, 1},    {65534, 65535, 1}, {65535, 65535, 0},
	{0, 100, 0},          {2, 1, 0},         {1, 65535, 32767},
};


START_TEST(a_range_has_so_many_pairs)
{
	static uint8_t seenv[65536];
	struct ports *p = NULL;
	uint16_t port;
	int err;

	err = ports_alloc(&p, rangev[_i].min, rangev[_i].max, 0);
	if (!rangev[_i].pairs) {
		ck_assert_int_eq(err, EINVAL);
		ck_assert_ptr_null(p);
		return;
	}

	ck_assert_int_eq(err, 0);
	ck_assert_uint_eq(ports_total(p), rangev[_i].pairs);
	ck_assert_uint_eq(ports_free(p, 0), rangev[_i].pairs);

	memset(seenv, 0, sizeof(seenv));
	for (uint32_t i = 0; i < rangev[_i].pairs; i++) {
		ck_assert_int_eq(ports_take(p, 0, &port), 0);
		ck_assert_uint_eq(port & 1, 0);
		ck_assert_uint_ge(port, rangev[_i].min);
		ck_assert_uint_lt(port, rangev[_i].max);
		ck_assert_uint_eq(seenv[port]++, 0);
	}
	ck_assert_int_eq(ports_take(p, 0, &port), ENOSPC);
	ck_assert_uint_eq(ports_free(p, 0), 0);

	mem_deref(p);
}
END_TEST


START_TEST(a_port_rests_after_use)
{
	struct ports *p = NULL;
	uint16_t port = 0, again = 0;

	ck_assert_int_eq(ports_alloc(&p, 20000, 20001, 5000), 0);
	ck_assert_int_eq(ports_take(p, 100, &port), 0);
	ports_release(p, 1000, port);
	ck_assert_uint_eq(ports_free(p, 1000), 0);
	ck_assert_int_eq(ports_take(p, 5999, &again), ENOSPC);
	ck_assert_int_eq(ports_take(p, 6000, &again), 0);
	ck_assert_uint_eq(again, port);

	mem_deref(p);
}
END_TEST


START_TEST(a_named_pair_is_had_once_and_rests_like_any_other)
{
	struct ports *p = NULL;
	uint16_t port;

	ck_assert_int_eq(ports_alloc(&p, 20000, 20007, 5000), 0);
	ck_assert_int_eq(ports_claim(NULL, 0, 20000), EINVAL);
	ck_assert_int_eq(ports_claim(p, 0, 19998), EINVAL);
	ck_assert_int_eq(ports_claim(p, 0, 20001), EINVAL);
	ck_assert_int_eq(ports_claim(p, 0, 20008), EINVAL);
	ck_assert_int_eq(ports_claim(p, 0, 20004), 0);
	ck_assert_int_eq(ports_claim(p, 0, 20004), EADDRINUSE);
	ck_assert_uint_eq(ports_free(p, 0), 3);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(ports_take(p, 0, &port), 0);
		ck_assert_uint_ne(port, 20004);
	}

	ports_release(p, 1000, 20004);
	ck_assert_int_eq(ports_claim(p, 5999, 20004), EADDRINUSE);
	ck_assert_int_eq(ports_claim(p, 6000, 20004), 0);

	mem_deref(p);
}
END_TEST


START_TEST(the_queue_of_resting_ports_goes_round)
{
	struct ports *p = NULL;
	uint16_t portv[4];

	ck_assert_int_eq(ports_alloc(&p, 20000, 20007, 10), 0);
	for (uint64_t now = 0; now < 1000; now += 10) {
		const size_t n = 1 + now / 10 % 4;

		ck_assert_uint_eq(ports_free(p, now), 4);
		for (size_t i = 0; i < n; i++)
			ck_assert_int_eq(ports_take(p, now, &portv[i]), 0);
		for (size_t i = 0; i < n; i++)
			ports_release(p, now, portv[i]);
		ck_assert_uint_eq(ports_free(p, now), 4 - n);
	}

	mem_deref(p);
}
END_TEST


/* in order, the next would be the last one's neighbour nearly always */
START_TEST(the_choice_is_random)
{
	struct ports *p = NULL;
	uint16_t port = 0, last = 0;
	int neighbours = 0;

	ck_assert_int_eq(ports_alloc(&p, 16384, 32767, 0), 0);
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(ports_take(p, 0, &port), 0);
		if (port == last + 2 || port + 2 == last)
			++neighbours;
		last = port;
	}
	ck_assert_int_lt(neighbours, 20);

	mem_deref(p);
}
END_TEST


START_TEST(nothing_and_too_much_is_harmless)
{
	struct ports *p = NULL;
	uint16_t port;

	ck_assert_int_eq(ports_alloc(NULL, 1, 9, 0), EINVAL);
	ck_assert_int_eq(ports_take(NULL, 0, &port), EINVAL);
	ports_release(NULL, 0, 1);
	ck_assert_uint_eq(ports_free(NULL, 0), 0);
	ck_assert_uint_eq(ports_total(NULL), 0);

	ck_assert_int_eq(ports_alloc(&p, 20000, 20003, 0), 0);
	ck_assert_int_eq(ports_take(p, 0, NULL), EINVAL);
	ports_release(p, 0, 20000);
	ck_assert_uint_eq(ports_free(p, 0), 2);
	mem_deref(p);

	for (int i = 0; i < 3; i++) {
		p = NULL;
		oom_after(i);
		ck_assert_int_eq(ports_alloc(&p, 20000, 20003, 0), ENOMEM);
		ck_assert_ptr_null(p);
	}
	oom_after(-1);
}
END_TEST


static void move(struct ports *p, uint16_t min, uint16_t max)
{
	struct ports_range *range = NULL;

	ck_assert_int_eq(ports_range_alloc(&range, min, max), 0);
	ports_move(p, range);
}


static bool can_claim(struct ports *p, uint64_t now, uint16_t port)
{
	return !ports_claim(p, now, port);
}


START_TEST(another_range_knows_what_is_taken_and_what_rests)
{
	struct ports *p = NULL;

	ck_assert_int_eq(ports_alloc(&p, 20000, 20007, 5000), 0);
	ck_assert(can_claim(p, 0, 20002)); /* stays taken */
	ck_assert(can_claim(p, 0, 20004)); /* rests */
	ck_assert(can_claim(p, 0, 20006)); /* of both ranges, comes back */
	ck_assert(can_claim(p, 0, 20000)); /* of the former one alone */
	ports_release(p, 1000, 20004);

	move(p, 20002, 20009);
	ck_assert_uint_eq(ports_total(p), 4);
	ck_assert_uint_eq(ports_free(p, 1000), 1);
	ck_assert(!can_claim(p, 1000, 20002));
	ck_assert(!can_claim(p, 1000, 20004));
	ck_assert(can_claim(p, 1000, 20008));
	ports_release(p, 2000, 20000);
	ports_release(p, 2000, 20006);
	ck_assert(!can_claim(p, 6999, 20006));
	ck_assert(can_claim(p, 7000, 20006));
	ck_assert(can_claim(p, 7000, 20004));
	ck_assert_uint_eq(ports_free(p, 9000), 0);

	/* and back: nothing was lost meanwhile */
	move(p, 20000, 20007);
	ck_assert_uint_eq(ports_free(p, 9000), 1);
	ck_assert(can_claim(p, 9000, 20000));
	for (uint16_t port = 20000; port <= 20008; port += 2)
		ports_release(p, 10000, port);
	ck_assert_uint_eq(ports_free(p, 14999), 0);
	ck_assert_uint_eq(ports_free(p, 15000), 4);
	mem_deref(p);
}
END_TEST


START_TEST(another_quarantine_counts_from_now_on)
{
	struct ports *p = NULL;
	uint16_t port;

	ck_assert_int_eq(ports_alloc(&p, 20000, 20003, 5000), 0);
	ck_assert_int_eq(ports_take(p, 0, &port), 0);
	ports_quarantine(p, 100);
	ports_release(p, 0, port);
	ports_release(p, 0, port); /* twice is once */
	ck_assert_uint_eq(ports_free(p, 99), 1);
	ck_assert_uint_eq(ports_free(p, 100), 2);
	ports_quarantine(NULL, 1);
	ports_move(NULL, NULL);
	mem_deref(p);
}
END_TEST


Suite *suite_ports(void);
Suite *suite_ports(void)
{
	Suite *s = suite_create("ports");
	TCase *tc = tcase_create("ports");

	test_table(tc, a_range_has_so_many_pairs, rangev);
	tcase_add_test(tc, another_range_knows_what_is_taken_and_what_rests);
	tcase_add_test(tc, another_quarantine_counts_from_now_on);
	tcase_add_test(tc, a_port_rests_after_use);
	tcase_add_test(tc, a_named_pair_is_had_once_and_rests_like_any_other);
	tcase_add_test(tc, the_queue_of_resting_ports_goes_round);
	tcase_add_test(tc, the_choice_is_random);
	tcase_add_test(tc, nothing_and_too_much_is_harmless);
	suite_add_tcase(s, tc);

	return s;
}
