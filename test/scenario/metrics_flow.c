/**
 * @file scenario/metrics_flow.c  What a server that has had a call tells
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/metrics.h"
#include "proxy/server_state.h"
#include "test/scenario/parley.h"
#include "test/test.h"

static struct parley t;
static struct mbuf *text;


/* a relayed call of two phones */
static void setup(void)
{
	parley_open(&t, "", "peer \"carrier\" { uri = \"sip:192.0.2.3\" }\n");
	parley_establish(&t);
	parley_audio(&t);
	parley_bye(&t, &t.alice);
	parley_wait_ports(&t, PARLEY_PORTS);
	text = mbuf_alloc(65536);
	ck_assert_int_eq(metrics_text(t.rig.srv->metrics, text), 0);
	ck_assert_int_eq(mbuf_write_u8(text, 0), 0);
}


static void teardown(void)
{
	text = mem_deref(text);
	parley_close(&t);
}


static double number(const char *name)
{
	char line[96];
	const char *p;

	(void)re_snprintf(line, sizeof(line), "\n%s ", name);
	p = strstr((const char *)text->buf, line);
	ck_assert_msg(p != NULL, "there is no %s", name);

	return strtod(p + strlen(line), NULL);
}


static const struct {
	const char *name;
	double min, max;
} numberv[] = {
	{"calls_active", 0, 0},
	{"calls_ringing", 0, 0},
	{"calls_started_total", 1, 1},
	{"calls_answered_total", 1, 1},
	{"calls_relayed_total", 1, 1},
	{"calls_ended_total{reason=\"bye\"}", 1, 1},
	{"call_setup_seconds_count", 1, 1},
	{"call_dial_delay_seconds_count", 0, 0} /* nothing rings */,
	{"call_setup_seconds_sum", 0, 30},
	{"call_duration_seconds_count", 1, 1},
	{"call_loss_ratio_count", 2, 2},
	{"sip_requests_total{method=\"INVITE\"}", 2, 4},
	{"sip_requests_total{method=\"BYE\"}", 1, 2},
	{"sip_requests_total{method=\"other\"}", 0, 0},
	{"sip_responses_total{class=\"2xx\"}", 2, 4},
	{"sip_responses_sent_total{class=\"2xx\"}", 3, 9},
	{"sip_responses_sent_total{class=\"4xx\"}", 1, 9},
	{"relay_received_bytes_total", 500, 1000000},
	{"relay_packets_total", 6, 1000},
	{"relay_packets_lost_total", 0, 0},
	{"relay_ports", PARLEY_PORTS, PARLEY_PORTS},
	{"relay_ports_free", PARLEY_PORTS, PARLEY_PORTS},
	{"peer_up{peer=\"carrier\"}", 1, 1},
	{"process_open_fds", 5, 100000},
	{"store_write_seconds_count", 1, 1000},
};


START_TEST(a_call_is_in_the_numbers)
{
	const double n = number(numberv[_i].name);

	ck_assert_msg(n >= numberv[_i].min && n <= numberv[_i].max, "%s is %f",
		      numberv[_i].name, n);
}
END_TEST


START_TEST(each_number_is_explained)
{
	ck_assert_ptr_null(strstr((const char *)text->buf, " untyped\n"));
}
END_TEST


/* the judge is Prometheus itself */
START_TEST(prometheus_finds_no_fault)
{
	FILE *f;

	if (system("command -v promtool >/dev/null")) {
		(void)printf("skipped: promtool is not installed\n");
		return;
	}

	f = popen("promtool check metrics", "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text->buf, 1, text->end - 1, f),
			  text->end - 1);
	ck_assert_int_eq(pclose(f), 0);
}
END_TEST


Suite *suite_metrics_flow(void);
Suite *suite_metrics_flow(void)
{
	Suite *s = suite_create("metrics_flow");
	TCase *tc = tcase_create("metrics_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_call_is_in_the_numbers, numberv);
	tcase_add_test(tc, each_number_is_explained);
	tcase_add_test(tc, prometheus_finds_no_fault);
	suite_add_tcase(s, tc);

	return s;
}
