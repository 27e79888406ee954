/**
 * @file test/relay/engine/coalesce.c  Waiting for more where much comes
 */
#include "relay/engine/coalesce.h"
#include "test/test.h"

enum { WAIT = 300, STEP = 1000, TURN = 100 };

/* packets a millisecond */
enum { BUSY = COALESCE_BUSY / STEP, CALM = COALESCE_CALM / STEP };


/* turns of one packet each, a millisecond of them; the last one's answer is
   how long after its begin the next may be, 0: at once */
static uint64_t run(struct coalesce *c, uint64_t *now_us, unsigned per_ms,
		    unsigned ms)
{
	uint64_t until = 0, start = 0;

	for (unsigned i = 0; i < ms; i++) {
		start = *now_us;
		until = coalesce_turn(c, per_ms, start, start + TURN);
		*now_us += STEP;
	}

	return until ? until - start : 0;
}


static const struct {
	unsigned firstv[2], thenv[2]; /* packets a millisecond, for so long */
	uint64_t wait;
} casev[] = {
	{{BUSY - 1, 200}, {BUSY - 1, 1}, 0},
	{{BUSY, 200}, {BUSY, 1}, WAIT},
	{{500, 200}, {500, 1}, WAIT},

	/* once busy down to the one, once calm up to the other */
	{{BUSY + 1, 200}, {CALM, 200}, WAIT},
	{{BUSY + 1, 200}, {CALM - 1, 200}, 0},
	{{CALM - 1, 200}, {CALM, 200}, 0},
	{{CALM - 1, 200}, {BUSY - 1, 200}, 0},

	/* a burst that is shorter than the window counts by its mean */
	{{0, 200}, {40, 2}, 0},
	{{0, 200}, {8 * BUSY, 2}, 0},
	{{0, 200}, {BUSY, 120}, WAIT},
	{{BUSY + 1, 200}, {0, 200}, 0},
};


START_TEST(waits_while_packets_are_many)
{
	struct coalesce c;
	uint64_t now = 77 * STEP;

	coalesce_init(&c, WAIT);
	(void)run(&c, &now, casev[_i].firstv[0], casev[_i].firstv[1]);
	ck_assert_uint_eq(
		run(&c, &now, casev[_i].thenv[0], casev[_i].thenv[1]),
		casev[_i].wait);
}
END_TEST


START_TEST(never_waits_where_that_is_not_wanted)
{
	struct coalesce c;
	uint64_t now = 0;

	coalesce_init(&c, 0);
	ck_assert_uint_eq(run(&c, &now, 500, 500), 0);
}
END_TEST


START_TEST(the_first_packet_after_silence_does_not_wait)
{
	struct coalesce c;
	uint64_t now = 0;

	coalesce_init(&c, WAIT);
	ck_assert_uint_eq(run(&c, &now, 500, 500), WAIT);

	now += 3600 * (uint64_t)1000000;
	ck_assert_uint_eq(run(&c, &now, 1, 1), 0);
}
END_TEST


START_TEST(a_turn_that_took_longer_is_followed_at_once)
{
	struct coalesce c;
	uint64_t now = 0, until;

	coalesce_init(&c, WAIT);
	(void)run(&c, &now, 500, 500);

	until = coalesce_turn(&c, 500, now, now + WAIT - 1);
	ck_assert_uint_eq(until, now + WAIT);
	until = coalesce_turn(&c, 500, now, now + WAIT);
	ck_assert_uint_eq(until, 0);
}
END_TEST


Suite *suite_coalesce(void);
Suite *suite_coalesce(void)
{
	Suite *s = suite_create("coalesce");
	TCase *tc = tcase_create("coalesce");

	tcase_add_loop_test(tc, waits_while_packets_are_many, 0,
			    ARRAY_SIZE(casev));
	tcase_add_test(tc, never_waits_where_that_is_not_wanted);
	tcase_add_test(tc, the_first_packet_after_silence_does_not_wait);
	tcase_add_test(tc, a_turn_that_took_longer_is_followed_at_once);
	suite_add_tcase(s, tc);

	return s;
}
