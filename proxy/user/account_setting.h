/**
 * @file account_setting.h  The settings of an account by their names, pure
 */
#ifndef PROXY_USER_ACCOUNT_SETTING_H
#define PROXY_USER_ACCOUNT_SETTING_H

#include "proxy/user/account.h"

enum account_setting {
	SETTING_NAME = 0,
	SETTING_DISABLED,
	SETTING_CALLS,
	SETTING_CALLS_PER_MINUTE,
	SETTING_ALLOW,
	SETTING_MEDIA,
	SETTING_FORWARD_ALL,
	SETTING_FORWARD_BUSY,
	SETTING_FORWARD_NOANSWER,
	SETTING_FORWARD_OFFLINE,
	SETTING_NOANSWER,
	SETTING_RECORD,
	SETTING_MAX
};

/* as the operator writes it: "calls-per-minute" */
const char *account_setting_name(enum account_setting i);

/* ENOENT */
int account_setting_find(enum account_setting *ip, const struct pl *name);

/* what it takes, for a sentence: "a number up to 10000" */
const char *account_setting_takes(enum account_setting i);

/* "": the default. EBADMSG: not that */
int account_setting_decode(struct account_settings *set,
			   enum account_setting i, const char *text);

/* what decode takes; "" for the default */
void account_setting_print(char buf[ACCOUNT_TEXT_MAX],
			   const struct account_settings *set,
			   enum account_setting i);

bool account_setting_is_number(enum account_setting i);

#endif
