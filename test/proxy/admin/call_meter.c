/**
 * @file test/proxy/admin/call_meter.c  What calls that are over add
 */
#include <string.h>
#include "common/metrics.h"
#include "proxy/admin/call_meter.h"
#include "test/test.h"

static struct metrics *metrics;
static struct call_meter meter;
static struct call_report_stream streamv[2];


static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	call_meter_init(&meter, metrics);
	memset(streamv, 0, sizeof(streamv));
	(void)str_ncpy(streamv[0].kind, "audio", sizeof(streamv[0].kind));
	(void)str_ncpy(streamv[1].kind, "video", sizeof(streamv[1].kind));
}


static void teardown(void)
{
	metrics = mem_deref(metrics);
}


static bool says(const char *line)
{
	struct mbuf *mb = mbuf_alloc(8192);
	bool is;

	ck_assert_int_eq(metrics_print(metrics, mb), 0);
	ck_assert_int_eq(mbuf_write_u8(mb, 0), 0);
	is = strstr((const char *)mb->buf, line) != NULL;
	mem_deref(mb);

	return is;
}


/* 200 packets of which 3 are lost */
static void hear(struct call_report_media *m)
{
	m->counted = true;
	m->stats.quality.expected = 200;
	m->stats.quality.lost = 3;
	m->stats.quality.jitter_us = 4321;
	m->stats.quality.mos = 431;
}


START_TEST(an_answered_call_adds_how_it_sounded_each_way)
{
	const struct call_report r = {
		.answered_ms = 5,
		.talked_ms = 61999,
		.scode = 200,
		.streamv = streamv,
		.streamc = 2,
	};

	for (int side = 0; side < 2; side++) {
		hear(&streamv[0].sidev[side]);
		hear(&streamv[1].sidev[side]);
	}
	call_meter_add(&meter, &r);
	ck_assert(says("\ncall_duration_seconds_sum 61\n"));
	ck_assert(says("\ncall_loss_ratio_bucket{le=\"0.01\"} 0\n"));
	ck_assert(says("\ncall_loss_ratio_bucket{le=\"0.02\"} 2\n"));
	ck_assert(says("\ncall_loss_ratio_sum 0.03\n"));
	ck_assert(says("\ncall_jitter_seconds_sum 0.008642\n"));
	ck_assert(says("\ncall_mos_bucket{le=\"4.2\"} 0\n"));
	ck_assert(says("\ncall_mos_bucket{le=\"4.34\"} 2\n"));
	ck_assert(says("\ncalls_failed_total{class=\"4xx\"} 0\n"));
}
END_TEST


START_TEST(what_was_not_heard_has_no_sound)
{
	const struct call_report r = {
		.answered_ms = 5,
		.streamv = streamv,
		.streamc = 1,
	};

	hear(&streamv[0].sidev[0]);
	streamv[0].sidev[0].counted = false;
	hear(&streamv[0].sidev[1]);
	streamv[0].sidev[1].stats.quality.mos = 0;
	call_meter_add(&meter, &r);
	ck_assert(says("\ncall_loss_ratio_count 1\n"));
	ck_assert(says("\ncall_mos_count 0\n"));
	ck_assert(says("\ncall_duration_seconds_count 1\n"));
}
END_TEST


static const struct {
	uint16_t scode;
	const char *line; /* NULL: none of them */
} failedv[] = {
	{302, "\ncalls_failed_total{class=\"3xx\"} 1\n"},
	{404, "\ncalls_failed_total{class=\"4xx\"} 1\n"},
	{503, "\ncalls_failed_total{class=\"5xx\"} 1\n"},
	{603, "\ncalls_failed_total{class=\"6xx\"} 1\n"},
	{0, NULL},
	{180, NULL},
	{200, NULL},
	{700, NULL},
};


START_TEST(an_unanswered_call_is_counted_by_its_class)
{
	const struct call_report r = {.scode = failedv[_i].scode};

	call_meter_add(&meter, &r);
	ck_assert_int_eq(says("\"} 1\n"), failedv[_i].line != NULL);
	if (failedv[_i].line)
		ck_assert(says(failedv[_i].line));
	ck_assert(says("\ncall_duration_seconds_count 0\n"));
}
END_TEST


Suite *suite_call_meter(void);
Suite *suite_call_meter(void)
{
	Suite *s = suite_create("call_meter");
	TCase *tc = tcase_create("call_meter");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_answered_call_adds_how_it_sounded_each_way);
	tcase_add_test(tc, what_was_not_heard_has_no_sound);
	test_table(tc, an_unanswered_call_is_counted_by_its_class, failedv);
	suite_add_tcase(s, tc);

	return s;
}
