/**
 * @file parcels.c  One direction of a call whose every packet is known
 *
 * A packet is random octets that its number, its SSRC and its size make; the
 * number is in it. So the receiver compares each octet with what was sent.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "test/tool/truth/parcels.h"


enum { RTP_HDR = 12, UDPTL_HDR = 2, NUMBER = 8, TICKS = 160 };


int parcels_init(struct parcels *s, uint32_t ssrc)
{
	memset(s, 0, sizeof(*s));
	s->ssrc = ssrc;
	s->sizev[0] = RTP_HDR + TICKS;
	s->sizec = 1;
	s->parcelv = calloc(PARCELS_MAX, sizeof(*s->parcelv));

	return s->parcelv ? 0 : ENOMEM;
}


void parcels_close(struct parcels *s)
{
	free(s->parcelv);
	s->parcelv = NULL;
}


static void put(uint8_t *p, uint64_t n, size_t octets)
{
	while (octets--) {
		p[octets] = (uint8_t)n;
		n >>= 8;
	}
}


static uint64_t number_at(const uint8_t *p)
{
	uint64_t n = 0;

	for (size_t i = 0; i < NUMBER; i++)
		n = n << 8 | p[i];

	return n;
}


/* xorshift64*, of another state for each packet */
static void noise(uint8_t *p, size_t len, uint64_t seed)
{
	uint64_t x = seed * 0x9e3779b97f4a7c15ULL | 1;

	for (size_t i = 0; i < len; i++) {
		if (i % sizeof(x) == 0) {
			x ^= x >> 12;
			x ^= x << 25;
			x ^= x >> 27;
		}
		p[i] = (uint8_t)((x * 0x2545f4914f6cdd1dULL) >>
				 (8 * (i % sizeof(x))));
	}
}


static size_t parcel_make(const struct parcel *pc, uint64_t n, uint8_t *buf)
{
	size_t at = UDPTL_HDR;

	if (pc->kind == PARCELS_RTP) {
		put(buf, 0x8000, 2);
		put(buf + 2, n, 2);
		put(buf + 4, n * TICKS, 4);
		put(buf + 8, pc->ssrc, 4);
		at = RTP_HDR;
	}
	else {
		put(buf, n, 2);
	}
	put(buf + at, n, NUMBER);
	at += NUMBER;
	noise(buf + at, pc->size - at, (uint64_t)pc->ssrc << 32 ^ n);

	return pc->size;
}


size_t parcels_next(struct parcels *s, uint8_t *buf)
{
	struct parcel *pc = &s->parcelv[s->sent];

	if (s->sent == PARCELS_MAX)
		return 0;

	pc->ssrc = s->ssrc;
	pc->size = s->sizev[s->sent % s->sizec];
	pc->kind = (uint8_t)s->kind;
	pc->strict = s->strict;
	pc->ghost = s->ghost;

	return parcel_make(pc, s->sent++, buf);
}


static bool is_parcel(const struct parcels *s, uint64_t n, const uint8_t *p,
		      size_t len)
{
	uint8_t buf[PARCELS_PACKET_MAX];

	return n < s->sent && s->parcelv[n].size == len &&
	       parcel_make(&s->parcelv[n], n, buf) == len &&
	       !memcmp(buf, p, len);
}


static void parcel_came(struct parcels *s, uint64_t n)
{
	struct parcel *pc = &s->parcelv[n];

	if (pc->got)
		++s->doubled;
	else if (n < s->newest)
		++s->late;
	else
		s->newest = n + 1;

	s->ghosts += pc->ghost;
	pc->got = true;
	++s->got;
	if (n >= s->mark && !s->ghost && !s->loose)
		s->strict = true;
}


void parcels_take(struct parcels *s, const uint8_t *p, size_t len)
{
	uint64_t rtp, udptl;

	if (len < PARCELS_PACKET_MIN || len > PARCELS_PACKET_MAX) {
		++s->wrong;
		return;
	}

	rtp = number_at(p + RTP_HDR);
	udptl = number_at(p + UDPTL_HDR);
	if (is_parcel(s, rtp, p, len))
		parcel_came(s, rtp);
	else if (is_parcel(s, udptl, p, len))
		parcel_came(s, udptl);
	else
		++s->wrong;
}


void parcels_loosen(struct parcels *s)
{
	s->strict = false;
	s->mark = s->sent;
}


uint64_t parcels_strict(const struct parcels *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->sent; i++)
		n += s->parcelv[i].strict;

	return n;
}


uint64_t parcels_lost(const struct parcels *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->sent; i++)
		n += s->parcelv[i].strict && !s->parcelv[i].got;

	return n;
}
