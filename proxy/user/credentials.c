/**
 * @file credentials.c  The values of the authentication headers
 *
 * One linear walk over "name=value" pairs. Values stay as they were written
 * (a quoted-pair is not resolved: RFC 7616 hashes what stands between the
 * quotes), so a slice goes straight into the hash. A parameter that comes
 * twice makes the whole unusable: which one did the sender mean?
 */
#include <string.h>
#include <re.h>
#include "proxy/user/digest.h"


enum { NC_LEN = 8 };

/** One parameter that we know, and where its value goes */
struct param {
	const char *name;
	struct pl *val;
};


static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


static bool is_token(char c)
{
	return c > 0x20 && c < 0x7f && !strchr("()<>@,;:\\\"/[]?={}", c);
}


static void skip(struct pl *in, bool commas)
{
	while (in->l && (is_blank(*in->p) || (commas && *in->p == ',')))
		pl_advance(in, 1);
}


static struct pl take_token(struct pl *in)
{
	struct pl tok = {in->p, 0};

	while (in->l && is_token(*in->p)) {
		pl_advance(in, 1);
		++tok.l;
	}

	return tok;
}


/* what stands between the quotes; control bytes have no business there */
static int take_quoted(struct pl *val, struct pl *in)
{
	size_t i;

	for (i = 1; i < in->l && in->p[i] != '"'; i++) {
		if (in->p[i] == '\\')
			++i;
		if (i >= in->l || !in->p[i] || in->p[i] == '\n')
			return EBADMSG;
	}
	if (i >= in->l)
		return EBADMSG;

	val->p = in->p + 1;
	val->l = i - 1;
	pl_advance(in, (ssize_t)i + 1);

	return 0;
}


/* a bare value reaches to the next comma or blank: some phones leave the
 * quotes off a nonce or a URI */
static struct pl take_bare(struct pl *in)
{
	struct pl val = {in->p, 0};

	while (in->l && !is_blank(*in->p) && *in->p != ',' && *in->p != '"') {
		pl_advance(in, 1);
		++val.l;
	}

	return val;
}


static int take_param(struct pl *name, struct pl *val, struct pl *in)
{
	*name = take_token(in);
	skip(in, false);
	if (!name->l || !in->l || *in->p != '=')
		return EBADMSG;

	pl_advance(in, 1);
	skip(in, false);
	if (in->l && *in->p == '"') {
		if (take_quoted(val, in))
			return EBADMSG;
	}
	else {
		*val = take_bare(in);
	}

	skip(in, false);

	return in->l && *in->p != ',' ? EBADMSG : 0;
}


static int store_param(const struct param *paramv, size_t n,
		       const struct pl *name, const struct pl *val)
{
	for (size_t i = 0; i < n; i++) {
		if (pl_strcasecmp(name, paramv[i].name))
			continue;
		if (paramv[i].val->p)
			return EBADMSG;
		*paramv[i].val = *val;
		break;
	}

	return 0;
}


static int decode_params(const struct param *paramv, size_t n,
			 const struct pl *hval)
{
	struct pl in = *hval, scheme, name, val;

	skip(&in, false);
	scheme = take_token(&in);
	if (pl_strcasecmp(&scheme, "Digest") || !in.l || !is_blank(*in.p))
		return ENOTSUP;

	for (skip(&in, true); in.l; skip(&in, true)) {
		if (take_param(&name, &val, &in) ||
		    store_param(paramv, n, &name, &val))
			return EBADMSG;
	}

	return 0;
}


static int decode_algorithm(enum digest_alg *alg, const struct pl *name)
{
	if (!name->p || !pl_strcasecmp(name, "MD5"))
		*alg = DIGEST_MD5;
	else if (!pl_strcasecmp(name, "SHA-256"))
		*alg = DIGEST_SHA256;
	else
		return ENOTSUP;

	return 0;
}


static size_t hex_len(enum digest_alg alg)
{
	return alg == DIGEST_SHA256 ? 64 : 32;
}


static bool is_hex(const struct pl *pl, size_t len)
{
	if (pl->l != len)
		return false;

	for (size_t i = 0; i < pl->l; i++) {
		const char c = (char)(pl->p[i] | 0x20);

		if (!(pl->p[i] >= '0' && pl->p[i] <= '9') &&
		    !(c >= 'a' && c <= 'f'))
			return false;
	}

	return true;
}


static bool cred_usable(const struct digest_cred *c)
{
	if (!c->username.l || !c->realm.p || !c->nonce.l || !c->uri.l ||
	    !is_hex(&c->response, hex_len(c->alg)))
		return false;
	if (!c->qop.p)
		return true;

	return !pl_strcasecmp(&c->qop, "auth") && c->cnonce.l &&
	       is_hex(&c->nc, NC_LEN);
}


/**
 * Decode the value of an Authorization or Proxy-Authorization header
 *
 * @param cp   Credentials, slices of hval; written only on success
 * @param hval Header value
 *
 * @return 0 if success; ENOTSUP: another scheme or algorithm; EBADMSG
 *         (RFC 7616 section 3.4)
 */
int digest_cred_decode(struct digest_cred *cp, const struct pl *hval)
{
	struct digest_cred c = {0};
	struct pl alg = PL_INIT;
	const struct param paramv[] = {
		{"username", &c.username}, {"realm", &c.realm},
		{"nonce", &c.nonce},       {"uri", &c.uri},
		{"response", &c.response}, {"cnonce", &c.cnonce},
		{"qop", &c.qop},           {"nc", &c.nc},
		{"opaque", &c.opaque},     {"algorithm", &alg},
	};
	int err;

	if (!cp || !hval || !hval->p)
		return EINVAL;

	err = decode_params(paramv, ARRAY_SIZE(paramv), hval);
	if (err)
		return err;

	err = decode_algorithm(&c.alg, &alg);
	if (err)
		return err;

	if (!cred_usable(&c))
		return EBADMSG;

	*cp = c;

	return 0;
}


/* of a list of offers the one that we do; none at all: RFC 2069 */
static int choose_qop(struct pl *qop)
{
	struct pl in = *qop;

	if (!qop->p)
		return 0;

	for (skip(&in, true); in.l; skip(&in, true)) {
		const struct pl tok = take_token(&in);

		if (!tok.l)
			return EBADMSG;
		if (!pl_strcasecmp(&tok, "auth")) {
			*qop = tok;
			return 0;
		}
	}

	return ENOTSUP;
}


/**
 * Decode the value of a WWW-Authenticate or Proxy-Authenticate header
 *
 * @param cp   Challenge, slices of hval; written only on success
 * @param hval Header value
 *
 * @return 0 if success; ENOTSUP: another scheme or algorithm; EBADMSG
 *         (RFC 7616 section 3.3)
 */
int digest_challenge_decode(struct digest_challenge *cp, const struct pl *hval)
{
	struct digest_challenge c = {0};
	struct pl alg = PL_INIT, stale = PL_INIT;
	const struct param paramv[] = {
		{"realm", &c.realm}, {"nonce", &c.nonce},
		{"qop", &c.qop},     {"opaque", &c.opaque},
		{"stale", &stale},   {"algorithm", &alg},
	};
	int err;

	if (!cp || !hval || !hval->p)
		return EINVAL;

	err = decode_params(paramv, ARRAY_SIZE(paramv), hval);
	if (err)
		return err;

	err = decode_algorithm(&c.alg, &alg);
	if (!err)
		err = choose_qop(&c.qop);
	if (err)
		return err;

	if (!c.realm.p || !c.nonce.l)
		return EBADMSG;

	c.stale = stale.p && !pl_strcasecmp(&stale, "true");
	*cp = c;

	return 0;
}


/**
 * The realm of credentials or of a challenge, whatever else they say
 *
 * @param realm Realm, slice of hval; written only on success
 * @param hval  Header value
 *
 * @return 0 if success; ENOTSUP: another scheme; EBADMSG: none, several, or
 *         one with escapes in it
 */
int digest_realm(struct pl *realm, const struct pl *hval)
{
	struct pl val = PL_INIT;
	const struct param paramv[] = {{"realm", &val}};
	int err;

	if (!realm || !hval || !hval->p)
		return EINVAL;

	err = decode_params(paramv, ARRAY_SIZE(paramv), hval);
	if (err)
		return err;

	if (!val.l || memchr(val.p, '\\', val.l))
		return EBADMSG;

	*realm = val;

	return 0;
}
