/**
 * @file test/relay/voice/voice.c  An end of media in the relay: real sockets
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <re.h>
#include <rem.h>
#include "common/sound.h"
#include "relay/voice/voice.h"
#include "test/mock/tone.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { VOICES = 3, DEADLINE_MS = 10000, TONE_HZ = 440, HEARD = 8 };

static const struct voice_speech pcma = {VOICE_PCMA, 8, 101, true, true};

struct booth {
	struct rig rig;
	struct voices *vs;
	struct voice *v;
	struct sound *tone;
	struct media phone, rtcp, stranger;
	struct sa at[2]; /* our addresses */
	char keys[16];
	size_t keyc;
	unsigned latched, said, silent, in_band;
};


static void voice_handler(struct voice *v, enum voice_event ev, char key,
			  bool in_band, void *arg)
{
	struct booth *b = arg;

	ck_assert_ptr_eq(v, b->v);
	switch (ev) {
	case VOICE_LATCHED:
		++b->latched;
		break;

	case VOICE_KEY:
		b->keys[b->keyc++] = key;
		b->in_band += in_band;
		break;

	case VOICE_SAID:
		++b->said;
		break;

	case VOICE_SILENT:
		++b->silent;
		break;
	}
	re_cancel();
}


static void tmr_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void step(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, 5, tmr_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


static void wait_for(const unsigned *what, unsigned n)
{
	const uint64_t end = tmr_jiffies() + DEADLINE_MS;

	while (*what < n && tmr_jiffies() < end)
		step();

	ck_assert_uint_ge(*what, n);
}


static void wait_key(struct booth *b, const char *keys)
{
	const uint64_t end = tmr_jiffies() + DEADLINE_MS;

	while (b->keyc < strlen(keys) && tmr_jiffies() < end)
		step();

	ck_assert_str_eq(b->keys, keys);
}


static void booth_open(struct booth *b)
{
	struct relay_anchor a;

	memset(b, 0, sizeof(*b));
	rig_open(&b->rig, NULL);
	ck_assert_int_eq(voices_alloc(&b->vs, b->rig.relay, VOICES), 0);
	ck_assert_int_eq(
		voice_alloc(&b->v, b->vs, AF_INET, NULL, "", voice_handler, b),
		0);
	ck_assert_int_eq(voice_addr(b->v, RELAY_RTP, &b->at[0]), 0);
	ck_assert_int_eq(voice_addr(b->v, RELAY_RTCP, &b->at[1]), 0);
	ck_assert_int_eq(sound_tone(&b->tone, TONE_HZ, 0, 40), 0);
	media_open(&b->phone, "127.0.0.2");
	media_open(&b->rtcp, "127.0.0.2");
	media_open(&b->stranger, "127.0.0.66");

	a = rig_anchor(&b->phone, &b->rtcp);
	ck_assert_int_eq(voice_anchor(b->v, &a, &pcma), 0);
}


static void booth_close(struct booth *b)
{
	mem_deref(b->v);
	rig_wait_ports(&b->rig, 1000);
	ck_assert_uint_eq(voices_count(b->vs), 0);
	mem_deref(b->vs);
	mem_deref(b->tone);
	media_close(&b->phone);
	media_close(&b->rtcp);
	media_close(&b->stranger);
	rig_close(&b->rig);
}


static void say(struct booth *b, enum voice_source source, uint32_t ms)
{
	const struct voice_item item = {
		source, source == VOICE_SOUND ? b->tone : NULL, ms};

	ck_assert_int_eq(voice_say(b->v, &item), 0);
}


/* 20 ms of that sound as PCMA, from the time t on */
static void speak(struct booth *b, const struct sound *s, unsigned t)
{
	uint8_t p[MEDIA_RTP_LEN];

	(void)media_make_rtp(p, b->phone.ssrc, b->phone.seq++);
	p[1] = 8;
	for (int i = 0; i < 4; i++)
		p[4 + i] = (uint8_t)((t * 8) >> (24 - 8 * i));
	for (size_t i = 0; i < 160; i++)
		p[12 + i] = g711_pcm2alaw(
			s ? s->samplev[(t * 8 + i) % s->samplec] : 0);
	media_send(&b->phone, &b->at[0], p, sizeof(p));
}


static size_t get(struct booth *b, uint8_t p[2048])
{
	struct sa src;
	const size_t n = media_recv(&b->phone, p, 2048, &src);

	ck_assert(sa_cmp(&src, &b->at[0], SA_ALL));
	ck_assert_uint_eq(n, MEDIA_RTP_LEN);

	return n;
}


START_TEST(it_says_a_tone_as_rtp)
{
	uint8_t p[2048];
	struct booth b;
	uint32_t ssrc = 0;
	uint16_t seq = 0;
	uint32_t ts = 0;

	booth_open(&b);
	say(&b, VOICE_SOUND, 200);
	for (int i = 0; i < HEARD; i++) {
		struct rtp_header h;
		struct mbuf mb = {.buf = p};

		mb.end = mb.size = get(&b, p);
		ck_assert_int_eq(rtp_hdr_decode(&h, &mb), 0);
		ck_assert_uint_eq(h.pt, 8);
		ck_assert_int_eq(h.m, i == 0);
		if (i) {
			ck_assert_uint_eq(h.ssrc, ssrc);
			ck_assert_uint_eq(h.seq, (uint16_t)(seq + 1));
			ck_assert_uint_eq(h.ts - ts, 160);
		}
		ssrc = h.ssrc;
		seq = h.seq;
		ts = h.ts;
		ck_assert(tone_in_rtp(p, mb.end, TONE_HZ));
	}

	/* and then it is silent, but goes on */
	wait_for(&b.said, 1);
	for (int i = 0; i < 3; i++)
		(void)get(&b, p);
	ck_assert(!tone_in_rtp(p, MEDIA_RTP_LEN, TONE_HZ));
	ck_assert_uint_eq(b.said, 1);
	booth_close(&b);
}
END_TEST


START_TEST(it_echoes_what_it_hears)
{
	uint8_t p[2048];
	struct booth b;
	unsigned heard = 0;

	booth_open(&b);
	say(&b, VOICE_ECHO, 0);
	for (unsigned i = 0; i < 200 && heard < HEARD; i++) {
		speak(&b, b.tone, i * 20);
		heard += tone_in_rtp(p, get(&b, p), TONE_HZ);
	}
	ck_assert_uint_eq(heard, HEARD);
	wait_for(&b.latched, 1);

	voice_hush(b.v);
	for (int i = 0; i < 20; i++)
		(void)get(&b, p);
	ck_assert(!tone_in_rtp(p, MEDIA_RTP_LEN, TONE_HZ));
	booth_close(&b);
}
END_TEST


START_TEST(it_hears_keys_both_ways)
{
	uint8_t p[2048];
	struct sound *nine;
	struct booth b;

	booth_open(&b);
	say(&b, VOICE_SILENCE, 0);
	ck_assert_int_eq(sound_key(&nine, '9'), 0);
	for (unsigned i = 0; i < 12; i++) {
		speak(&b, i < 6 ? nine : NULL, i * 20);
		(void)get(&b, p);
	}
	wait_key(&b, "9");
	ck_assert_uint_eq(b.in_band, 1);

	/* three packets of one event */
	for (int i = 0; i < 3; i++) {
		(void)media_make_rtp(p, b.phone.ssrc, b.phone.seq++);
		p[1] = 101;
		memset(p + 4, 0x20, 4);
		p[12] = 11;
		p[13] = 10;
		media_send(&b.phone, &b.at[0], p, 16);
	}
	wait_key(&b, "9#");
	ck_assert_uint_eq(b.in_band, 1);
	mem_deref(nine);
	booth_close(&b);
}
END_TEST


START_TEST(a_stranger_hears_nothing_and_is_not_heard)
{
	struct voice_stats st;
	uint8_t p[2048];
	struct booth b;

	booth_open(&b);
	for (int i = 0; i < 20; i++)
		(void)media_send_rtp(&b.stranger, &b.at[0]);
	say(&b, VOICE_ECHO, 0);
	for (int i = 0; i < HEARD; i++) {
		(void)media_send_rtp(&b.stranger, &b.at[0]);
		(void)get(&b, p);
	}
	ck_assert(media_is_silent(&b.stranger));
	voice_stats(b.v, &st);
	ck_assert_uint_eq(st.rtp.rx_packets, 0);
	ck_assert_uint_ge(st.rtp.refused, 20);
	ck_assert_uint_eq(st.level, 127);
	booth_close(&b);
}
END_TEST


START_TEST(nothing_is_said_before_it_may_be_and_nothing_is_lost)
{
	const struct voice_speech held = {VOICE_PCMA, 8, -1, false, false};
	struct relay_anchor a;
	uint8_t p[2048];
	struct booth b;

	/* behind NAT: where the phone is shows when it speaks */
	booth_open(&b);
	a = rig_anchor(&b.phone, &b.rtcp);
	(void)sa_set_str(&a.rtp, "192.168.1.10", 4000);
	(void)sa_set_str(&a.rtcp, "192.168.1.10", 4001);
	ck_assert_int_eq(voice_anchor(b.v, &a, &pcma), 0);
	say(&b, VOICE_SOUND, 100);
	(void)poll(NULL, 0, 150);
	ck_assert(media_is_silent(&b.phone));

	/* on hold: not then either */
	ck_assert_int_eq(voice_anchor(b.v, &a, &held), 0);
	for (unsigned i = 0; i < 4; i++)
		speak(&b, NULL, i * 20);
	(void)poll(NULL, 0, 100);
	ck_assert(media_is_silent(&b.phone));

	ck_assert_int_eq(voice_anchor(b.v, &a, &pcma), 0);
	for (int i = 0; i < 4; i++)
		ck_assert(tone_in_rtp(p, get(&b, p), TONE_HZ));
	wait_for(&b.said, 1);
	booth_close(&b);
}
END_TEST


START_TEST(it_reports_by_rtcp)
{
	struct rtcp_msg *msg = NULL;
	struct mbuf *mb = mbuf_alloc(256);
	struct booth b;

	booth_open(&b);
	say(&b, VOICE_SILENCE, 0);
	for (unsigned i = 0; i < 5; i++) {
		speak(&b, b.tone, i * 20);
		b.phone.seq += i == 2;
	}
	mb->end = media_recv(&b.rtcp, mb->buf, mb->size, NULL);
	ck_assert_int_eq(rtcp_decode(&msg, mb), 0);
	ck_assert_int_eq(msg->hdr.pt, RTCP_SR);
	ck_assert_uint_eq(msg->hdr.count, 1);
	ck_assert_uint_eq(msg->r.sr.rrv[0].ssrc, b.phone.ssrc);
	ck_assert_int_eq(msg->r.sr.rrv[0].lost, 1);
	mem_deref(msg);
	mem_deref(mb);
	booth_close(&b);
}
END_TEST


START_TEST(silence_is_told_and_told_again)
{
	struct booth b;

	booth_open(&b);
	timers_advance(b.rig.timers, 59000);
	ck_assert_uint_eq(b.silent, 0);
	timers_advance(b.rig.timers, 2000);
	ck_assert_uint_eq(b.silent, 1);
	timers_advance(b.rig.timers, 61000);
	ck_assert_uint_eq(b.silent, 2);
	booth_close(&b);
}
END_TEST


START_TEST(voices_and_ports_are_bounded_and_come_back)
{
	struct voice *v[VOICES] = {NULL};
	struct booth b;

	booth_open(&b);
	for (int round = 0; round < 3; round++) {
		struct voice *more = NULL;

		for (int i = 0; i < VOICES - 1; i++)
			ck_assert_int_eq(voice_alloc(&v[i], b.vs, AF_INET,
						     NULL, "", NULL, NULL),
					 0);
		ck_assert_int_eq(voice_alloc(&more, b.vs, AF_INET, NULL, "",
					     NULL, NULL),
				 ENOSPC);
		ck_assert_ptr_null(more);
		for (int i = 0; i < VOICES - 1; i++)
			v[i] = mem_deref(v[i]);
	}
	ck_assert_int_eq(
		voice_alloc(&v[0], b.vs, AF_INET6, NULL, "", NULL, NULL),
		EAFNOSUPPORT);
	booth_close(&b);
}
END_TEST


START_TEST(a_queue_has_a_bound_and_nothing_is_taken_for_granted)
{
	const struct voice_item none = {VOICE_SOUND, NULL, 0};
	struct voice_stats st;
	struct booth b;
	int err = 0;

	booth_open(&b);
	for (int i = 0; i < 10 * VOICE_ITEMS_MAX && !err; i++) {
		const struct voice_item item = {VOICE_SILENCE, NULL, 1000};

		err = voice_say(b.v, &item);
	}
	ck_assert(!err || err == ENOSPC);

	ck_assert_int_eq(voice_say(b.v, &none), EINVAL);
	ck_assert_int_eq(voice_say(NULL, &none), EINVAL);
	ck_assert_int_eq(voice_anchor(NULL, NULL, NULL), EINVAL);
	ck_assert_int_eq(voice_addr(b.v, RELAY_RTP, NULL), EINVAL);
	ck_assert_int_eq(voices_alloc(&b.vs, NULL, 1), EINVAL);
	ck_assert_int_eq(voices_alloc(NULL, b.rig.relay, 1), EINVAL);
	ck_assert_uint_eq(voices_count(NULL), 0);
	voice_hush(NULL);
	voice_stats(NULL, &st);
	booth_close(&b);
}
END_TEST


START_TEST(short_of_memory_nothing_is_kept)
{
	struct voice *v = NULL;
	struct booth b;

	booth_open(&b);
	for (int n = 0; n < 2; n++) {
		oom_after(n);
		ck_assert_int_eq(
			voice_alloc(&v, b.vs, AF_INET, NULL, "", NULL, NULL),
			ENOMEM);
		oom_after(-1);
		ck_assert_ptr_null(v);
		ck_assert_uint_eq(voices_count(b.vs), 1);
	}
	booth_close(&b);
}
END_TEST


Suite *suite_voice(void);
Suite *suite_voice(void)
{
	Suite *s = suite_create("voice");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, (SFun)libre_init, libre_close);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, it_says_a_tone_as_rtp);
	tcase_add_test(tc, it_echoes_what_it_hears);
	tcase_add_test(tc, it_hears_keys_both_ways);
	tcase_add_test(tc, a_stranger_hears_nothing_and_is_not_heard);
	tcase_add_test(tc,
		       nothing_is_said_before_it_may_be_and_nothing_is_lost);
	tcase_add_test(tc, it_reports_by_rtcp);
	tcase_add_test(tc, silence_is_told_and_told_again);
	tcase_add_test(tc, voices_and_ports_are_bounded_and_come_back);
	tcase_add_test(tc,
		       a_queue_has_a_bound_and_nothing_is_taken_for_granted);
	tcase_add_test(tc, short_of_memory_nothing_is_kept);
	suite_add_tcase(s, tc);

	return s;
}
