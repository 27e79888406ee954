/**
 * @file attempt_trunk.h  What an attempt has to see to where it goes to a peer
 */
#ifndef PROXY_CORE_ATTEMPT_TRUNK_H
#define PROXY_CORE_ATTEMPT_TRUNK_H

#include "proxy/core/attempt.h"

/* whose hop it is: the target's trunk, the dialog's, or by its address */
const struct config_peer *attempt_trunk_peer(const struct attempt *at,
					     const struct hop *hop);

/* may it go to that peer (NULL: to nobody's), and is there room? EPERM,
 * EBUSY, EAGAIN */
int attempt_trunk_enter(struct attempt *at, const struct config_peer *peer);

/* it is about to be sent */
void attempt_trunk_prepare(struct attempt *at);

/* a response has come; true: it was a challenge, and the answer is under way */
bool attempt_trunk_heard(struct attempt *at, const struct message *resp);

/* nothing has come, and nothing will */
void attempt_trunk_silent(const struct attempt *at);

/* its failure says that another trunk of the same route may do better */
bool attempt_trunk_fails_over(const struct attempt *at);

/* how much higher its CSeq is than what the caller has sent */
uint32_t attempt_trunk_shift(const struct attempt *at);

#endif
