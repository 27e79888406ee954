/**
 * @file test/relay/latch/latch.c  From which source a port hears
 *
 * The phone: signalling from 198.51.100.7, in most cases behind NAT with
 * 192.168.1.10:4000 in its SDP. The stranger: 198.51.100.66.
 */
#include <string.h>
#include "relay/latch/latch.h"
#include "relay/latch/packet.h"
#include "relay/relay.h"
#include "test/mock/latching.h"
#include "test/test.h"

#define PHONE    "198.51.100.7:61000"
#define STRANGER "198.51.100.66:4000"

static struct relay_conf conf;


static void setup(void)
{
	conf = latching_conf();
}


/* behind NAT, or reachable */
static void make(struct latch *l, const char *sdp)
{
	latch_init(l, &conf, AF_INET, false);
	ck_assert(latching_anchor(l, sdp, "198.51.100.7:5060"));
}


static enum latch_verdict rtp(struct latch *l, const char *src, uint32_t ssrc,
			      uint16_t seq)
{
	const struct packet pkt = {
		.type = PACKET_RTP, .proof = true, .ssrc = ssrc, .seq = seq};
	const struct sa sa = latching_sa(src);

	return latch_hear(l, &sa, &pkt, NULL);
}


static enum latch_verdict other(struct latch *l, const char *src,
				enum packet_type type)
{
	const struct packet pkt = {.type = type};
	const struct sa sa = latching_sa(src);

	return latch_hear(l, &sa, &pkt, NULL);
}


static void lock_to(struct latch *l, const char *src)
{
	uint16_t seq = 1;

	while (rtp(l, src, 1, seq) != LATCH_LOCKED)
		ck_assert_uint_lt(++seq, 10);
}


START_TEST(the_first_packet_is_forwarded_and_the_third_locks)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	latching_expect(&l, "198.51.100.7:4000");
	ck_assert_int_eq(rtp(&l, PHONE, 1, 1), LATCH_ACCEPTED);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 2), LATCH_ACCEPTED);
	latching_expect(&l, "198.51.100.7:4000");
	ck_assert_int_eq(rtp(&l, PHONE, 1, 3), LATCH_LOCKED);
	latching_expect(&l, PHONE);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 4), LATCH_ACCEPTED);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


START_TEST(a_stranger_is_refused_before_during_and_after)
{
	struct latch l;

	latch_init(&l, &conf, AF_INET, false);
	ck_assert_int_eq(rtp(&l, STRANGER, 9, 1), LATCH_WAITING);
	latching_expect(&l, NULL);

	make(&l, "192.168.1.10:4000");
	for (uint16_t seq = 1; seq < 100; seq++)
		ck_assert_int_eq(rtp(&l, STRANGER, 9, seq), LATCH_REFUSED);
	(void)rtp(&l, PHONE, 1, 1);
	for (uint16_t seq = 1; seq < 100; seq++)
		ck_assert_int_eq(rtp(&l, STRANGER, 1, seq), LATCH_REFUSED);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 2), LATCH_ACCEPTED);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 3), LATCH_LOCKED);
	for (uint16_t seq = 1; seq < 100; seq++)
		ck_assert_int_eq(rtp(&l, STRANGER, 1, seq), LATCH_REFUSED);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


/* he sends a packet in a quarter of a minute, so that his NAT remembers him */
START_TEST(who_only_listens_is_sent_to_with_his_first_packet)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	l.eager = true;
	latching_expect(&l, "198.51.100.7:4000");
	ck_assert_int_eq(rtp(&l, STRANGER, 1, 1), LATCH_REFUSED);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 1), LATCH_ACCEPTED);
	latching_expect(&l, PHONE);
	ck_assert(!l.locked);

	latch_close(&l);
}
END_TEST


START_TEST(once_locked_another_port_of_the_same_host_is_refused)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert_int_eq(rtp(&l, "198.51.100.7:4000", 1, 5), LATCH_REFUSED);
	ck_assert_int_eq(rtp(&l, "198.51.100.7:61001", 1, 5), LATCH_REFUSED);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


/* security.md S1: an exact address goes before one of the same host, also of
   a neighbour who was quicker and goes on */
START_TEST(who_is_where_the_sdp_says_takes_over_from_who_was_quicker)
{
	static const char phone[] = "198.51.100.7:4000";
	struct latch l;

	make(&l, phone);
	lock_to(&l, "198.51.100.7:61666");
	ck_assert_int_eq(other(&l, phone, PACKET_STUN), LATCH_REFUSED);
	for (uint16_t seq = 1; seq < 3; seq++)
		ck_assert_int_eq(rtp(&l, phone, 2, seq), LATCH_WAITING);
	latching_expect(&l, "198.51.100.7:61666");
	ck_assert_int_eq(rtp(&l, phone, 2, 3), LATCH_LOCKED);
	latching_expect(&l, phone);
	for (uint16_t seq = 1; seq < 100; seq++)
		ck_assert_int_eq(rtp(&l, "198.51.100.7:61666", 1, seq),
				 LATCH_REFUSED);

	/* behind NAT nobody knows whose port that is */
	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	for (uint16_t seq = 1; seq < 100; seq++)
		ck_assert_int_eq(rtp(&l, phone, 2, seq), LATCH_REFUSED);

	latch_close(&l);
}
END_TEST


START_TEST(a_better_source_takes_over_until_locked)
{
	struct latch l;

	make(&l, "198.51.100.8:4000");
	ck_assert_int_eq(rtp(&l, "198.51.100.8:5000", 1, 1), LATCH_ACCEPTED);
	latching_expect(&l, "198.51.100.8:4000");
	ck_assert_int_eq(rtp(&l, "198.51.100.7:5000", 2, 1), LATCH_ACCEPTED);
	latching_expect(&l, "198.51.100.8:4000");
	ck_assert_int_eq(rtp(&l, "198.51.100.7:4000", 3, 1), LATCH_ACCEPTED);
	latching_expect(&l, "198.51.100.8:4000");
	ck_assert_int_eq(rtp(&l, "198.51.100.8:4000", 4, 1), LATCH_ACCEPTED);
	latching_expect(&l, "198.51.100.8:4000");

	/* the worse ones wait, and begin anew with each good packet */
	for (uint16_t seq = 2; seq < 4; seq++) {
		ck_assert_int_eq(rtp(&l, "198.51.100.8:5000", 1, seq),
				 LATCH_WAITING);
		ck_assert_int_eq(rtp(&l, "198.51.100.7:5000", 2, seq),
				 LATCH_WAITING);
		ck_assert_int_eq(rtp(&l, "198.51.100.8:4000", 4, seq),
				 seq < 3 ? LATCH_ACCEPTED : LATCH_LOCKED);
	}
	latching_expect(&l, "198.51.100.8:4000");

	latch_close(&l);
}
END_TEST


START_TEST(a_better_source_that_is_dead_does_not_block)
{
	struct latch l;

	make(&l, "198.51.100.7:4000");
	ck_assert_int_eq(rtp(&l, "198.51.100.7:4000", 1, 1), LATCH_ACCEPTED);
	ck_assert_int_eq(rtp(&l, PHONE, 2, 1), LATCH_WAITING);
	ck_assert_int_eq(rtp(&l, PHONE, 2, 2), LATCH_WAITING);
	ck_assert_int_eq(rtp(&l, PHONE, 2, 3), LATCH_LOCKED);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


START_TEST(without_memory_nobody_is_learned_until_there_is_some)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	for (uint16_t seq = 1; seq < 9; seq++) {
		oom_after(0);
		ck_assert_int_eq(rtp(&l, PHONE, 1, seq), LATCH_WAITING);
	}
	oom_after(-1);
	lock_to(&l, PHONE);

	/* who has moved is learned anew, and not heard meanwhile */
	oom_after(0);
	ck_assert(
		latching_anchor(&l, "192.168.1.10:6000", "198.51.100.7:5060"));
	oom_after(-1);
	latching_expect(&l, "198.51.100.7:6000");
	lock_to(&l, PHONE);

	latch_close(&l);
}
END_TEST


START_TEST(more_sources_than_there_is_room_for_end_well)
{
	struct latch l;
	char src[32];

	make(&l, "192.168.1.10:4000");
	for (int i = 0; i < 1000; i++) {
		(void)re_snprintf(src, sizeof(src), "198.51.100.7:%d",
				  40000 + i);
		(void)rtp(&l, src, (uint32_t)i, 1);
	}
	latching_expect(&l, "198.51.100.7:4000");
	lock_to(&l, PHONE);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


static const struct {
	const char *name;
	struct {
		uint32_t ssrc;
		uint16_t seq;
	} v[8];
	size_t n;
	bool locked;
} streamv[] = {
	{"in a row", {{1, 1}, {1, 2}, {1, 3}}, 3, true},
	{"two are not enough", {{1, 1}, {1, 2}}, 2, false},
	{"one lost", {{1, 1}, {1, 3}, {1, 4}}, 3, true},
	{"over the end", {{1, 65535}, {1, 0}, {1, 1}}, 3, true},
	{"the same again", {{1, 1}, {1, 1}, {1, 1}, {1, 1}}, 4, false},
	{"one late", {{1, 1}, {1, 3}, {1, 2}}, 3, false},
	{"one late, and on", {{1, 1}, {1, 3}, {1, 2}, {1, 4}}, 4, true},
	{"a jump", {{1, 1}, {1, 2}, {1, 900}}, 3, false},
	{"on after a jump", {{1, 1}, {1, 900}, {1, 901}, {1, 902}}, 4, true},
	{"another SSRC", {{1, 1}, {1, 2}, {2, 3}, {2, 4}}, 4, false},
	{"SSRC in turns, two of each",
	 {{1, 1}, {2, 9}, {1, 2}, {2, 10}},
	 4,
	 false},
	{"SSRC in turns", {{1, 1}, {2, 9}, {1, 2}, {2, 10}, {1, 3}}, 5, true},
	{"four SSRC, one of which goes on",
	 {{1, 1}, {2, 1}, {3, 1}, {4, 1}, {3, 2}, {1, 2}, {1, 3}},
	 7,
	 true},
	{"another SSRC each time",
	 {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7}, {8, 8}},
	 8,
	 false},
	{"a fifth SSRC takes the place of one that began",
	 {{1, 1}, {1, 2}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}, {1, 3}},
	 8,
	 true},
};


START_TEST(only_a_plausible_stream_locks)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	for (size_t i = 0; i < streamv[_i].n; i++)
		(void)rtp(&l, PHONE, streamv[_i].v[i].ssrc,
			  streamv[_i].v[i].seq);
	ck_assert_msg(l.locked == streamv[_i].locked, "%s", streamv[_i].name);

	latch_close(&l);
}
END_TEST


static const enum packet_type foreignv[] = {PACKET_RTCP, PACKET_STUN,
					    PACKET_DTLS, PACKET_OTHER};


START_TEST(what_is_not_rtp_never_latches)
{
	struct latch l;

	make(&l, "198.51.100.7:4000");
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(other(&l, PHONE, foreignv[_i]),
				 LATCH_DROPPED);
		/* from where it was announced it passes */
		ck_assert_int_eq(other(&l, "198.51.100.7:4000", foreignv[_i]),
				 LATCH_ACCEPTED);
	}
	ck_assert(!l.locked);
	latching_expect(&l, "198.51.100.7:4000");

	lock_to(&l, PHONE);
	ck_assert_int_eq(other(&l, PHONE, foreignv[_i]), LATCH_ACCEPTED);
	ck_assert_int_eq(other(&l, STRANGER, foreignv[_i]), LATCH_REFUSED);
	ck_assert_int_eq(other(&l, "198.51.100.7:4000", foreignv[_i]),
			 LATCH_REFUSED);

	latch_close(&l);
}
END_TEST


static enum latch_verdict hello(struct latch *l, const char *src)
{
	const struct packet pkt = {.type = PACKET_DTLS, .proof = true};
	const struct sa sa = latching_sa(src);

	return latch_hear(l, &sa, &pkt, NULL);
}


START_TEST(dtls_shows_where_to_send_and_locks_nothing)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	ck_assert_int_eq(hello(&l, STRANGER), LATCH_REFUSED);
	latching_expect(&l, "198.51.100.7:4000");
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(hello(&l, PHONE), LATCH_ACCEPTED);
	ck_assert(!l.locked);
	latching_expect(&l, PHONE);

	/* another port of its host does not take that away ... */
	ck_assert_int_eq(hello(&l, "198.51.100.7:61001"), LATCH_WAITING);
	latching_expect(&l, PHONE);

	/* ... until it proves itself, or is where the SDP says */
	ck_assert_int_eq(hello(&l, "198.51.100.7:4000"), LATCH_ACCEPTED);
	latching_expect(&l, "198.51.100.7:4000");
	lock_to(&l, "198.51.100.7:61001");
	ck_assert_int_eq(hello(&l, PHONE), LATCH_REFUSED);

	latch_close(&l);
}
END_TEST


/* security.md S4: whoever was first and says no more does not stay in the
   way of the one who goes on */
START_TEST(a_handshake_that_goes_on_overtakes_one_that_does_not)
{
	static const char phone[] = "198.51.100.7:61001";
	struct latch l;

	make(&l, "192.168.1.10:4000");
	ck_assert_int_eq(hello(&l, PHONE), LATCH_ACCEPTED);
	ck_assert_int_eq(hello(&l, phone), LATCH_WAITING);
	ck_assert_int_eq(hello(&l, phone), LATCH_WAITING);
	ck_assert_int_eq(hello(&l, PHONE), LATCH_ACCEPTED);
	ck_assert_int_eq(hello(&l, phone), LATCH_WAITING);
	ck_assert_int_eq(hello(&l, phone), LATCH_WAITING);
	latching_expect(&l, PHONE);
	ck_assert_int_eq(hello(&l, phone), LATCH_ACCEPTED);
	latching_expect(&l, phone);
	ck_assert(!l.locked);

	latch_close(&l);
}
END_TEST


START_TEST(broken_packets_are_dropped_from_friend_and_refused_from_foe)
{
	struct latch l;

	make(&l, "198.51.100.7:4000");
	ck_assert_int_eq(other(&l, "198.51.100.7:4000", PACKET_INVALID),
			 LATCH_DROPPED);
	ck_assert_int_eq(other(&l, STRANGER, PACKET_INVALID), LATCH_REFUSED);
	lock_to(&l, PHONE);
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(other(&l, PHONE, PACKET_INVALID),
				 LATCH_DROPPED);
	ck_assert_int_eq(other(&l, STRANGER, PACKET_INVALID), LATCH_REFUSED);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 10), LATCH_ACCEPTED);

	latch_close(&l);
}
END_TEST


/* until who has lost his port may be found by another one */
static void stay_silent(struct latch *l)
{
	for (int i = 0; i < LATCH_PATIENCE; i++)
		latch_silent(l);
}


static enum latch_verdict fax(struct latch *l, const char *src)
{
	const struct packet pkt = {.type = PACKET_OTHER, .udptl = true};
	const struct sa sa = latching_sa(src);

	return latch_hear(l, &sa, &pkt, NULL);
}


START_TEST(fax_latches_by_what_reads_as_fax)
{
	struct anchor a = {.sdp = latching_sa("192.168.1.10:4000"),
			   .signalling = latching_sa("198.51.100.7:5060"),
			   .any = true};
	struct latch l;

	latch_init(&l, &conf, AF_INET, false);
	(void)latch_anchor(&l, &a);
	ck_assert_int_eq(fax(&l, STRANGER), LATCH_REFUSED);
	ck_assert_int_eq(other(&l, PHONE, PACKET_OTHER), LATCH_DROPPED);
	ck_assert_int_eq(other(&l, PHONE, PACKET_INVALID), LATCH_DROPPED);
	latching_expect(&l, "198.51.100.7:4000");
	ck_assert_int_eq(fax(&l, PHONE), LATCH_ACCEPTED);
	ck_assert_int_eq(fax(&l, PHONE), LATCH_ACCEPTED);
	ck_assert_int_eq(fax(&l, PHONE), LATCH_LOCKED);
	ck_assert_int_eq(other(&l, PHONE, PACKET_INVALID), LATCH_ACCEPTED);
	latching_expect(&l, PHONE);

	/* a neighbour behind its NAT has to wait for signalling as well */
	latch_silent(&l);
	ck_assert_int_eq(fax(&l, "198.51.100.7:62000"), LATCH_REFUSED);
	ck_assert(!latch_anchor(&l, &a));
	stay_silent(&l);
	ck_assert_int_eq(fax(&l, "198.51.100.7:62000"), LATCH_WAITING);

	/* audio that becomes fax keeps its latch */
	latch_close(&l);
	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert(!latch_anchor(&l, &a));
	ck_assert(l.locked);
	ck_assert_int_eq(other(&l, PHONE, PACKET_INVALID), LATCH_ACCEPTED);

	latch_close(&l);
}
END_TEST


START_TEST(an_unchanged_anchor_keeps_the_latch)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:7777"));
	ck_assert(l.locked);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


/* its NAT forgot it; it goes on where it was, from another port */
START_TEST(a_silent_source_may_come_back_by_another_port)
{
	static const char moved[] = "198.51.100.7:62345";
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	for (uint16_t i = 0; i < 10; i++)
		ck_assert_int_eq(rtp(&l, moved, 1, i), LATCH_REFUSED);

	latch_silent(&l);
	ck_assert_int_eq(rtp(&l, STRANGER, 1, 1), LATCH_REFUSED);
	ck_assert_int_eq(other(&l, moved, PACKET_STUN), LATCH_REFUSED);
	ck_assert_int_eq(rtp(&l, moved, 1, 1), LATCH_WAITING);
	ck_assert_int_eq(rtp(&l, moved, 1, 2), LATCH_WAITING);
	latching_expect(&l, PHONE);

	/* it was there all the time */
	ck_assert_int_eq(rtp(&l, PHONE, 1, 50), LATCH_ACCEPTED);
	ck_assert_int_eq(rtp(&l, moved, 1, 3), LATCH_REFUSED);

	latch_silent(&l);
	ck_assert_int_eq(rtp(&l, moved, 1, 4), LATCH_WAITING);
	ck_assert_int_eq(rtp(&l, moved, 1, 5), LATCH_WAITING);
	ck_assert_int_eq(rtp(&l, moved, 1, 6), LATCH_LOCKED);
	latching_expect(&l, moved);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 51), LATCH_REFUSED);

	latch_close(&l);
}
END_TEST


/* security.md S1: the same host and the same SSRC */
START_TEST(a_neighbour_behind_the_nat_cannot_take_a_silent_stream)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert_int_eq(rtp(&l, PHONE, 2, 7), LATCH_ACCEPTED);
	latch_silent(&l);
	for (uint16_t i = 0; i < 1000; i++)
		ck_assert_int_eq(rtp(&l, "198.51.100.7:62345", 7, i),
				 LATCH_REFUSED);
	latching_expect(&l, PHONE);

	/* any that the phone has used is good */
	for (uint16_t i = 0; i < 3; i++)
		(void)rtp(&l, "198.51.100.7:61002", 2, i);
	latching_expect(&l, "198.51.100.7:61002");

	latch_close(&l);
}
END_TEST


/* on hold the NAT forgot it, and resume brings a new SSRC from a new port */
START_TEST(signalling_lets_a_silent_source_come_back_with_another_ssrc)
{
	static const char moved[] = "198.51.100.7:62345";
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:5060"));
	latch_silent(&l);
	ck_assert_int_eq(rtp(&l, moved, 7, 1), LATCH_REFUSED);

	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:5060"));
	ck_assert_int_eq(rtp(&l, moved, 7, 2), LATCH_REFUSED);
	stay_silent(&l);
	ck_assert_int_eq(rtp(&l, STRANGER, 7, 2), LATCH_REFUSED);
	ck_assert_int_eq(rtp(&l, moved, 7, 2), LATCH_WAITING);

	/* it was there all the time, and that was it */
	ck_assert_int_eq(rtp(&l, PHONE, 1, 50), LATCH_ACCEPTED);
	latch_silent(&l);
	ck_assert_int_eq(rtp(&l, moved, 7, 3), LATCH_REFUSED);

	ck_assert(!latching_anchor(&l, NULL, "198.51.100.7:5060"));
	stay_silent(&l);
	ck_assert_int_eq(rtp(&l, moved, 7, 4), LATCH_WAITING);
	ck_assert_int_eq(rtp(&l, moved, 7, 5), LATCH_WAITING);
	ck_assert_int_eq(rtp(&l, moved, 7, 6), LATCH_LOCKED);
	latching_expect(&l, moved);

	latch_close(&l);
}
END_TEST


/* security.md S1: he waits for the end of the hold, and is quicker */
START_TEST(a_neighbour_does_not_overtake_who_comes_back_from_hold)
{
	static const char foe[] = "198.51.100.7:62345";
	struct latch l;
	uint16_t seq = 1;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);

	/* who only listens is silent, whatever is said meanwhile */
	l.eager = true;
	latch_silent(&l);
	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:5060"));
	stay_silent(&l);
	for (; seq < 100; seq++)
		ck_assert_int_eq(rtp(&l, foe, 7, seq), LATCH_REFUSED);

	l.eager = false;
	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:5060"));
	latch_silent(&l);
	for (; seq < 200; seq++)
		ck_assert_int_eq(rtp(&l, foe, 7, seq), LATCH_REFUSED);

	ck_assert_int_eq(rtp(&l, PHONE, 2, 1), LATCH_ACCEPTED);
	stay_silent(&l);
	for (; seq < 300; seq++)
		ck_assert_int_eq(rtp(&l, foe, 7, seq), LATCH_REFUSED);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


START_TEST(hold_without_an_address_keeps_the_latch)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert(!latching_anchor(&l, "0.0.0.0:4000", "198.51.100.7:5060"));
	ck_assert(!latching_anchor(&l, NULL, "198.51.100.7:5060"));
	ck_assert_int_eq(rtp(&l, PHONE, 1, 9), LATCH_ACCEPTED);
	ck_assert_int_eq(rtp(&l, STRANGER, 1, 9), LATCH_REFUSED);
	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:5060"));
	ck_assert(l.locked);

	latch_close(&l);
}
END_TEST


START_TEST(an_sdp_that_comes_after_the_media_keeps_the_latch)
{
	struct latch l;

	latch_init(&l, &conf, AF_INET, false);
	ck_assert(latching_anchor(&l, NULL, "198.51.100.7:5060"));
	latching_expect(&l, NULL);
	lock_to(&l, PHONE);
	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:5060"));
	ck_assert(l.locked);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


START_TEST(another_port_in_the_sdp_is_learned_though_the_old_one_talks_on)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert(
		latching_anchor(&l, "192.168.1.10:5000", "198.51.100.7:5060"));

	/* heard and sent to, but it does not lock again */
	for (uint16_t seq = 10; seq < 20; seq++)
		ck_assert_int_eq(rtp(&l, PHONE, 1, seq), LATCH_ACCEPTED);
	ck_assert(!l.locked);
	latching_expect(&l, PHONE);

	ck_assert_int_eq(rtp(&l, "198.51.100.7:62000", 2, 1), LATCH_ACCEPTED);
	latching_expect(&l, PHONE);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 20), LATCH_ACCEPTED);
	ck_assert_int_eq(rtp(&l, "198.51.100.7:62000", 2, 2), LATCH_ACCEPTED);
	ck_assert_int_eq(rtp(&l, "198.51.100.7:62000", 2, 3), LATCH_LOCKED);
	latching_expect(&l, "198.51.100.7:62000");
	ck_assert_int_eq(rtp(&l, PHONE, 1, 21), LATCH_REFUSED);

	latch_close(&l);
}
END_TEST


START_TEST(going_back_to_the_old_anchor_restores_the_latch)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert(
		latching_anchor(&l, "192.168.1.10:5000", "198.51.100.7:5060"));
	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:5060"));
	ck_assert(l.locked);
	ck_assert_int_eq(rtp(&l, "198.51.100.7:62000", 2, 1), LATCH_REFUSED);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


START_TEST(a_phone_that_moved_is_not_heard_from_where_it_was)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert(latching_anchor(&l, "10.1.1.1:4000", "192.0.2.9:5060"));

	/* where the new network leads to is a guess: the old stays for now */
	latching_expect(&l, PHONE);
	ck_assert_int_eq(rtp(&l, PHONE, 1, 9), LATCH_REFUSED);
	ck_assert_int_eq(rtp(&l, "192.0.2.9:7000", 1, 10), LATCH_ACCEPTED);
	ck_assert_int_eq(rtp(&l, "192.0.2.9:7000", 1, 11), LATCH_ACCEPTED);
	latching_expect(&l, PHONE);
	ck_assert_int_eq(rtp(&l, "192.0.2.9:7000", 1, 12), LATCH_LOCKED);
	latching_expect(&l, "192.0.2.9:7000");

	latch_close(&l);
}
END_TEST


START_TEST(media_goes_at_once_to_another_party_that_is_reachable)
{
	struct latch l;

	make(&l, "192.168.1.10:4000");
	lock_to(&l, PHONE);
	ck_assert(latching_anchor(&l, "192.0.2.9:4000", "192.0.2.9:5060"));
	latching_expect(&l, "192.0.2.9:4000");
	ck_assert_int_eq(rtp(&l, PHONE, 1, 9), LATCH_REFUSED);

	latch_close(&l);
}
END_TEST


/* a media server that only listens is heard from by nobody */
START_TEST(who_was_where_his_sdp_said_is_sent_to_where_it_says)
{
	static const char *const v[] = {"198.51.100.7:5000", "192.0.2.9:4000"};
	struct latch l;

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		make(&l, "198.51.100.7:4000");
		lock_to(&l, "198.51.100.7:4000");
		ck_assert(latching_anchor(&l, v[i], "198.51.100.7:5060"));
		latching_expect(&l, v[i]);
		ck_assert_int_eq(rtp(&l, "198.51.100.7:4000", 1, 9),
				 LATCH_ACCEPTED);
		latching_expect(&l, v[i]);
		ck_assert(!latching_anchor(&l, "198.51.100.7:4000",
					   "198.51.100.7:5060"));
		latching_expect(&l, "198.51.100.7:4000");
	}

	latch_close(&l);
}
END_TEST


/* its SDP was true, and now names an address that nobody reaches */
START_TEST(who_moves_behind_a_nat_is_sent_to_where_he_was)
{
	struct latch l;

	make(&l, "198.51.100.7:4000");
	lock_to(&l, "198.51.100.7:4000");
	ck_assert(
		latching_anchor(&l, "192.168.1.10:4000", "198.51.100.7:5060"));
	latching_expect(&l, "198.51.100.7:4000");

	latch_close(&l);
}
END_TEST


static enum latch_verdict rtcp(struct latch *l, const char *src, uint32_t ssrc,
			       const struct latch *rtp_latch)
{
	const struct packet pkt = {
		.type = PACKET_RTCP, .proof = true, .ssrc = ssrc};
	const struct sa sa = latching_sa(src);

	return latch_hear(l, &sa, &pkt, rtp_latch);
}


static void make_rtcp(struct latch *l)
{
	latch_init(l, &conf, AF_INET, true);
	ck_assert(
		latching_anchor(l, "192.168.1.10:4001", "198.51.100.7:5060"));
}


START_TEST(rtcp_latches_by_one_report_with_host_and_ssrc_of_the_rtp)
{
	const struct packet xr = {.type = PACKET_RTCP, .ssrc = 1};
	const struct packet srtcp = {
		.type = PACKET_RTCP, .encrypted = true, .ssrc = 1};
	const struct sa phone = latching_sa("198.51.100.7:61001");
	struct latch l, audio;

	make(&audio, "192.168.1.10:4000");
	lock_to(&audio, PHONE);
	make_rtcp(&l);
	ck_assert_int_eq(latch_hear(&l, &phone, &xr, &audio), LATCH_DROPPED);
	ck_assert_int_eq(rtp(&l, "198.51.100.7:61001", 1, 1), LATCH_DROPPED);
	ck_assert_int_eq(rtcp(&l, "192.0.2.9:1", 1, &audio), LATCH_REFUSED);
	ck_assert(!l.locked);
	ck_assert_int_eq(rtcp(&l, "198.51.100.7:61001", 1, &audio),
			 LATCH_LOCKED);
	latching_expect(&l, "198.51.100.7:61001");

	latch_reset(&l);
	latching_expect(&l, "198.51.100.7:4001");
	ck_assert_int_eq(latch_hear(&l, &phone, &srtcp, NULL), LATCH_DROPPED);
	ck_assert_int_eq(latch_hear(&l, &phone, &srtcp, &audio), LATCH_LOCKED);

	latch_close(&l);
	latch_close(&audio);
}
END_TEST


START_TEST(rtcp_of_another_ssrc_takes_as_many_reports_as_rtp_packets)
{
	static const char phone[] = "198.51.100.7:61001";
	struct latch l, audio;

	make(&audio, "192.168.1.10:4000");
	make_rtcp(&l);
	ck_assert_int_eq(rtcp(&l, phone, 9, &audio), LATCH_ACCEPTED);
	lock_to(&audio, PHONE);
	ck_assert_int_eq(rtcp(&l, phone, 9, &audio), LATCH_ACCEPTED);
	ck_assert_int_eq(rtcp(&l, phone, 9, &audio), LATCH_LOCKED);

	/* and from another port of that host only the one it had, or the
	   RTP's */
	latch_silent(&l);
	ck_assert_int_eq(rtcp(&l, "198.51.100.7:61005", 8, &audio),
			 LATCH_REFUSED);
	ck_assert_int_eq(rtcp(&l, "198.51.100.7:61005", 9, NULL),
			 LATCH_WAITING);
	ck_assert_int_eq(rtcp(&l, "198.51.100.7:61005", 1, &audio),
			 LATCH_LOCKED);

	latch_close(&l);
	latch_close(&audio);
}
END_TEST


START_TEST(nothing_is_learned_from_loopback_or_from_ourselves)
{
	struct latch l;

	latch_init(&l, &conf, AF_INET, false);
	(void)latching_anchor(&l, "127.0.0.1:4000", "127.0.0.1:5060");
	ck_assert_int_eq(rtp(&l, "127.0.0.1:4000", 1, 1), LATCH_WAITING);
	latching_expect(&l, NULL);

	latch_init(&l, &conf, AF_INET, false);
	ck_assert(
		latching_anchor(&l, "203.0.113.1:20000", "203.0.113.1:5060"));
	ck_assert_int_eq(rtp(&l, "203.0.113.1:20000", 1, 1), LATCH_REFUSED);
	latching_expect(&l, NULL);

	latch_close(&l);
}
END_TEST


static TCase *tcase_of(const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, setup, NULL);

	return tc;
}


static TCase *tcase_learning(void)
{
	TCase *tc = tcase_of("learning");

	tcase_add_test(tc, the_first_packet_is_forwarded_and_the_third_locks);
	tcase_add_test(tc, a_stranger_is_refused_before_during_and_after);
	tcase_add_test(tc, who_only_listens_is_sent_to_with_his_first_packet);
	tcase_add_test(tc,
		       once_locked_another_port_of_the_same_host_is_refused);
	tcase_add_test(
		tc, who_is_where_the_sdp_says_takes_over_from_who_was_quicker);
	tcase_add_test(tc, a_better_source_takes_over_until_locked);
	tcase_add_test(tc, a_better_source_that_is_dead_does_not_block);
	tcase_add_test(tc,
		       without_memory_nobody_is_learned_until_there_is_some);
	tcase_add_test(tc, more_sources_than_there_is_room_for_end_well);
	test_table(tc, only_a_plausible_stream_locks, streamv);
	test_table(tc, what_is_not_rtp_never_latches, foreignv);
	tcase_add_test(tc, dtls_shows_where_to_send_and_locks_nothing);
	tcase_add_test(tc,
		       a_handshake_that_goes_on_overtakes_one_that_does_not);
	tcase_add_test(
		tc,
		broken_packets_are_dropped_from_friend_and_refused_from_foe);
	tcase_add_test(tc, fax_latches_by_what_reads_as_fax);
	tcase_add_test(
		tc, rtcp_latches_by_one_report_with_host_and_ssrc_of_the_rtp);
	tcase_add_test(
		tc, rtcp_of_another_ssrc_takes_as_many_reports_as_rtp_packets);
	tcase_add_test(tc, nothing_is_learned_from_loopback_or_from_ourselves);

	return tc;
}


static TCase *tcase_anchors(void)
{
	TCase *tc = tcase_of("anchors");

	tcase_add_test(tc, an_unchanged_anchor_keeps_the_latch);
	tcase_add_test(tc, a_silent_source_may_come_back_by_another_port);
	tcase_add_test(tc,
		       a_neighbour_behind_the_nat_cannot_take_a_silent_stream);
	tcase_add_test(
		tc,
		signalling_lets_a_silent_source_come_back_with_another_ssrc);
	tcase_add_test(tc,
		       a_neighbour_does_not_overtake_who_comes_back_from_hold);
	tcase_add_test(tc, hold_without_an_address_keeps_the_latch);
	tcase_add_test(tc, an_sdp_that_comes_after_the_media_keeps_the_latch);
	tcase_add_test(
		tc,
		another_port_in_the_sdp_is_learned_though_the_old_one_talks_on);
	tcase_add_test(tc, going_back_to_the_old_anchor_restores_the_latch);
	tcase_add_test(tc, a_phone_that_moved_is_not_heard_from_where_it_was);
	tcase_add_test(tc,
		       media_goes_at_once_to_another_party_that_is_reachable);
	tcase_add_test(tc,
		       who_was_where_his_sdp_said_is_sent_to_where_it_says);
	tcase_add_test(tc, who_moves_behind_a_nat_is_sent_to_where_he_was);

	return tc;
}


Suite *suite_latch(void);
Suite *suite_latch(void)
{
	Suite *s = suite_create("latch");

	suite_add_tcase(s, tcase_learning());
	suite_add_tcase(s, tcase_anchors());

	return s;
}
