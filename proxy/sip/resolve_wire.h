/**
 * @file resolve_wire.h  Names and records in a DNS message (RFC 1035 section 4)
 */
#ifndef PROXY_SIP_RESOLVE_WIRE_H
#define PROXY_SIP_RESOLVE_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum {
	RESOLVE_NAME_MAX = 256, /* with its NUL */
	RESOLVE_HEADER_SIZE = 12,
	RESOLVE_LISTED_MAX = 64,
};

struct resolve_wire {
	const uint8_t *p;
	size_t len;
};

struct resolve_listed {
	size_t owner; /* where its name begins */
	size_t rdata; /* rdlen octets are there */
	uint16_t type, rdlen;
	uint32_t ttl;
};

struct resolve_sections {
	struct resolve_listed v[RESOLVE_LISTED_MAX];
	size_t n;
	uint32_t negative_ttl; /* s; 0: the zone does not say */
};

uint16_t resolve_u16(const struct resolve_wire *m, size_t at);
uint32_t resolve_u32(const struct resolve_wire *m, size_t at);

/* in lower case, "" is the root; EBADMSG also for what no host is called */
int resolve_wire_name(char name[RESOLVE_NAME_MAX],
		      const struct resolve_wire *m, size_t pos);

int resolve_wire_list(struct resolve_sections *s,
		      const struct resolve_wire *m);

/* a host name in lower case, without the last dot; EINVAL */
int resolve_name(char name[RESOLVE_NAME_MAX], const struct pl *host);

#endif
