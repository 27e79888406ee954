/**
 * @file bench/media/talk_receive.c  What the ends hear, and when
 *
 * The kernel notes when a packet came, so nobody waits for it: it is fetched
 * some times in a millisecond, which costs little and disturbs nobody.
 */
#include "test/bench/media/speech_packet.h"
#include "test/bench/media/talk.h"

enum { TICK_NS = 500000 };


static void ear_jitter(struct talk_ear *e, int64_t transit)
{
	const int64_t d = transit - e->transit;

	if (e->transit)
		e->jitter += ((double)(d < 0 ? -d : d) - e->jitter) / 16;
	e->transit = transit;
}


static void hear(struct talk_side *s, const struct speech *p, uint64_t at)
{
	struct talk_ear *e = &s->earv[p->call];
	const int64_t transit = (int64_t)(at - p->sent);

	if (p->seq + 1 == e->next)
		++s->twice;
	else if (p->seq + 1 < e->next)
		++s->reordered;
	if (p->seq + 1 > e->next)
		e->next = p->seq + 1;
	e->last_ns = at;
	if (!p->counted)
		return;

	ear_jitter(e, transit);
	++e->got;
	++s->got;
	histogram_add(&s->delays, transit > 0 ? (uint64_t)transit : 0);
}


static bool same_place(const struct sockaddr_in *a,
		       const struct sockaddr_in *b)
{
	return a->sin_addr.s_addr == b->sin_addr.s_addr &&
	       a->sin_port == b->sin_port;
}


/* is it for a phone at all? a host's own packets and RTCP are not */
static bool for_phone(const struct datagram *d)
{
	return ntohl(d->dst.sin_addr.s_addr) >> 17 == LAB_PHONES >> 17 &&
	       ntohs(d->dst.sin_port) % 2 == 0;
}


/* whose is it, who sent it, where did it come to? */
static void take(const uint8_t *frame, size_t len, uint64_t at, bool partial,
		 void *arg)
{
	struct talk_side *s = arg;
	const struct talk_call *c;
	struct datagram d;
	struct speech p;

	if (!datagram_read(&d, frame, len, partial) || !for_phone(&d))
		return;

	if (!d.intact) {
		++s->checksum;
		return;
	}
	if (!speech_decode(&p, d.data, d.len)) {
		++s->corrupted;
		return;
	}
	c = &s->talk->callv[p.call % TALK_CALLS];
	if (p.call >= s->talk->callc || p.side == s->side ||
	    !same_place(&c->phonev[s->side], &d.dst))
		++s->misrouted;
	else if (!same_place(&c->relayv[s->side], &d.src))
		++s->foreign;
	else
		hear(s, &p, at);
}


/**
 * Receive until it is enough
 *
 * @param arg One side
 *
 * @return NULL
 */
void *talk_receive(void *arg)
{
	struct talk_side *s = arg;
	bool more;

	do {
		more = atomic_load_explicit(&s->talk->receiving,
					    memory_order_relaxed);
		cable_drain(s->cable, take, s);
		lab_sleep(TICK_NS);
	} while (more);

	return NULL;
}
