/**
 * @file test/relay/lookup_call.h  Calls whose ports have no sockets
 */
#ifndef TEST_RELAY_LOOKUP_CALL_H
#define TEST_RELAY_LOOKUP_CALL_H

#include <stdbool.h>
#include "test/relay/rig.h"

/** One of several calls */
struct lookup_call {
	struct relay_session *s;
	struct media a, b;
	struct sa at[2];
};

struct relay_conf lookup_conf(const char *host);

/* a relay by sk_lookup; false: not here, and why not has been said */
bool lookup_open(struct rig *rig, const struct relay_conf *conf);

/* phones at these hosts; nothing has been sent yet */
void lookup_call_begin(struct lookup_call *c, struct rig *rig, const char *a,
		       const char *b);
void lookup_call_latch(struct lookup_call *c);
void lookup_call_end(struct lookup_call *c);

#endif
