/**
 * @file test/proxy/media/resource.c  The sums over a resource's streams
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "proxy/media/resource.h"


/* streams 0 and 2 exist; side B has twice of everything */
static int two_streams(const struct resource *r, unsigned stream,
		       enum relay_side side, struct relay_stats *st)
{
	const uint64_t n = side == RELAY_B ? 2 : 1;
	(void)r;

	memset(st, 0, sizeof(*st));
	if (stream != 0 && stream != 2)
		return ENOENT;

	st->rx_packets = 10 * n;
	st->tx_packets = 20 * n;
	st->lost = 3 * n;
	st->refused = 4 * n;
	st->invalid = 5 * n;

	return 0;
}


START_TEST(total_adds_the_streams_of_one_side)
{
	const struct resource res = {.stats = two_streams};
	struct relay_stats a, b;

	resource_total(&a, &res, RELAY_A);
	resource_total(&b, &res, RELAY_B);

	ck_assert_uint_eq(a.rx_packets, 20);
	ck_assert_uint_eq(a.tx_packets, 40);
	ck_assert_uint_eq(b.lost, 12);
	ck_assert_uint_eq(b.refused, 16);
	ck_assert_uint_eq(b.invalid, 20);
}
END_TEST


START_TEST(total_of_a_relay_elsewhere_is_zero)
{
	const struct resource res = {.stats = NULL};
	struct relay_stats st = {.rx_packets = 7};

	resource_total(&st, &res, RELAY_A);
	ck_assert_uint_eq(st.rx_packets, 0);

	st.rx_packets = 7;
	resource_total(&st, NULL, RELAY_A);
	ck_assert_uint_eq(st.rx_packets, 0);

	resource_total(NULL, &res, RELAY_A);
}
END_TEST


START_TEST(streams_are_counted)
{
	struct resource_media *m = NULL;

	ck_assert_int_eq(resource_media_alloc(NULL, 1), EINVAL);
	ck_assert_int_eq(resource_media_alloc(&m, RELAY_STREAMS_MAX + 1),
			 EINVAL);
	ck_assert_ptr_null(m);
	ck_assert_int_eq(resource_media_alloc(&m, 2), 0);
	m->v[1].used = true;
	ck_assert_int_eq(relay_terms_alloc(&m->v[1].terms), 0);
	ck_assert(!resource_media_stream(m, 0)->used);
	ck_assert(resource_media_stream(m, 1)->used);
	ck_assert(!resource_media_stream(m, 2)->used);
	ck_assert(!resource_media_stream(NULL, 0)->used);
	mem_deref(m);
}
END_TEST


START_TEST(a_relay_elsewhere_has_no_forks_logins_and_taps)
{
	struct resource res = {.stats = NULL};
	struct resource *fork = NULL;
	struct relay_login login;

	ck_assert_int_eq(resource_fork(&fork, &res, RELAY_B, NULL, NULL),
			 ENOSYS);
	ck_assert_int_eq(resource_login(&res, RELAY_A, &login), ENOSYS);
	ck_assert_int_eq(resource_tap(&res, NULL), ENOSYS);
	ck_assert_int_eq(resource_fork(NULL, &res, RELAY_B, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(resource_login(&res, RELAY_A, NULL), EINVAL);
	ck_assert_int_eq(resource_tap(NULL, NULL), EINVAL);
}
END_TEST


Suite *suite_resource(void);
Suite *suite_resource(void)
{
	Suite *s = suite_create("resource");
	TCase *tc = tcase_create("total");

	tcase_add_test(tc, total_adds_the_streams_of_one_side);
	tcase_add_test(tc, total_of_a_relay_elsewhere_is_zero);
	tcase_add_test(tc, streams_are_counted);
	tcase_add_test(tc, a_relay_elsewhere_has_no_forks_logins_and_taps);
	suite_add_tcase(s, tc);

	return s;
}
