/**
 * @file ladder_json.h  The messages of a call, as JSON
 *
 * participants: who spoke, in the order of a picture, each with its address
 * and, where known, name and role. messages: "from" and "to" are places in
 * that list; "forgotten" ones were between the first and the last. "one": it
 * was asked for alone. Secrets are hidden, what is no UTF-8 is escaped.
 */
#ifndef PROXY_ADMIN_LADDER_JSON_H
#define PROXY_ADMIN_LADDER_JSON_H

#include "common/json.h"
#include "proxy/admin/trace/call_ladder.h"

/* the name of the peer at that address; NULL: none of ours */
typedef const char *(ladder_peer_h)(const struct sa *sa, void *arg);

/* only: one message of it, counted from 1; 0: all. ENOENT: it has fewer */
int ladder_json(json_t *answer, const struct ladder_call *c, unsigned only,
		ladder_peer_h *peerh, void *arg);

#endif
