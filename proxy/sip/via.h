/**
 * @file via.h  One value of a Via header
 */
#ifndef PROXY_SIP_VIA_H
#define PROXY_SIP_VIA_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <re.h>

/** One Via value */
struct via {
	struct pl val;       /* the whole value */
	struct pl transport; /* "UDP", any case */
	struct pl host;      /* IPv6 without brackets */
	bool ipv6;
	uint16_t port;      /* 0: none */
	struct pl params;   /* from the first ';' */
	struct pl branch;   /* l == 0: none (RFC 2543) */
	struct pl received; /* IPv6 with or without brackets, as written */
	bool has_rport;     /* ;rport, with or without a value */
	uint16_t rport;
};

int via_decode(struct via *v, const struct pl *val);

/* numeric sent-by, without its port; af unset: a name */
void via_addr(const struct via *v, struct sa *sa);

/* sent-by is that address, whatever the port; a name never is */
bool via_is_from(const struct via *v, const struct sa *sa);

#endif
