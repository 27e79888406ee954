/**
 * @file bench/media/talk.c  Calls whose ends talk, and what they hear
 */
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include "test/bench/media/speech_packet.h"
#include "test/bench/media/talk.h"

enum { PORT = 20000, ROOM = 1 << 26, DRAIN_NS = 400000000 };


static void set_option(int fd, int level, int name, int value)
{
	must(!setsockopt(fd, level, name, &value, sizeof(value)),
	     "setsockopt");
}


static void side_open(struct talk *t, enum lab_host side)
{
	struct talk_side *s = &t->sidev[side];

	s->talk = t;
	s->side = side;
	s->earv = calloc(TALK_CALLS, sizeof(*s->earv));
	must(s->earv != NULL, "memory");

	for (int i = 0; i < TALK_SOCKETS; i++) {
		s->fdv[i] = lab_udp(side, "0.0.0.0", (uint16_t)(PORT + 2 * i));
		set_option(s->fdv[i], IPPROTO_IP, IP_PKTINFO, 1);
		set_option(s->fdv[i], SOL_SOCKET, SO_TIMESTAMPNS, 1);
		set_option(s->fdv[i], SOL_SOCKET, SO_RCVBUFFORCE, ROOM);
		set_option(s->fdv[i], SOL_SOCKET, SO_SNDBUFFORCE, ROOM);
	}
}


/**
 * Open the sockets of all phones
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

	for (uint32_t i = 0; i < callc; i++) {
		struct talk_call *c = &t->callv[i];

		for (int side = 0; side < LAB_SIDES; side++) {
			struct sockaddr_in *sin = &c->phonev[side];

			lab_addr(sin,
				 side == LAB_A ? "198.18.0.0" : "198.19.0.0",
				 (uint16_t)(PORT + 2 * talk_socket(i)));
			sin->sin_addr.s_addr |= htonl(
				256 + i + (direct ? LAB_DIRECT : 0));
		}
		c->relayv[LAB_A] = c->phonev[LAB_B];
		c->relayv[LAB_B] = c->phonev[LAB_A];
	}
}


static void side_reset(struct talk_side *s)
{
	s->sent = s->unsent = s->behind_ns = 0;
	s->got = s->twice = s->reordered = 0;
	s->misrouted = s->foreign = s->corrupted = 0;
	memset(&s->delays, 0, sizeof(s->delays));
	memset(s->earv, 0, TALK_CALLS * sizeof(*s->earv));
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
		must(!pthread_create(&s->receiver, NULL, talk_receive, s) &&
			     !pthread_create(&s->sender, NULL, talk_send, s),
		     "thread");
	}
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
	atomic_store(&t->sending, false);
	for (int side = 0; side < LAB_SIDES; side++)
		(void)pthread_join(t->sidev[side].sender, NULL);
	lab_sleep(DRAIN_NS);
	atomic_store(&t->receiving, false);
	for (int side = 0; side < LAB_SIDES; side++)
		(void)pthread_join(t->sidev[side].receiver, NULL);
}
