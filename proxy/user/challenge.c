/**
 * @file challenge.c  What a phone is asked for: the challenge lines, pure
 *
 * RFC 8760 wants one challenge for each algorithm, the strongest on top, and
 * a phone that takes the first which it knows. Phones in the field do not:
 *
 *   SIPp up to 3.6       reads the first line only, gives up on SHA-256
 *   libre below 3.12     (baresip 1.0 of Debian 12) gives up on any line
 *                        that is not MD5, wherever it stands
 *   Twinkle              reads the last line
 *   JsSIP 3.13, SIP.js   (and whatever calls itself otherwise and is made of
 *   0.21                 them) read the last line, give up on SHA-256
 *   sipML5               gives up on any line that is not MD5
 *
 * So the order follows the User-Agent: SHA-256 on top for those who are known
 * to follow the RFC, and for pages in browsers; MD5 alone for those whom
 * another line breaks; and for all others MD5 on top and SHA-256 below. What
 * is offered is not a promise: credentials of both algorithms are accepted
 * from everybody.
 */
#include <string.h>
#include <re.h>
#include "proxy/user/challenge.h"


enum offer { MD5_FIRST = 0, MD5_ONLY, SHA256_FIRST };

/** By the beginning of the User-Agent; the first that fits counts */
static const struct {
	const char *prefix;
	enum offer offer;
} agentv[] = {
	{"baresip v0.", MD5_ONLY},   {"baresip v1.", MD5_ONLY},
	{"baresip v2.", MD5_ONLY},   {"baresip v3.", MD5_ONLY},
	{"baresip", SHA256_FIRST},   {"libre", MD5_ONLY},
	{"re ", MD5_ONLY},           {"retest", MD5_ONLY},
	{"Twinkle", MD5_ONLY},       {"Linphone", SHA256_FIRST},
	{"belle-sip", SHA256_FIRST}, {"PJSUA", SHA256_FIRST},
	{"IM-client", MD5_ONLY},     {"sipML5", MD5_ONLY},
};


static bool has_prefix(const struct pl *pl, const char *prefix)
{
	const size_t n = strlen(prefix);
	const struct pl head = {pl->p, n};

	return pl->l >= n && !pl_strcasecmp(&head, prefix);
}


static enum offer offer_for(const struct pl *user_agent, bool browser)
{
	const enum offer other = browser ? SHA256_FIRST : MD5_FIRST;

	if (!user_agent || !user_agent->p)
		return other;

	for (size_t i = 0; i < ARRAY_SIZE(agentv); i++) {
		if (has_prefix(user_agent, agentv[i].prefix))
			return agentv[i].offer;
	}

	return other;
}


/**
 * Choose the algorithms to offer
 *
 * @param algv       Algorithms, in order
 * @param user_agent Value of User-Agent, NULL or empty if there is none
 * @param browser    It came by a WebSocket
 *
 * @return How many
 */
size_t challenge_offer(enum digest_alg algv[CHALLENGE_MAX],
		       const struct pl *user_agent, bool browser)
{
	const enum offer offer = offer_for(user_agent, browser);

	algv[0] = offer == SHA256_FIRST ? DIGEST_SHA256 : DIGEST_MD5;
	algv[1] = offer == SHA256_FIRST ? DIGEST_MD5 : DIGEST_SHA256;

	return offer == MD5_ONLY ? 1 : 2;
}


/**
 * Print the challenge lines
 *
 * @param buf       Whole header lines
 * @param size      Its size
 * @param registrar WWW-Authenticate, else Proxy-Authenticate
 * @param realm     Realm
 * @param nonce     Nonce, the same for all lines
 * @param stale     The credentials were right, only their nonce was old
 * @param algv      Algorithms, in order
 * @param algc      How many
 *
 * @return 0 if success, EOVERFLOW: does not fit
 */
int challenge_print(char *buf, size_t size, bool registrar,
		    const struct pl *realm, const char *nonce, bool stale,
		    const enum digest_alg *algv, size_t algc)
{
	size_t pos = 0;

	if (!buf || !size || !realm || !nonce || !algv)
		return EINVAL;

	for (size_t i = 0; i < algc; i++) {
		const int n = re_snprintf(
			buf + pos, size - pos,
			"%s: Digest realm=\"%r\", nonce=\"%s\", "
			"algorithm=%s, qop=\"auth\"%s\r\n",
			registrar ? "WWW-Authenticate" : "Proxy-Authenticate",
			realm, nonce,
			algv[i] == DIGEST_SHA256 ? "SHA-256" : "MD5",
			stale ? ", stale=true" : "");

		if (n < 0)
			return EOVERFLOW;
		pos += (size_t)n;
	}

	return 0;
}
