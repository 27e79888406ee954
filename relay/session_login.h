/**
 * @file session_login.h  The ICE logins that stand for us, main thread only
 */
#ifndef RELAY_SESSION_LOGIN_H
#define RELAY_SESSION_LOGIN_H

#include "relay/relay.h"

struct path;

/* new signalling of a side: is its own login another one? */
void session_login_note(struct relay_session *s, unsigned n,
			const struct relay_anchor *a, enum relay_side side);

/* a path that no worker has yet gets the logins that were made */
int session_login_open(const struct relay_session *s, struct path *path);

/* a session for another answer to what was sent to that side */
int session_login_share(struct relay_session *s,
			const struct relay_session *of, enum relay_side side);

#endif
