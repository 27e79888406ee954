/**
 * @file test/relay/relay_change.c  Other settings while a call goes on
 */
#include <errno.h>
#include <string.h>
#include "test/relay/rig.h"
#include "test/test.h"

static struct rig rig;


static void setup(void)
{
	struct relay_conf conf = rig_conf();

	conf.port_min = 18000;
	conf.port_max = 18015;
	rig_open(&rig, &conf);
	rig.conf = conf;
}


static void teardown(void)
{
	oom_after(-1);
	rig_close(&rig);
}


static void change(void)
{
	struct relay_change *c = NULL;
	const char *why = "";

	ck_assert_int_eq(relay_change_alloc(&c, rig.relay, &rig.conf, &why),
			 0);
	relay_change_take(c);
}


static bool is_local(uint16_t port)
{
	struct sa sa = rig.conf.addrv[0];

	sa_set_port(&sa, port);

	return relay_is_local(rig.relay, &sa);
}


START_TEST(a_call_keeps_its_ports_and_the_next_has_others)
{
	struct relay_session *s = NULL;
	struct pl id = PL("next");
	struct sa sa;
	uint16_t seq;

	rig_call(&rig);
	rig_latch(&rig);
	ck_assert(is_local(18000) && !is_local(19000));
	rig.conf.port_min = 19000;
	rig.conf.port_max = 19007;
	change();
	ck_assert_uint_eq(relay_ports_free(rig.relay), 8);

	/* both are ours: nobody is sent there */
	ck_assert(is_local(18000) && is_local(19007) && !is_local(19008));
	seq = media_send_rtp(&rig.a, &rig.at[RELAY_A][RELAY_RTP]);
	media_expect_rtp(&rig.b, rig.a.ssrc, seq, &rig.at[RELAY_B][RELAY_RTP]);

	ck_assert_int_eq(relay_session_alloc(&s, rig.relay, &id, NULL, NULL),
			 0);
	ck_assert_int_eq(relay_stream_open(s, 0, AF_INET, AF_INET), 0);
	ck_assert_int_eq(relay_stream_addr(s, 0, RELAY_A, RELAY_RTP, &sa), 0);
	ck_assert_uint_ge(sa_port(&sa), 19000);
	ck_assert_uint_eq(relay_ports_free(rig.relay), 4);
	mem_deref(s);
}
END_TEST


START_TEST(ports_that_are_ready_only_are_nobodys)
{
	struct relay_change *c = NULL;
	const char *why = "";

	rig.conf.port_min = 19000;
	rig.conf.port_max = 19007;
	ck_assert_int_eq(relay_change_alloc(&c, rig.relay, &rig.conf, &why),
			 0);
	mem_deref(c);
	ck_assert_uint_eq(relay_ports_free(rig.relay), 16);
	ck_assert(!is_local(19000));
	relay_change_take(NULL);
}
END_TEST


START_TEST(a_range_back_and_forth_loses_no_port)
{
	rig_call(&rig);
	for (int i = 0; i < 100; i++) {
		rig.conf.port_min = i % 2 ? 18000 : 18004;
		rig.conf.port_max = rig.conf.port_min + 15;
		change();
	}
	rig_latch(&rig);
	ck_assert_uint_eq(relay_ports_free(rig.relay), 12);
	rig.s = mem_deref(rig.s);
	timers_advance(rig.timers, 0);
	rig_wait_ports(&rig, 16);
}
END_TEST


START_TEST(media_times_out_by_the_new_time)
{
	rig_call(&rig);
	rig_latch(&rig);
	rig.conf.timeout_ms = 2000;
	rig.conf.oneway_timeout_ms = 0;
	change();
	rig.eventc = 0;
	for (int i = 0; i < 4; i++)
		timers_advance(rig.timers, 1000);
	rig_wait_events(&rig, 1);
	ck_assert_int_eq(rig.eventv[rig.eventc - 1].ev, RELAY_TIMEOUT);
}
END_TEST


static const struct {
	uint16_t min, max;
} badv[] = {{19000, 19000}, {0, 0}, {19001, 19002}};

START_TEST(what_is_no_range_is_refused)
{
	struct relay_change *c = NULL;
	const char *why = "";

	rig.conf.port_min = badv[_i].min;
	rig.conf.port_max = badv[_i].max;
	ck_assert_int_eq(relay_change_alloc(&c, rig.relay, &rig.conf, &why),
			 EINVAL);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(relay_ports_free(rig.relay), 16);
}
END_TEST


START_TEST(short_memory_leaves_all_as_it_was)
{
	struct relay_change *c = NULL;
	const char *why = "";
	int err = ENOMEM;

	rig.conf.port_min = 19000;
	rig.conf.port_max = 19007;
	for (int i = 0; err; i++) {
		oom_after(i);
		err = relay_change_alloc(&c, rig.relay, &rig.conf, &why);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
		ck_assert_uint_eq(relay_ports_free(rig.relay), 16);
	}
	mem_deref(c);
	ck_assert_int_eq(relay_change_alloc(NULL, rig.relay, &rig.conf, &why),
			 EINVAL);
	ck_assert_int_eq(relay_change_alloc(&c, NULL, &rig.conf, &why),
			 EINVAL);
	ck_assert_int_eq(relay_change_alloc(&c, rig.relay, NULL, &why),
			 EINVAL);
}
END_TEST


Suite *suite_relay_change(void);
Suite *suite_relay_change(void)
{
	Suite *s = suite_create("relay_change");
	TCase *tc = tcase_create("relay_change");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_call_keeps_its_ports_and_the_next_has_others);
	tcase_add_test(tc, ports_that_are_ready_only_are_nobodys);
	tcase_add_test(tc, a_range_back_and_forth_loses_no_port);
	tcase_add_test(tc, media_times_out_by_the_new_time);
	test_table(tc, what_is_no_range_is_refused, badv);
	tcase_add_test(tc, short_memory_leaves_all_as_it_was);
	suite_add_tcase(s, tc);

	return s;
}
