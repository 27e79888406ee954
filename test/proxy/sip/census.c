/**
 * @file test/proxy/sip/census.c  Messages by method and by class
 */
#include <string.h>
#include "common/metrics.h"
#include "proxy/sip/census.h"
#include "test/mock/decoded.h"
#include "test/test.h"

static struct metrics *metrics;
static struct census census;


static void setup(void)
{
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	census_init(&census, metrics);
}


static void teardown(void)
{
	metrics = mem_deref(metrics);
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static void sum_handler(const char *name, uint64_t value, void *arg)
{
	(void)name;
	*(uint64_t *)arg += value;
}


/* that one, and nothing else */
static void expect(const char *name)
{
	uint64_t sum = 0;

	metrics_apply(metrics, sum_handler, &sum);
	ck_assert_uint_eq(sum, 1);
	ck_assert_uint_eq(counted(name), 1);
}


static const struct {
	const char *met, *name;
} requestv[] = {
	{"REGISTER", "sip_requests_total{method=\"REGISTER\"}"},
	{"INVITE", "sip_requests_total{method=\"INVITE\"}"},
	{"ACK", "sip_requests_total{method=\"ACK\"}"},
	{"PUBLISH", "sip_requests_total{method=\"PUBLISH\"}"},
	{"INVITES", "sip_requests_total{method=\"other\"}"},
	{"invite", "sip_requests_total{method=\"other\"}"},
	{"other", "sip_requests_total{method=\"other\"}"},
};


START_TEST(a_request_is_counted_by_its_method)
{
	char text[512];
	struct message *m;

	(void)re_snprintf(text, sizeof(text),
			  "%s sip:b@example.net SIP/2.0\r\n"
			  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
			  "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n"
			  "Call-ID: 1\r\nCSeq: 1 %s\r\n\r\n",
			  requestv[_i].met, requestv[_i].met);
	m = decoded(text);
	census_in(&census, m);
	expect(requestv[_i].name);
	mem_deref(m);
}
END_TEST


static const struct {
	uint16_t scode;
	const char *name; /* NULL: not counted */
} replyv[] = {
	{100, "sip_responses_sent_total{class=\"1xx\"}"},
	{199, "sip_responses_sent_total{class=\"1xx\"}"},
	{200, "sip_responses_sent_total{class=\"2xx\"}"},
	{302, "sip_responses_sent_total{class=\"3xx\"}"},
	{407, "sip_responses_sent_total{class=\"4xx\"}"},
	{503, "sip_responses_sent_total{class=\"5xx\"}"},
	{699, "sip_responses_sent_total{class=\"6xx\"}"},
	{99, NULL},
	{0, NULL},
	{700, NULL},
};


START_TEST(a_response_is_counted_by_its_class)
{
	uint64_t sum = 0;

	census_out(&census, replyv[_i].scode);
	if (replyv[_i].name)
		expect(replyv[_i].name);
	else
		metrics_apply(metrics, sum_handler, &sum);
	ck_assert_uint_eq(sum, 0);
}
END_TEST


START_TEST(without_a_registry_nothing_is_counted)
{
	struct message *m = decoded(
		"SIP/2.0 200 OK\r\n"
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
		"Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n");
	struct census none;

	census_init(&none, NULL);
	census_in(&none, m);
	census_out(&none, 200);
	census_in(&census, m);
	expect("sip_responses_total{class=\"2xx\"}");
	mem_deref(m);
}
END_TEST


Suite *suite_census(void);
Suite *suite_census(void)
{
	Suite *s = suite_create("census");
	TCase *tc = tcase_create("census");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_request_is_counted_by_its_method, requestv);
	test_table(tc, a_response_is_counted_by_its_class, replyv);
	tcase_add_test(tc, without_a_registry_nothing_is_counted);
	suite_add_tcase(s, tc);

	return s;
}
