/**
 * @file test/relay/engine/hops.c  We are a hop, on each rung
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include "relay/engine/hops.h"
#include "test/relay/rig.h"
#include "test/test.h"

static const struct {
	uint8_t came, goes;
} nextv[] = {
	{HOPS_UNKNOWN, 64}, {2, 1},   {3, 2},    {63, 62},  {64, 63},
	{65, 64},           {66, 64}, {128, 64}, {255, 64},
};


START_TEST(what_is_passed_on_has_one_less)
{
	ck_assert_uint_eq(hops_next(nextv[_i].came), nextv[_i].goes);
}
END_TEST


static uint8_t receive(const struct media *m, size_t *len)
{
	_Alignas(struct cmsghdr) uint8_t control[HOPS_ROOM];
	uint8_t buf[256];
	struct iovec iov = {.iov_base = buf, .iov_len = sizeof(buf)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	const ssize_t n = recvmsg(m->fd, &msg, 0);

	ck_assert_int_ge(n, 0);
	*len = (size_t)n;

	return hops_read(&msg);
}


static const struct {
	const char *host;
	int af;
	bool asked;
	uint8_t set, read;
} readv[] = {
	{"127.0.0.1", AF_INET, true, 7, 7},
	{"127.0.0.1", AF_INET, true, 1, 1},
	{"127.0.0.1", AF_INET, true, 255, 255},
	{"127.0.0.1", AF_INET, false, 7, HOPS_UNKNOWN},
	{"::1", AF_INET6, true, 7, 7},
	{"::1", AF_INET6, true, 255, 255},
	{"::1", AF_INET6, false, 7, HOPS_UNKNOWN},
};


START_TEST(a_socket_tells_how_far_it_was)
{
	struct media from, to;
	size_t len;

	media_open(&from, readv[_i].host);
	media_open(&to, readv[_i].host);
	if (readv[_i].asked)
		hops_ask(to.fd, readv[_i].af);
	hops_set(from.fd, readv[_i].af, readv[_i].set);

	media_send(&from, &to.addr, "far", 3);
	ck_assert_uint_eq(receive(&to, &len), readv[_i].read);
	ck_assert_uint_eq(len, 3);

	media_close(&from);
	media_close(&to);
}
END_TEST


START_TEST(nothing_is_read_of_what_is_none)
{
	_Alignas(struct cmsghdr) uint8_t control[HOPS_ROOM] = {0};
	struct msghdr msg = {
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = (struct cmsghdr *)control;

	ck_assert_uint_eq(hops_read(&msg), HOPS_UNKNOWN);

	/* too short for a number */
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_TTL;
	c->cmsg_len = CMSG_LEN(2);
	ck_assert_uint_eq(hops_read(&msg), HOPS_UNKNOWN);

	/* what had none left was at its end as well */
	c->cmsg_len = CMSG_LEN(sizeof(int));
	ck_assert_uint_eq(hops_read(&msg), HOPS_LAST);

	msg.msg_controllen = 0;
	ck_assert_uint_eq(hops_read(&msg), HOPS_UNKNOWN);
}
END_TEST


static const struct {
	uint8_t known, came, then;
} learnv[] = {
	{HOPS_UNKNOWN, HOPS_UNKNOWN, HOPS_UNKNOWN},
	{HOPS_UNKNOWN, HOPS_LAST, HOPS_UNKNOWN},
	{HOPS_UNKNOWN, 2, 2},
	{HOPS_UNKNOWN, 57, 57},
	{57, HOPS_UNKNOWN, 57},
	{57, 57, 57},
	{57, 58, 58},
	{57, 255, 255},
	{57, 56, 56},
	{57, 2, 56},
	{57, HOPS_LAST, 56},
	{3, HOPS_LAST, 2},
	{2, HOPS_LAST, 2},
};


START_TEST(a_source_gets_nearer_at_once_and_farther_by_one)
{
	ck_assert_uint_eq(hops_learn(learnv[_i].known, learnv[_i].came),
			  learnv[_i].then);
}
END_TEST


/* false: not here, and why not has been said */
static bool open_rig(struct rig *rig, enum relay_rung rung)
{
	struct relay_conf conf = rig_conf();
	struct relay_plane plane;

	conf.rung = rung;
	conf.workers = 1;
	rig_open(rig, &conf);
	ck_assert_int_eq(relay_plane(rig->relay, &plane), 0);
	if (plane.rung == rung)
		return true;

	(void)printf("skipped: %s\n", plane.no_lookup);
	rig_close(rig);

	return false;
}


static void send_seen(struct rig *rig)
{
	const uint64_t n = rig_stats(rig, RELAY_A).rx_packets;

	(void)media_send_rtp(&rig->a, &rig->at[0][0]);
	rig_wait_seen(rig, RELAY_A, n + 1);
}


START_TEST(a_packet_at_its_last_hop_ends_here)
{
	static const uint8_t hopsv[] = {9, 1, 64, 1, 33};
	struct rig rig;

	if (!open_rig(&rig, RELAY_LOOKUP))
		return;

	rig_call(&rig);
	rig_latch(&rig);
	hops_ask(rig.b.fd, AF_INET);
	for (size_t i = 0; i < ARRAY_SIZE(hopsv); i++) {
		size_t len;

		hops_set(rig.a.fd, AF_INET, hopsv[i]);
		send_seen(&rig);
		if (hopsv[i] == HOPS_LAST)
			ck_assert(media_is_silent(&rig.b));
		else
			ck_assert_uint_eq(receive(&rig.b, &len), hopsv[i] - 1);
	}

	rig_close(&rig);
}
END_TEST


/* sockets look at one packet of sixteen */
enum { EVERY = 16, FAR = 64 };


START_TEST(what_keeps_coming_at_its_last_hop_dies_out)
{
	unsigned came = 0;
	struct rig rig;
	size_t len;

	ck_assert(open_rig(&rig, RELAY_SOCKETS));
	rig_call(&rig);
	rig_latch(&rig);
	hops_ask(rig.b.fd, AF_INET);
	hops_set(rig.a.fd, AF_INET, HOPS_LAST);
	for (int i = 0; i < EVERY * FAR; i++) {
		send_seen(&rig);
		while (!media_is_silent(&rig.b))
			(void)receive(&rig.b, &len);
	}

	/* what was still under way has hops to spare no more */
	for (int i = 0; i < 2 * EVERY; i++) {
		send_seen(&rig);
		while (!media_is_silent(&rig.b)) {
			ck_assert_uint_eq(receive(&rig.b, &len), 1);
			++came;
		}
	}
	ck_assert_uint_lt(came, 2 * EVERY);

	rig_close(&rig);
}
END_TEST


Suite *suite_hops(void);
Suite *suite_hops(void)
{
	Suite *s = suite_create("hops");
	TCase *tc = tcase_create("hops");

	test_table(tc, what_is_passed_on_has_one_less, nextv);
	test_table(tc, a_socket_tells_how_far_it_was, readv);
	tcase_add_test(tc, nothing_is_read_of_what_is_none);
	test_table(tc, a_source_gets_nearer_at_once_and_farther_by_one,
		   learnv);
	tcase_add_test(tc, a_packet_at_its_last_hop_ends_here);
	tcase_add_test(tc, what_keeps_coming_at_its_last_hop_dies_out);
	suite_add_tcase(s, tc);

	return s;
}
