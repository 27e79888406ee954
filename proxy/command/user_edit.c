/**
 * @file user_edit.c  viaduct user add, set and del
 *
 * What one call changes is written as a whole, or not at all.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/store.h"
#include "proxy/command/cli.h"
#include "proxy/command/password.h"
#include "proxy/command/user_verb.h"
#include "proxy/user/account_alias.h"
#include "proxy/user/account_edit.h"


static int say(const char *fmt, const char *what, const char *why)
{
	(void)fprintf(stderr, fmt, what, why);

	return USER_USAGE;
}


static int decode_alias(struct account_change *ch,
			const struct user_call *call, const char *text)
{
	switch (account_alias_make(ch->alias, call->cfg, text, call->aor)) {
	case 0:
		return 0;
	case ENOENT:
		return say("viaduct: alias %s%s\n", text,
			   " is not at a domain of ours");
	default:
		return say("viaduct: alias %s%s\n", text,
			   " is neither a user name nor a number");
	}
}


static int unknown_setting(const struct pl *key)
{
	const char *wordv[SETTING_MAX + 2] = {"alias"};
	char word[64];

	for (int i = 0; i < SETTING_MAX; i++)
		wordv[i + 1] = account_setting_name((enum account_setting)i);
	(void)re_snprintf(word, sizeof(word), "%r", key);

	return cli_unknown("setting", word, wordv);
}


static int decode_setting(struct account_change *ch, const struct pl *key)
{
	struct account_settings set = {0};

	if (!pl_strcmp(key, "password"))
		return say("viaduct: %s%s\n", "a password is no argument: ",
			   "others could read it (--password asks for it)");
	if (account_setting_find(&ch->setting, key))
		return unknown_setting(key);
	if (account_setting_decode(&set, ch->setting, ch->value))
		return say("viaduct: %s takes %s\n",
			   account_setting_name(ch->setting),
			   account_setting_takes(ch->setting));

	return 0;
}


/* 0, or the exit code */
static int decode_change(struct account_change *ch,
			 const struct user_call *call, const char *text)
{
	const char *is = strchr(text, '=');
	struct pl key = {text, is ? (size_t)(is - text) : 0};

	if (!key.l)
		return say("viaduct: %s%s\n", text, " is not KEY=VALUE");

	memset(ch, 0, sizeof(*ch));
	ch->value = is + 1;
	if (!pl_strcmp(&key, "alias+"))
		ch->kind = ACCOUNT_ALIAS_ADD;
	else if (!pl_strcmp(&key, "alias-"))
		ch->kind = ACCOUNT_ALIAS_DEL;
	else if (!pl_strcmp(&key, "alias"))
		return say("viaduct: %s%s\n", "write alias+=NAME",
			   " or alias-=NAME");
	else
		return decode_setting(ch, &key);

	return decode_alias(ch, call, ch->value);
}


/**
 * Check KEY=VALUE ..., before anything is asked or opened
 *
 * @param call Call with its configuration and address-of-record
 *
 * @return 0 if they are fine, else the exit code
 */
int user_check_changes(const struct user_call *call)
{
	struct account_change ch;
	int code = 0;

	for (size_t i = 0; i < call->changec && !code; i++)
		code = decode_change(&ch, call, call->changev[i]);

	return code;
}


static int refuse_alias(const struct user_call *call,
			const struct account_change *ch, int err)
{
	if (err == EEXIST)
		(void)fprintf(stderr, "viaduct: %s is taken\n", ch->alias);
	else if (err == ENOSPC)
		(void)fprintf(stderr,
			      "viaduct: an account has %d aliases at most\n",
			      ACCOUNT_ALIAS_MAX);
	else
		(void)fprintf(stderr, "viaduct: %s is no alias of %s\n",
			      ch->alias, call->aor);

	return USER_FAILED;
}


static int edit(const struct user_call *call, const char *password, bool add)
{
	struct account_change *v;
	struct account_outcome out;
	struct account_edit edit = {
		.aor = call->aor,
		.password = password,
		.changec = call->changec,
		.add = add,
		.replace = call->replace,
	};
	int code = USER_OK, err;

	v = mem_zalloc((call->changec + 1) * sizeof(*v), NULL);
	if (!v)
		return user_fail(call, ENOMEM);

	for (size_t i = 0; i < call->changec && !code; i++)
		code = decode_change(&v[i], call, call->changev[i]);
	edit.changev = v;
	err = code ? 0 : account_edit(&out, call->store, &edit);
	if (err)
		code = out.failed ? refuse_alias(call, out.failed, err)
				  : user_fail(call, err);
	mem_deref(v);

	return code;
}


static int edit_with_password(const struct user_call *call, bool add)
{
	char password[PASSWORD_SIZE];
	const char *why = password_read(password, stdin);
	int code;

	if (why) {
		(void)fprintf(stderr, "viaduct: the password %s\n", why);
		return USER_FAILED;
	}

	code = edit(call, password, add);
	explicit_bzero(password, sizeof(password));

	return code;
}


/**
 * Add an account; its password is asked for
 *
 * @param call Call
 *
 * @return Exit code
 */
int user_add(struct user_call *call)
{
	return edit_with_password(call, true);
}


static bool exists(const struct user_call *call)
{
	struct account acc;
	struct pl pl;

	pl_set_str(&pl, call->aor);

	return account_get(&acc, call->store, &pl) != ENOENT;
}


/**
 * Change an account; without KEY=VALUE another password is asked for
 *
 * @param call Call
 *
 * @return Exit code
 */
int user_set(struct user_call *call)
{
	/* before a password is asked for in vain */
	if (!exists(call))
		return user_fail(call, ENOENT);

	if (call->password || !call->changec)
		return edit_with_password(call, false);

	return edit(call, NULL, false);
}


/**
 * Delete an account, its aliases and its registrations
 *
 * @param call Call
 *
 * @return Exit code
 */
int user_del(struct user_call *call)
{
	const int err = account_del(call->store, call->aor);

	return err ? user_fail(call, err) : USER_OK;
}
