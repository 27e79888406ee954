/**
 * @file challenge.h  What a phone is asked for: the challenge lines, pure
 */
#ifndef PROXY_USER_CHALLENGE_H
#define PROXY_USER_CHALLENGE_H

#include <stdbool.h>
#include "proxy/user/digest.h"

enum { CHALLENGE_MAX = 2 };

/* the algorithms to offer to that User-Agent (l == 0: unknown), in order */
size_t challenge_offer(enum digest_alg algv[CHALLENGE_MAX],
		       const struct pl *user_agent, bool browser);

/* whole header lines, one for each algorithm; EOVERFLOW */
int challenge_print(char *buf, size_t size, bool registrar,
		    const struct pl *realm, const char *nonce, bool stale,
		    const enum digest_alg *algv, size_t algc);

#endif
