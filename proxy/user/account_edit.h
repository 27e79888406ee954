/**
 * @file account_edit.h  An account is made or changed, as a whole or not at all
 *
 * For the command and for HTTP; it waits for the disk.
 */
#ifndef PROXY_USER_ACCOUNT_EDIT_H
#define PROXY_USER_ACCOUNT_EDIT_H

#include "proxy/user/account_setting.h"

enum account_change_kind {
	ACCOUNT_SETTING = 0,
	ACCOUNT_ALIAS_ADD,
	ACCOUNT_ALIAS_DEL,
	ACCOUNT_ALIAS_CLEAR,
};

struct account_change {
	enum account_change_kind kind;
	enum account_setting setting;
	const char *value;           /* of the setting; not owned */
	char alias[ACCOUNT_AOR_MAX]; /* as it is kept */
};

struct account_edit {
	const char *aor;      /* canonical */
	const char *password; /* NULL: as it is */
	const struct account_change *changev;
	size_t changec;
	bool add;     /* where there is none */
	bool replace; /* and where there is one */
	bool fresh;   /* settings that are not named are their defaults */
};

/** What came of it */
struct account_outcome {
	bool added;
	/* whose alias it was that failed: EEXIST: taken, ENOSPC: too many,
	 * ENOENT: not its own; NULL: it was the account itself */
	const struct account_change *failed;
};

/* EEXIST, ENOENT; EINVAL: a new one without a password; EBUSY: another process
 * writes; EIO */
int account_edit(struct account_outcome *out, struct store *st,
		 const struct account_edit *edit);

#endif
