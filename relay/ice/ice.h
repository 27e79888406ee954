/**
 * @file ice.h  ICE-lite: the checks of a side that speaks ICE, answered
 *
 * A side's streams each have one of these, in their worker. We never check
 * anything ourselves (RFC 8445 section 2.5): whoever shows, by a check with
 * our login, that it is the side's phone is heard from where it did so, and
 * the one that it nominates is sent to. No socket, no clock.
 */
#ifndef RELAY_ICE_ICE_H
#define RELAY_ICE_ICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/ice/ice_reply.h"
#include "relay/ice/ice_source.h"
#include "relay/relay.h"

enum {
	ICE_UFRAG = 8,
	ICE_PWD = 24,
};

/** Ours, towards one side of a session */
struct ice_login {
	char ufrag[ICE_UFRAG + 1];
	char pwd[ICE_PWD + 1];
};

enum ice_verdict {
	ICE_FOREIGN = 0, /* STUN, but not for us */
	ICE_DROPPED,     /* no good, or no check: nothing is said */
	ICE_REFUSED,     /* an error is the answer */
	ICE_CHECKED,     /* its source is proven */
	ICE_MOVED,       /* so it is, and is sent to from now on */
};

struct ice {
	struct ice_login ours, before;  /* before: until the new one is used */
	uint64_t theirs, theirs_before; /* hash of its ufrag; 0: unknown */
	bool speaks;                    /* the side has a login itself */
	struct ice_tids tids;
	struct {
		struct ice_sources sources;
		struct ice_budget budget;
	} partv[2]; /* by relay_comp */
};

/** A datagram, and where it came from */
struct ice_datagram {
	enum relay_comp comp;
	const struct sa *src;
	const uint8_t *p;
	size_t len;
	uint64_t now_ms;
};

void ice_login_make(struct ice_login *login);

int ice_alloc(struct ice **ip, const struct ice_login *ours);

/* another login of ours; the old one is good until the new one is used */
void ice_renew(struct ice *ice, const struct ice_login *ours);

/* the side's login; NULL: it speaks no ICE */
void ice_tell(struct ice *ice, const struct relay_login *theirs);

/* reply: NULL, or to be sent from the port that the datagram came to */
enum ice_verdict ice_hear(struct ice *ice, struct mbuf **reply,
			  const struct ice_datagram *dg);

/* whose check is it? 0: not ours; 1: perhaps this side's; 2: this side's */
unsigned ice_fits(const struct ice *ice, const uint8_t *p, size_t len);

bool ice_knows(const struct ice *ice, enum relay_comp comp,
	       const struct sa *src);

/* NULL: nobody has shown himself */
const struct sa *ice_target(const struct ice *ice, enum relay_comp comp);

#endif
