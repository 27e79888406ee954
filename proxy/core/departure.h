/**
 * @file departure.h  How the server goes: with its last call, or in time
 *
 * The calls that are up go on until a deadline, or until whoever waits has
 * lost patience. Then the ends of all of them are told, some in each turn of
 * the loop, and whoever does not answer is not waited for long. It knows
 * calls by their number only: what they are its owner says.
 */
#ifndef PROXY_CORE_DEPARTURE_H
#define PROXY_CORE_DEPARTURE_H

#include <stdbool.h>
#include <stdint.h>

struct departure;
struct timers;

enum departure_phase {
	DEPARTURE_NONE = 0,
	DEPARTURE_WAITS, /* for calls to end by themselves */
	DEPARTURE_TELLS, /* their ends that they are over */
	DEPARTURE_OVER,
};

enum {
	DEPARTURE_TURN_MS = 100,
	DEPARTURE_TELL_MS = 20,   /* a turn while ends are told ... */
	DEPARTURE_TELL_MAX = 100, /* ... and the calls that end in it */
	DEPARTURE_TOLD_MS = 4000, /* for all of them, answers included */
};

struct departure_handlers {
	/* how many calls go on, or are just ending */
	uint32_t (*lefth)(void *arg);
	/* ends so many of them */
	void (*endh)(uint32_t n, void *arg);
	/* nothing more is to be waited for; once */
	void (*overh)(void *arg);
	void *arg;
};

int departure_alloc(struct departure **dp, struct timers *timers,
		    const struct departure_handlers *h);

/* begins; again: another deadline. firm: it cannot be taken back. It may be
 * over before this returns. EBUSY: ends are being told already */
int departure_begin(struct departure *d, uint64_t deadline_ms, bool firm);

/* no more patience; a second time: not for answers either */
void departure_hasten(struct departure *d);

/* EACCES: it is firm, EBUSY: ends are being told. Without one: 0 */
int departure_cancel(struct departure *d);

enum departure_phase departure_phase(const struct departure *d);

/* ms until its phase ends at the latest; 0: it has none */
uint64_t departure_left(const struct departure *d);

#endif
