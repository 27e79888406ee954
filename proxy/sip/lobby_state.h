/**
 * @file lobby_state.h  What a lobby is made of
 *
 * Inside the room: lobby.c lets wait and gives turns, lobby_refuse.c refuses,
 * lobby_watch.c learns how long messages wait, and tells.
 */
#ifndef PROXY_SIP_LOBBY_STATE_H
#define PROXY_SIP_LOBBY_STATE_H

#include "common/hash.h"
#include "common/metrics.h"
#include "proxy/sip/admission.h"
#include "proxy/sip/backlog.h"
#include "proxy/sip/census.h"
#include "proxy/sip/lobby.h"

struct lobby {
	struct lobby_conf conf; /* its objects are referenced */
	struct backlog *backlog;
	struct admission *admission;
	struct overload o;
	uint64_t turn_us;  /* the controller's last turn */
	uint64_t since_ms; /* it refuses; 0: it does not */
	uint64_t refused_before;
	struct guard guard; /* scratch */
	struct hash_key key;
	uint64_t rolls;
	int bell; /* rings where somebody waits after a turn */
	lobby_spare_h *spareh;
	void *spare_arg;
	struct counter *refused, *dropped, *percent, *waiting;
	struct histogram *waits;
	struct census census;
};

static inline uint64_t lobby_since(uint64_t then_us, uint64_t now_us)
{
	return now_us > then_us ? now_us - then_us : 0;
}

/* lobby_refuse.c. Of what the scratch guard has read: the call that it begins
 * or ends */
void lobby_call(struct throttle_key *key, const struct lobby *in,
		const struct sa *src);
/* is it an INVITE that is refused? */
bool lobby_is_too_much(struct lobby *in, const struct throttle_key *call);
/* is it one that never is? */
bool lobby_is_spared(const struct lobby *in);
/* answers it, and counts it */
void lobby_refuse(struct lobby *in, struct flow *flow, const uint8_t *p,
		  size_t len);
/* is it the ACK of such an answer? */
bool lobby_is_refusals(const struct lobby *in);

#endif
