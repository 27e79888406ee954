/**
 * @file test/proxy/sip/resolve_srv.c  The order of SRV records
 */
#include "test/test.h"
#include "proxy/sip/resolve_rules.h"


static const struct resolve_rr rrv[] = {
	{.order = 20, .preference = 0, .name = "backup"},
	{.order = 10, .preference = 10, .name = "small"},
	{.order = 10, .preference = 30, .name = "large"},
	{.order = 10, .preference = 0, .name = "never"},
};


START_TEST(rfc2782_priority_first_weight_by_chance)
{
	unsigned firstv[4] = {0};

	for (uint32_t seed = 0; seed < 4000; seed++) {
		const struct resolve_rr *v[] = {&rrv[0], &rrv[1], &rrv[2],
						&rrv[3]};
		uint32_t state = seed * 2654435761u;

		resolve_srv_order(v, 4, &state);
		ck_assert_ptr_eq(v[3], &rrv[0]);
		++firstv[v[0] - rrv];
	}

	/* 10 to 30 of 40, and one in 41 for weight 0 */
	ck_assert_uint_eq(firstv[0], 0);
	ck_assert_uint_gt(firstv[1], 800);
	ck_assert_uint_lt(firstv[1], 1150);
	ck_assert_uint_gt(firstv[2], 2700);
	ck_assert_uint_lt(firstv[2], 3150);
	ck_assert_uint_lt(firstv[3], 200);
}
END_TEST


START_TEST(all_weights_zero_and_all_at_their_top)
{
	static const struct resolve_rr zerov[] = {
		{.order = 1}, {.order = 1}, {.order = 0}};
	struct resolve_rr topv[32];
	const struct resolve_rr *v[32] = {&zerov[0], &zerov[1], &zerov[2]};
	uint32_t state = 7;

	resolve_srv_order(v, 3, &state);
	ck_assert_ptr_eq(v[0], &zerov[2]);

	for (size_t i = 0; i < 32; i++) {
		topv[i] = (struct resolve_rr){.preference = 65535};
		v[i] = &topv[i];
	}
	resolve_srv_order(v, 32, &state);
	for (size_t i = 0; i < 32; i++) {
		for (size_t k = 0; k < i; k++)
			ck_assert_ptr_ne(v[i], v[k]);
	}

	resolve_srv_order(v, 0, &state);
	resolve_srv_order(v, 1, &state);
}
END_TEST


START_TEST(chance_stays_below_its_bound)
{
	uint32_t state = 0;

	for (uint32_t n = 1; n < 2000; n++)
		ck_assert_uint_lt(resolve_chance(&state, n), n);
	for (int i = 0; i < 100; i++)
		ck_assert_uint_eq(resolve_chance(&state, 1), 0);
}
END_TEST


Suite *suite_resolve_srv(void);
Suite *suite_resolve_srv(void)
{
	Suite *s = suite_create("resolve_srv");
	TCase *tc = tcase_create("resolve_srv");

	tcase_add_test(tc, rfc2782_priority_first_weight_by_chance);
	tcase_add_test(tc, all_weights_zero_and_all_at_their_top);
	tcase_add_test(tc, chance_stays_below_its_bound);
	suite_add_tcase(s, tc);

	return s;
}
