/**
 * @file resolve_rules.h  What RFC 3263 section 4 makes of a URI
 *
 * Pure: what is known of names is asked of a handler. Where it does not know
 * yet, the rules go as far as they can without, so that the questions which do
 * not depend on each other are put at once; when an answer has come they are
 * gone through again from the start, with the same seed to the same order.
 */
#ifndef PROXY_SIP_RESOLVE_RULES_H
#define PROXY_SIP_RESOLVE_RULES_H

#include "proxy/sip/hop.h"
#include "proxy/sip/resolve_answer.h"
#include "proxy/sip/sipuri.h"

/** The records of one name and type, at least one */
struct resolve_set {
	size_t rrc;
	struct resolve_rr rrv[];
};

/** What a URI asks for */
struct resolve_target {
	char host[HOP_HOST_MAX];     /* the URI's, "" where it is numeric */
	char name[RESOLVE_NAME_MAX]; /* TARGET of the RFC, "" if numeric */
	struct sa addr;              /* where it is numeric */
	bool sips;
	bool transport; /* proto was given */
	bool file;      /* the hosts file has it: addresses only */
	enum flow_proto proto;
	uint16_t port; /* 0: none given */
};

struct hops {
	struct hop v[HOP_MAX];
	size_t c;
};

/*
 * 0: *setp, which stays until the rules have ended; ENOENT: there is nothing;
 * EINPROGRESS: not known yet; otherwise nobody could say.
 */
typedef int(resolve_known_h)(const struct resolve_set **setp,
			     enum resolve_type type, const char *name,
			     void *arg);

struct resolve_rules {
	const bool *can4, *can6; /* by protocol */
	uint32_t seed;
	resolve_known_h *knownh;
	void *arg;
};

/* EINVAL: nothing that RFC 3263 could find; EAFNOSUPPORT: sips over UDP */
int resolve_target_decode(struct resolve_target *t, const struct sipuri *uri);

/*
 * 0, EINPROGRESS, ENOENT, EAFNOSUPPORT (only ways that we do not have),
 * ETIMEDOUT (what counts could not be known)
 */
int resolve_rules(struct hops *hops, const struct resolve_target *t,
		  const struct resolve_rules *rules);

/* RFC 2782: by priority, within one by chance according to the weights */
void resolve_srv_order(const struct resolve_rr **v, size_t n, uint32_t *state);

/* a number below n, n > 0 */
uint32_t resolve_chance(uint32_t *state, uint32_t n);

#endif
