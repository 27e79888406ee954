/**
 * @file flights.h  The flight recorder: packets of calls that went wrong
 *
 * A few seconds after the end of such a call, when its last words are said,
 * what the ladder has kept of it becomes a packet file, with the headers of
 * its media's packets.
 */
#ifndef PROXY_ADMIN_TRACE_FLIGHTS_H
#define PROXY_ADMIN_TRACE_FLIGHTS_H

#include <stdint.h>
#include <re.h>

struct call_ladder;
struct flights;
struct sheaf;
struct shelf;
struct timers;

enum {
	FLIGHT_WAIT_MS = 3000,
	FLIGHTS_WAITING_MAX = 256,
	FLIGHTS_PER_MINUTE = 60, /* a flood of refusals is no news */
};

/* that call has a file of that name now */
typedef void(flights_kept_h)(uint64_t number, const char *name, void *arg);

/* ladder and shelf outlive it; its end keeps what waits */
int flights_alloc(struct flights **fp, struct call_ladder *ladder,
		  struct shelf *shelf, struct timers *timers,
		  flights_kept_h *h, void *arg);

/* it is over, and that was wrong; number 0: it had none; sheaf: where the
 * headers of its media's packets will be, or NULL. EBUSY: there were too
 * many */
int flights_keep(struct flights *f, const struct pl *callid, uint64_t number,
		 struct sheaf *sheaf, const char *why, uint64_t now_s);

#endif
