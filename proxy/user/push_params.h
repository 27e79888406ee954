/**
 * @file push_params.h  How a sleeping phone is woken (RFC 8599): pure
 */
#ifndef PROXY_USER_PUSH_PARAMS_H
#define PROXY_USER_PUSH_PARAMS_H

#include <re.h>

/** pn-provider, pn-prid and pn-param of a Contact URI, as written */
struct push_params {
	struct pl provider;
	struct pl prid;
	struct pl param; /* l == 0: none */
};

/* slices of contact; ENOENT: it does not say both provider and prid */
int push_params_decode(struct push_params *pp, const char *contact);

#endif
