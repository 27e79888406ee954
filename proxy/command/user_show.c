/**
 * @file user_show.c  viaduct user show and list
 *
 * Text is what "set" takes; JSON has all settings, for programs. Neither
 * shows what a password was made into.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/json.h"
#include "common/store.h"
#include "proxy/command/user_verb.h"
#include "proxy/user/account_setting.h"


/** A list on its way to stdout */
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


static json_t *account_json(const struct account *acc, json_t *aliases)
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


static int print_json(const json_t *val)
{
	const int err = json_dumpf(val, stdout, JSON_INDENT(2));

	(void)putchar('\n');

	return err ? EIO : 0;
}


static int list_json(struct store *st)
{
	struct listing l = {json_array(), json_object(), 0};
	int err;

	err = account_list(st, add_handler, &l);
	if (!err)
		err = store_alias_all(st, NULL, alias_handler, &l);
	if (!err)
		err = l.err ? ENOMEM : print_json(l.arr);

	json_decref(l.byaor);
	json_decref(l.arr);

	return err;
}


static void print_handler(const struct account *acc, void *arg)
{
	(void)arg;
	(void)puts(acc->aor);
}


/**
 * List all accounts
 *
 * @param call Call
 *
 * @return Exit code
 */
int user_list(struct user_call *call)
{
	int err;

	if (call->json)
		err = list_json(call->store);
	else
		err = account_list(call->store, print_handler, NULL);

	return err ? user_fail(call, err) : USER_OK;
}


static void print_alias(const char *alias, const char *aor, void *arg)
{
	(void)aor;
	(void)arg;
	(void)printf("alias+=%s\n", alias);
}


static int show_text(struct store *st, const struct account *acc)
{
	char text[ACCOUNT_TEXT_MAX];

	(void)printf("aor=%s\n", acc->aor);
	for (int i = 0; i < SETTING_MAX; i++) {
		const enum account_setting s = (enum account_setting)i;

		account_setting_print(text, &acc->set, s);
		if (*text)
			(void)printf("%s=%s\n", account_setting_name(s), text);
	}

	return store_alias_all(st, acc->aor, print_alias, NULL);
}


static void collect_alias(const char *alias, const char *aor, void *arg)
{
	(void)aor;
	(void)json_array_append_new(arg, json_string(alias));
}


static int show_json(struct store *st, const struct account *acc)
{
	json_t *aliases = json_array();
	json_t *obj = NULL;
	int err;

	err = store_alias_all(st, acc->aor, collect_alias, aliases);
	if (!err) {
		obj = account_json(acc, aliases);
		err = obj ? print_json(obj) : ENOMEM;
	}
	json_decref(obj);
	json_decref(aliases);

	return err;
}


/**
 * Show an account
 *
 * @param call Call
 *
 * @return Exit code
 */
int user_show(struct user_call *call)
{
	struct account acc;
	struct pl pl;
	int err;

	pl_set_str(&pl, call->aor);
	err = account_get(&acc, call->store, &pl);
	if (!err)
		err = call->json ? show_json(call->store, &acc)
				 : show_text(call->store, &acc);
	explicit_bzero(&acc, sizeof(acc));

	return err ? user_fail(call, err) : USER_OK;
}
