/**
 * @file test/proxy/admin/flight_cause.c  Which calls went wrong
 */
#include <string.h>
#include "test/test.h"
#include "proxy/admin/flight_cause.h"


static const struct {
	uint16_t scode;
	const char *why;
	unsigned oneway;
	uint32_t mos;
	const char *want; /* NULL: all was well */
} causev[] = {
	{0, "bye", 0, 430, NULL},
	{200, "bye", 0, 0, NULL},
	{404, "refused", 0, 0, NULL},
	{486, "refused", 0, 0, NULL},
	{487, "cancelled", 0, 0, NULL},
	{603, "refused", 0, 0, NULL},
	{408, "refused", 0, 0, "status-408"},
	{503, "refused", 0, 0, "status-503"},
	{0, "media-timeout", 0, 0, "media-timeout"},
	{0, "bye", 1, 0, "one-way"},
	{0, "bye", 0, 349, "mos-349"},
	{0, "bye", 0, 350, NULL},
};


START_TEST(a_call_that_went_wrong_is_told_from_others)
{
	char why[FLIGHT_CAUSE_SIZE] = "";
	struct call_report_stream stream;
	struct call_report r;

	memset(&r, 0, sizeof(r));
	memset(&stream, 0, sizeof(stream));
	stream.sidev[1].stats.quality.mos = causev[_i].mos;
	r.streamv = &stream;
	r.streamc = 1;
	r.scode = causev[_i].scode;
	r.sidev[1].oneway.times = causev[_i].oneway;
	(void)str_ncpy(r.why, causev[_i].why, sizeof(r.why));
	ck_assert_int_eq(flight_cause(why, &r), causev[_i].want != NULL);
	if (causev[_i].want)
		ck_assert_str_eq(why, causev[_i].want);
	ck_assert(!flight_cause(why, NULL));
}
END_TEST


Suite *suite_flight_cause(void);
Suite *suite_flight_cause(void)
{
	Suite *s = suite_create("flight_cause");
	TCase *tc = tcase_create("flight_cause");

	test_table(tc, a_call_that_went_wrong_is_told_from_others, causev);
	suite_add_tcase(s, tc);

	return s;
}
