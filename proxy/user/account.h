/**
 * @file account.h  Accounts: who may register and call; HA1 only
 *
 * "user@domain" and the HA1s for MD5 and SHA-256 with realm = domain, kept in
 * SQLite (common/store). A clear password is never stored or logged. Some
 * phones send "user@domain" as digest user name: those are the HA1b.
 */
#ifndef PROXY_USER_ACCOUNT_H
#define PROXY_USER_ACCOUNT_H

#include <stdbool.h>
#include "common/config.h"
#include "proxy/sip/sipuri.h"

struct store;

enum { ACCOUNT_AOR_MAX = 256, ACCOUNT_HA1_MAX = 65 };

struct account {
	char aor[ACCOUNT_AOR_MAX];        /* canonical */
	char ha1_md5[ACCOUNT_HA1_MAX];    /* 32 hex digits */
	char ha1_sha256[ACCOUNT_HA1_MAX]; /* 64 hex digits */
	char ha1b_md5[ACCOUNT_HA1_MAX];
	char ha1b_sha256[ACCOUNT_HA1_MAX];
};

/* EINVAL: not sip or sips; ENOENT: without a user, or not of our domains;
 * EBADMSG: an AOR cannot be made of it */
int account_aor(char aor[ACCOUNT_AOR_MAX], const struct config *cfg,
		const struct sipuri *uri);

/* ENOENT: no such account; EIO: the database fails */
int account_get(struct account *acc, struct store *st, const struct pl *aor);
/* EEXIST; set: adds or changes */
int account_add(struct store *st, const char *aor, const char *password);
int account_set(struct store *st, const char *aor, const char *password);
int account_del(struct store *st, const char *aor);
typedef void(account_h)(const struct account *acc, void *arg);
int account_list(struct store *st, account_h *h, void *arg);

#endif
