/**
 * @file reg_event.h  Who is registered? SUBSCRIBE with Event: reg (RFC 3680)
 *
 * An account's own phones, and peers, may subscribe to what is registered for
 * it; each change is told to them by NOTIFY, with the full state. We are the
 * notifier: such a SUBSCRIBE is answered here and goes to no phone.
 */
#ifndef PROXY_USER_REG_EVENT_H
#define PROXY_USER_REG_EVENT_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/server_txn.h"
#include "proxy/sip/transport.h"
#include "proxy/user/auth.h"
#include "proxy/user/location.h"

struct reg_event;

struct reg_event_parts {
	const struct config *cfg;
	struct auth *auth; /* NULL with auth = no */
	struct location *loc;
	struct transport *tp;
	struct txns *txns;
	struct timers *timers;
	struct log *log;
	struct metrics *metrics;
	struct hash_key branch_key;
};

int reg_event_alloc(struct reg_event **rp,
		    const struct reg_event_parts *parts);

/* a SUBSCRIBE to an account of ours with Event: reg, one to ourselves with
 * any, or one in a dialog of ours */
bool reg_event_wants(const struct reg_event *r, const struct message *req);

/* peer: it came from one, who needs no password */
void reg_event_request(struct reg_event *r, struct message *req, bool peer);

/* subscriptions that there are */
uint32_t reg_event_count(const struct reg_event *r);

#endif
