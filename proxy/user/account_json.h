/**
 * @file account_json.h  Accounts as JSON, without what a password became
 */
#ifndef PROXY_USER_ACCOUNT_JSON_H
#define PROXY_USER_ACCOUNT_JSON_H

#include "common/json.h"
#include "proxy/user/account_setting.h"

/* an object of all settings; aliases: an array. NULL: out of memory */
json_t *account_json(const struct account *acc, json_t *aliases);

/* of the store. ENOENT */
int account_json_read(json_t **objp, struct store *st, const char *aor);
int account_json_list(json_t *arr, struct store *st);

#endif
