/**
 * @file account_alias.c  Other names of an account, and numbers
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/number.h"
#include "proxy/user/account_alias.h"


static struct pl host_of(const char *aor)
{
	const char *at = strrchr(aor, '@');
	struct pl host;

	pl_set_str(&host, at ? at + 1 : "");

	return host;
}


/* what a To header of it becomes */
static int canonical(char aor[ACCOUNT_AOR_MAX], const struct config *cfg,
		     const struct pl *user, const struct pl *host)
{
	char text[ACCOUNT_AOR_MAX + 8];
	struct sipuri uri;
	struct pl pl;

	if (re_snprintf(text, sizeof(text), "sip:%r@%r", user, host) < 0)
		return EBADMSG;

	pl_set_str(&pl, text);
	if (sipuri_decode(&uri, &pl) || uri.port || uri.params.l ||
	    uri.headers.l || uri.password.l)
		return EBADMSG;

	return account_aor(aor, cfg, &uri);
}


/* "#" stands in no URI as it is: only the host goes that way */
static int number_at(char alias[ACCOUNT_AOR_MAX], const struct config *cfg,
		     const char *num, const struct pl *host)
{
	const struct pl zero = PL("0");
	char aor[ACCOUNT_AOR_MAX], buf[ACCOUNT_AOR_MAX];
	const int err = canonical(aor, cfg, &zero, host);

	if (err)
		return err;
	if (re_snprintf(buf, sizeof(buf), "%s%s", num, strchr(aor, '@')) < 0)
		return EBADMSG;

	memcpy(alias, buf, sizeof(buf));

	return 0;
}


static bool is_user(const struct pl *user)
{
	for (size_t i = 0; i < user->l; i++) {
		const char c = user->p[i];

		if (c <= 0x20 || c >= 0x7f || strchr("%@:;\"<>", c))
			return false;
	}

	return user->l > 0;
}


/**
 * Make an alias of what an operator wrote
 *
 * @param alias Alias as it is kept; written only on success
 * @param cfg   Configuration with our domains
 * @param text  USER, or USER@DOMAIN
 * @param aor   The account
 *
 * @return 0 if success; EBADMSG: not a name; ENOENT: not a domain of ours
 */
int account_alias_make(char alias[ACCOUNT_AOR_MAX], const struct config *cfg,
		       const char *text, const char *aor)
{
	const char *at = text ? strrchr(text, '@') : NULL;
	char num[NUMBER_MAX];
	struct pl user, host;

	if (!alias || !cfg || !text || !aor)
		return EINVAL;

	host = host_of(at ? text : aor);
	user.p = text;
	user.l = at ? (size_t)(at - text) : strlen(text);
	if (!host.l)
		return EBADMSG;

	if (number_read(num, &user))
		return is_user(&user) ? canonical(alias, cfg, &user, &host)
				      : EBADMSG;
	if (*num != '+' || at)
		return number_at(alias, cfg, num, &host);

	(void)str_ncpy(alias, num, ACCOUNT_AOR_MAX);

	return 0;
}


static void add(struct account_names *n, const struct pl *user,
		const struct pl *host)
{
	char *name = n->namev[n->namec];
	const int len = host ? re_snprintf(name, ACCOUNT_AOR_MAX, "%r@%r",
					   user, host)
			     : re_snprintf(name, ACCOUNT_AOR_MAX, "%r", user);

	n->namec += len > 0;
}


/* 4930123456 is what some carriers write for +4930123456, and the other way
 * round */
static void add_other_form(struct account_names *n, const char *num,
			   const struct pl *host)
{
	char other[NUMBER_MAX + 1];
	struct pl user;

	if (*num == '+')
		(void)str_ncpy(other, num + 1, sizeof(other));
	else
		(void)re_snprintf(other, sizeof(other), "+%s", num);

	pl_set_str(&user, other);
	add(n, &user, host);
	if (*other == '+')
		add(n, &user, NULL);
}


/**
 * The names that an address may be known by, the best first
 *
 * @param n   Names; none if it is not user@domain
 * @param aor Canonical address-of-record
 */
void account_alias_names(struct account_names *n, const struct pl *aor)
{
	const char *at = pl_strrchr(aor, '@');
	char num[NUMBER_MAX];
	struct pl user, host;

	n->namec = 0;
	if (!at || at == aor->p || aor->l >= ACCOUNT_AOR_MAX)
		return;

	user.p = aor->p;
	user.l = (size_t)(at - aor->p);
	host.p = at + 1;
	host.l = aor->l - user.l - 1;
	add(n, &user, &host);

	if (number_read(num, &user))
		return;
	if (pl_strcmp(&user, num)) {
		pl_set_str(&user, num);
		add(n, &user, &host);
	}
	if (*num == '+')
		add(n, &user, NULL);
	add_other_form(n, num, &host);
}
