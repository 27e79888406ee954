/**
 * @file user_show.c  viaduct user show and list
 *
 * Text is what "set" takes; JSON has all settings, for programs. Neither
 * shows what a password was made into.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/json.h"
#include "common/store.h"
#include "proxy/command/user_verb.h"
#include "proxy/user/account_json.h"


static int print_json(const json_t *val)
{
	const int err = json_dumpf(val, stdout, JSON_INDENT(2));

	(void)putchar('\n');

	return err ? EIO : 0;
}


static int list_json(struct store *st)
{
	json_t *arr = json_array();
	int err = account_json_list(arr, st);

	if (!err)
		err = print_json(arr);
	json_decref(arr);

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


static int show_json(struct store *st, const struct account *acc)
{
	json_t *obj = NULL;
	int err = account_json_read(&obj, st, acc->aor);

	if (!err)
		err = print_json(obj);
	json_decref(obj);

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
