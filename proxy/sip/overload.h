/**
 * @file overload.h  What share of the new calls is taken: pure
 *
 * Measured is how long messages have waited when their turn comes. What the
 * least of them has waited in a tenth of a second is a queue that stands, no
 * burst (as CoDel has it, RFC 8289). Where that is more than is wanted, the
 * share of new calls that is taken becomes smaller, by how much it is more and
 * by how fast it grows (a PI controller, as PIE has it, RFC 8033); and larger
 * again where it is less. It multiplies: twice the load finds the same
 * controller.
 */
#ifndef PROXY_SIP_OVERLOAD_H
#define PROXY_SIP_OVERLOAD_H

#include <stdbool.h>
#include <stdint.h>

enum {
	OVERLOAD_TURN_MS = 100,
	OVERLOAD_CALM_MS = 5000,     /* all taken so long: it is over */
	OVERLOAD_DELAY_MAX = 500000, /* us; what is more counts as this */
};

/** What has waited. New calls come last, and wait longer than the rest; those
 * that are refused at once have waited to be read, no longer */
enum overload_kind {
	OVERLOAD_CALLS = 0,
	OVERLOAD_REST,
	OVERLOAD_READ,
	OVERLOAD_KINDS
};

/** Zeroed it takes all */
struct overload {
	uint64_t target_us; /* 0: all are taken, always */
	double refused;     /* -ln of the share that is taken */
	uint64_t delay_us;  /* of the last turn */
	uint64_t leastv[OVERLOAD_KINDS];
	bool seenv[OVERLOAD_KINDS];
	bool on;
	uint32_t calm_ms; /* since none is refused */
};

/* 0: never overloaded. Keeps what it has learnt */
void overload_set(struct overload *o, uint32_t target_ms);

void overload_note(struct overload *o, enum overload_kind kind,
		   uint64_t delay_us);

/* a tenth of a second is over */
void overload_turn(struct overload *o);

/* is one taken? dice: any 32 bits, evenly spread */
bool overload_takes(const struct overload *o, uint32_t dice);

/* of a thousand new calls, how many are refused */
unsigned overload_refused(const struct overload *o);

#endif
