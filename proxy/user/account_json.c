/**
 * @file account_json.c  Accounts as JSON, without what a password became
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "common/store.h"
#include "proxy/user/account_json.h"


/** A list that is made */
struct listing {
	json_t *arr;   /* of objects */
	json_t *byaor; /* their arrays of aliases */
	int err;
};


static json_t *setting_json(const struct account *acc, enum account_setting i)
{
	char text[ACCOUNT_TEXT_MAX];

	account_setting_print(text, &acc->set, i);
	if (account_setting_is_number(i))
		return json_integer(strtoll(text, NULL, 10));
	if (i == SETTING_DISABLED)
		return json_boolean(acc->set.disabled);
	if (i == SETTING_RECORD)
		return json_boolean(acc->set.record);
	if (i == SETTING_MEDIA && !*text)
		return json_string("auto");

	return json_string(text);
}


/**
 * An account as JSON
 *
 * @param acc     Account
 * @param aliases Array of its aliases, not taken over
 *
 * @return Object, NULL if out of memory
 */
json_t *account_json(const struct account *acc, json_t *aliases)
{
	json_t *obj = json_object();
	int err;

	err = json_object_set_new(obj, "aor", json_string(acc->aor));
	err |= json_object_set(obj, "aliases", aliases);
	for (int i = 0; i < SETTING_MAX; i++) {
		const enum account_setting s = (enum account_setting)i;

		err |= json_object_set_new(obj, account_setting_name(s),
					   setting_json(acc, s));
	}
	if (err) {
		json_decref(obj);
		return NULL;
	}

	return obj;
}


static void add_handler(const struct account *acc, void *arg)
{
	json_t *aliases = json_array();
	struct listing *l = arg;

	l->err |= json_object_set(l->byaor, acc->aor, aliases);
	l->err |= json_array_append_new(l->arr, account_json(acc, aliases));
	json_decref(aliases);
}


static void alias_handler(const char *alias, const char *aor, void *arg)
{
	json_t *aliases = json_object_get(((struct listing *)arg)->byaor, aor);

	if (aliases)
		(void)json_array_append_new(aliases, json_string(alias));
}


/**
 * All accounts
 *
 * @param arr Array that they are appended to
 * @param st  Store
 *
 * @return 0 if success, otherwise errorcode
 */
int account_json_list(json_t *arr, struct store *st)
{
	struct listing l = {arr, json_object(), 0};
	int err;

	err = account_list(st, add_handler, &l);
	if (!err)
		err = store_alias_all(st, NULL, alias_handler, &l);
	json_decref(l.byaor);

	return err || !l.err ? err : ENOMEM;
}


static void collect_handler(const char *alias, const char *aor, void *arg)
{
	(void)aor;
	(void)json_array_append_new(arg, json_string(alias));
}


/**
 * One account
 *
 * @param objp Pointer to the object
 * @param st   Store
 * @param aor  Address-of-record
 *
 * @return 0 if success, ENOENT, otherwise errorcode
 */
int account_json_read(json_t **objp, struct store *st, const char *aor)
{
	json_t *aliases, *obj = NULL;
	struct account acc;
	struct pl pl;
	int err;

	pl_set_str(&pl, aor);
	err = account_get(&acc, st, &pl);
	if (err)
		return err;

	aliases = json_array();
	err = store_alias_all(st, aor, collect_handler, aliases);
	if (!err) {
		obj = account_json(&acc, aliases);
		err = obj ? 0 : ENOMEM;
	}
	json_decref(aliases);
	explicit_bzero(&acc, sizeof(acc));
	if (!err)
		*objp = obj;

	return err;
}
