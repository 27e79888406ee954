/**
 * @file login.c  How we answer the challenges of one server
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/login.h"

enum { CNONCE_SIZE = 17, VALUE_MAX = LOGIN_LINES_MAX / 2 - 32 };


static int text(char *buf, size_t size, const struct pl *pl)
{
	return pl->l < size ? pl_strcpy(pl, buf, size) : EOVERFLOW;
}


static int keep(struct login_asked *a, const struct digest_challenge *c)
{
	struct login_asked n = {.alg = c->alg, .qop = c->qop.l > 0};

	if (text(n.realm, sizeof(n.realm), &c->realm) ||
	    text(n.nonce, sizeof(n.nonce), &c->nonce))
		return EOVERFLOW;

	n.has_opaque = c->opaque.p != NULL;
	if (n.has_opaque && text(n.opaque, sizeof(n.opaque), &c->opaque))
		return EOVERFLOW;

	n.epoch = a->epoch;
	*a = n;

	return 0;
}


/* SHA-256 before MD5, else the first one (RFC 8760 section 2.4) */
static bool better(const struct digest_challenge *c,
		   const struct digest_challenge *best)
{
	return !best->nonce.l ||
	       (c->alg == DIGEST_SHA256 && best->alg == DIGEST_MD5);
}


static int choose(struct digest_challenge *best, const struct message *resp,
		  enum hdr_id id, const char *realm)
{
	const struct hdr *h = message_hdr(resp, id);

	memset(best, 0, sizeof(*best));
	for (; h; h = message_hdr_next(resp, h)) {
		struct digest_challenge c;

		if (digest_challenge_decode(&c, &h->val) ||
		    (realm[0] && pl_strcmp(&c.realm, realm)))
			continue;
		if (better(&c, best))
			*best = c;
	}

	return best->nonce.l ? 0 : ENOENT;
}


/**
 * Learn from a 401 or 407 (RFC 3261 section 22)
 *
 * @param l     Login
 * @param resp  Response
 * @param epoch login_epoch() of the answer in the request, 0: none was in it
 * @param realm The only realm that is answered, "": any
 *
 * @return 0 if the request may be sent again; EACCES: its answer was wrong;
 *         ENOENT: no challenge that we understand
 */
int login_learn(struct login *l, const struct message *resp, uint64_t epoch,
		const char *realm)
{
	struct login_asked *a;
	struct digest_challenge c;
	struct pl had;
	bool answered;

	if (!l || !resp || !realm ||
	    (resp->scode != 401 && resp->scode != 407))
		return EINVAL;

	a = resp->scode == 401 ? &l->server : &l->proxy;
	if (choose(&c, resp,
		   resp->scode == 401 ? HDR_WWW_AUTHENTICATE
				      : HDR_PROXY_AUTHENTICATE,
		   realm))
		return ENOENT;

	/* another request has learned meanwhile: its news are ours */
	answered = a->nonce[0] && epoch && epoch >= a->epoch;
	pl_set_str(&had, a->nonce);
	if (answered && !c.stale && !pl_strcmp(&c.realm, a->realm) &&
	    (!pl_cmp(&c.nonce, &had) || a->nc <= 1))
		return EACCES;

	if (keep(a, &c))
		return ENOENT;

	a->epoch = login_epoch(l) + 1;

	return 0;
}


static int line(char *buf, size_t size, struct login_asked *a,
		const char *name, const char *user, const char *password,
		const struct pl *met, const struct pl *uri)
{
	struct digest_challenge c = {.alg = a->alg};
	char value[VALUE_MAX], cnonce[CNONCE_SIZE];

	pl_set_str(&c.realm, a->realm);
	pl_set_str(&c.nonce, a->nonce);
	if (a->has_opaque)
		pl_set_str(&c.opaque, a->opaque);
	if (a->qop)
		pl_set_str(&c.qop, "auth");

	(void)re_snprintf(cnonce, sizeof(cnonce), "%016llx", rand_u64());
	if (digest_authorize(value, sizeof(value), &c, user, password, met,
			     uri, ++a->nc, cnonce))
		return EOVERFLOW;

	return re_snprintf(buf, size, "%s: %s\r\n", name, value) < 0
		       ? EOVERFLOW
		       : 0;
}


/**
 * Answer what was asked so far
 *
 * @param buf      Whole header lines
 * @param size     Its size, LOGIN_LINES_MAX is enough
 * @param l        Login
 * @param user     User name
 * @param password Password
 * @param met      Method of the request
 * @param uri      Its Request-URI
 *
 * @return 0 if success, EOVERFLOW
 */
int login_lines(char *buf, size_t size, struct login *l, const char *user,
		const char *password, const struct pl *met,
		const struct pl *uri)
{
	int err = 0;

	if (!buf || !size || !l || !user || !password || !met || !uri)
		return EINVAL;

	buf[0] = '\0';
	if (l->server.nonce[0])
		err = line(buf, size, &l->server, "Authorization", user,
			   password, met, uri);
	if (!err && l->proxy.nonce[0])
		err = line(buf + strlen(buf), size - strlen(buf), &l->proxy,
			   "Proxy-Authorization", user, password, met, uri);

	return err;
}


/**
 * Which challenges are answered now
 *
 * @param l Login
 *
 * @return A number that grows with each challenge; 0: none
 */
uint64_t login_epoch(const struct login *l)
{
	if (!l)
		return 0;

	return l->server.epoch > l->proxy.epoch ? l->server.epoch
						: l->proxy.epoch;
}
