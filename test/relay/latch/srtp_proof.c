/**
 * @file test/relay/latch/srtp_proof.c  Which packets only the phone can have made
 */
#include <string.h>
#include "relay/latch/packet.h"
#include "relay/latch/srtp_proof.h"
#include "test/mock/media.h"
#include "test/mock/sealer.h"
#include "test/test.h"

enum { SECOND_US = 1000000 };

static struct srtp_proof proof;
static struct relay_key keyv[RELAY_KEYS_MAX];
static struct sealer phone;
static uint64_t now_us;


static void setup(void)
{
	now_us = SECOND_US;
	memset(&proof, 0, sizeof(proof));
	for (uint8_t i = 0; i < RELAY_KEYS_MAX; i++)
		keyv[i] = sealer_key((enum relay_suite)(i % 6), i);
	srtp_proof_init(&proof, false);
	srtp_proof_keys(&proof, keyv, 1);
	sealer_open(&phone, &keyv[0], 0x1234);
}


static void teardown(void)
{
	srtp_proof_close(&proof);
	sealer_close(&phone);
}


static bool check(const uint8_t *p, size_t len, bool stranger)
{
	struct packet pkt;

	packet_decode(&pkt, p, len);
	ck_assert_int_eq(pkt.type, proof.rtcp ? PACKET_RTCP : PACKET_RTP);
	now_us += SECOND_US;

	return srtp_proof_check(&proof, &pkt, p, len, stranger, now_us);
}


static bool check_next(void)
{
	uint8_t buf[SEALER_MAX];
	const size_t len = sealer_rtp(&phone, buf);

	return check(buf, len, true);
}


/* heard from where the phone is locked to: not looked at */
static void seen(unsigned n)
{
	uint8_t buf[SEALER_MAX];
	struct packet pkt;

	while (n--) {
		const size_t len = sealer_rtp(&phone, buf);

		packet_decode(&pkt, buf, len);
		srtp_proof_seen(&proof, &pkt, buf, len);
	}
}


START_TEST(the_phone_proves_itself_and_nobody_else_does)
{
	uint8_t buf[SEALER_MAX];

	ck_assert(check_next());
	ck_assert(check_next());
	ck_assert(!check(buf, media_make_rtp(buf, 0x1234, 1005), true));
	ck_assert(check_next());
}
END_TEST


START_TEST(without_keys_nothing_is_proof)
{
	srtp_proof_keys(&proof, NULL, 0);
	ck_assert(!check_next());
	ck_assert_uint_eq(proof.looks, 0);
}
END_TEST


START_TEST(a_copy_is_no_proof)
{
	uint8_t buf[SEALER_MAX], older[SEALER_MAX];
	const size_t olderlen = sealer_rtp(&phone, older);
	const size_t len = sealer_rtp(&phone, buf);

	ck_assert(check(buf, len, true));
	ck_assert(!check(buf, len, true));
	ck_assert(!check(older, olderlen, true));
	seen(10);
	ck_assert(!check(buf, len, false));
	ck_assert(check_next());
}
END_TEST


START_TEST(each_key_of_an_offer_may_be_the_one)
{
	srtp_proof_keys(&proof, keyv, RELAY_KEYS_MAX);
	sealer_close(&phone);
	sealer_open(&phone, &keyv[_i], 0x1234);
	ck_assert(check_next());
	ck_assert_int_eq(proof.good, _i);

	/* from then on it is the only one */
	sealer_close(&phone);
	sealer_open(&phone, &keyv[(_i + 1) % RELAY_KEYS_MAX], 0x1234);
	sealer_skip(&phone, 10);
	ck_assert(!check_next());
}
END_TEST


START_TEST(the_counter_is_followed_around)
{
	ck_assert(check_next());
	for (int i = 0; i < 3; i++) {
		seen(65536 - 100);
		ck_assert(check_next());
		seen(99);
	}
	ck_assert_uint_eq(proof.book->trackv[0].index >> 16, 3);
}
END_TEST


START_TEST(a_mobile_comes_back_after_a_long_way)
{
	ck_assert(check_next());
	seen(65536 - 1000 - 100);
	/* what is sent meanwhile is lost */
	sealer_skip(&phone, 2000);
	ck_assert(check_next());
	sealer_skip(&phone, 32000);
	ck_assert(check_next());
}
END_TEST


START_TEST(a_stream_that_began_without_us_is_found)
{
	sealer_skip(&phone, 3 * 65536);
	ck_assert(!check_next());
	now_us += SECOND_US;
	{
		uint8_t buf[SEALER_MAX];
		const size_t len = sealer_rtp(&phone, buf);

		ck_assert(check(buf, len, false));
	}
	ck_assert(check_next());
}
END_TEST


START_TEST(new_keys_begin_anew)
{
	ck_assert(check_next());
	seen(2 * 65536);
	srtp_proof_keys(&proof, keyv, 1);
	ck_assert(!proof.book->trackv[0].rekeyed);

	srtp_proof_keys(&proof, &keyv[1], 1);
	ck_assert(!check_next());

	/* the number goes on, the counter begins at 0: many phones do so */
	{
		const uint16_t seq = phone.seq;

		sealer_close(&phone);
		sealer_open(&phone, &keyv[1], 0x1234);
		phone.seq = seq;
	}
	seen(3);
	ck_assert(check_next());
	ck_assert_uint_eq(proof.book->trackv[0].index >> 16, 0);
	ck_assert(check_next());
}
END_TEST


START_TEST(several_ssrc_are_followed)
{
	struct sealer v[SRTP_TRACKS + 2];
	uint8_t buf[SEALER_MAX];

	for (uint32_t i = 0; i < SRTP_TRACKS + 2; i++)
		sealer_open(&v[i], &keyv[0], 100 + i);
	for (int k = 0; k < 20; k++) {
		for (uint32_t i = 0; i < SRTP_TRACKS + 2; i++) {
			const size_t len = sealer_rtp(&v[i], buf);

			ck_assert(check(buf, len, true));
		}
	}
	for (uint32_t i = 0; i < SRTP_TRACKS + 2; i++)
		sealer_close(&v[i]);
}
END_TEST


START_TEST(reports_are_proof_too)
{
	uint8_t buf[SEALER_MAX], old[SEALER_MAX];
	const size_t oldlen = sealer_rtcp(&phone, old);
	struct packet pkt;
	size_t len;

	srtp_proof_init(&proof, true);
	len = sealer_rtcp(&phone, buf);
	ck_assert(check(buf, len, true));
	ck_assert(!check(buf, len, true));
	ck_assert(!check(old, oldlen, true));

	/* heard where it is locked to */
	len = sealer_rtcp(&phone, buf);
	packet_decode(&pkt, buf, len);
	srtp_proof_seen(&proof, &pkt, buf, len);
	ck_assert(!check(buf, len, true));

	/* an index that somebody invents does not shut the phone out */
	buf[len - 14] = 0xff;
	srtp_proof_seen(&proof, &pkt, buf, len);
	len = sealer_rtcp(&phone, buf);
	ck_assert(check(buf, len, true));
	ck_assert(!check(buf, 12, true));
}
END_TEST


/* 100 000 in a second: that many tags are not computed */
START_TEST(a_flood_is_not_looked_at)
{
	uint8_t buf[MEDIA_RTP_LEN];
	struct packet pkt;
	size_t len;

	srtp_proof_keys(&proof, keyv, RELAY_KEYS_MAX);
	for (uint32_t i = 0; i < 100000; i++) {
		len = media_make_rtp(buf, 0x5000 + i, (uint16_t)i);
		packet_decode(&pkt, buf, len);
		now_us += 10;
		ck_assert(!srtp_proof_check(&proof, &pkt, buf, len, true,
					    now_us));
	}
	/* ten at once and five more, eight keys, two counters each */
	ck_assert_uint_le(proof.looks, 16 * 16);

	/* and they take nothing from whoever is where the phone should be */
	proof.looks = 0;
	for (uint32_t i = 0; i < 100000; i++) {
		len = media_make_rtp(buf, 0x5000 + i, (uint16_t)i);
		packet_decode(&pkt, buf, len);
		now_us += 10;
		ck_assert(!srtp_proof_check(&proof, &pkt, buf, len, false,
					    now_us));
	}
	ck_assert_uint_ge(proof.looks, 99 * 64);
	ck_assert_uint_le(proof.looks, 101 * 64);
}
END_TEST


/* as before, and the phone has said which key it is */
START_TEST(a_flood_does_not_keep_a_mobile_away_for_long)
{
	uint8_t buf[SEALER_MAX];
	unsigned proven = 0, ms = 0;
	struct packet pkt;
	size_t len;

	ck_assert(check_next());
	for (; proven < 3 && ms < 5000; ms += 20) {
		for (uint32_t i = 0; i < 2; i++) {
			len = media_make_rtp(buf, 0x1234, (uint16_t)(ms + i));
			packet_decode(&pkt, buf, len);
			(void)srtp_proof_check(&proof, &pkt, buf, len, true,
					       now_us);
		}
		len = sealer_rtp(&phone, buf);
		packet_decode(&pkt, buf, len);
		now_us += 20000;
		proven += srtp_proof_check(&proof, &pkt, buf, len, true,
					   now_us);
	}
	ck_assert_uint_eq(proven, 3);
}
END_TEST


START_TEST(without_memory_nothing_is_proof)
{
	srtp_proof_close(&proof);
	oom_after(0);
	srtp_proof_keys(&proof, keyv, 1);
	oom_after(-1);

	/* the side's keys are known all the same */
	ck_assert_uint_eq(proof.keyc, 1);
	ck_assert(!check_next());
	seen(3);

	srtp_proof_keys(&proof, keyv, 1);
	ck_assert(check_next());
}
END_TEST


Suite *suite_srtp_proof(void);
Suite *suite_srtp_proof(void)
{
	Suite *s = suite_create("srtp_proof");
	TCase *tc = tcase_create("srtp_proof");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_phone_proves_itself_and_nobody_else_does);
	tcase_add_test(tc, without_keys_nothing_is_proof);
	tcase_add_test(tc, a_copy_is_no_proof);
	tcase_add_loop_test(tc, each_key_of_an_offer_may_be_the_one, 0,
			    RELAY_KEYS_MAX);
	tcase_add_test(tc, the_counter_is_followed_around);
	tcase_add_test(tc, a_mobile_comes_back_after_a_long_way);
	tcase_add_test(tc, a_stream_that_began_without_us_is_found);
	tcase_add_test(tc, new_keys_begin_anew);
	tcase_add_test(tc, several_ssrc_are_followed);
	tcase_add_test(tc, reports_are_proof_too);
	tcase_add_test(tc, a_flood_is_not_looked_at);
	tcase_add_test(tc, a_flood_does_not_keep_a_mobile_away_for_long);
	tcase_add_test(tc, without_memory_nothing_is_proof);
	suite_add_tcase(s, tc);

	return s;
}
