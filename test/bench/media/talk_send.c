/**
 * @file bench/media/talk_send.c  Each packet at its time
 */
#include <string.h>
#include <time.h>
#include <sys/prctl.h>
#include "test/bench/media/speech_packet.h"
#include "test/bench/media/talk.h"

enum { TICK_NS = 100000 };


/* packets FROM to TO of this side, in the order in which they are due */
static void send_due(struct cable_batch *b, struct talk_side *s, uint64_t from,
		     uint64_t to)
{
	const struct talk *t = s->talk;

	while (from < to) {
		struct speech p = {.side = (uint8_t)s->side};
		unsigned counted = 0;

		p.sent = lab_clock(CLOCK_REALTIME);
		p.counted = atomic_load_explicit(&t->counting,
						 memory_order_relaxed);
		for (; from < to && b->n < CABLE_BATCH; from++, b->n++) {
			uint8_t *buf = b->bufv[b->n];

			p.call = (uint32_t)(from % t->callc);
			p.seq = t->seq + (uint32_t)(from / t->callc);
			speech_encode(buf + DATAGRAM_HEAD, &p);
			datagram_write(buf, &s->headv[p.call], SPEECH_LEN);
			b->lenv[b->n] = DATAGRAM_HEAD + SPEECH_LEN;
			counted += p.counted;
		}
		s->unsent += cable_send(s->cable, b);
		s->sent += counted;
	}
}


/* how many packets of a side are due NS after the beginning */
static uint64_t due_after(const struct talk *t, uint64_t ns)
{
	const uint64_t round = ns / t->pace.period_ns;

	if (t->pace.burst)
		return (round + 1) * t->callc;

	return round * t->callc +
	       ns % t->pace.period_ns * t->callc / t->pace.period_ns;
}


/**
 * Send until it is enough
 *
 * @param arg One side
 *
 * @return NULL
 */
void *talk_send(void *arg)
{
	struct talk_side *s = arg;
	const struct talk *t = s->talk;
	const uint64_t start = lab_clock(CLOCK_MONOTONIC);
	uint64_t done = 0, wake = start;
	struct cable_batch b;

	(void)prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
	memset(&b, 0, sizeof(b));

	while (atomic_load_explicit(&t->sending, memory_order_relaxed)) {
		const uint64_t now = lab_clock(CLOCK_MONOTONIC);
		const uint64_t due = due_after(t, now - start);
		struct timespec ts;

		if (now - wake > s->behind_ns)
			s->behind_ns = now - wake;
		send_due(&b, s, done, due);
		done = due;

		wake += (lab_clock(CLOCK_MONOTONIC) - wake) / TICK_NS *
				TICK_NS +
			TICK_NS;
		ts.tv_sec = (time_t)(wake / 1000000000);
		ts.tv_nsec = (long)(wake % 1000000000);
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts,
				      NULL);
	}

	s->rounds = (uint32_t)(done / t->callc) + 1;

	return NULL;
}
