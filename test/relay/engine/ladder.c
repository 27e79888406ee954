/**
 * @file test/relay/engine/ladder.c  The highest rung, and why it is no higher
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/privilege.h"
#include "relay/engine/ladder.h"
#include "relay/engine/switchboard.h"
#include "test/relay/rig.h"
#include "test/test.h"

static const char unwanted[] = "the configuration does not want it";


static const struct {
	enum relay_rung rung;
	uint16_t min, max;
	bool permitted;
	const char *no_lookup; /* NULL: it may be in use */
	const char *line;      /* of the log, if it must be there */
} rungv[] = {
	{RELAY_SOCKETS, 19600, 19699, true, unwanted, " info relay.plane "},
	{RELAY_LOOKUP, 19600, 19699, true, NULL, NULL},
	{RELAY_AUTO, 19600, 19699, true, NULL, NULL},
	{RELAY_KERNEL, 19600, 19699, true, NULL, NULL},
	{RELAY_LOOKUP, 32700, 32799, true,
	 "the kernel gives ports of that range to anybody "
	 "(net.ipv4.ip_local_port_range)",
	 " warn relay.plane "},
	{RELAY_LOOKUP, 19600, 19699, false,
	 "raw sockets are not permitted: CAP_NET_RAW is missing",
	 " warn relay.plane "},
	{RELAY_AUTO, 19600, 19699, false,
	 "raw sockets are not permitted: CAP_NET_RAW is missing",
	 " info relay.plane "},
	{RELAY_KERNEL, 19600, 19699, false,
	 "raw sockets are not permitted: CAP_NET_RAW is missing",
	 " warn relay.plane "},
};


static uint64_t gauge(struct metrics *m, const char *rung)
{
	char name[64];

	(void)re_snprintf(name, sizeof(name), "relay_rung{rung=\"%s\"}", rung);

	return counter_value(metrics_counter(m, name));
}


/* loopback is no interface for the kernel's rung: it is never that here */
START_TEST(the_highest_rung_that_is_possible_is_taken)
{
	struct relay_conf conf = rig_conf();
	struct timers *timers = NULL;
	struct metrics *metrics = NULL;
	struct relay *r = NULL;
	struct relay_plane p;
	struct log *log = NULL;
	char text[2048] = "";
	int fdv[2];

	if (!rungv[_i].permitted)
		privilege_drop(false);

	conf.rung = rungv[_i].rung;
	conf.port_min = rungv[_i].min;
	conf.port_max = rungv[_i].max;
	ck_assert_int_eq(pipe2(fdv, O_NONBLOCK | O_CLOEXEC), 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(log_alloc(&log, fdv[1], LEVEL_INFO, 0, timers), 0);
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, log, metrics), 0);

	ck_assert_int_eq(relay_plane(r, NULL), EINVAL);
	ck_assert_int_eq(relay_plane(NULL, &p), EINVAL);
	ck_assert_int_eq(relay_plane(r, &p), 0);
	ck_assert_int_eq(p.rung, p.no_lookup ? RELAY_SOCKETS : RELAY_LOOKUP);
	ck_assert_ptr_nonnull(p.no_kernel);
	if (rungv[_i].rung == RELAY_SOCKETS || rungv[_i].rung == RELAY_LOOKUP)
		ck_assert_str_eq(p.no_kernel, unwanted);
	ck_assert_str_eq(p.attached, "");
	ck_assert_uint_eq(p.flows, 0);
	if (rungv[_i].no_lookup)
		ck_assert_str_eq(p.no_lookup, rungv[_i].no_lookup);
	else if (p.no_lookup)
		(void)printf("skipped: %s\n", p.no_lookup);

	ck_assert_uint_eq(gauge(metrics, "kernel"), 0);
	ck_assert_uint_eq(gauge(metrics, "sk_lookup"), !p.no_lookup);
	ck_assert_uint_eq(gauge(metrics, "sockets"), p.no_lookup != NULL);

	(void)!read(fdv[0], text, sizeof(text) - 1);
	ck_assert_ptr_nonnull(
		strstr(text, p.no_lookup ? "rung=sockets" : "rung=sk_lookup"));
	if (rungv[_i].line)
		ck_assert_ptr_nonnull(strstr(text, rungv[_i].line));

	mem_deref(r);
	mem_deref(log);
	mem_deref(metrics);
	mem_deref(timers);
	(void)close(fdv[0]);
	(void)close(fdv[1]);
}
END_TEST


START_TEST(a_board_that_does_not_work_is_no_rung)
{
	struct relay_conf conf = rig_conf();
	struct ladder l = {.board = NULL};
	struct relay_plane p;

	conf.rung = RELAY_LOOKUP;
	ladder_open(&l, &conf, NULL, NULL);
	ladder_drop_board(&l, EMFILE);
	ladder_plane(&l, &p);
	ck_assert_int_eq(p.rung, RELAY_SOCKETS);
	ck_assert_str_eq(p.no_lookup, "descriptors are short");
	ck_assert_ptr_null(l.board);
	ladder_drop_kernel(&l);
	ladder_gauge(&l);
	ladder_show(&l, NULL);
	ladder_close(&l);
	ladder_close(&l);
}
END_TEST


START_TEST(rungs_have_the_names_of_the_configuration)
{
	ck_assert_str_eq(ladder_name(RELAY_AUTO), "auto");
	ck_assert_str_eq(ladder_name(RELAY_SOCKETS), "sockets");
	ck_assert_str_eq(ladder_name(RELAY_LOOKUP), "sk_lookup");
	ck_assert_str_eq(ladder_name(RELAY_KERNEL), "kernel");
	ck_assert_str_eq(ladder_name((enum relay_rung)9), "?");
}
END_TEST


Suite *suite_ladder(void);
Suite *suite_ladder(void)
{
	Suite *s = suite_create("ladder");
	TCase *tc = tcase_create("ladder");

	test_table(tc, the_highest_rung_that_is_possible_is_taken, rungv);
	tcase_add_test(tc, a_board_that_does_not_work_is_no_rung);
	tcase_add_test(tc, rungs_have_the_names_of_the_configuration);
	suite_add_tcase(s, tc);

	return s;
}
