/**
 * @file test/relay/engine/ride.c  A leg whose packets the kernel forwards
 */
#include <errno.h>
#include <string.h>
#include "relay/engine/ride.h"
#include "relay/tap.h"
#include "test/mock/fakekernel.h"
#include "test/mock/riding.h"
#include "test/test.h"

enum { SR_LEN = 28 };

static struct riding r;


static void setup(void)
{
	fakekernel_open();
	riding_open(&r, true);
}


static void teardown(void)
{
	riding_close(&r);
	fakekernel_close();
}


static struct ride *ride_of(enum relay_side side)
{
	return riding_leg(&r, side)->ride;
}


static void expect_rung(enum relay_side side, const char *why)
{
	const struct relay_stats st = riding_stats(&r, side);

	if (!why) {
		ck_assert_int_eq(st.rung, RELAY_KERNEL);
		ck_assert_ptr_null(st.no_kernel);
		return;
	}

	ck_assert_int_ne(st.rung, RELAY_KERNEL);
	ck_assert_ptr_nonnull(st.no_kernel);
	ck_assert_str_eq(st.no_kernel, why);
}


/* what nobody has counted was not lost, and nothing was counted twice */
static void expect_all(uint64_t packets, uint64_t lost)
{
	for (int side = 0; side < 2; side++) {
		const struct relay_stats st = riding_stats(
			&r, (enum relay_side)side);

		ck_assert_uint_eq(st.rx_packets, packets);
		ck_assert_uint_eq(st.tx_packets, packets);
		ck_assert_uint_eq(st.rx_octets, packets * 172);
		ck_assert_uint_eq(st.quality.expected, packets);
		ck_assert_uint_eq(st.quality.lost, lost);
		ck_assert_uint_eq(st.unsent, 0);
	}
}


START_TEST(two_that_are_latched_ride)
{
	const struct flow_conf *conf;

	riding_look(&r);
	expect_rung(RELAY_A, "not latched");
	for (int i = 0; i < 3; i++)
		(void)riding_speak(&r, RELAY_A);
	riding_look(&r);
	expect_rung(RELAY_A, "the other side is not latched");
	for (int i = 0; i < 3; i++)
		(void)riding_speak(&r, RELAY_B);
	riding_look(&r);
	expect_rung(RELAY_A, "is about to move there");
	ck_assert_uint_eq(fakekernel_count(), 2);
	ck_assert_uint_eq(fakekernel_started(), 0);

	riding_talk(&r, 20);
	ck_assert_uint_eq(fakekernel_started(), 2);
	expect_rung(RELAY_A, NULL);
	expect_rung(RELAY_B, NULL);
	expect_all(23, 0);

	conf = fakekernel_conf(&r.phonev[0].addr, &r.portv[0][0].local);
	ck_assert_ptr_nonnull(conf);
	ck_assert(sa_cmp(&conf->dst, &r.phonev[1].addr, SA_ALL));
	ck_assert(sa_cmp(&conf->out, &r.portv[1][0].local, SA_ALL));
	ck_assert_uint_eq(conf->formatc, 4);
	ck_assert_uint_eq(conf->dscp, r.conf.dscp);

	/* also what the worker has not looked at yet */
	(void)riding_speak(&r, RELAY_A);
	(void)riding_speak(&r, RELAY_B);
	expect_all(24, 0);
}
END_TEST


/* what waits at the port when it is armed was not seen by the kernel */
START_TEST(it_waits_until_all_that_came_up_was_handled)
{
	uint8_t waiting[2][172];
	struct leg *leg = riding_leg(&r, RELAY_A);
	struct arrival arr = {.src = &r.phonev[0].addr, .len = 172};

	riding_talk(&r, 4);
	for (int i = 0; i < 2; i++) {
		memset(waiting[i], 0, sizeof(waiting[i]));
		waiting[i][0] = 0x80;
		waiting[i][11] = 0xa1;
		waiting[i][2] = (uint8_t)(r.phonev[0].seq >> 8);
		waiting[i][3] = (uint8_t)r.phonev[0].seq;
		riding_lose(&r, RELAY_A);
	}
	riding_look(&r);
	ck_assert_int_eq(ride_of(RELAY_A)->state, RIDE_ARMED);

	/* the second of them came after that */
	ck_assert(!fakekernel_hears(arr.src, leg->local, waiting[1], 172,
				    r.now_us));
	arr.p = waiting[0];
	ck_assert(leg_hear(leg, &arr));
	riding_look(&r);
	riding_look(&r);
	ck_assert_int_eq(ride_of(RELAY_A)->state, RIDE_ARMED);
	arr.p = waiting[1];
	ck_assert(leg_hear(leg, &arr));
	riding_look(&r);
	riding_look(&r);
	ck_assert_int_eq(ride_of(RELAY_A)->state, RIDE_ARMED);
	riding_look(&r);
	ck_assert_int_eq(ride_of(RELAY_A)->state, RIDE_RIDES);
}
END_TEST


START_TEST(who_comes_by_another_interface_is_left_alone)
{
	riding_talk(&r, 4);
	r.kernel = false;
	riding_talk(&r, 1);
	for (int i = 0; i < 60; i++) {
		(void)riding_speak(&r, RELAY_A);
		r.now_us += RIDING_LOOK_US;
		r.kernel = true;
		riding_look(&r);
		r.kernel = false;
	}
	expect_rung(RELAY_A, "comes by another interface");
	ck_assert_ptr_null(
		fakekernel_conf(&r.phonev[0].addr, &r.portv[0][0].local));
}
END_TEST


/* where packets wait for longer than until the next one comes */
START_TEST(who_is_never_calm_starts_and_drops_what_waited)
{
	struct leg *leg = riding_leg(&r, RELAY_A);
	struct arrival arr = {.src = &r.phonev[0].addr, .len = 172};
	uint8_t waiting[172] = {0x80};
	struct relay_stats st;

	riding_talk(&r, 4);
	waiting[11] = 0xa1;
	arr.p = waiting;
	riding_look(&r);
	for (int i = 0; i < 60; i++) {
		const uint16_t seq = r.phonev[0].seq;

		/* one more comes, and one that came before is read; now and
		 * then one does not fit */
		waiting[2] = (uint8_t)(seq >> 8);
		waiting[3] = (uint8_t)seq;
		(void)fakekernel_hears(arr.src, leg->local, waiting, 172,
				       r.now_us);
		if (i % 2)
			(void)fakekernel_hears(arr.src, leg->local, waiting,
					       172, r.now_us);
		arr.now_us = r.now_us;
		if (ride_of(RELAY_A)->state == RIDE_RIDES)
			break;
		ck_assert(leg_hear(leg, &arr));
		riding_lose(&r, RELAY_A);
		r.now_us += RIDING_PTIME_US;
		riding_look(&r);
	}
	ck_assert_int_eq(ride_of(RELAY_A)->state, RIDE_RIDES);

	/* what is read now was overtaken */
	st = riding_stats(&r, RELAY_A);
	ck_assert(!leg_hear(leg, &arr));
	ck_assert_uint_eq(riding_stats(&r, RELAY_A).rx_packets, st.rx_packets);
	ck_assert_uint_eq(riding_stats(&r, RELAY_B).unsent, 1);
	expect_rung(RELAY_A, NULL);

	/* but not for ever */
	arr.now_us = r.now_us + 10000000;
	ck_assert(leg_hear(leg, &arr));
	riding_look(&r);
	expect_rung(RELAY_A, "packets that the kernel leaves to us");
}
END_TEST


static void silent_tap(struct relay_tap *tap, const struct tap_packet *pkt)
{
	(void)tap;
	(void)pkt;
}


static void order_tap(struct relay_tap *tap)
{
	const struct order order = {.tapped = true, .tap = tap};

	path_obey(r.path, &order);
}


START_TEST(what_is_recorded_comes_up_and_goes_down_again)
{
	struct relay_tap tap;

	tap_init(&tap, silent_tap, NULL);
	riding_settle(&r);
	order_tap(tap_hold(&tap));
	ck_assert_uint_eq(fakekernel_started(), 0);
	riding_talk(&r, 20);
	ck_assert_uint_eq(fakekernel_count(), 0);
	expect_rung(RELAY_A, "recorded");
	expect_all(120, 0);

	order_tap(NULL);
	riding_talk(&r, 40);
	expect_rung(RELAY_A, NULL);
	expect_rung(RELAY_B, NULL);
	expect_all(160, 0);
	ck_assert_uint_eq(fakekernel_added(), 4);
}
END_TEST


START_TEST(new_signalling_brings_it_up_before_it_counts)
{
	struct sa sa;

	riding_settle(&r);
	(void)sa_set_str(&sa, "198.51.100.7", 5000);
	riding_anchor(&r, RELAY_A, &sa);
	ck_assert_uint_eq(fakekernel_started(), 0);
	riding_look(&r);
	r.now_us += RIDING_LOOK_US;
	riding_look(&r);
	ck_assert_uint_eq(fakekernel_count(), 0);
	expect_rung(RELAY_A, "not latched");
	expect_rung(RELAY_B, "the other side is not latched");
	expect_all(100, 0);

	r.phonev[RELAY_A].addr = sa;
	riding_talk(&r, 40);
	expect_rung(RELAY_A, NULL);
	expect_all(140, 0);
	ck_assert_ptr_nonnull(
		fakekernel_conf(&sa, &r.portv[RELAY_A][0].local));
	ck_assert(sa_cmp(
		&fakekernel_conf(&r.phonev[1].addr, &r.portv[RELAY_B][0].local)
			 ->dst,
		&sa, SA_ALL));
}
END_TEST


START_TEST(a_silent_side_walks_until_it_is_heard)
{
	struct leg *leg = riding_leg(&r, RELAY_A);

	riding_settle(&r);
	for (int i = 0; i < 5; i++) {
		leg_look(leg);
		(void)riding_speak(&r, RELAY_B);
		r.now_us += 1000000;
		riding_look(&r);
	}
	r.now_us += 1000000;
	riding_look(&r);
	expect_rung(RELAY_A, "silent");
	expect_rung(RELAY_B, NULL);
	ck_assert_uint_eq(fakekernel_count(), 1);

	riding_talk(&r, 40);
	expect_rung(RELAY_A, NULL);
	ck_assert_uint_eq(fakekernel_count(), 2);
}
END_TEST


/* the kernel's packets count before the main thread's look at them does */
START_TEST(who_rides_is_not_silent)
{
	struct leg *leg = riding_leg(&r, RELAY_A);

	riding_settle(&r);
	for (int i = 0; i < 5; i++)
		leg_look(leg);
	ck_assert_uint_gt(leg->silent, 0);
	(void)riding_speak(&r, RELAY_A);
	riding_look(&r);
	ck_assert_uint_eq(leg->silent, 0);
	ck_assert(!leg->latch.silent);
	ck_assert_int_eq(ride_of(RELAY_A)->state, RIDE_RIDES);
}
END_TEST


static bool stranger(const char *addr, uint16_t seq)
{
	uint8_t buf[172] = {0x80};
	struct sa sa;

	ck_assert_int_eq(sa_decode(&sa, addr, strlen(addr)), 0);
	buf[2] = (uint8_t)(seq >> 8);
	buf[3] = (uint8_t)seq;
	buf[11] = 0x66;

	return riding_datagram(&r, RELAY_A, RELAY_RTP, &sa, buf, sizeof(buf));
}


START_TEST(strangers_come_up_and_stay_out)
{
	riding_settle(&r);
	for (uint16_t seq = 0; seq < 100; seq++)
		ck_assert(!stranger("192.0.2.66:4000", seq));
	riding_talk(&r, 10);
	expect_all(110, 0);
	ck_assert_uint_eq(riding_stats(&r, RELAY_A).refused, 100);
	expect_rung(RELAY_A, NULL);
}
END_TEST


/* a neighbour behind the phone's NAT was quicker; the phone is where its SDP
   says. Its candidate is reset by each packet of who is locked, whoever
   forwards that */
START_TEST(the_rightful_one_gets_no_further_than_without_a_kernel)
{
	struct sa sdp;

	(void)sa_set_str(&sdp, "198.51.100.7", 7000);
	riding_anchor(&r, RELAY_A, &sdp);
	riding_settle(&r);

	for (uint16_t seq = 0; seq < 10; seq++) {
		ck_assert(!stranger("198.51.100.7:7000", seq));
		ck_assert_int_eq(r.event, -1);
		ck_assert(riding_speak(&r, RELAY_A));
	}
	expect_rung(RELAY_A, NULL);

	/* and locks when the other one is silent */
	ck_assert(!stranger("198.51.100.7:7000", 10));
	ck_assert(!stranger("198.51.100.7:7000", 11));
	ck_assert(stranger("198.51.100.7:7000", 12));
	ck_assert_int_eq(r.event, RELAY_LATCHED);
	ck_assert_uint_eq(fakekernel_started(), 0);
	ck_assert(!riding_speak(&r, RELAY_A));
}
END_TEST


START_TEST(another_source_takes_over)
{
	riding_settle(&r);
	r.phonev[RELAY_A].ssrc = 0xa2;
	r.phonev[RELAY_A].seq = 7;
	riding_talk(&r, 150);
	expect_rung(RELAY_A, NULL);
	ck_assert_uint_eq(ride_of(RELAY_A)->ssrc, 0xa2);
	expect_all(250, 0);
}
END_TEST


START_TEST(two_sources_at_a_time_walk_for_a_while)
{
	struct riding_phone *ph = &r.phonev[RELAY_A];

	riding_settle(&r);
	for (unsigned i = 0; i < 200; i++) {
		if (i & 1)
			ph->seq -= 2;
		ph->ssrc = 0xa1 + (i & 1) * 7;
		riding_talk(&r, 1);
	}
	expect_rung(RELAY_A, "several sources");
	expect_rung(RELAY_B, NULL);
	ck_assert_uint_le(fakekernel_added(), 6);
}
END_TEST


START_TEST(its_own_that_come_up_are_measured_here)
{
	riding_settle(&r);
	riding_talk(&r, 10);
	fakekernel_sleeps(true);
	riding_talk(&r, 20);
	expect_rung(RELAY_A, "packets that the kernel leaves to us");
	expect_all(130, 0);
	fakekernel_sleeps(false);
	riding_talk(&r, 100);
	expect_rung(RELAY_A, NULL);
	expect_all(230, 0);
}
END_TEST


/* RFC 3550 section 6.4.1: what it says it sent, less what came */
static void report(uint32_t packets)
{
	uint8_t buf[SR_LEN] = {0x80, 200, 0, 6};
	struct sa src = r.phonev[RELAY_A].addr;

	buf[7] = 0xa1;
	for (int i = 0; i < 4; i++)
		buf[20 + i] = (uint8_t)(packets >> (24 - 8 * i));
	sa_set_port(&src, 4001);
	(void)riding_datagram(&r, RELAY_A, RELAY_RTCP, &src, buf, SR_LEN);
}


START_TEST(a_report_is_compared_with_what_came_until_then)
{
	riding_settle(&r);
	report(100);
	report(100);
	report(100);
	riding_talk(&r, 53);
	report(153);
	ck_assert_uint_eq(riding_stats(&r, RELAY_A).quality.astray, 0);
	riding_lose(&r, RELAY_A);
	riding_lose(&r, RELAY_A);
	(void)riding_speak(&r, RELAY_A);
	report(156);
	ck_assert_uint_eq(riding_stats(&r, RELAY_A).quality.astray, 2);
	ck_assert_uint_eq(riding_stats(&r, RELAY_A).quality.lost, 2);
}
END_TEST


START_TEST(who_shares_its_port_brings_it_up)
{
	struct path *other;

	riding_settle(&r);
	ck_assert_int_eq(path_alloc(&other, &r.conf, r.timers), 0);
	leg_attach(&other->legv[0][0], &r.portv[0][0]);
	leg_listen(&other->legv[0][0]);
	ck_assert_uint_eq(fakekernel_started(), 0);
	riding_talk(&r, 40);
	expect_rung(RELAY_A, "shared port");
	expect_rung(RELAY_B, NULL);
	expect_all(140, 0);

	mem_deref(other);
	riding_talk(&r, 40);
	expect_rung(RELAY_A, NULL);
	expect_all(180, 0);
}
END_TEST


static const struct {
	int err;
	const char *why;
} refusalv[] = {
	{ENETUNREACH, "no Ethernet way"},
	{ENOSPC, "no room for more in the kernel"},
	{EEXIST, "its addresses are taken there"},
	{EAFNOSUPPORT, "IPv4 on one side, IPv6 on the other"},
	{ENOMEM, "out of memory"},
	{EPERM, "the kernel refused it"},
};


START_TEST(what_the_kernel_refuses_walks_and_is_tried_seldom)
{
	fakekernel_refuse(refusalv[_i].err);
	riding_talk(&r, 500);
	expect_rung(RELAY_A, refusalv[_i].why);
	ck_assert_uint_le(ride_of(RELAY_A)->strikes, 5);
	expect_all(500, 0);

	/* signalling may have changed where it goes */
	fakekernel_refuse(0);
	ride_halt(r.path);
	riding_talk(&r, 40);
	expect_rung(RELAY_A, NULL);
}
END_TEST


START_TEST(without_memory_it_walks)
{
	riding_talk(&r, 4);
	oom_after(0);
	riding_look(&r);
	expect_rung(RELAY_A, "out of memory");
	riding_settle(&r);
	expect_rung(RELAY_A, NULL);
}
END_TEST


/* whatever state it is in */
START_TEST(nothing_is_left_at_the_end)
{
	riding_talk(&r, (unsigned)_i);
	if (_i & 1)
		ride_halt(r.path);
	ride_end(r.path);
	ck_assert_uint_eq(fakekernel_count(), 0);
	expect_all((uint64_t)_i, 0);
}
END_TEST


Suite *suite_ride(void);
Suite *suite_ride(void)
{
	Suite *s = suite_create("ride");
	TCase *tc = tcase_create("ride");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, two_that_are_latched_ride);
	tcase_add_test(tc, it_waits_until_all_that_came_up_was_handled);
	tcase_add_test(tc, who_comes_by_another_interface_is_left_alone);
	tcase_add_test(tc, who_is_never_calm_starts_and_drops_what_waited);
	tcase_add_test(tc, what_is_recorded_comes_up_and_goes_down_again);
	tcase_add_test(tc, new_signalling_brings_it_up_before_it_counts);
	tcase_add_test(tc, a_silent_side_walks_until_it_is_heard);
	tcase_add_test(tc, who_rides_is_not_silent);
	tcase_add_test(tc, strangers_come_up_and_stay_out);
	tcase_add_test(tc,
		       the_rightful_one_gets_no_further_than_without_a_kernel);
	tcase_add_test(tc, another_source_takes_over);
	tcase_add_test(tc, two_sources_at_a_time_walk_for_a_while);
	tcase_add_test(tc, its_own_that_come_up_are_measured_here);
	tcase_add_test(tc, a_report_is_compared_with_what_came_until_then);
	tcase_add_test(tc, who_shares_its_port_brings_it_up);
	test_table(tc, what_the_kernel_refuses_walks_and_is_tried_seldom,
		   refusalv);
	tcase_add_test(tc, without_memory_it_walks);
	tcase_add_loop_test(tc, nothing_is_left_at_the_end, 3, 40);
	suite_add_tcase(s, tc);

	return s;
}
