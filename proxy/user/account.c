/**
 * @file account.c  Accounts: who may register and call; HA1 only
 */
#include <string.h>
#include <re.h>
#include "common/store.h"
#include "proxy/user/account.h"
#include "proxy/user/digest.h"


enum column { COL_MD5 = 0, COL_SHA256, COL_MD5_B, COL_SHA256_B };

/** A row on its way to the caller */
struct taking {
	struct account *acc;
	bool taken;
};

/** A list on its way to the caller */
struct listing {
	account_h *h;
	void *arg;
};


static bool is_domain(const struct config *cfg, const struct pl *host)
{
	for (size_t i = 0; i < cfg->domainc; i++) {
		if (!pl_strcasecmp(host, cfg->domainv[i]))
			return true;
	}

	return false;
}


/**
 * Make the address-of-record that a URI names at one of our domains
 *
 * @param aor Canonical address-of-record; written only on success
 * @param cfg Configuration with our domains
 * @param uri URI
 *
 * @return 0 if success; EINVAL: not sip or sips; ENOENT: no user, or not one
 *         of our domains; EBADMSG (RFC 3261 section 10.3 step 5)
 */
int account_aor(char aor[ACCOUNT_AOR_MAX], const struct config *cfg,
		const struct sipuri *uri)
{
	char buf[ACCOUNT_AOR_MAX];

	if (!aor || !cfg || !uri || !sipuri_is_sip(uri))
		return EINVAL;
	if (!uri->user.l || !is_domain(cfg, &uri->host))
		return ENOENT;
	if (sipuri_aor(uri, buf, sizeof(buf)))
		return EBADMSG;

	memcpy(aor, buf, sizeof(buf));

	return 0;
}


static bool take_text(char *buf, size_t size, const char *str)
{
	return re_snprintf(buf, size, "%s", str ? str : "") >= 0;
}


/* rows of ours fit; one that a stranger's hand made too long does not count */
static bool take_row(struct account *acc, const struct store_row *row)
{
	return take_text(acc->aor, sizeof(acc->aor), row->key) &&
	       take_text(acc->ha1_md5, sizeof(acc->ha1_md5),
			 row->colv[COL_MD5]) &&
	       take_text(acc->ha1_sha256, sizeof(acc->ha1_sha256),
			 row->colv[COL_SHA256]) &&
	       take_text(acc->ha1b_md5, sizeof(acc->ha1b_md5),
			 row->colv[COL_MD5_B]) &&
	       take_text(acc->ha1b_sha256, sizeof(acc->ha1b_sha256),
			 row->colv[COL_SHA256_B]);
}


static void row_handler(const struct store_row *row, void *arg)
{
	struct taking *t = arg;

	t->taken = take_row(t->acc, row);
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
	struct taking t = {&acc, false};
	int err;

	if (!accp || !st || !aor)
		return EINVAL;
	if (!aor->l || aor->l >= ACCOUNT_AOR_MAX)
		return ENOENT;

	err = store_account_get(st, aor, row_handler, &t);
	if (err)
		return err;
	if (!t.taken)
		return EIO;

	*accp = acc;

	return 0;
}


/* the password is hashed where it lies: no copy to wipe */
static int make_account(struct account *acc, const char *aor,
			const char *password)
{
	const char *at = strrchr(aor, '@');
	struct pl user, whole, realm, pw;

	if (!at || at == aor || !at[1] || !*password ||
	    !take_text(acc->aor, sizeof(acc->aor), aor))
		return EINVAL;

	pl_set_str(&whole, aor);
	pl_set_str(&realm, at + 1);
	pl_set_str(&pw, password);
	user.p = aor;
	user.l = (size_t)(at - aor);

	digest_ha1(acc->ha1_md5, DIGEST_MD5, &user, &realm, &pw);
	digest_ha1(acc->ha1_sha256, DIGEST_SHA256, &user, &realm, &pw);
	digest_ha1(acc->ha1b_md5, DIGEST_MD5, &whole, &realm, &pw);
	digest_ha1(acc->ha1b_sha256, DIGEST_SHA256, &whole, &realm, &pw);

	return *acc->ha1_md5 && *acc->ha1_sha256 ? 0 : EIO;
}


static int write_account(struct store *st, const char *aor,
			 const char *password, bool replace)
{
	struct store_row row = {0};
	struct account acc;
	int err;

	if (!st || !aor || !password)
		return EINVAL;

	err = make_account(&acc, aor, password);
	if (err)
		goto out;

	row.key = acc.aor;
	row.colv[COL_MD5] = acc.ha1_md5;
	row.colv[COL_SHA256] = acc.ha1_sha256;
	row.colv[COL_MD5_B] = acc.ha1b_md5;
	row.colv[COL_SHA256_B] = acc.ha1b_sha256;
	err = replace ? store_account_set(st, &row)
		      : store_account_put(st, &row);
out:
	explicit_bzero(&acc, sizeof(acc));

	return err;
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
	return write_account(st, aor, password, false);
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
	return write_account(st, aor, password, true);
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

	if (take_row(&acc, row))
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
