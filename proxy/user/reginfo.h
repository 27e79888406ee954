/**
 * @file reginfo.h  The document of a registration (RFC 3680 section 5)
 */
#ifndef PROXY_USER_REGINFO_H
#define PROXY_USER_REGINFO_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

#define REGINFO_TYPE "application/reginfo+xml"

struct reginfo {
	const char *aor;             /* "user@domain" */
	const struct list *bindingl; /* struct binding; NULL or empty: none */
	uint32_t version;
	bool seen; /* there were contacts before */
	uint64_t now_ms;
};

/* a whole document with the full state */
int reginfo_print(struct mbuf *mb, const struct reginfo *ri);

#endif
