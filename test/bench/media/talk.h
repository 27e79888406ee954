/**
 * @file bench/media/talk.h  Calls whose ends talk, and what they hear
 *
 * An open loop: each packet has its time and goes then, whatever came of those
 * before it. Two threads send, two receive. When a packet came is what the
 * kernel says, so that the bench's own lateness is not counted.
 */
#ifndef TEST_BENCH_MEDIA_TALK_H
#define TEST_BENCH_MEDIA_TALK_H

#include <pthread.h>
#include <stdatomic.h>
#include "test/bench/media/cable.h"
#include "test/bench/media/datagram.h"
#include "test/bench/media/histogram.h"

enum {
	TALK_CALLS = 16384,
	TALK_PERIOD_NS = 20000000,
};

/** A call: each side's own address, and where the relay is for it */
struct talk_call {
	struct sockaddr_in phonev[LAB_SIDES];
	struct sockaddr_in relayv[LAB_SIDES];
};

/** What an end has heard */
struct talk_ear {
	uint32_t next;   /* sequence number, 0: nothing was heard */
	int64_t transit; /* ns */
	double jitter;   /* ns, RFC 3550 6.4.1 */
	uint64_t got;
	uint64_t last_ns; /* when, CLOCK_REALTIME */
};

/** What the ends of one side heard and sent */
struct talk_side {
	struct talk *talk;
	enum lab_side side;
	struct cable cablev[2]; /* to the relay, to the other side */
	struct cable *cable;    /* that is in use */
	struct datagram_head *headv;
	pthread_t sender, receiver;
	uint32_t rounds;       /* of packets that it has sent */
	uint64_t sent, unsent; /* counted ones; the kernel refused it */
	uint64_t lost;         /* in front of the phones, by us */
	uint64_t behind_ns;    /* the most that the sender was late */
	uint64_t got, twice, reordered;
	uint64_t misrouted, foreign, corrupted, checksum;
	struct histogram delays;
	struct talk_ear *earv;
};

/** How they talk */
struct talk_pace {
	uint64_t period_ns; /* of an end's packets */
	bool burst;         /* all calls' packets at once */
	double strangers;   /* packets a second of them */
};

struct talk {
	struct talk_call callv[TALK_CALLS];
	uint32_t callc;
	struct talk_pace pace;
	uint32_t seq; /* of each end's first packet */
	struct talk_side sidev[LAB_SIDES];
	pthread_t sprayer;
	atomic_bool counting, sending, receiving;
};

void talk_alloc(struct talk **talkp);
void talk_calls(struct talk *t, uint32_t callc, bool direct);
void talk_begin(struct talk *t, const struct talk_pace *pace);
void talk_count(struct talk *t, bool on);
void talk_end(struct talk *t);

void *talk_send(void *arg);
void *talk_receive(void *arg);
void *talk_spray(void *arg);

#endif
