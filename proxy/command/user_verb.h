/**
 * @file user_verb.h  The verbs of viaduct user, for the files that do them
 */
#ifndef PROXY_COMMAND_USER_VERB_H
#define PROXY_COMMAND_USER_VERB_H

#include "proxy/user/account.h"

enum user_exit { USER_OK = 0, USER_FAILED = 1, USER_USAGE = 2 };

/** One call of the command */
struct user_call {
	const char *verb;
	const char *name; /* USER@DOMAIN or FILE as given; NULL: none */
	char **changev;   /* KEY=VALUE ... */
	size_t changec;
	const char *config; /* file */
	bool replace, password, json;
	struct config *cfg;
	struct store *store;
	char aor[ACCOUNT_AOR_MAX];
};

/* says what failed; the exit code */
int user_fail(const struct user_call *call, int err);

/* of KEY=VALUE ...: 0, or the exit code; what is said is for the operator */
int user_check_changes(const struct user_call *call);

int user_add(struct user_call *call);
int user_set(struct user_call *call);
int user_del(struct user_call *call);
int user_show(struct user_call *call);
int user_list(struct user_call *call);
int user_import(struct user_call *call);

#endif
