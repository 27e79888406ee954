/**
 * @file test/relay/engine/port.c  A socket, and whose datagrams come to it
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include "common/timer.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/engine/ports.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { PHONES = 3 };

static struct relay_conf conf;
static struct timers *timers;
static struct ports *ports;
static struct path *pathv[PHONES];


/* three phones answered: side B has one port for all of them */
static void setup(void)
{
	conf = rig_conf();
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(ports_alloc(&ports, 18120, 18139, 1000), 0);
	for (int i = 0; i < PHONES; i++) {
		ck_assert_int_eq(path_alloc(&pathv[i], &conf, timers), 0);
		if (i)
			path_share(pathv[i], RELAY_B, pathv[0]);
		else
			ck_assert_int_eq(path_open(pathv[0], RELAY_B,
						   &conf.addrv[0], ports),
					 0);
		leg_listen(&pathv[i]->legv[RELAY_B][RELAY_RTP]);
	}
}


static void teardown(void)
{
	for (int i = 0; i < PHONES; i++)
		pathv[i] = mem_deref(pathv[i]);
	ports = mem_deref(ports);
	timers = mem_deref(timers);
}


static struct leg *leg(int i)
{
	return &pathv[i]->legv[RELAY_B][RELAY_RTP];
}


static void anchor_to(int i, const char *sdp, const char *signalling)
{
	struct anchor a = {.any = false};
	struct pl pl;

	if (sdp) {
		pl_set_str(&pl, sdp);
		ck_assert_int_eq(sa_decode(&a.sdp, pl.p, pl.l), 0);
	}
	(void)sa_set_str(&a.signalling, signalling, 5060);
	leg_anchor(leg(i), &a, NULL);
}


static int whose(const char *host, uint16_t port)
{
	struct leg *l;
	struct sa src;

	(void)sa_set_str(&src, host, port);
	l = port_leg(leg(0)->port, &src, NULL, 0);
	for (int i = 0; i < PHONES; i++) {
		if (l == leg(i))
			return i;
	}

	return -1;
}


static void lock_to(int i, const char *host, uint16_t port)
{
	uint8_t buf[MEDIA_RTP_LEN];
	struct arrival arr = {.p = buf};
	struct sa src;

	(void)sa_set_str(&src, host, port);
	arr.src = &src;
	for (uint16_t seq = 1; seq <= conf.latch_packets; seq++) {
		arr.len = media_make_rtp(buf, 7, seq);
		(void)leg_hear(leg(i), &arr);
	}
	ck_assert(leg(i)->latch.locked);
}


START_TEST(a_datagram_is_for_the_leg_that_it_fits_best)
{
	anchor_to(0, "198.51.100.7:4000", "198.51.100.1");
	anchor_to(1, "192.168.1.5:4002", "198.51.100.7");
	anchor_to(2, "198.51.100.9:4000", "198.51.100.9");

	ck_assert_int_eq(whose("198.51.100.7", 4000), 0); /* exact */
	ck_assert_int_eq(whose("198.51.100.7", 4002), 1); /* its SDP's port */
	ck_assert_int_eq(whose("198.51.100.7", 9999), 1); /* its signalling */
	ck_assert_int_eq(whose("198.51.100.9", 9999), 2);
	ck_assert_int_eq(whose("198.51.100.1", 9999), 0);

	/* who fits nobody is the first one's to refuse */
	ck_assert_int_eq(whose("203.0.113.66", 4000), 0);
}
END_TEST


START_TEST(a_locked_source_is_its_legs_and_a_locked_leg_wants_no_other)
{
	/* three phones behind one NAT, ports unknown */
	for (int i = 0; i < PHONES; i++)
		anchor_to(i, NULL, "198.51.100.7");

	ck_assert_int_eq(whose("198.51.100.7", 4000), 0);
	lock_to(0, "198.51.100.7", 4000);
	ck_assert_int_eq(whose("198.51.100.7", 4002), 1);
	lock_to(1, "198.51.100.7", 4002);
	ck_assert_int_eq(whose("198.51.100.7", 4004), 2);
	lock_to(2, "198.51.100.7", 4004);

	ck_assert_int_eq(whose("198.51.100.7", 4000), 0);
	ck_assert_int_eq(whose("198.51.100.7", 4002), 1);
	ck_assert_int_eq(whose("198.51.100.7", 4004), 2);

	/* one of them fell silent: its NAT gave it another port */
	latch_silent(&leg(1)->latch);
	ck_assert_int_eq(whose("198.51.100.7", 4006), 1);
}
END_TEST


START_TEST(who_is_alone_at_a_port_hears_all_of_it)
{
	anchor_to(1, NULL, "198.51.100.7");
	list_unlink(&leg(0)->le);
	list_unlink(&leg(2)->le);
	ck_assert_int_eq(whose("203.0.113.66", 4000), 1);
	list_unlink(&leg(1)->le);
	ck_assert_int_eq(whose("198.51.100.7", 4000), -1);
}
END_TEST


/* the quarantine begins with the last one */
START_TEST(a_shared_pair_rests_when_the_last_one_lets_go)
{
	const uint16_t port = sa_port(leg(0)->local);

	for (int i = 0; i < PHONES; i++) {
		ck_assert_uint_eq(sa_port(leg(i)->local), port);
		ck_assert_int_eq(leg(i)->fd, leg(0)->fd);
	}

	for (int i = 0; i < PHONES; i++) {
		timers_advance(timers, 5000);
		ck_assert_uint_eq(ports_free(ports, timers_now(timers)), 9);
		pathv[i] = mem_deref(pathv[i]);
	}
	timers_advance(timers, 999);
	ck_assert_uint_eq(ports_free(ports, timers_now(timers)), 9);
	timers_advance(timers, 1);
	ck_assert_uint_eq(ports_free(ports, timers_now(timers)), 10);
}
END_TEST


static const struct {
	int af;
	const char *host;
	int level, name;
} familyv[] = {
	{AF_INET, "127.0.0.1", IPPROTO_IP, IP_TOS},
	{AF_INET6, "::1", IPPROTO_IPV6, IPV6_TCLASS},
};


START_TEST(what_we_send_is_marked_as_configured)
{
	const uint8_t dscpv[] = {46, 0, 34, 63};
	struct port port = {.fd = -1};
	struct sa sa;

	(void)sa_set_str(&sa, familyv[_i].host, 0);
	for (size_t i = 0; i < ARRAY_SIZE(dscpv); i++) {
		socklen_t len = sizeof(int);
		int tos = -1;

		ck_assert_int_eq(port_open(&port, &sa, dscpv[i]), 0);
		ck_assert_int_eq(getsockopt(port.fd, familyv[_i].level,
					    familyv[_i].name, &tos, &len),
				 0);
		ck_assert_int_eq(tos, dscpv[i] << 2);
		port_close(&port);
		port_close(&port);
	}
}
END_TEST


START_TEST(memory_runs_out_and_no_port_is_lost)
{
	struct port_pair *pair = NULL;

	ck_assert_int_eq(
		port_pair_alloc(NULL, &conf, &conf.addrv[0], ports, timers),
		EINVAL);
	oom_after(0);
	ck_assert_int_eq(
		port_pair_alloc(&pair, &conf, &conf.addrv[0], ports, timers),
		ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(pair);
	ck_assert_uint_eq(ports_free(ports, timers_now(timers)), 9);
}
END_TEST


Suite *suite_port(void);
Suite *suite_port(void)
{
	Suite *s = suite_create("port");
	TCase *tc = tcase_create("shared");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_datagram_is_for_the_leg_that_it_fits_best);
	tcase_add_test(
		tc,
		a_locked_source_is_its_legs_and_a_locked_leg_wants_no_other);
	tcase_add_test(tc, who_is_alone_at_a_port_hears_all_of_it);
	tcase_add_test(tc, a_shared_pair_rests_when_the_last_one_lets_go);
	tcase_add_test(tc, memory_runs_out_and_no_port_is_lost);
	suite_add_tcase(s, tc);

	tc = tcase_create("socket");
	test_table(tc, what_we_send_is_marked_as_configured, familyv);
	suite_add_tcase(s, tc);

	return s;
}
