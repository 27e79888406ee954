/**
 * @file test/relay/relay.c  The allocator: addresses, ports, short memory
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include "common/log.h"
#include "common/metrics.h"
#include "test/relay/rig.h"
#include "test/test.h"


static struct relay_session *call_of(struct relay *r, int *errp)
{
	struct relay_session *s = NULL;
	struct pl id;

	pl_set_str(&id, "call");
	*errp = relay_session_alloc(&s, r, &id, NULL, NULL);
	if (!*errp)
		*errp = relay_stream_open(s, 0, AF_INET, AF_INET);

	return s;
}


START_TEST(impossible_configurations_are_refused)
{
	struct relay_conf conf = rig_conf();
	struct timers *timers = NULL;
	struct relay *r = NULL;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(relay_alloc(NULL, &conf, timers, NULL, NULL), EINVAL);
	ck_assert_int_eq(relay_alloc(&r, NULL, timers, NULL, NULL), EINVAL);
	ck_assert_int_eq(relay_alloc(&r, &conf, NULL, NULL, NULL), EINVAL);

	conf.addrc = 0;
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, NULL, NULL), EINVAL);
	conf.addrc = RELAY_ADDR_MAX + 1;
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, NULL, NULL), EINVAL);

	conf = rig_conf();
	conf.port_max = conf.port_min;
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, NULL, NULL), EINVAL);

	conf = rig_conf();
	(void)sa_set_str(&conf.addrv[0], "0.0.0.0", 0);
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, NULL, NULL), EINVAL);

	/* not ours: found out at start */
	(void)sa_set_str(&conf.addrv[0], "192.0.2.254", 0);
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, NULL, NULL),
			 EADDRNOTAVAIL);
	ck_assert_ptr_null(r);

	ck_assert_uint_eq(relay_ports_free(NULL), 0);
	ck_assert_uint_eq(relay_sessions(NULL), 0);
	ck_assert(!relay_is_local(NULL, &conf.addrv[0]));
	mem_deref(timers);
}
END_TEST


START_TEST(ports_run_out_and_rest_and_come_back)
{
	struct relay_conf conf = rig_conf();
	struct relay_session *a, *b;
	struct rig rig;
	int err;

	conf.port_min = 18000;
	conf.port_max = 18007;
	rig_open(&rig, &conf);
	ck_assert_uint_eq(relay_ports_free(rig.relay), 8);
	a = call_of(rig.relay, &err);
	ck_assert_int_eq(err, 0);
	ck_assert_uint_eq(relay_ports_free(rig.relay), 4);
	ck_assert_int_eq(relay_stream_open(a, 1, AF_INET, AF_INET), 0);
	ck_assert_uint_eq(relay_ports_free(rig.relay), 0);

	b = call_of(rig.relay, &err);
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_uint_eq(relay_sessions(rig.relay), 2);

	/* given back, but not yet to be had */
	relay_stream_close(a, 1);
	ck_assert_int_eq(relay_stream_open(b, 0, AF_INET, AF_INET), ENOSPC);
	rig_wait_ports(&rig, 4);
	ck_assert_int_eq(relay_stream_open(b, 0, AF_INET, AF_INET), 0);

	mem_deref(b);
	mem_deref(a);
	ck_assert_uint_eq(relay_sessions(rig.relay), 0);
	rig_wait_ports(&rig, 8);
	rig_close(&rig);
}
END_TEST


START_TEST(a_failed_open_gives_back_what_it_took)
{
	struct relay_conf conf = rig_conf();
	struct relay_session *s;
	struct rig rig;
	int err;

	conf.port_min = 18000;
	conf.port_max = 18001;
	rig_open(&rig, &conf);
	s = call_of(rig.relay, &err);
	ck_assert_int_eq(err, ENOSPC);
	rig_wait_ports(&rig, 2);
	mem_deref(s);
	rig_close(&rig);
}
END_TEST


START_TEST(the_next_address_of_the_family_helps_out)
{
	struct relay_conf conf = rig_conf();
	struct relay_session *s;
	struct rig rig;
	struct sa a, b;
	int err;

	conf.port_min = 18000;
	conf.port_max = 18001;
	(void)sa_set_str(&conf.addrv[1], "127.0.0.11", 0);
	conf.addrc = 2;
	rig_open(&rig, &conf);
	s = call_of(rig.relay, &err);
	ck_assert_int_eq(err, 0);
	(void)relay_stream_addr(s, 0, RELAY_A, RELAY_RTP, &a);
	(void)relay_stream_addr(s, 0, RELAY_B, RELAY_RTP, &b);
	ck_assert(!sa_cmp(&a, &b, SA_ADDR));
	ck_assert(relay_is_local(rig.relay, &a));
	ck_assert(relay_is_local(rig.relay, &b));
	sa_set_port(&a, 18002);
	ck_assert(!relay_is_local(rig.relay, &a));

	mem_deref(s);
	rig_close(&rig);
}
END_TEST


static void gauge_handler(const char *name, uint64_t value, void *arg)
{
	uint64_t *ports = arg;

	if (!strcmp(name, "relay_ports_free"))
		*ports = value;
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void run_a_little(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, 1, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


START_TEST(free_ports_are_shown)
{
	struct relay_conf conf = rig_conf();
	struct metrics *metrics = NULL;
	struct timers *timers = NULL;
	struct relay *r = NULL;
	struct relay_session *s;
	uint64_t ports = 0;
	int err;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, NULL, metrics), 0);
	metrics_apply(metrics, gauge_handler, &ports);
	ck_assert_uint_eq(ports, 1000);
	s = call_of(r, &err);
	ck_assert_int_eq(err, 0);
	metrics_apply(metrics, gauge_handler, &ports);
	ck_assert_uint_eq(ports, 996);
	mem_deref(s);

	/* once they have rested, without another call */
	for (int i = 0; i < 5000 && ports != 1000; i++) {
		run_a_little();
		timers_advance(timers, conf.quarantine_ms);
		metrics_apply(metrics, gauge_handler, &ports);
	}
	ck_assert_uint_eq(ports, 1000);

	mem_deref(r);
	mem_deref(metrics);
	mem_deref(timers);
}
END_TEST


/* 32768-60999 unless the machine says otherwise; 1024-1025 never is in it */
static const struct {
	uint16_t min, max;
	bool warned;
} overlapv[] = {
	{1024, 1025, false},
	{1024, 65535, true},
};


START_TEST(ports_that_the_kernel_gives_away_are_warned_of)
{
	struct relay_conf conf = rig_conf();
	struct timers *timers = NULL;
	struct relay *r = NULL;
	struct log *log = NULL;
	char text[1024] = "";
	int fdv[2];

	conf.port_min = overlapv[_i].min;
	conf.port_max = overlapv[_i].max;
	ck_assert_int_eq(pipe2(fdv, O_NONBLOCK | O_CLOEXEC), 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(log_alloc(&log, fdv[1], LEVEL_WARN, 0, timers), 0);
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, log, NULL), 0);
	(void)!read(fdv[0], text, sizeof(text) - 1);
	ck_assert_int_eq(strstr(text, "relay.ports.overlap") != NULL,
			 overlapv[_i].warned);

	mem_deref(r);
	mem_deref(log);
	mem_deref(timers);
	(void)close(fdv[0]);
	(void)close(fdv[1]);
}
END_TEST


static const struct {
	rlim_t files;
	bool warned;
} fewv[] = {
	{1255, true}, /* for 249 calls; the ports are for 250 */
	{1256, false},
};


START_TEST(too_few_descriptors_for_all_ports_are_warned_of)
{
	struct relay_conf conf = rig_conf();
	struct timers *timers = NULL;
	struct relay *r = NULL;
	struct log *log = NULL;
	struct rlimit lim;
	char text[1024] = "";
	int fdv[2];

	conf.rung = RELAY_SOCKETS;
	ck_assert(!getrlimit(RLIMIT_NOFILE, &lim));
	lim.rlim_cur = fewv[_i].files;
	ck_assert(!setrlimit(RLIMIT_NOFILE, &lim));
	ck_assert_int_eq(pipe2(fdv, O_NONBLOCK | O_CLOEXEC), 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(log_alloc(&log, fdv[1], LEVEL_WARN, 0, timers), 0);
	ck_assert_int_eq(relay_alloc(&r, &conf, timers, log, NULL), 0);
	(void)!read(fdv[0], text, sizeof(text) - 1);
	ck_assert_int_eq(strstr(text, "relay.descriptors.few") != NULL,
			 fewv[_i].warned);

	mem_deref(r);
	mem_deref(log);
	mem_deref(timers);
	(void)close(fdv[0]);
	(void)close(fdv[1]);
}
END_TEST


START_TEST(a_session_outlives_its_relay)
{
	struct rig rig;

	rig_open(&rig, NULL);
	rig_call(&rig);
	rig.relay = mem_deref(rig.relay);
	rig_latch(&rig);
	rig_close(&rig);
}
END_TEST


/* each allocation fails once, and nothing leaks */
START_TEST(short_memory_is_an_error_and_no_crash)
{
	struct relay_conf conf = rig_conf();
	struct timers *timers = NULL;
	struct relay *r = NULL;
	struct relay_session *s;
	int err = ENOMEM, n;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);

	for (n = 0; n < 100 && err; n++) {
		oom_after(n);
		err = relay_alloc(&r, &conf, timers, NULL, NULL);
		ck_assert(!err || err == ENOMEM);
	}
	ck_assert_int_eq(err, 0);
	ck_assert_int_gt(n, 3);

	err = ENOMEM;
	for (n = 0; n < 100 && err; n++) {
		oom_after(n);
		s = call_of(r, &err);
		ck_assert(!err || err == ENOMEM);
		mem_deref(s);
	}
	oom_after(-1);
	ck_assert_int_eq(err, 0);
	ck_assert_int_gt(n, 1);

	mem_deref(r);
	mem_deref(timers);
}
END_TEST


Suite *suite_relay(void);
Suite *suite_relay(void)
{
	Suite *s = suite_create("relay");
	TCase *tc = tcase_create("relay");

	tcase_add_test(tc, impossible_configurations_are_refused);
	tcase_add_test(tc, ports_run_out_and_rest_and_come_back);
	tcase_add_test(tc, a_failed_open_gives_back_what_it_took);
	tcase_add_test(tc, the_next_address_of_the_family_helps_out);
	tcase_add_test(tc, free_ports_are_shown);
	test_table(tc, ports_that_the_kernel_gives_away_are_warned_of,
		   overlapv);
	test_table(tc, too_few_descriptors_for_all_ports_are_warned_of, fewv);
	tcase_add_test(tc, a_session_outlives_its_relay);
	tcase_add_test(tc, short_memory_is_an_error_and_no_crash);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
