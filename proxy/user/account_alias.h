/**
 * @file account_alias.h  Other names of an account, and numbers, pure
 *
 * An alias is a user name or a number. One that begins with "+" is the same
 * at all of our domains, any other one belongs to its account's domain.
 */
#ifndef PROXY_USER_ACCOUNT_ALIAS_H
#define PROXY_USER_ACCOUNT_ALIAS_H

#include "proxy/user/account.h"

enum { ACCOUNT_NAMES_MAX = 8 };

/* as it is kept: "+4930123456", "100@example.net". EBADMSG, ENOENT: not at a
 * domain of ours */
int account_alias_make(char alias[ACCOUNT_AOR_MAX], const struct config *cfg,
		       const char *text, const char *aor);

/** The names that an address may be known by, the best first */
struct account_names {
	char namev[ACCOUNT_NAMES_MAX][ACCOUNT_AOR_MAX];
	size_t namec;
};

void account_alias_names(struct account_names *n, const struct pl *aor);

#endif
