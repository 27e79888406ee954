/**
 * @file test/common/throttle.c  Token buckets and their keys
 */
#include <errno.h>
#include <string.h>
#include "common/throttle.h"
#include "test/test.h"


static const struct throttle_rate ten = {10, 1000}, none = {0, 1000};


static unsigned take_all(throttle_bucket *b, uint64_t now)
{
	unsigned n = 0;

	while (n < 1000 && throttle_take(b, &ten, now, THROTTLE_UNIT))
		++n;

	return n;
}


START_TEST(a_zeroed_bucket_is_full)
{
	throttle_bucket b = 0;

	ck_assert_uint_eq(take_all(&b, 0), 10);
	ck_assert(throttle_empty(b, &ten, 0));
	b = 0;
	ck_assert_uint_eq(take_all(&b, UINT32_MAX), 10);
}
END_TEST


START_TEST(it_fills_again_evenly_and_no_further)
{
	throttle_bucket b = 0;

	ck_assert_uint_eq(take_all(&b, 5000), 10);
	ck_assert_uint_eq(take_all(&b, 5099), 0);
	ck_assert_uint_eq(take_all(&b, 5100), 1);
	ck_assert_uint_eq(take_all(&b, 5500), 4);
	ck_assert_uint_eq(take_all(&b, 1000000), 10);
}
END_TEST


START_TEST(a_cost_may_be_a_part_or_many)
{
	throttle_bucket b = 0;

	for (int i = 0; i < 20; i++)
		ck_assert(throttle_take(&b, &ten, 0, THROTTLE_UNIT / 2));
	ck_assert(!throttle_take(&b, &ten, 0, THROTTLE_UNIT / 2));

	b = 0;
	ck_assert(!throttle_take(&b, &ten, 0, THROTTLE_UNIT * 11));
	ck_assert(throttle_take(&b, &ten, 0, THROTTLE_UNIT * 10));
	ck_assert(throttle_empty(b, &ten, 0));
}
END_TEST


START_TEST(what_is_refused_is_not_charged)
{
	throttle_bucket b = 0;

	ck_assert_uint_eq(take_all(&b, 0), 10);
	for (int i = 0; i < 100; i++)
		ck_assert(!throttle_take(&b, &ten, 0, THROTTLE_UNIT));
	ck_assert_uint_eq(take_all(&b, 1000), 10);
}
END_TEST


START_TEST(draining_stops_at_empty)
{
	throttle_bucket b = 0;

	ck_assert(!throttle_drain(&b, &ten, 0, THROTTLE_UNIT * 9));
	ck_assert(throttle_drain(&b, &ten, 0, THROTTLE_UNIT * 9));
	ck_assert(throttle_drain(&b, &ten, 0, THROTTLE_UNIT * 9));
	ck_assert_uint_eq(take_all(&b, 200), 2);
}
END_TEST


START_TEST(what_is_given_back_can_be_taken_again)
{
	throttle_bucket b = 0;

	ck_assert_uint_eq(take_all(&b, 0), 10);
	throttle_give(&b, &ten, THROTTLE_UNIT * 3);
	ck_assert_uint_eq(take_all(&b, 0), 3);
	throttle_give(&b, &ten, THROTTLE_UNIT * 1000);
	ck_assert_uint_eq(take_all(&b, 0), 10);
}
END_TEST


START_TEST(no_rate_is_no_limit)
{
	throttle_bucket b = 0;

	for (int i = 0; i < 100000; i++)
		ck_assert(throttle_take(&b, &none, 0, THROTTLE_UNIT));
	ck_assert(!throttle_drain(&b, &none, 0, UINT32_MAX));
	ck_assert(!throttle_empty(b, &none, 0));
}
END_TEST


static void key_of(struct throttle_key *key, const char *addr)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, addr, 5060), 0);
	throttle_key_sa(key, &sa);
}


static const struct {
	const char *a, *b;
	bool same;
} pairv[] = {
	{"192.0.2.1", "192.0.2.1", true},
	{"192.0.2.1", "192.0.2.2", false},
	{"192.0.2.1", "::ffff:192.0.2.1", true},
	{"2001:db8::1", "2001:db8::ffff:1", true},
	{"2001:db8::1", "2001:db8:0:1::1", false},
	{"2001:db8:0:7::", "2001:db8:0:7:ffff:ffff:ffff:ffff", true},
	{"0.0.0.0", "::", false},
};


START_TEST(a_source_is_a_host_or_a_64)
{
	struct throttle_key a, b;

	key_of(&a, pairv[_i].a);
	key_of(&b, pairv[_i].b);
	ck_assert_int_eq(!memcmp(&a, &b, sizeof(a)), pairv[_i].same);
}
END_TEST


START_TEST(a_key_tells_its_source)
{
	struct throttle_key key;
	struct sa sa, want;

	key_of(&key, "192.0.2.7");
	ck_assert_int_eq(throttle_key_addr(&sa, &key), 0);
	ck_assert_int_eq(sa_set_str(&want, "192.0.2.7", 0), 0);
	ck_assert(sa_cmp(&sa, &want, SA_ADDR));

	key_of(&key, "2001:db8:1:2:3:4:5:6");
	ck_assert_int_eq(throttle_key_addr(&sa, &key), 0);
	ck_assert_int_eq(sa_set_str(&want, "2001:db8:1:2::", 0), 0);
	ck_assert(sa_cmp(&sa, &want, SA_ADDR));
}
END_TEST


START_TEST(a_text_is_a_key_without_source)
{
	struct throttle_key a, b;
	struct hash_key secret;
	struct pl pl = PL("alice");
	struct sa sa;

	hash_key_random(&secret);
	throttle_key_text(&a, &secret, &pl);
	throttle_key_text(&b, &secret, &pl);
	ck_assert_mem_eq(&a, &b, sizeof(a));
	ck_assert_int_eq(throttle_key_addr(&sa, &a), EINVAL);
	ck_assert_int_eq(throttle_key_addr(NULL, &a), EINVAL);

	pl_set_str(&pl, "alicf");
	throttle_key_text(&b, &secret, &pl);
	ck_assert_mem_ne(&a, &b, sizeof(a));
}
END_TEST


Suite *suite_throttle(void);
Suite *suite_throttle(void)
{
	Suite *s = suite_create("throttle");
	TCase *tc = tcase_create("throttle");

	tcase_add_test(tc, a_zeroed_bucket_is_full);
	tcase_add_test(tc, it_fills_again_evenly_and_no_further);
	tcase_add_test(tc, a_cost_may_be_a_part_or_many);
	tcase_add_test(tc, what_is_refused_is_not_charged);
	tcase_add_test(tc, draining_stops_at_empty);
	tcase_add_test(tc, what_is_given_back_can_be_taken_again);
	tcase_add_test(tc, no_rate_is_no_limit);
	test_table(tc, a_source_is_a_host_or_a_64, pairv);
	tcase_add_test(tc, a_key_tells_its_source);
	tcase_add_test(tc, a_text_is_a_key_without_source);
	suite_add_tcase(s, tc);

	return s;
}
