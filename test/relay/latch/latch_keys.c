/**
 * @file test/relay/latch/latch_keys.c  A latch of a side whose keys are known
 *
 * What "authentic" says is taken as given here: srtp_proof finds it out.
 */
#include <string.h>
#include "relay/latch/latch.h"
#include "relay/latch/packet.h"
#include "relay/relay.h"
#include "test/mock/latching.h"
#include "test/test.h"

#define PHONE   "198.51.100.7:61000"
#define MOBILE  "192.0.2.99:7000"
#define NEAR_BY "198.51.100.7:62000"

static struct relay_conf conf;


static void setup(void)
{
	conf = latching_conf();
}


static void make(struct latch *l, bool rtcp)
{
	latch_init(l, &conf, AF_INET, rtcp);
	latch_keyed(l, true);
	ck_assert(
		latching_anchor(l, "192.168.1.10:4000", "198.51.100.7:5060"));
}


static enum latch_verdict hear(struct latch *l, const char *src,
			       bool authentic, uint16_t seq)
{
	const struct packet pkt = {.type = l->rtcp ? PACKET_RTCP : PACKET_RTP,
				   .proof = true,
				   .authentic = authentic,
				   .ssrc = 1,
				   .seq = seq};
	const struct sa sa = latching_sa(src);

	return latch_hear(l, &sa, &pkt, NULL);
}


static void lock_to(struct latch *l, const char *src)
{
	uint16_t seq = 1;

	while (hear(l, src, true, seq) != LATCH_LOCKED)
		ck_assert_uint_lt(++seq, 10);
}


START_TEST(what_is_not_authentic_never_locks)
{
	struct latch l;

	make(&l, false);
	for (uint16_t seq = 1; seq < 1000; seq++) {
		ck_assert_int_eq(hear(&l, PHONE, false, seq), LATCH_DROPPED);
		ck_assert_int_eq(hear(&l, MOBILE, false, seq), LATCH_REFUSED);
	}
	latching_expect(&l, "198.51.100.7:4000");
	lock_to(&l, PHONE);
	latching_expect(&l, PHONE);

	/* from then on it is not asked any more */
	ck_assert_int_eq(hear(&l, PHONE, false, 2000), LATCH_ACCEPTED);

	latch_close(&l);
}
END_TEST


START_TEST(the_address_of_the_sdp_proves_itself_as_well)
{
	struct latch l;

	latch_init(&l, &conf, AF_INET, false);
	latch_keyed(&l, true);
	ck_assert(latching_anchor(&l, "198.51.100.7:61000",
				  "198.51.100.7:5060"));
	for (uint16_t seq = 1; seq < 10; seq++)
		ck_assert_int_eq(hear(&l, PHONE, false, seq), LATCH_DROPPED);
	lock_to(&l, PHONE);

	latch_close(&l);
}
END_TEST


/* a mobile that changed networks: from another host, without a word */
START_TEST(authentic_packets_from_anywhere_move_a_lock)
{
	struct latch l;

	make(&l, false);
	lock_to(&l, PHONE);
	for (uint16_t seq = 10; seq < 100; seq++)
		ck_assert_int_eq(hear(&l, MOBILE, false, seq), LATCH_REFUSED);
	ck_assert_int_eq(hear(&l, MOBILE, true, 100), LATCH_WAITING);
	ck_assert_int_eq(hear(&l, MOBILE, true, 101), LATCH_WAITING);
	latching_expect(&l, PHONE);
	ck_assert_int_eq(hear(&l, MOBILE, true, 102), LATCH_LOCKED);
	latching_expect(&l, MOBILE);
	ck_assert_int_eq(hear(&l, PHONE, false, 103), LATCH_REFUSED);

	/* and back again */
	for (uint16_t seq = 200; seq < 203; seq++)
		(void)hear(&l, PHONE, true, seq);
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


/* copies of what the phone sends come beside it, never instead of it */
START_TEST(a_source_that_is_heard_meanwhile_stays)
{
	struct latch l;

	make(&l, false);
	lock_to(&l, PHONE);
	for (uint16_t seq = 10; seq < 1000; seq++) {
		ck_assert_int_eq(hear(&l, MOBILE, true, seq), LATCH_WAITING);
		ck_assert_int_eq(hear(&l, PHONE, false, seq), LATCH_ACCEPTED);
	}
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


START_TEST(silence_moves_nothing_where_keys_are_known)
{
	struct latch l;

	make(&l, false);
	lock_to(&l, PHONE);
	latch_silent(&l);
	ck_assert(!latching_anchor(&l, "192.168.1.10:4000",
				   "198.51.100.7:5060"));
	for (uint16_t seq = 10; seq < 100; seq++)
		ck_assert_int_eq(hear(&l, NEAR_BY, false, seq), LATCH_REFUSED);
	for (uint16_t seq = 100; seq < 103; seq++)
		(void)hear(&l, NEAR_BY, true, seq);
	latching_expect(&l, NEAR_BY);

	latch_close(&l);
}
END_TEST


START_TEST(an_authentic_report_moves_rtcp)
{
	struct latch l;

	make(&l, true);
	ck_assert_int_eq(hear(&l, PHONE, false, 0), LATCH_DROPPED);
	ck_assert_int_eq(hear(&l, PHONE, true, 0), LATCH_LOCKED);
	ck_assert_int_eq(hear(&l, MOBILE, false, 0), LATCH_REFUSED);
	ck_assert_int_eq(hear(&l, MOBILE, true, 0), LATCH_LOCKED);
	latching_expect(&l, MOBILE);

	latch_close(&l);
}
END_TEST


START_TEST(forbidden_addresses_prove_nothing)
{
	static const char *const srcv[] = {
		"127.0.0.1:4000", "0.0.0.0:4000",      "169.254.1.1:4000",
		"224.0.0.1:4000", "203.0.113.1:17000", "192.0.2.99:53"};
	struct latch l;

	make(&l, false);
	for (size_t i = 0; i < sizeof(srcv) / sizeof(srcv[0]); i++) {
		ck_assert_int_eq(hear(&l, srcv[i], true, 1), LATCH_REFUSED);
		ck_assert_ptr_null(l.cands);
	}
	lock_to(&l, PHONE);
	for (size_t i = 0; i < sizeof(srcv) / sizeof(srcv[0]); i++) {
		for (uint16_t seq = 10; seq < 20; seq++)
			ck_assert_int_eq(hear(&l, srcv[i], true, seq),
					 LATCH_REFUSED);
	}
	latching_expect(&l, PHONE);

	latch_close(&l);
}
END_TEST


/* after a re-INVITE from its new network the phone still sends from the old
   one, for a moment */
START_TEST(the_former_source_is_heard_if_it_is_authentic)
{
	struct latch l;

	make(&l, false);
	lock_to(&l, PHONE);
	ck_assert(latching_anchor(&l, "10.1.1.1:4000", "192.0.2.99:5060"));
	ck_assert_int_eq(hear(&l, PHONE, false, 20), LATCH_REFUSED);
	for (uint16_t seq = 21; seq < 30; seq++)
		ck_assert_int_eq(hear(&l, PHONE, true, seq), LATCH_ACCEPTED);
	ck_assert(!l.locked);
	lock_to(&l, MOBILE);
	latching_expect(&l, MOBILE);

	latch_close(&l);
}
END_TEST


static enum latch_ask asks(const struct latch *l, const char *src,
			   enum packet_type type)
{
	const struct packet pkt = {.type = type, .proof = true};
	const struct sa sa = latching_sa(src);

	return latch_asks(l, &sa, &pkt);
}


START_TEST(only_what_would_change_something_is_looked_at)
{
	struct latch l;

	latch_init(&l, &conf, AF_INET, false);
	ck_assert_int_eq(asks(&l, PHONE, PACKET_RTP), LATCH_ASK_NONE);
	latch_keyed(&l, true);
	ck_assert_int_eq(asks(&l, PHONE, PACKET_RTP), LATCH_ASK_NONE);

	make(&l, false);
	ck_assert_int_eq(asks(&l, PHONE, PACKET_RTP), LATCH_ASK_PLAUSIBLE);
	ck_assert_int_eq(asks(&l, MOBILE, PACKET_RTP), LATCH_ASK_STRANGER);
	ck_assert_int_eq(asks(&l, "127.0.0.1:4000", PACKET_RTP),
			 LATCH_ASK_NONE);
	for (int type = 0; type <= PACKET_OTHER; type++) {
		if (type != PACKET_RTP)
			ck_assert_int_eq(
				asks(&l, PHONE, (enum packet_type)type),
				LATCH_ASK_NONE);
	}

	lock_to(&l, PHONE);
	ck_assert_int_eq(asks(&l, PHONE, PACKET_RTP), LATCH_ASK_NONE);
	ck_assert_int_eq(asks(&l, NEAR_BY, PACKET_RTP), LATCH_ASK_PLAUSIBLE);
	ck_assert_int_eq(asks(&l, MOBILE, PACKET_RTP), LATCH_ASK_STRANGER);

	make(&l, true);
	ck_assert_int_eq(asks(&l, PHONE, PACKET_RTP), LATCH_ASK_NONE);
	ck_assert_int_eq(asks(&l, PHONE, PACKET_RTCP), LATCH_ASK_PLAUSIBLE);

	latch_close(&l);
}
END_TEST


Suite *suite_latch_keys(void);
Suite *suite_latch_keys(void)
{
	Suite *s = suite_create("latch_keys");
	TCase *tc = tcase_create("latch_keys");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, what_is_not_authentic_never_locks);
	tcase_add_test(tc, the_address_of_the_sdp_proves_itself_as_well);
	tcase_add_test(tc, authentic_packets_from_anywhere_move_a_lock);
	tcase_add_test(tc, a_source_that_is_heard_meanwhile_stays);
	tcase_add_test(tc, silence_moves_nothing_where_keys_are_known);
	tcase_add_test(tc, an_authentic_report_moves_rtcp);
	tcase_add_test(tc, forbidden_addresses_prove_nothing);
	tcase_add_test(tc, the_former_source_is_heard_if_it_is_authentic);
	tcase_add_test(tc, only_what_would_change_something_is_looked_at);
	suite_add_tcase(s, tc);

	return s;
}
