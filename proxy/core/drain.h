/**
 * @file drain.h  No new calls, while those that are up go on
 */
#ifndef PROXY_CORE_DRAIN_H
#define PROXY_CORE_DRAIN_H

#include "proxy/core/departure.h"
#include "proxy/core/proxy.h"

void drain_set(struct proxy *px, bool on);
bool drain_is_on(const struct proxy *px);

/* would that begin something, or ask whether it can? Then 503 is the answer.
 * Emergency calls are taken as ever */
bool drain_refuses(const struct proxy *px, const struct message *req);

/* the server ends when its last call is over, after so long at the latest;
 * firm: that cannot be taken back. EBUSY: calls are being ended already */
int drain_leave(struct proxy *px, uint32_t deadline_s, bool firm);
/* a second signal: no call is waited for; a third: no answer either */
void drain_hasten(struct proxy *px);
/* calls are taken again; EACCES, EBUSY: it is too late for that */
int drain_cancel(struct proxy *px);

/** How far it is */
struct drain_view {
	bool on;
	enum departure_phase phase;
	uint32_t calls;  /* that are up or ring */
	uint32_t left_s; /* until they are ended, or not waited for; 0: none */
};

void drain_look(struct drain_view *v, const struct proxy *px);

enum { DRAIN_TEXT_SIZE = 96 };

/* a sentence about that */
const char *drain_text(char buf[DRAIN_TEXT_SIZE], const struct drain_view *v);

int drain_init(struct proxy *px);

#endif
