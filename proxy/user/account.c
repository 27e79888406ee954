/**
 * @file account.c  Accounts: who may register and call; HA1 only
 */
#include <string.h>
#include <re.h>
#include "common/store.h"
#include "proxy/user/account.h"
#include "proxy/user/account_setting.h"
#include "proxy/user/digest.h"


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


static int read_settings(struct account_settings *set,
			 const struct store_row *row)
{
	int err = 0;

	for (int i = 0; i < SETTING_MAX && !err; i++) {
		const char *text = row->colv[STORE_NAME + i];

		if (text)
			err = account_setting_decode(
				set, (enum account_setting)i, text);
	}

	return err;
}


/**
 * Read an account out of a row
 *
 * One that a stranger's hand spoiled does not count: a limit that cannot be
 * read is no limit.
 *
 * @param acc Account
 * @param row Row of the store
 *
 * @return 0 if success, EBADMSG
 */
int account_read(struct account *acc, const struct store_row *row)
{
	bool fits;

	memset(acc, 0, sizeof(*acc));
	fits = take_text(acc->aor, sizeof(acc->aor), row->key) &&
	       take_text(acc->ha1_md5, sizeof(acc->ha1_md5),
			 row->colv[STORE_HA1_MD5]) &&
	       take_text(acc->ha1_sha256, sizeof(acc->ha1_sha256),
			 row->colv[STORE_HA1_SHA256]) &&
	       take_text(acc->ha1b_md5, sizeof(acc->ha1b_md5),
			 row->colv[STORE_HA1B_MD5]) &&
	       take_text(acc->ha1b_sha256, sizeof(acc->ha1b_sha256),
			 row->colv[STORE_HA1B_SHA256]);

	return fits ? read_settings(&acc->set, row) : EBADMSG;
}


/**
 * Make an account's HA1 of a password, for MD5 and SHA-256
 *
 * The password is hashed where it lies: no copy to wipe.
 *
 * @param acc      Account; its settings stay
 * @param aor      Canonical address-of-record, user@domain
 * @param password Password; not kept
 *
 * @return 0 if success, EINVAL, EIO
 */
int account_hash(struct account *acc, const char *aor, const char *password)
{
	const char *at = aor ? strrchr(aor, '@') : NULL;
	struct pl user, whole, realm, pw;

	if (!acc || !password || !at || at == aor || !at[1] || !*password ||
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
