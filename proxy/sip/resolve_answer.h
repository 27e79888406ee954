/**
 * @file resolve_answer.h  What a DNS message answers (RFC 1035, 2308)
 *
 * Pure and linear. Only records that the question leads to count: those of
 * the name itself, and of what its CNAMEs name.
 */
#ifndef PROXY_SIP_RESOLVE_ANSWER_H
#define PROXY_SIP_RESOLVE_ANSWER_H

#include <stddef.h>
#include <stdint.h>
#include "proxy/sip/flow.h"
#include "proxy/sip/resolve_wire.h"

enum {
	RESOLVE_RR_MAX = 32,   /* records of one name: the first ones */
	RESOLVE_ALIAS_MAX = 8, /* CNAMEs in a row */
};

enum resolve_type {
	RESOLVE_A = 1,
	RESOLVE_AAAA = 28,
	RESOLVE_SRV = 33,
	RESOLVE_NAPTR = 35,
};

/** A record; which members count is a matter of its type */
struct resolve_rr {
	uint16_t order;        /* NAPTR: order, SRV: priority */
	uint16_t preference;   /* NAPTR: preference, SRV: weight */
	uint16_t port;         /* SRV */
	enum flow_proto proto; /* NAPTR: what its service says */
	struct sa addr;        /* A, AAAA */
	const char *name;      /* NAPTR: replacement, SRV: target; "": none */
};

struct resolve_answer {
	uint32_t ttl_s; /* the least on the way; of what does not exist 0
			 * where the zone does not say */
	size_t rrc;
	struct resolve_rr rrv[RESOLVE_RR_MAX];
	char namev[RESOLVE_RR_MAX][RESOLVE_NAME_MAX];
	char alias[RESOLVE_NAME_MAX]; /* where the CNAMEs lead, or the name */
};

/*
 * ENOENT: there is nothing; EAGAIN: a->alias must be asked for; ELOOP: CNAMEs
 * without end; EBADMSG
 */
int resolve_answer_decode(struct resolve_answer *a, const uint8_t *p,
			  size_t len, enum resolve_type type,
			  const char *name);

const char *resolve_type_name(enum resolve_type type);

#endif
