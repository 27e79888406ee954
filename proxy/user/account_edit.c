/**
 * @file account_edit.c  An account is made or changed, as a whole or not at all
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/store.h"
#include "proxy/user/account_edit.h"


static int change_settings(struct account *acc,
			   const struct account_edit *edit)
{
	int err = 0;

	for (size_t i = 0; i < edit->changec && !err; i++) {
		const struct account_change *ch = &edit->changev[i];

		if (ch->kind == ACCOUNT_SETTING)
			err = account_setting_decode(&acc->set, ch->setting,
						     ch->value);
	}

	return err;
}


static int change_alias(struct store *st, const char *aor,
			const struct account_change *ch)
{
	switch (ch->kind) {
	case ACCOUNT_ALIAS_ADD:
		return account_alias_add(st, ch->alias, aor);
	case ACCOUNT_ALIAS_DEL:
		return account_alias_del(st, ch->alias, aor);
	case ACCOUNT_ALIAS_CLEAR:
		return store_alias_clear(st, aor);
	default:
		return 0;
	}
}


/* of the account that is written already: an alias points to it */
static int change_aliases(struct account_outcome *out, struct store *st,
			  const struct account_edit *edit)
{
	int err = 0;

	for (size_t i = 0; i < edit->changec && !err; i++) {
		err = change_alias(st, edit->aor, &edit->changev[i]);
		if (err == EEXIST || err == ENOSPC || err == ENOENT)
			out->failed = &edit->changev[i];
	}

	return err;
}


/* as it was; *added: there was none */
static int read_account(struct account *acc, bool *added, struct store *st,
			const struct account_edit *edit)
{
	struct pl pl;
	int err;

	pl_set_str(&pl, edit->aor);
	err = account_get(acc, st, &pl);
	if (!err && edit->add && !edit->replace)
		return EEXIST;
	if (!err && edit->fresh)
		memset(&acc->set, 0, sizeof(acc->set));
	if (err != ENOENT || !edit->add)
		return err;

	memset(acc, 0, sizeof(*acc));
	*added = true;

	return edit->password ? 0 : EINVAL;
}


/* inside of a transaction */
static int write_account(struct account_outcome *out, struct store *st,
			 const struct account_edit *edit)
{
	struct account acc;
	int err;

	err = read_account(&acc, &out->added, st, edit);
	if (!err && edit->password)
		err = account_hash(&acc, edit->aor, edit->password);
	if (!err)
		err = change_settings(&acc, edit);
	if (!err)
		err = out->added ? account_insert(st, &acc)
				 : account_replace(st, &acc);
	explicit_bzero(&acc, sizeof(acc));

	return err ? err : change_aliases(out, st, edit);
}


/**
 * Make or change an account
 *
 * @param out  What came of it
 * @param st   Store
 * @param edit What is wanted
 *
 * @return 0 if success, otherwise errorcode
 */
int account_edit(struct account_outcome *out, struct store *st,
		 const struct account_edit *edit)
{
	int err, ended;

	if (!out || !st || !edit || !edit->aor)
		return EINVAL;

	memset(out, 0, sizeof(*out));
	err = store_begin(st);
	if (err)
		return err;

	err = write_account(out, st, edit);
	ended = store_end(st, !err);

	return err ? err : ended;
}
