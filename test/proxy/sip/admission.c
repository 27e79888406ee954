/**
 * @file test/proxy/sip/admission.c  Which new calls are taken
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/admission.h"
#include "test/test.h"

enum { NOW = 100000 };

/* nine of ten are refused */
static const struct overload most = {.refused = 2.3, .on = true};
static const struct overload none;

static struct admission *a;
static struct throttle_key call, other;


static void setup(void)
{
	ck_assert_int_eq(admission_alloc(&a), 0);
	memset(&call, 1, sizeof(call));
	memset(&other, 2, sizeof(other));
}


static void teardown(void)
{
	a = mem_deref(a);
}


START_TEST(what_was_refused_is_refused_when_it_comes_again)
{
	ck_assert(!admission_takes(a, &most, &call, 1, UINT32_MAX, NOW));
	ck_assert(!admission_takes(a, &most, &call, 1, 0, NOW + 500));
	ck_assert(!admission_takes(a, &none, &call, 1, 0, NOW + 31999));
	/* it is another INVITE, or long ago */
	ck_assert(admission_takes(a, &none, &call, 2, 0, NOW + 600));
	ck_assert(admission_takes(a, &none, &other, 1, 0, NOW));
}
END_TEST


START_TEST(what_was_refused_is_forgotten_after_a_while)
{
	ck_assert(!admission_takes(a, &most, &call, 1, UINT32_MAX, NOW));
	ck_assert(admission_takes(a, &none, &call, 1, 0, NOW + ADMISSION_MS));
}
END_TEST


START_TEST(what_was_taken_goes_on_with_its_password)
{
	ck_assert(admission_takes(a, &most, &call, 1, 0, NOW));
	ck_assert(admission_takes(a, &most, &call, 1, UINT32_MAX, NOW + 500));
	ck_assert(admission_takes(a, &most, &call, 2, UINT32_MAX, NOW + 900));
}
END_TEST


START_TEST(what_waited_too_long_is_refused_when_it_comes_again)
{
	ck_assert(admission_takes(a, &none, &call, 1, 0, NOW));
	ck_assert(admission_refuse(a, &call, 1, NOW + 400));
	ck_assert(!admission_takes(a, &none, &call, 1, 0, NOW + 500));
	ck_assert(admission_takes(a, &none, &call, 2, 0, NOW + 6000));
}
END_TEST


START_TEST(what_has_begun_is_not_refused)
{
	ck_assert(admission_takes(a, &none, &call, 1, 0, NOW));
	admission_begin(a, &call);
	admission_begin(a, &other);
	ck_assert(!admission_refuse(a, &call, 1, NOW + 500));
	ck_assert(admission_takes(a, &most, &call, 1, UINT32_MAX, NOW + 500));
	ck_assert(admission_refuse(a, &other, 1, NOW));
	/* long ago */
	ck_assert(admission_refuse(a, &call, 1, NOW + ADMISSION_MS));
}
END_TEST


START_TEST(strangers_in_numbers_cost_no_more_memory)
{
	for (uint32_t i = 0; i < 2 * ADMISSION_MAX; i++) {
		memcpy(other.b, &i, sizeof(i));
		(void)admission_takes(a, &most, &other, 1, UINT32_MAX, NOW);
	}
	ck_assert(!admission_takes(a, &none, &other, 1, 0, NOW));
	ck_assert_int_eq(admission_alloc(NULL), EINVAL);
}
END_TEST


Suite *suite_admission(void);
Suite *suite_admission(void)
{
	Suite *s = suite_create("admission");
	TCase *tc = tcase_create("admission");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_was_refused_is_refused_when_it_comes_again);
	tcase_add_test(tc, what_was_refused_is_forgotten_after_a_while);
	tcase_add_test(tc, what_was_taken_goes_on_with_its_password);
	tcase_add_test(tc,
		       what_waited_too_long_is_refused_when_it_comes_again);
	tcase_add_test(tc, what_has_begun_is_not_refused);
	tcase_add_test(tc, strangers_in_numbers_cost_no_more_memory);
	suite_add_tcase(s, tc);

	return s;
}
