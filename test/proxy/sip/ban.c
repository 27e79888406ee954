/**
 * @file test/proxy/sip/ban.c  Sources that are not heard for a while
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/ban.h"
#include "test/test.h"


static const struct ban_term term = {300, 3600};
static struct bans *bans;


static void setup(void)
{
	ck_assert_int_eq(bans_alloc(&bans, 16), 0);
}


static void teardown(void)
{
	bans = mem_deref(bans);
}


static struct throttle_key key(const char *addr)
{
	struct throttle_key k;
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, addr, 0), 0);
	throttle_key_sa(&k, &sa);

	return k;
}


static uint32_t seconds(const char *addr, uint64_t now)
{
	const struct throttle_key k = key(addr);
	const struct ban *ban = bans_put(bans, &k, "test", &term, now);

	return ban ? (uint32_t)((ban->until_ms - now) / 1000) : 0;
}


static bool hit(const char *addr, uint64_t now)
{
	const struct throttle_key k = key(addr);

	return bans_hit(bans, &k, now);
}


START_TEST(a_ban_lasts_its_time)
{
	ck_assert(!hit("192.0.2.1", 0));
	ck_assert_uint_eq(seconds("192.0.2.1", 1000), 300);
	ck_assert(hit("192.0.2.1", 1000));
	ck_assert(hit("192.0.2.1", 300999));
	ck_assert(!hit("192.0.2.1", 301000));
	ck_assert(!hit("192.0.2.2", 1000));
}
END_TEST


START_TEST(who_is_banned_is_not_banned_again)
{
	ck_assert_uint_eq(seconds("192.0.2.1", 0), 300);
	ck_assert_uint_eq(seconds("192.0.2.1", 1), 0);
}
END_TEST


START_TEST(each_time_it_doubles_up_to_the_longest)
{
	static const uint32_t wantv[] = {300,  600,  1200, 2400,
					 3600, 3600, 3600};
	uint64_t now = 5000;

	for (size_t i = 0; i < ARRAY_SIZE(wantv); i++) {
		ck_assert_uint_eq(seconds("192.0.2.1", now), wantv[i]);
		now += wantv[i] * 1000;
	}
}
END_TEST


START_TEST(good_behaviour_is_remembered)
{
	ck_assert_uint_eq(seconds("192.0.2.1", 0), 300);
	ck_assert_uint_eq(seconds("192.0.2.1", 300000), 600);
	ck_assert_uint_eq(seconds("192.0.2.1", 900000 + 3600001), 300);
}
END_TEST


START_TEST(an_operator_takes_it_back)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, "2001:db8::7", 0), 0);
	ck_assert_int_eq(bans_remove(bans, &sa, 0), ENOENT);
	ck_assert_uint_eq(seconds("2001:db8::1", 0), 300);
	ck_assert_int_eq(bans_remove(bans, &sa, 1), 0);
	ck_assert(!hit("2001:db8::1", 2));
	ck_assert_uint_eq(seconds("2001:db8::1", 3), 300);
	ck_assert_int_eq(bans_remove(bans, &sa, 400000), ENOENT);
}
END_TEST


static void ban_handler(const struct ban *ban, void *arg)
{
	*(uint64_t *)arg += ban->dropped;
	ck_assert_str_eq(ban->why, "test");
	ck_assert(sa_isset(&ban->source, SA_ADDR));
}


START_TEST(those_in_force_are_shown_with_what_they_sent)
{
	uint64_t dropped = 0;

	ck_assert_uint_eq(seconds("192.0.2.1", 0), 300);
	ck_assert_uint_eq(seconds("192.0.2.2", 200000), 300);
	for (int i = 0; i < 5; i++)
		ck_assert(hit("192.0.2.2", 250000));
	ck_assert_uint_eq(bans_count(bans, 250000), 2);
	ck_assert_uint_eq(bans_count(bans, 300000), 1);
	bans_apply(bans, 300000, ban_handler, &dropped);
	ck_assert_uint_eq(dropped, 5);
	ck_assert_uint_eq(bans_count(bans, 500000), 0);
}
END_TEST


START_TEST(there_is_a_bound)
{
	char addr[32];

	for (int i = 0; i < 1000; i++) {
		(void)re_snprintf(addr, sizeof(addr), "10.0.%d.%d", i / 256,
				  i % 256);
		ck_assert_uint_eq(seconds(addr, 1), 300);
	}
	ck_assert_uint_eq(bans_count(bans, 2), 16);
	ck_assert(hit("10.0.3.231", 2));
	ck_assert(!hit("10.0.0.1", 2));
}
END_TEST


START_TEST(nonsense_is_refused)
{
	const struct throttle_key k = key("192.0.2.1");
	const struct ban_term never = {0, 3600};
	struct bans *b = NULL;
	struct throttle_key text;

	memset(&text, 0, sizeof(text));
	ck_assert_ptr_null(bans_put(bans, &k, "x", &never, 1));
	ck_assert_ptr_null(bans_put(bans, &text, "x", &term, 1));
	ck_assert_ptr_null(bans_put(NULL, &k, "x", &term, 1));
	ck_assert(!bans_hit(NULL, &k, 1));
	ck_assert_int_eq(bans_remove(NULL, NULL, 1), EINVAL);
	ck_assert_uint_eq(bans_count(NULL, 1), 0);
	bans_apply(NULL, 1, ban_handler, NULL);
	ck_assert_int_eq(bans_alloc(NULL, 1), EINVAL);
	ck_assert_int_eq(bans_alloc(&b, 0), EINVAL);
	for (int i = 0; i < 2; i++) {
		oom_after(i);
		ck_assert_int_eq(bans_alloc(&b, 4), ENOMEM);
	}
	oom_after(-1);
}
END_TEST


Suite *suite_ban(void);
Suite *suite_ban(void)
{
	Suite *s = suite_create("ban");
	TCase *tc = tcase_create("ban");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_ban_lasts_its_time);
	tcase_add_test(tc, who_is_banned_is_not_banned_again);
	tcase_add_test(tc, each_time_it_doubles_up_to_the_longest);
	tcase_add_test(tc, good_behaviour_is_remembered);
	tcase_add_test(tc, an_operator_takes_it_back);
	tcase_add_test(tc, those_in_force_are_shown_with_what_they_sent);
	tcase_add_test(tc, there_is_a_bound);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
