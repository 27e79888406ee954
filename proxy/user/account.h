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

enum {
	ACCOUNT_AOR_MAX = 256,
	ACCOUNT_HA1_MAX = 65,
	ACCOUNT_ALIAS_MAX = 32, /* for each account */
	ACCOUNT_TEXT_MAX = 256,
};

/** What an operator sets for an account; zeroed: no limits, no forwarding */
struct account_settings {
	bool disabled;                /* may neither register nor call */
	char name[64];                /* display name, or "" */
	uint32_t calls_max;           /* at once; 0: the default limit */
	uint32_t calls_per_minute;    /* begun; 0: the default limit */
	char allow[ACCOUNT_TEXT_MAX]; /* prefixes of numbers it may call by
				       * peers, separated by spaces; "": all */
	enum config_media media;      /* auto, relay, direct */
	char forward_all[ACCOUNT_TEXT_MAX]; /* a number or sip URI, or "" */
	char forward_busy[ACCOUNT_TEXT_MAX];
	char forward_noanswer[ACCOUNT_TEXT_MAX];
	char forward_offline[ACCOUNT_TEXT_MAX];
	bool record;         /* its calls are recorded */
	uint32_t noanswer_s; /* ringing before forward_noanswer; 0: 20 */
};

struct account {
	char aor[ACCOUNT_AOR_MAX];        /* canonical */
	char ha1_md5[ACCOUNT_HA1_MAX];    /* 32 hex digits */
	char ha1_sha256[ACCOUNT_HA1_MAX]; /* 64 hex digits */
	char ha1b_md5[ACCOUNT_HA1_MAX];
	char ha1b_sha256[ACCOUNT_HA1_MAX];
	struct account_settings set;
};

/* EINVAL: not sip or sips; ENOENT: without a user, or not of our domains;
 * EBADMSG: an AOR cannot be made of it */
int account_aor(char aor[ACCOUNT_AOR_MAX], const struct config *cfg,
		const struct sipuri *uri);

/* For commands and the start: they wait for the disk. ENOENT: no such account;
 * EIO: the database fails */
int account_get(struct account *acc, struct store *st, const struct pl *aor);

/* fills the four HA1; the password is not kept */
int account_hash(struct account *acc, const char *aor, const char *password);

/* a row of the store, and back; EBADMSG: a value that is none of ours */
struct store_row;
int account_read(struct account *acc, const struct store_row *row);
/* EEXIST, also where it is another one's alias */
int account_insert(struct store *st, const struct account *acc);
int account_replace(struct store *st, const struct account *acc);

/* an account with nothing but a password: EEXIST; set: adds, or changes the
 * password alone */
int account_add(struct store *st, const char *aor, const char *password);
int account_set(struct store *st, const char *aor, const char *password);
int account_del(struct store *st, const char *aor);
typedef void(account_h)(const struct account *acc, void *arg);
int account_list(struct store *st, account_h *h, void *arg);

/* EEXIST: another one has it; ENOSPC: too many; ENOENT: no such account, or not
 * its alias */
int account_alias_add(struct store *st, const char *alias, const char *aor);
int account_alias_del(struct store *st, const char *alias, const char *aor);

#endif
