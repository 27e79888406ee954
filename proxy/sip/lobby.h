/**
 * @file lobby.h  What comes in waits here for its turn, or is refused
 *
 * Datagrams wait, and where they wait for long the urgent ones go first
 * (backlog.h, urgency.h). How long they do, from the moment when the kernel
 * got them, and how late the loop is, says how many new calls are taken
 * (overload.h); the others get 503 with Retry-After, without state and before
 * anything of them is decoded. On connections nothing waits here, but new
 * calls are refused alike.
 */
#ifndef PROXY_SIP_LOBBY_H
#define PROXY_SIP_LOBBY_H

#include "proxy/sip/flow.h"

struct gate;
struct lobby;
struct log;
struct metrics;
struct onlooker;
struct outbox;
struct timers;

enum { LOBBY_STALE_US = 400000 }; /* before its INVITE comes again */

/* a message's turn has come; the gate has let it in */
typedef void(lobby_work_h)(struct flow *flow, const uint8_t *p, size_t len,
			   void *arg);

struct lobby_conf {
	struct timers *timers;
	struct log *log;
	struct metrics *metrics;
	struct gate *gate;         /* or NULL */
	struct outbox *box;        /* or NULL */
	struct onlooker *onlooker; /* or NULL */
	lobby_work_h *workh;
	void *arg;
};

int lobby_alloc(struct lobby **ip, const struct lobby_conf *conf);

/* how long messages may wait; 0: nothing is refused for it */
void lobby_limit(struct lobby *in, uint32_t delay_ms);

/* calls that are never refused: asked with a Request-URI */
typedef bool(lobby_spare_h)(const struct pl *ruri, void *arg);
void lobby_spare(struct lobby *in, lobby_spare_h *h, void *arg);

/* a datagram that came then (clock_us()) */
void lobby_put(struct lobby *in, struct flow *flow, const uint8_t *p,
	       size_t len, uint64_t arrived_us);

/* may more be put? */
bool lobby_has_room(const struct lobby *in);

/* turns for some of those that wait; the loop comes back for the rest.
 * The lobby may go in it */
void lobby_serve(struct lobby *in);

/* of a connection: true: it was refused, and answered */
bool lobby_refuses(struct lobby *in, struct flow *flow, const uint8_t *p,
		   size_t len);

/* the loop was so late; called many times a second. now_us: clock_us() */
void lobby_tick(struct lobby *in, uint64_t late_us, uint64_t now_us);

/** How it is */
struct lobby_view {
	bool on;           /* new calls are refused, or were just now */
	unsigned refused;  /* of a thousand of them */
	uint32_t delay_ms; /* that messages have waited of late */
	uint32_t since_s;  /* it is on */
	uint32_t waiting;  /* messages */
	uint64_t total;    /* calls refused, ever */
};

void lobby_look(const struct lobby *in, struct lobby_view *v);

#endif
