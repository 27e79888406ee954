/**
 * @file bench/media/talk_spray.c  Strangers who send to the relay's ports
 *
 * From many addresses that belong to nobody in a call, to the ports of all
 * calls: RTP that looks right, RTP and STUN that are cut off, and noise.
 */
#include <string.h>
#include <time.h>
#include <arpa/inet.h>
#include "test/bench/media/speech_packet.h"
#include "test/bench/media/talk.h"

enum { TICK_NS = 200000, STRANGERS = 4096, HOST = 0xe000, KINDS = 4 };


static uint32_t next_random(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;

	return *x;
}


/* the octets of it, an even number */
static size_t write_data(uint8_t *buf, uint32_t *x)
{
	static const uint8_t stun[] = {0x00, 0x01, 0xff, 0xfc, 0x21, 0x12,
				       0xa4, 0x42, 0x00, 0x06, 0xff, 0xff};
	struct speech p = {.call = next_random(x) % TALK_CALLS,
			   .seq = next_random(x)};

	speech_encode(buf, &p);
	switch (next_random(x) % KINDS) {
	case 0:
		return SPEECH_LEN;
	case 1:
		buf[0] = 0xbf;
		return 2 * (next_random(x) % 12);
	case 2:
		memcpy(buf, stun, sizeof(stun));
		return 20;
	default:
		for (size_t i = 0; i < SPEECH_LEN; i++)
			buf[i] = (uint8_t)next_random(x);
		return SPEECH_LEN;
	}
}


static void write_frame(struct cable_batch *b, const struct talk *t,
			uint32_t *x)
{
	const struct talk_call *c = &t->callv[next_random(x) % t->callc];
	struct sockaddr_in src = {.sin_family = AF_INET};
	uint8_t *buf = b->bufv[b->n];
	const size_t len = write_data(buf + DATAGRAM_HEAD, x);
	struct datagram_head head = {.sum = 0};

	src.sin_addr.s_addr = htonl(LAB_PHONES + HOST +
				    next_random(x) % STRANGERS);
	src.sin_port = htons((uint16_t)(1024 + next_random(x) % 60000));
	datagram_head(&head, t->sidev[LAB_A].cable->macv, &src,
		      &c->relayv[next_random(x) % LAB_SIDES], len);
	datagram_write(buf, &head, len);
	b->lenv[b->n++] = DATAGRAM_HEAD + len;
}


/**
 * Spray until it is enough
 *
 * @param arg Talk
 *
 * @return NULL
 */
void *talk_spray(void *arg)
{
	struct talk *t = arg;
	const uint64_t start = lab_clock(CLOCK_MONOTONIC);
	uint32_t x = 0x9e3779b9;
	struct cable_batch b;
	uint64_t done = 0;

	memset(&b, 0, sizeof(b));
	while (atomic_load_explicit(&t->sending, memory_order_relaxed)) {
		const double ns = (double)(lab_clock(CLOCK_MONOTONIC) - start);
		const uint64_t due = (uint64_t)(ns / 1e9 * t->pace.strangers);

		for (; done < due; done++) {
			write_frame(&b, t, &x);
			if (b.n == CABLE_BATCH)
				(void)cable_send(t->sidev[LAB_A].cable, &b);
		}
		(void)cable_send(t->sidev[LAB_A].cable, &b);
		lab_sleep(TICK_NS);
	}

	return NULL;
}
