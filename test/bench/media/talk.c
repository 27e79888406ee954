/**
 * @file bench/media/talk.c  Calls whose ends talk, and what they hear
 */
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include "test/bench/media/speech_packet.h"
#include "test/bench/media/talk.h"

enum { PORT = 20000, PORTS = 64, DRAIN_NS = 400000000 };


static uint32_t net_of(enum lab_side side)
{
	return LAB_PHONES + (side == LAB_B ? LAB_OTHERS : 0);
}


static void side_open(struct talk *t, enum lab_side side)
{
	static const char *const directv[] = {"direct_a", "direct_b"};
	struct talk_side *s = &t->sidev[side];

	s->talk = t;
	s->side = side;
	s->earv = calloc(TALK_CALLS, sizeof(*s->earv));
	s->headv = calloc(TALK_CALLS, sizeof(*s->headv));
	must(s->earv && s->headv, "memory");
	cable_open(&s->cablev[0], "relay", LAB_RELAY, "phones", net_of(side));
	cable_open(&s->cablev[1], directv[side], LAB_PHONES_HOST,
		   directv[!side], net_of(side));
}


/**
 * Open the wires of all phones
 *
 * @param talkp Pointer to the allocated talk; it lives as long as we do
 */
void talk_alloc(struct talk **talkp)
{
	struct talk *t = calloc(1, sizeof(*t));
	struct speech first = {.call = 0};
	uint8_t buf[SPEECH_LEN];

	must(t != NULL, "memory");
	speech_encode(buf, &first);
	side_open(t, LAB_A);
	side_open(t, LAB_B);
	*talkp = t;
}


/* each end has an address of its own */
static void end_addr(struct sockaddr_in *sin, enum lab_side side, uint32_t i,
		     bool direct)
{
	const uint32_t host = 256 + i + (direct ? LAB_DIRECT : 0);

	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_port = htons((uint16_t)(PORT + 2 * (i % PORTS)));
	sin->sin_addr.s_addr = htonl(LAB_PHONES +
				     (side == LAB_B ? LAB_OTHERS : 0) + host);
}


/**
 * Give the ends of calls their addresses. Until the relay's are known, each
 * side sends to the other one.
 *
 * @param t      Talk
 * @param callc  Number of calls
 * @param direct The addresses that are reached by the direct wire
 */
void talk_calls(struct talk *t, uint32_t callc, bool direct)
{
	must(callc && callc < TALK_CALLS, "number of calls");
	t->callc = callc;
	t->seq = 0;
	for (int side = 0; side < LAB_SIDES; side++)
		t->sidev[side].cable = &t->sidev[side].cablev[direct];

	for (uint32_t i = 0; i < callc; i++) {
		struct talk_call *c = &t->callv[i];

		end_addr(&c->phonev[LAB_A], LAB_A, i, direct);
		end_addr(&c->phonev[LAB_B], LAB_B, i, direct);
		c->relayv[LAB_A] = c->phonev[LAB_B];
		c->relayv[LAB_B] = c->phonev[LAB_A];
	}
}


static void side_reset(struct talk_side *s)
{
	s->sent = s->unsent = s->behind_ns = 0;
	s->got = s->twice = s->reordered = 0;
	s->misrouted = s->foreign = s->corrupted = s->checksum = 0;
	memset(&s->delays, 0, sizeof(s->delays));
	memset(s->earv, 0, TALK_CALLS * sizeof(*s->earv));
	for (uint32_t i = 0; i < s->talk->callc; i++) {
		const struct talk_call *c = &s->talk->callv[i];

		datagram_head(&s->headv[i], s->cable->macv,
			      &c->phonev[s->side], &c->relayv[s->side],
			      SPEECH_LEN);
	}
}


/**
 * Let all ends talk; nothing is counted yet
 *
 * @param t    Talk with calls
 * @param pace How they talk
 */
void talk_begin(struct talk *t, const struct talk_pace *pace)
{
	t->pace = *pace;
	atomic_store(&t->counting, false);
	atomic_store(&t->sending, true);
	atomic_store(&t->receiving, true);

	for (int side = 0; side < LAB_SIDES; side++) {
		struct talk_side *s = &t->sidev[side];

		side_reset(s);
		/* what came too late for the last time */
		cable_drain(s->cable, NULL, NULL);
		s->lost = cable_lost(s->cable);
		must(!pthread_create(&s->receiver, NULL, talk_receive, s) &&
			     !pthread_create(&s->sender, NULL, talk_send, s),
		     "thread");
	}
	if (t->pace.strangers > 0)
		must(!pthread_create(&t->sprayer, NULL, talk_spray, t),
		     "thread");
}


/**
 * From now on packets are counted, or no longer
 *
 * @param t  Talk that has begun
 * @param on Are they?
 */
void talk_count(struct talk *t, bool on)
{
	atomic_store(&t->counting, on);
}


/**
 * Be silent, and hear what is still on its way
 *
 * @param t Talk that has begun
 */
void talk_end(struct talk *t)
{
	uint32_t rounds = 0;

	atomic_store(&t->sending, false);
	for (int side = 0; side < LAB_SIDES; side++) {
		(void)pthread_join(t->sidev[side].sender, NULL);
		if (t->sidev[side].rounds > rounds)
			rounds = t->sidev[side].rounds;
	}
	t->seq += rounds;
	if (t->pace.strangers > 0)
		(void)pthread_join(t->sprayer, NULL);
	lab_sleep(DRAIN_NS);
	atomic_store(&t->receiving, false);
	for (int side = 0; side < LAB_SIDES; side++) {
		struct talk_side *s = &t->sidev[side];

		(void)pthread_join(s->receiver, NULL);
		s->lost = cable_lost(s->cable) - s->lost;
	}
}
