/**
 * @file addr.h  Socket addresses: classes, numeric decoding, comparison
 *
 * Works on libre's struct sa, which prints itself with %j (address) and %J
 * (address and port). No name is ever looked up here.
 */
#ifndef COMMON_ADDR_H
#define COMMON_ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <re.h>

/** What an address is good for; an IPv4-mapped one has its IPv4's class */
enum addr_class {
	ADDR_PUBLIC = 0,
	ADDR_PRIVATE, /**< RFC 1918, RFC 4193 (ULA)                  */
	ADDR_SHARED,  /**< RFC 6598, carrier-grade NAT               */
	ADDR_LOOPBACK,
	ADDR_LINKLOCAL,
	ADDR_MULTICAST,
	ADDR_UNSPECIFIED, /**< 0.0.0.0, ::, the rest of 0/8              */
	ADDR_RESERVED,    /**< broadcast, 240/4, discard                 */
};

enum addr_class addr_classify(const struct sa *sa);
const char *addr_class_name(enum addr_class cls);

/* private or shared: reachable only from inside somebody's network */
bool addr_is_inside(const struct sa *sa);

/* loopback, link-local, multicast, unspecified, reserved: never sent to */
bool addr_is_forbidden(const struct sa *sa);

/* numeric host (IPv4; IPv6 with or without brackets); EINVAL for a name */
int addr_decode(struct sa *sa, const struct pl *host, uint16_t port);

/* "host:port" with the port required or defaulted; EINVAL for a name */
int addr_decode_hostport(struct sa *sa, const struct pl *hp, uint16_t dport);

/* a decimal port, 1-65535, digits only: EINVAL otherwise */
int addr_decode_port(uint16_t *port, const struct pl *pl);

/* ::ffff:a.b.c.d becomes a.b.c.d, everything else stays */
void addr_unmap(struct sa *sa);

/* same address after unmapping; ports do not count */
bool addr_same_host(const struct sa *a, const struct sa *b);

#endif
