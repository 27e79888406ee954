/**
 * @file account_name.c  What an operator may write for an account, pure
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/user/account_name.h"


/* what the user part of a SIP URI may hold unescaped (RFC 3261 section
 * 25.1), so that phones and we write the same name */
static bool is_user_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-_.!~*'()&=+$,?/", c));
}


/**
 * Make the address-of-record of what an operator wrote
 *
 * @param aor  Address-of-record; written only on success
 * @param cfg  Configuration with our domains
 * @param name USER@DOMAIN
 *
 * @return NULL if success, else why not, for the end of a sentence
 */
const char *account_name_aor(char aor[ACCOUNT_AOR_MAX],
			     const struct config *cfg, const char *name)
{
	const char *at = strrchr(name, '@');
	char text[SIPURI_MAX];
	struct sipuri uri;
	struct pl pl;

	if (!at || at == name || !at[1])
		return "is not USER@DOMAIN";

	for (const char *p = name; p < at; p++) {
		if (!is_user_char(*p))
			return "is no user name: it may hold letters, digits "
			       "and -_.!~*'()&=+$,?/ only";
	}

	if (re_snprintf(text, sizeof(text), "sip:%s", name) < 0)
		return "is too long";

	pl_set_str(&pl, text);
	if (sipuri_decode(&uri, &pl) || uri.port || uri.params.l ||
	    uri.headers.l)
		return "is no address";

	switch (account_aor(aor, cfg, &uri)) {
	case 0:
		return NULL;
	case ENOENT:
		return "is not at a domain of ours";
	default:
		return "is no address";
	}
}


/**
 * Check a password
 *
 * @param password Password, or NULL
 *
 * @return NULL if it is fine, else why not, for the end of a sentence
 */
const char *account_name_password(const char *password)
{
	if (!password || !*password)
		return "is empty";
	if (strlen(password) > ACCOUNT_PASSWORD_MAX)
		return "is longer than 128 characters";

	for (const char *p = password; *p; p++) {
		if ((uint8_t)*p < 0x20 || *p == 0x7f)
			return "contains a control character";
	}

	return NULL;
}
