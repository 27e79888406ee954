/**
 * @file hearing.c  What a WAV file sounds like
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include <rem.h>
#include "test/mock/hearing.h"
#include "test/test.h"

enum { HEADER = 44, RATE = 8000, AMPLITUDE = 8000, QUIET = 16 };


static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[1] << 8 | p[0];
}


static void read_header(struct hearing *l, FILE *f)
{
	uint8_t h[HEADER];

	ck_assert_uint_eq(fread(h, 1, HEADER, f), HEADER);
	ck_assert(!memcmp(h, "RIFF", 4) && !memcmp(h + 8, "WAVEfmt ", 8) &&
		  !memcmp(h + 20, "\1\0\2\0", 4) &&
		  !memcmp(h + 36, "data", 4));
	ck_assert_uint_eq(get32(h + 24), RATE);
	ck_assert_uint_eq(get32(h + 4), get32(h + 40) + 36);
	l->promised = get32(h + 40) / 4;
}


void hearing_open(struct hearing *l, const char *path)
{
	FILE *f = fopen(path, "rb");
	long size;

	ck_assert_msg(f != NULL, "%s", path);
	read_header(l, f);
	(void)fseek(f, 0, SEEK_END);
	size = ftell(f) - HEADER;
	l->frames = (size_t)size / 4;
	ck_assert(size >= 0 && l->promised <= l->frames);

	l->pcm = calloc(l->frames + 1, 4);
	(void)fseek(f, HEADER, SEEK_SET);
	ck_assert(l->pcm && fread(l->pcm, 4, l->frames, f) == l->frames);
	(void)fclose(f);
}


void hearing_close(struct hearing *l)
{
	free(l->pcm);
	l->pcm = NULL;
}


double hearing_tone(const struct hearing *l, unsigned side, size_t from,
		    size_t n, double hz)
{
	double re = 0, im = 0, all = 0;

	ck_assert_uint_le(from + n, l->frames);
	for (size_t i = 0; i < n; i++) {
		const double x = l->pcm[2 * (from + i) + side];
		const double w = 2 * M_PI * hz * (double)i / RATE;

		re += x * cos(w);
		im += x * sin(w);
		all += x * x;
	}

	return all > 0 ? 2 * (re * re + im * im) / (all * (double)n) : 0;
}


bool hearing_is_silent(const struct hearing *l, unsigned side, size_t from,
		       size_t n)
{
	ck_assert_uint_le(from + n, l->frames);
	for (size_t i = from; i < from + n; i++) {
		if (abs(l->pcm[2 * i + side]) > QUIET)
			return false;
	}

	return true;
}


size_t hearing_packet(uint8_t *buf, uint8_t pt, uint16_t seq, uint32_t ts,
		      uint32_t ssrc, double hz, size_t n)
{
	const uint8_t head[12] = {
		0x80,
		pt,
		(uint8_t)(seq >> 8),
		(uint8_t)seq,
		(uint8_t)(ts >> 24),
		(uint8_t)(ts >> 16),
		(uint8_t)(ts >> 8),
		(uint8_t)ts,
		(uint8_t)(ssrc >> 24),
		(uint8_t)(ssrc >> 16),
		(uint8_t)(ssrc >> 8),
		(uint8_t)ssrc,
	};

	memcpy(buf, head, sizeof(head));
	for (size_t i = 0; i < n; i++) {
		const double w = 2 * M_PI * hz * (double)(ts + i) / RATE;
		const int16_t s = (int16_t)(AMPLITUDE * sin(w));

		buf[12 + i] = pt == 8 ? g711_pcm2alaw(s) : g711_pcm2ulaw(s);
	}

	return 12 + n;
}
