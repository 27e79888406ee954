/**
 * @file test/relay/engine/engine_lookup.c  Packets through a few sockets
 */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include "relay/tap.h"
#include "test/relay/lookup_call.h"
#include "test/test.h"

enum { CALLS = 20, PACKETS = 60, FLOOD = 9000, BIG_MAX = 9216 };


static void set_mtu(int mtu)
{
	struct ifreq ifr = {.ifr_name = "lo", .ifr_mtu = mtu};
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(ioctl(fd, SIOCSIFMTU, &ifr), 0);
	(void)close(fd);
}


/* of the kernel's own count, both families */
static unsigned long wrong_checksums(void)
{
	static const char *const filev[] = {"/proc/net/snmp",
					    "/proc/net/snmp6"};
	unsigned long n = 0, v;
	char line[512];

	for (size_t i = 0; i < 2; i++) {
		FILE *f = fopen(filev[i], "re");

		while (f && fgets(line, sizeof(line), f)) {
			/* Udp: in none err out rcvbuf sndbuf csum */
			if (sscanf(line, "Udp: %*u %*u %*u %*u %*u %*u %lu",
				   &v) == 1 ||
			    sscanf(line, "Udp6InCsumErrors %lu", &v) == 1)
				n += v;
		}
		if (f)
			(void)fclose(f);
	}

	return n;
}


/* RTP of that length, whose payload says where each octet belongs */
static void make_big(uint8_t *p, size_t len, const struct media *m)
{
	(void)media_make_rtp(p, m->ssrc, m->seq);
	for (size_t i = 12; i < len; i++)
		p[i] = (uint8_t)(i * 5 + i / 256);
}


static const struct {
	const char *our, *a, *b;
} familyv[] = {
	{"127.0.0.1", "127.0.0.2", "127.0.0.3"},
	{"::1", "::1", "::1"},
};

static const size_t lengthv[] = {12,   13,   60,   172,  1271, 1272, 1273,
				 1452, 1472, 1473, 4000, 9001, 9216};


/* with an MTU at which most of them are fragments, both in and out */
START_TEST(a_packet_goes_through_as_it_is)
{
	const struct relay_conf conf = lookup_conf(familyv[_i].our);
	const unsigned long before = wrong_checksums();
	uint8_t sent[BIG_MAX], got[BIG_MAX + 1];
	struct lookup_call c;
	struct rig rig;

	if (!lookup_open(&rig, &conf))
		return;

	set_mtu(1500);
	lookup_call_begin(&c, &rig, familyv[_i].a, familyv[_i].b);
	lookup_call_latch(&c);
	for (size_t i = 0; i < ARRAY_SIZE(lengthv); i++) {
		struct sa src;

		make_big(sent, lengthv[i], &c.a);
		++c.a.seq;
		media_send(&c.a, &c.at[0], sent, lengthv[i]);
		ck_assert_uint_eq(media_recv(&c.b, got, sizeof(got), &src),
				  lengthv[i]);
		ck_assert_int_eq(memcmp(sent, got, lengthv[i]), 0);
		ck_assert(sa_cmp(&src, &c.at[1], SA_ALL));
	}
	ck_assert_uint_eq(wrong_checksums(), before);
	ck_assert(media_is_silent(&c.a));
	lookup_call_end(&c);
	rig_close(&rig);
}
END_TEST


static int cmsg_int(struct msghdr *msg, int level, int type)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c;
	     c = CMSG_NXTHDR(msg, c)) {
		int v = 0;

		if (c->cmsg_level != level || c->cmsg_type != type)
			continue;
		/* IPv4's TOS is one octet */
		memcpy(&v, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
		return v;
	}

	return -1;
}


START_TEST(marks_and_hops_are_as_a_sockets)
{
	const struct relay_conf conf = lookup_conf(familyv[_i].our);
	const int on = 1;
	uint8_t buf[2048], control[256];
	struct iovec iov = {.iov_base = buf, .iov_len = sizeof(buf)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	const bool v6 = _i == 1;
	const int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
	struct lookup_call c;
	struct rig rig;
	int ttl = 0;
	socklen_t len = sizeof(ttl);

	if (!lookup_open(&rig, &conf))
		return;

	lookup_call_begin(&c, &rig, familyv[_i].a, familyv[_i].b);
	lookup_call_latch(&c);
	ck_assert(!getsockopt(c.b.fd, level, v6 ? IPV6_UNICAST_HOPS : IP_TTL,
			      &ttl, &len));
	ck_assert(!setsockopt(c.b.fd, level, v6 ? IPV6_RECVTCLASS : IP_RECVTOS,
			      &on, sizeof(on)));
	ck_assert(!setsockopt(c.b.fd, level,
			      v6 ? IPV6_RECVHOPLIMIT : IP_RECVTTL, &on,
			      sizeof(on)));
	(void)media_send_rtp(&c.a, &c.at[0]);
	ck_assert_int_eq(recvmsg(c.b.fd, &msg, 0), MEDIA_RTP_LEN);
	ck_assert_int_eq(cmsg_int(&msg, level, v6 ? IPV6_TCLASS : IP_TOS),
			 34 << 2);
	ck_assert_int_eq(cmsg_int(&msg, level, v6 ? IPV6_HOPLIMIT : IP_TTL),
			 ttl > 64 ? 64 : ttl - 1);
	lookup_call_end(&c);
	rig_close(&rig);
}
END_TEST


/* those of many calls in one batch, each in its order; one whose phone is not
   there takes nothing from the others */
START_TEST(many_calls_share_a_socket)
{
	const struct relay_conf conf = lookup_conf(familyv[_i].our);
	static struct lookup_call callv[CALLS];
	uint16_t firstv[CALLS];
	struct rig rig;

	if (!lookup_open(&rig, &conf))
		return;

	for (int i = 0; i < CALLS; i++) {
		lookup_call_begin(&callv[i], &rig, familyv[_i].a,
				  familyv[_i].b);
		lookup_call_latch(&callv[i]);
		firstv[i] = callv[i].a.seq;
	}
	media_close(&callv[0].b);

	for (int k = 0; k < PACKETS; k++) {
		for (int i = 0; i < CALLS; i++)
			(void)media_send_rtp(&callv[i].a, &callv[i].at[0]);
		if (k % 10 == 9)
			(void)poll(NULL, 0, 1);
	}

	for (int i = 1; i < CALLS; i++) {
		for (int k = 0; k < PACKETS; k++)
			media_expect_rtp(&callv[i].b, callv[i].a.ssrc,
					 (uint16_t)(firstv[i] + k),
					 &callv[i].at[1]);
	}
	for (int i = 0; i < CALLS; i++) {
		struct relay_stats st;

		ck_assert_int_eq(
			relay_stream_stats(callv[i].s, 0, RELAY_B, &st), 0);
		ck_assert_uint_eq(st.tx_packets, 3 + PACKETS);
		ck_assert_uint_eq(st.tx_octets, (3 + PACKETS) * MEDIA_RTP_LEN);
		ck_assert_uint_eq(st.unsent, 0);
	}

	media_open(&callv[0].b, familyv[_i].b);
	for (int i = 0; i < CALLS; i++)
		lookup_call_end(&callv[i]);
	rig_close(&rig);
}
END_TEST


/** Holds a worker up, with a packet of its call in its hands */
struct hold {
	struct relay_tap tap; /* base class */
	sem_t there, on;
};


static void hold_handler(struct relay_tap *tap, const struct tap_packet *pkt)
{
	struct hold *h = (struct hold *)tap;
	(void)pkt;

	(void)sem_post(&h->there);
	(void)sem_wait(&h->on);
}


static void hold_free(struct relay_tap *tap)
{
	(void)tap;
}


/* more than any queue has room for comes while the worker is busy, and with
   it what a call says: of that nothing may be missing */
START_TEST(a_flood_leaves_calls_their_places)
{
	const struct relay_conf conf = lookup_conf(familyv[_i].our);
	struct media stranger;
	struct lookup_call callv[2];
	uint8_t junk[600];
	struct hold hold;
	uint16_t first;
	struct rig rig;

	if (!lookup_open(&rig, &conf))
		return;

	media_open(&stranger, familyv[_i].a);
	for (int i = 0; i < 2; i++) {
		lookup_call_begin(&callv[i], &rig, familyv[_i].a,
				  familyv[_i].b);
		lookup_call_latch(&callv[i]);
	}
	tap_init(&hold.tap, hold_handler, hold_free);
	(void)sem_init(&hold.there, 0, 0);
	(void)sem_init(&hold.on, 0, 0);
	ck_assert_int_eq(relay_session_tap(callv[0].s, &hold.tap), 0);
	do
		(void)media_send_rtp(&callv[0].a, &callv[0].at[0]);
	while (poll(NULL, 0, 1) || sem_trywait(&hold.there));

	memset(junk, 0x80, sizeof(junk));
	for (int n = 0; n < FLOOD; n++)
		media_send(&stranger, &callv[n % 2].at[n / 2 % 2], junk,
			   sizeof(junk));
	first = callv[1].a.seq;
	for (int k = 0; k < PACKETS; k++)
		(void)media_send_rtp(&callv[1].a, &callv[1].at[0]);
	ck_assert_int_eq(relay_session_tap(callv[0].s, NULL), 0);
	for (int k = 0; k < FLOOD; k++)
		(void)sem_post(&hold.on);

	for (int k = 0; k < PACKETS; k++)
		media_expect_rtp(&callv[1].b, callv[1].a.ssrc,
				 (uint16_t)(first + k), &callv[1].at[1]);

	media_close(&stranger);
	for (int i = 0; i < 2; i++)
		lookup_call_end(&callv[i]);
	rig_close(&rig);
	tap_release(&hold.tap);
}
END_TEST


Suite *suite_engine_lookup(void);
Suite *suite_engine_lookup(void)
{
	Suite *s = suite_create("engine_lookup");
	TCase *tc = tcase_create("packets");

	test_table(tc, a_packet_goes_through_as_it_is, familyv);
	test_table(tc, marks_and_hops_are_as_a_sockets, familyv);
	test_table(tc, many_calls_share_a_socket, familyv);
	test_table(tc, a_flood_leaves_calls_their_places, familyv);
	suite_add_tcase(s, tc);

	return s;
}
