/**
 * @file test/proxy/user/mapping.c  What is known of mappings, and tried next
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "proxy/user/mapping.h"


static const struct mapping_bounds bounds = {25, 180};
static const struct mapping_bounds fixed = {25, 25};


static const struct {
	struct mapping m;
	uint32_t interval;
	uint32_t trial, with_hint; /* hint: 100 */
} casev[] = {
	{{0, 0}, 25, 37, 100},
	{{37, 0}, 25, 55, 100},
	{{55, 0}, 36, 82, 100},
	{{120, 0}, 80, 180, 180},
	{{180, 0}, 120, 270, 270},
	{{270, 0}, 180, 0, 0},
	{{1000, 0}, 180, 0, 0},
	/* half way to what failed */
	{{0, 37}, 25, 0, 0},
	{{0, 100}, 25, 62, 62},
	{{55, 82}, 36, 68, 68},
	{{68, 82}, 44, 0, 0},
	{{270, 300}, 180, 0, 0},
};


START_TEST(interval_and_trial_follow_from_what_is_known)
{
	ck_assert_uint_eq(mapping_interval(&casev[_i].m, &bounds),
			  casev[_i].interval);
	ck_assert_uint_eq(mapping_trial(&casev[_i].m, &bounds, 0),
			  casev[_i].trial);
	ck_assert_uint_eq(mapping_trial(&casev[_i].m, &bounds, 100),
			  casev[_i].with_hint);
	ck_assert_uint_eq(mapping_interval(&casev[_i].m, &fixed), 25);
	ck_assert_uint_eq(mapping_trial(&casev[_i].m, &fixed, 0), 0);
}
END_TEST


START_TEST(the_interval_is_always_well_below_what_lives)
{
	for (uint32_t nat = 30; nat < 400; nat += 7) {
		struct mapping m = {0, 0};
		uint32_t s;
		int n = 0;

		while ((s = mapping_trial(&m, &bounds, 0)) != 0) {
			ck_assert_int_lt(++n, 16);
			if (s <= nat)
				mapping_lived(&m, s);
			else
				mapping_died(&m, s);
			ck_assert_uint_le(m.lived, nat);
			s = mapping_interval(&m, &bounds);
			ck_assert(s == 25 || s * 11 / 10 < nat);
		}
		/* and what there is to gain is found */
		if (nat >= 60)
			ck_assert_uint_ge(m.lived + 12, nat < 270 ? nat : 270);
	}
}
END_TEST


START_TEST(news_overrule_what_was_believed)
{
	struct mapping m = {100, 0};

	mapping_died(&m, 60);
	ck_assert_uint_eq(m.lived, 0);
	ck_assert_uint_eq(m.died, 60);
	mapping_died(&m, 80);
	ck_assert_uint_eq(m.died, 60);
	mapping_lived(&m, 60);
	ck_assert_uint_eq(m.lived, 60);
	ck_assert_uint_eq(m.died, 0);
	mapping_lived(&m, 50);
	ck_assert_uint_eq(m.lived, 60);
}
END_TEST


START_TEST(it_is_remembered_for_a_day_and_in_a_bounded_table)
{
	const struct mapping m = {100, 150};
	struct mappings *t = NULL;
	struct mapping_key key;
	struct mapping got;
	struct sa sa, other;
	char aor[32];

	ck_assert_int_eq(sa_set_str(&sa, "192.0.2.1", 1234), 0);
	ck_assert_int_eq(sa_set_str(&other, "192.0.2.2", 1234), 0);
	ck_assert_int_eq(mappings_alloc(&t, 3), 0);
	key = (struct mapping_key){&sa, "Phone/1", "alice@example.net"};
	mappings_put(t, &key, &m, 1000);

	/* the port does not count, all else does */
	sa_set_port(&sa, 4321);
	mappings_get(&got, t, &key, 2000);
	ck_assert_uint_eq(got.lived, 100);
	ck_assert_uint_eq(got.died, 150);
	key.aor = "";
	mappings_get(&got, t, &key, 2000);
	ck_assert_uint_eq(got.lived, 0);
	key = (struct mapping_key){&other, "Phone/1", "alice@example.net"};
	mappings_get(&got, t, &key, 2000);
	ck_assert_uint_eq(got.lived, 0);
	key = (struct mapping_key){&sa, NULL, "alice@example.net"};
	mappings_get(&got, t, &key, 2000);
	ck_assert_uint_eq(got.lived, 0);

	key.kind = "Phone/1";
	mappings_get(&got, t, &key, 1000 + 86400000);
	ck_assert_uint_eq(got.lived, 0);

	for (int i = 0; i < 3; i++) {
		(void)snprintf(aor, sizeof(aor), "u%d@example.net", i);
		key.aor = aor;
		mappings_put(t, &key, &m, 2000);
	}
	key.aor = "alice@example.net";
	mappings_get(&got, t, &key, 2000);
	ck_assert_uint_eq(got.lived, 0);
	key.aor = "u0@example.net";
	mappings_get(&got, t, &key, 2000);
	ck_assert_uint_eq(got.lived, 100);

	oom_after(0);
	key.aor = "v@example.net";
	mappings_put(t, &key, &m, 2000);
	oom_after(-1);
	mappings_get(&got, t, &key, 2000);
	ck_assert_uint_eq(got.lived, 0);
	mem_deref(t);

	mappings_get(&got, NULL, &key, 2000);
	mappings_put(NULL, &key, &m, 2000);
	oom_after(0);
	ck_assert_int_eq(mappings_alloc(&t, 3), ENOMEM);
}
END_TEST


Suite *suite_mapping(void);
Suite *suite_mapping(void)
{
	Suite *s = suite_create("mapping");
	TCase *tc = tcase_create("mapping");

	test_table(tc, interval_and_trial_follow_from_what_is_known, casev);
	tcase_add_test(tc, the_interval_is_always_well_below_what_lives);
	tcase_add_test(tc, news_overrule_what_was_believed);
	tcase_add_test(tc, it_is_remembered_for_a_day_and_in_a_bounded_table);
	suite_add_tcase(s, tc);

	return s;
}
