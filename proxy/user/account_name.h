/**
 * @file account_name.h  What an operator may write for an account, pure
 */
#ifndef PROXY_USER_ACCOUNT_NAME_H
#define PROXY_USER_ACCOUNT_NAME_H

#include "proxy/user/account.h"

enum { ACCOUNT_PASSWORD_MAX = 128 };

/* canonical as what a To header becomes; NULL, or why not, for the end of a
 * sentence */
const char *account_name_aor(char aor[ACCOUNT_AOR_MAX],
			     const struct config *cfg, const char *name);

/* NULL, or why not */
const char *account_name_password(const char *password);

#endif
