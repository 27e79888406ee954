/**
 * @file account_store.c  Accounts in the database: for commands and the start
 */
#include <string.h>
#include <re.h>
#include "common/store.h"
#include "proxy/user/account.h"
#include "proxy/user/account_setting.h"


/** A row on its way to the caller */
struct taking {
	struct account *acc;
	int err;
};

/** The aliases of an account, and whether one is among them */
struct owning {
	const char *alias;
	size_t n;
	bool own;
};

/** A list on its way to the caller */
struct listing {
	account_h *h;
	void *arg;
};


static void row_handler(const struct store_row *row, void *arg)
{
	struct taking *t = arg;

	t->err = account_read(t->acc, row);
}


/**
 * Get an account
 *
 * @param accp Account; written only on success
 * @param st   Store
 * @param aor  Canonical address-of-record, user@domain
 *
 * @return 0 if success, ENOENT, EIO
 */
int account_get(struct account *accp, struct store *st, const struct pl *aor)
{
	struct account acc;
	struct taking t = {&acc, 0};
	int err;

	if (!accp || !st || !aor)
		return EINVAL;
	if (!aor->l || aor->l >= ACCOUNT_AOR_MAX)
		return ENOENT;

	err = store_account_get(st, aor, row_handler, &t);
	if (err)
		return err;
	if (t.err)
		return EIO;

	*accp = acc;

	return 0;
}


static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}


static int write_account(struct store *st, const struct account *acc,
			 int (*fn)(struct store *, const struct store_row *))
{
	char textv[SETTING_MAX][ACCOUNT_TEXT_MAX];
	struct store_row row = {0};

	row.key = acc->aor;
	row.colv[STORE_HA1_MD5] = or_null(acc->ha1_md5);
	row.colv[STORE_HA1_SHA256] = or_null(acc->ha1_sha256);
	row.colv[STORE_HA1B_MD5] = or_null(acc->ha1b_md5);
	row.colv[STORE_HA1B_SHA256] = or_null(acc->ha1b_sha256);
	for (int i = 0; i < SETTING_MAX; i++) {
		account_setting_print(textv[i], &acc->set,
				      (enum account_setting)i);
		row.colv[STORE_NAME + i] = or_null(textv[i]);
	}
	if (acc->set.disabled)
		row.colv[STORE_DISABLED] = "1";
	if (acc->set.record)
		row.colv[STORE_RECORD] = "1";

	return fn(st, &row);
}


/**
 * Add an account
 *
 * @param st  Store
 * @param acc Account
 *
 * @return 0 if success; EEXIST, also where it is another one's alias; EIO
 */
int account_insert(struct store *st, const struct account *acc)
{
	if (!st || !acc)
		return EINVAL;

	return write_account(st, acc, store_account_put);
}


/**
 * Change an account, or add it
 *
 * @param st  Store
 * @param acc Account
 *
 * @return 0 if success, EIO
 */
int account_replace(struct store *st, const struct account *acc)
{
	if (!st || !acc)
		return EINVAL;

	return write_account(st, acc, store_account_set);
}


/**
 * Add an account
 *
 * @param st       Store
 * @param aor      Canonical address-of-record, user@domain
 * @param password Password; not kept
 *
 * @return 0 if success, EEXIST, EINVAL, EIO
 */
int account_add(struct store *st, const char *aor, const char *password)
{
	struct account acc;
	int err;

	memset(&acc, 0, sizeof(acc));
	err = account_hash(&acc, aor, password);
	if (!err)
		err = account_insert(st, &acc);
	explicit_bzero(&acc, sizeof(acc));

	return err;
}


/**
 * Add an account, or give the one that is there another password
 *
 * @param st       Store
 * @param aor      Canonical address-of-record, user@domain
 * @param password Password; not kept
 *
 * @return 0 if success, EINVAL, EIO
 */
int account_set(struct store *st, const char *aor, const char *password)
{
	struct account acc;
	struct pl pl;
	int err;

	if (!st || !aor)
		return EINVAL;

	pl_set_str(&pl, aor);
	err = account_get(&acc, st, &pl);
	if (err && err != ENOENT)
		return err;

	if (err == ENOENT)
		return account_add(st, aor, password);

	err = account_hash(&acc, aor, password);
	if (!err)
		err = account_replace(st, &acc);
	explicit_bzero(&acc, sizeof(acc));

	return err;
}


/**
 * Delete an account
 *
 * @param st  Store
 * @param aor Canonical address-of-record
 *
 * @return 0 if success, ENOENT, EIO
 */
int account_del(struct store *st, const char *aor)
{
	return store_account_del(st, aor);
}


static void list_handler(const struct store_row *row, void *arg)
{
	const struct listing *l = arg;
	struct account acc;

	if (!account_read(&acc, row))
		l->h(&acc, l->arg);
}


/**
 * Hand out all accounts, sorted by address-of-record
 *
 * @param st  Store
 * @param h   Called with each
 * @param arg Handler's argument
 *
 * @return 0 if success, EIO
 */
int account_list(struct store *st, account_h *h, void *arg)
{
	struct listing l = {h, arg};

	return h ? store_account_all(st, list_handler, &l) : EINVAL;
}


static void own_handler(const char *alias, const char *aor, void *arg)
{
	struct owning *o = arg;
	(void)aor;

	++o->n;
	o->own |= !strcmp(alias, o->alias);
}


/**
 * Give an account another name
 *
 * @param st    Store
 * @param alias Alias, as account_alias_make() has made it
 * @param aor   The account
 *
 * @return 0 if success, or if it has it; EEXIST: another one has; ENOSPC: the
 *         account has too many; ENOENT: no such account; EIO
 */
int account_alias_add(struct store *st, const char *alias, const char *aor)
{
	struct owning o = {alias, 0, false};
	int err;

	if (!alias || !*alias || strlen(alias) >= ACCOUNT_AOR_MAX)
		return EINVAL;

	err = store_alias_all(st, aor, own_handler, &o);
	if (err || o.own)
		return err;

	return o.n >= ACCOUNT_ALIAS_MAX ? ENOSPC
					: store_alias_put(st, alias, aor);
}


/**
 * Take a name away from an account
 *
 * @param st    Store
 * @param alias Alias, as account_alias_make() has made it
 * @param aor   The account
 *
 * @return 0 if success; ENOENT: that is no alias of it; EIO
 */
int account_alias_del(struct store *st, const char *alias, const char *aor)
{
	return store_alias_del(st, alias, aor);
}
