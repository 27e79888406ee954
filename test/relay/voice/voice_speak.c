/**
 * @file test/relay/voice/voice_speak.c  To whom an end speaks
 */
#include <string.h>
#include "relay/voice/voice_end.h"
#include "test/test.h"

enum { TICKS = 600, UNHEARD = 500 };

static const struct {
	const char *name;
	const char *sdp;
	bool locked;
	uint64_t said;
} casev[] = {
	{"a phone that only listens", "198.51.100.7:4000", false, TICKS},
	{"one elsewhere that speaks", "198.51.100.66:4000", true, TICKS},
	{"a third party", "198.51.100.66:4000", false, UNHEARD},
};


static struct sa sa_of(const char *text)
{
	struct sa sa;

	ck_assert_int_eq(sa_decode(&sa, text, strlen(text)), 0);

	return sa;
}


/* security.md S17: an SDP may name anybody */
START_TEST(who_never_asked_is_soon_left_alone)
{
	static struct relay_conf conf = {
		.port_min = 16384, .port_max = 32767, .latch_packets = 3};
	const struct anchor a = {.sdp = sa_of(casev[_i].sdp),
				 .signalling = sa_of("198.51.100.7:5060")};
	static struct voice_end e;
	struct leg *leg = &e.portv[RELAY_RTP].leg;

	memset(&e, 0, sizeof(e));
	e.begun = e.speech.speaks = true;
	leg->fd = e.portv[RELAY_RTCP].leg.fd = -1;
	latch_init(&leg->latch, &conf, AF_INET, false);
	latch_init(&e.portv[RELAY_RTCP].leg.latch, &conf, AF_INET, true);
	ck_assert_int_eq(voice_ear_init(&e.ear), 0);
	(void)latch_anchor(&leg->latch, &a);
	if (casev[_i].locked)
		latch_lock(&leg->latch, &a.sdp);

	for (int i = 0; i < TICKS; i++) {
		struct voice_result res = {.said = false};

		voice_end_tick(&e, &res);
	}

	voice_ear_close(&e.ear);

	/* there is no socket to say it by */
	ck_assert_uint_eq(leg->counts.unsent, casev[_i].said);
}
END_TEST


Suite *suite_voice_speak(void);
Suite *suite_voice_speak(void)
{
	Suite *s = suite_create("voice_speak");
	TCase *tc = tcase_create("third party");

	test_table(tc, who_never_asked_is_soon_left_alone, casev);
	suite_add_tcase(s, tc);

	return s;
}
