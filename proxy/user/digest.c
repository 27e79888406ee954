/**
 * @file digest.c  HTTP digest for SIP (RFC 7616, 8760): the sums
 *
 * credentials.c decodes the headers, nonce.c makes the nonces.
 */
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <re.h>
#include "proxy/user/digest.h"


enum { NC_SIZE = 9, TAIL_SIZE = 160 };


static size_t hex_len(enum digest_alg alg)
{
	return alg == DIGEST_SHA256 ? 64 : 32;
}


/* hash of the parts with colons between them; "" where OpenSSL fails, which
 * no response equals */
static void hash_parts(char hex[DIGEST_HEX_MAX], enum digest_alg alg,
		       const struct pl *const *partv, size_t n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const EVP_MD *md = alg == DIGEST_SHA256 ? EVP_sha256() : EVP_md5();
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	bool ok = ctx && EVP_DigestInit_ex(ctx, md, NULL);

	for (size_t i = 0; ok && i < n; i++) {
		ok = (!i || EVP_DigestUpdate(ctx, ":", 1)) &&
		     EVP_DigestUpdate(ctx, partv[i]->p, partv[i]->l);
	}
	ok = ok && EVP_DigestFinal_ex(ctx, sum, &len) &&
	     len * 2 == hex_len(alg);

	if (!ok ||
	    re_snprintf(hex, DIGEST_HEX_MAX, "%w", sum, (size_t)len) < 0)
		hex[0] = '\0';
	EVP_MD_CTX_free(ctx);
	OPENSSL_cleanse(sum, sizeof(sum));
}


/**
 * Make an HA1: all that is kept of a password
 *
 * @param hex      Lower-case hex digits; "" on failure
 * @param alg      Algorithm
 * @param user     User name, as the phone will send it
 * @param realm    Realm
 * @param password Password
 */
void digest_ha1(char hex[DIGEST_HEX_MAX], enum digest_alg alg,
		const struct pl *user, const struct pl *realm,
		const struct pl *password)
{
	const struct pl *partv[] = {user, realm, password};

	hash_parts(hex, alg, partv, ARRAY_SIZE(partv));
}


/**
 * Make the response to a challenge (RFC 7616 section 3.4.1)
 *
 * @param hex Lower-case hex digits; "" on failure
 * @param ha1 HA1 in hex
 * @param c   Nonce, URI, nc, cnonce and qop; no qop: as in RFC 2069
 * @param met Method
 */
void digest_response(char hex[DIGEST_HEX_MAX], const char *ha1,
		     const struct digest_cred *c, const struct pl *met)
{
	const struct pl *ha2v[] = {met, &c->uri};
	char ha2[DIGEST_HEX_MAX];
	struct pl a1, a2;

	hash_parts(ha2, c->alg, ha2v, ARRAY_SIZE(ha2v));
	pl_set_str(&a1, ha1);
	pl_set_str(&a2, ha2);

	if (c->qop.l) {
		const struct pl *partv[] = {&a1,        &c->nonce, &c->nc,
					    &c->cnonce, &c->qop,   &a2};

		hash_parts(hex, c->alg, partv, ARRAY_SIZE(partv));
	}
	else {
		const struct pl *partv[] = {&a1, &c->nonce, &a2};

		hash_parts(hex, c->alg, partv, ARRAY_SIZE(partv));
	}
}


/**
 * Verify a response, in constant time
 *
 * @param c   Credentials
 * @param ha1 HA1 in hex, of the credentials' algorithm
 * @param met Method of the request
 *
 * @return 0 if they fit, EACCES if not
 */
int digest_verify(const struct digest_cred *c, const char *ha1,
		  const struct pl *met)
{
	char hex[DIGEST_HEX_MAX], got[DIGEST_HEX_MAX];
	const size_t len = c ? hex_len(c->alg) : 0;

	if (!c || !ha1 || !met || strlen(ha1) != len || c->response.l != len)
		return EACCES;

	digest_response(hex, ha1, c, met);
	if (strlen(hex) != len)
		return EACCES;

	/* upper-case digits are wrong, but phones exist */
	for (size_t i = 0; i < len; i++)
		got[i] = (char)(c->response.p[i] | 0x20);

	return hash_equal(hex, got, len) ? 0 : EACCES;
}


/* our names and passwords are not quoted further, so these must not be in */
static bool quotable(const char *str)
{
	for (const char *p = str; *p; p++) {
		if (*p == '"' || *p == '\\' || (uint8_t)*p < 0x20)
			return false;
	}

	return true;
}


static int print_authorization(char *buf, size_t size,
			       const struct digest_cred *c, const char *hex,
			       bool opaque)
{
	char tail[TAIL_SIZE] = "";
	int n;

	if (c->qop.l &&
	    re_snprintf(tail, sizeof(tail), ", qop=auth, nc=%r, cnonce=\"%r\"",
			&c->nc, &c->cnonce) < 0)
		return EOVERFLOW;

	n = re_snprintf(buf, size,
			"Digest username=\"%r\", realm=\"%r\", nonce=\"%r\", "
			"uri=\"%r\", response=\"%s\", algorithm=%s%s%s%r%s",
			&c->username, &c->realm, &c->nonce, &c->uri, hex,
			c->alg == DIGEST_SHA256 ? "SHA-256" : "MD5", tail,
			opaque ? ", opaque=\"" : "", &c->opaque,
			opaque ? "\"" : "");

	return n < 0 ? EOVERFLOW : 0;
}


/**
 * Answer a challenge for a request of our own
 *
 * @param buf      Value of an Authorization header
 * @param size     Its size
 * @param chal     Challenge
 * @param user     User name
 * @param password Password
 * @param met      Method of the request
 * @param uri      Request-URI
 * @param nc       Count of uses of this nonce, from 1
 * @param cnonce   Random text, or NULL or "": no qop
 *
 * @return 0 if success, otherwise errorcode; EOVERFLOW: does not fit
 */
int digest_authorize(char *buf, size_t size,
		     const struct digest_challenge *chal, const char *user,
		     const char *password, const struct pl *met,
		     const struct pl *uri, uint32_t nc, const char *cnonce)
{
	char hex[DIGEST_HEX_MAX], ha1[DIGEST_HEX_MAX], count[NC_SIZE];
	struct digest_cred c = {0};
	struct pl pw;
	int err;

	if (!buf || !chal || !user || !password || !met || !uri ||
	    !quotable(user))
		return EINVAL;
	c.realm = chal->realm;
	c.nonce = chal->nonce;
	c.opaque = chal->opaque;
	c.alg = chal->alg;
	c.uri = *uri;
	pl_set_str(&c.username, user);
	pl_set_str(&pw, password);
	if (chal->qop.l && cnonce && *cnonce) {
		(void)re_snprintf(count, sizeof(count), "%08x", nc);
		pl_set_str(&c.nc, count);
		pl_set_str(&c.cnonce, cnonce);
		pl_set_str(&c.qop, "auth");
	}

	digest_ha1(ha1, c.alg, &c.username, &c.realm, &pw);
	digest_response(hex, ha1, &c, met);
	err = print_authorization(buf, size, &c, hex, chal->opaque.p != NULL);
	OPENSSL_cleanse(ha1, sizeof(ha1));

	return err;
}
