/**
 * @file test/proxy/sip/resolve_rest.c  Hops that failed rest
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "proxy/sip/resolve_rest.h"


enum { REST_MS = 1000 };

static struct resolve_rest *r;
static struct hops hops;


static void setup(void)
{
	ck_assert_int_eq(resolve_rest_alloc(&r, REST_MS, 2), 0);
	memset(&hops, 0, sizeof(hops));
	for (hops.c = 0; hops.c < 4; hops.c++)
		sa_set_in(&hops.v[hops.c].addr, 0xc0000200 + (uint32_t)hops.c,
			  5060);
}


static void teardown(void)
{
	oom_after(-1);
	r = mem_deref(r);
}


/* "0123": the last octets in their order */
static const char *order(uint64_t now)
{
	static char text[HOP_MAX + 1];
	struct hops h = hops;

	resolve_rest_order(r, &h, now);
	ck_assert_uint_eq(h.c, hops.c);
	for (size_t i = 0; i < h.c; i++)
		text[i] = (char)('0' + (sa_in(&h.v[i].addr) & 7));
	text[h.c] = '\0';

	return text;
}


START_TEST(those_that_rest_go_last)
{
	ck_assert_str_eq(order(0), "0123");
	ck_assert(resolve_rest_add(r, &hops.v[0], 0));
	ck_assert_str_eq(order(0), "1230");
	ck_assert(resolve_rest_add(r, &hops.v[2], 500));
	ck_assert_str_eq(order(500), "1302");
	ck_assert_str_eq(order(1000), "0132");
	ck_assert_str_eq(order(1500), "0123");
}
END_TEST


START_TEST(one_that_fails_again_rests_on)
{
	ck_assert(resolve_rest_add(r, &hops.v[0], 0));
	ck_assert(!resolve_rest_add(r, &hops.v[0], 900));
	ck_assert_str_eq(order(1800), "1230");
	ck_assert(resolve_rest_add(r, &hops.v[0], 2000));
	resolve_rest_end(r, &hops.v[0]);
	ck_assert_str_eq(order(2000), "0123");
	resolve_rest_end(r, &hops.v[0]);
}
END_TEST


START_TEST(the_oldest_gives_way)
{
	for (size_t i = 0; i < 3; i++)
		ck_assert(resolve_rest_add(r, &hops.v[i], i));
	ck_assert_str_eq(order(10), "0312");
}
END_TEST


START_TEST(another_protocol_is_another_hop)
{
	ck_assert(resolve_rest_add(r, &hops.v[0], 0));
	hops.v[0].proto = FLOW_TCP;
	ck_assert_str_eq(order(0), "0123");
}
END_TEST


START_TEST(no_rest_and_no_memory_do_no_harm)
{
	struct resolve_rest *none = NULL;

	oom_after(0);
	ck_assert(!resolve_rest_add(r, &hops.v[0], 0));
	ck_assert_str_eq(order(0), "0123");
	oom_after(0);
	ck_assert_int_eq(resolve_rest_alloc(&none, REST_MS, 2), ENOMEM);

	r = mem_deref(r);
	ck_assert_int_eq(resolve_rest_alloc(&r, 0, 2), 0);
	ck_assert(!resolve_rest_add(r, &hops.v[0], 0));
	ck_assert_str_eq(order(0), "0123");
	ck_assert(!resolve_rest_add(NULL, &hops.v[0], 0));
}
END_TEST


Suite *suite_resolve_rest(void);
Suite *suite_resolve_rest(void)
{
	Suite *s = suite_create("resolve_rest");
	TCase *tc = tcase_create("resolve_rest");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, those_that_rest_go_last);
	tcase_add_test(tc, one_that_fails_again_rests_on);
	tcase_add_test(tc, the_oldest_gives_way);
	tcase_add_test(tc, another_protocol_is_another_hop);
	tcase_add_test(tc, no_rest_and_no_memory_do_no_harm);
	suite_add_tcase(s, tc);

	return s;
}
