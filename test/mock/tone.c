/**
 * @file mock/tone.c  Is that tone in these samples?
 */
#include <re.h>
#include <rem.h>
#include "test/mock/tone.h"
#include "test/test.h"

enum { QUIET = 100, RTP_HEAD = 12, PT_PCMA = 8, SAMPLES_MAX = 1600 };


bool tone_is(const int16_t *samplev, size_t n, unsigned hz)
{
	struct goertzel g;
	double energy = 0;

	goertzel_init(&g, hz, 8000);
	for (size_t i = 0; i < n; i++) {
		goertzel_update(&g, samplev[i]);
		energy += (double)samplev[i] * samplev[i];
	}

	return energy >= QUIET * (double)n &&
	       goertzel_result(&g) > 0.5 * energy * (double)n / 2;
}


bool tone_in_rtp(const uint8_t *p, size_t len, unsigned hz)
{
	int16_t samplev[SAMPLES_MAX];
	size_t n = len - RTP_HEAD;

	ck_assert_uint_gt(len, RTP_HEAD);
	ck_assert_uint_le(n, SAMPLES_MAX);
	for (size_t i = 0; i < n; i++)
		samplev[i] = (p[1] & 0x7f) == PT_PCMA
				     ? g711_alaw2pcm(p[RTP_HEAD + i])
				     : g711_ulaw2pcm(p[RTP_HEAD + i]);

	return tone_is(samplev, n, hz);
}


static void encode(struct mbuf *mb, const int16_t *v, size_t n, int fmt)
{
	for (size_t i = 0; i < n; i++) {
		int err;

		if (fmt == AUFMT_PCMA)
			err = mbuf_write_u8(mb, g711_pcm2alaw(v[i]));
		else if (fmt == AUFMT_PCMU)
			err = mbuf_write_u8(mb, g711_pcm2ulaw(v[i]));
		else
			err = mbuf_write_u16(mb, (uint16_t)v[i]);
		ck_assert_int_eq(err, 0);
	}
}


void tone_write(const char *path, unsigned hz, unsigned seconds,
		uint32_t srate, uint8_t channels, int fmt)
{
	struct aufile_prm prm = {
		.srate = srate, .channels = channels, .fmt = (enum aufmt)fmt};
	struct mbuf *pcm = mbuf_alloc(16000), *mb = mbuf_alloc(16000);
	struct aufile *af = NULL;

	ck_assert_int_eq(autone_sine(pcm, 8000, hz, 50, 0, 0), 0);
	encode(mb, (const int16_t *)(const void *)pcm->buf, pcm->end / 2, fmt);
	ck_assert_int_eq(aufile_open(&af, &prm, path, AUFILE_WRITE), 0);
	for (unsigned i = 0; i < seconds; i++)
		ck_assert_int_eq(aufile_write(af, mb->buf, mb->end), 0);

	mem_deref(af);
	mem_deref(mb);
	mem_deref(pcm);
}
