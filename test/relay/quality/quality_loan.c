/**
 * @file test/relay/quality/quality_loan.c  Somebody else measures, for a while
 */
#include <string.h>
#include "relay/latch/packet.h"
#include "relay/quality/quality_loan.h"
#include "relay/relay.h"
#include "test/test.h"

enum { SSRC = 0xa1, PTIME_US = 20000 };

static struct quality q;
static uint64_t now_us;


static void setup(void)
{
	memset(&q, 0, sizeof(q));
	now_us = 1000000;
}


static void teardown(void)
{
	quality_close(&q);
}


static void hear(uint32_t ssrc, uint16_t seq, uint8_t pt)
{
	const struct packet pkt = {
		.type = PACKET_RTP,
		.ssrc = ssrc,
		.seq = seq,
		.ts = seq * 160U,
		.pt = pt,
		.payload = 160,
	};

	now_us += PTIME_US;
	quality_add(&q, &pkt, now_us);
}


static struct relay_quality shown(void)
{
	struct relay_quality show;

	memset(&show, 0, sizeof(show));
	quality_show(&q, &show);

	return show;
}


START_TEST(only_what_was_heard_is_lent)
{
	struct quality_loan loan;

	ck_assert(!quality_lend(&q, 0, &loan));
	hear(SSRC, 1, 0);
	hear(SSRC, 2, 0);
	ck_assert(!quality_lend(&q, SSRC + 1, &loan));
	ck_assert(quality_lend(&q, SSRC, &loan));
	ck_assert_uint_eq(loan.ssrc, SSRC);
	ck_assert_uint_eq(loan.seq.seq, 2);
	ck_assert_uint_eq(loan.seq.received, 2);
	ck_assert_uint_eq(loan.ts, 320);
	ck_assert_uint_eq(loan.at_us, now_us);
	ck_assert(loan.timed);
}
END_TEST


START_TEST(what_comes_back_goes_on)
{
	struct quality_loan loan;
	struct losses now, none;

	memset(&none, 0, sizeof(none));
	memset(&now, 0, sizeof(now));
	hear(SSRC, 1, 0);
	hear(SSRC, 2, 0);
	ck_assert(quality_lend(&q, SSRC, &loan));

	/* elsewhere: 3 is lost, 4 comes, of another codec, with a jitter */
	(void)sequence_add(&loan.seq, &now, 4);
	loan.pt = 8;
	loan.ts = 640;
	loan.at_us = now_us + 45000;
	loan.jitter = 5000;
	loan.jitter_us = loan.jitter_max_us = 312;
	loan.ptime_us = PTIME_US;
	loan.noise = true;
	quality_grow(&q, &now, &none);
	quality_return(&q, &loan);
	ck_assert_uint_eq(shown().expected, 4);
	ck_assert_uint_eq(shown().lost, 1);
	ck_assert_uint_eq(shown().jitter_us, 312);
	ck_assert_uint_eq(shown().jitter_max_us, 312);
	ck_assert_uint_eq(shown().ptime_us, PTIME_US);
	ck_assert_str_eq(shown().codec, "PCMA");
	ck_assert(shown().noise);

	/* again is as good as once; and 5 is no loss */
	quality_grow(&q, &now, &now);
	quality_return(&q, &loan);
	now_us += 2 * PTIME_US;
	hear(SSRC, 5, 8);
	ck_assert_uint_eq(shown().expected, 5);
	ck_assert_uint_eq(shown().lost, 1);
	ck_assert_uint_ge(shown().jitter_max_us, 312);
}
END_TEST


START_TEST(a_source_that_gave_way_is_forgotten)
{
	struct quality_loan loan;

	hear(SSRC, 1, 0);
	ck_assert(quality_lend(&q, SSRC, &loan));
	for (uint32_t i = 1; i <= QUALITY_SOURCES; i++)
		hear(SSRC + i, 1, 0);
	++loan.seq.received;
	quality_return(&q, &loan);
	ck_assert_uint_eq(shown().ssrc, SSRC + QUALITY_SOURCES);
}
END_TEST


/* what its sender said before a new start says nothing of what comes after */
START_TEST(a_jump_elsewhere_makes_reports_begin_anew)
{
	struct quality_loan loan;

	for (uint16_t seq = 1; seq < 10; seq++)
		hear(SSRC, seq, 0);
	quality_sent(&q, SSRC, 9);
	ck_assert(quality_lend(&q, SSRC, &loan));
	loan.seq.span = 1;
	++loan.seq.received;
	quality_return(&q, &loan);
	quality_sent(&q, SSRC, 1000);
	ck_assert_uint_eq(shown().astray, 0);
}
END_TEST


START_TEST(a_copy_grows_alike)
{
	struct losses before, now;
	struct relay_quality show;

	memset(&before, 0, sizeof(before));
	memset(&now, 0, sizeof(now));
	now.expected = 10;
	now.lost = (uint64_t)-1; /* one that was missing has come */
	now.reordered = 1;
	hear(SSRC, 1, 0);
	hear(SSRC, 3, 0);
	show = shown();
	quality_show_grow(&show, &now, &before);
	quality_grow(&q, &now, &before);
	ck_assert_uint_eq(show.lost, 0);
	ck_assert_uint_eq(show.expected, 13);
	ck_assert_uint_eq(shown().lost, show.lost);
	ck_assert_uint_eq(shown().expected, show.expected);
	ck_assert_uint_eq(shown().reordered, show.reordered);
}
END_TEST


Suite *suite_quality_loan(void);
Suite *suite_quality_loan(void)
{
	Suite *s = suite_create("quality_loan");
	TCase *tc = tcase_create("quality_loan");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, only_what_was_heard_is_lent);
	tcase_add_test(tc, what_comes_back_goes_on);
	tcase_add_test(tc, a_source_that_gave_way_is_forgotten);
	tcase_add_test(tc, a_jump_elsewhere_makes_reports_begin_anew);
	tcase_add_test(tc, a_copy_grows_alike);
	suite_add_tcase(s, tc);

	return s;
}
