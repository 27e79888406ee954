/**
 * @file sdp_crypto.c  The SRTP keys that a side protects its packets with
 *
 * By a=crypto (RFC 4568). They are taken where SRTP is certain and nothing is
 * left open: not of RTP/AVP, where encryption is an offer only, not beside
 * a=fingerprint, where it may become DTLS-SRTP. Of an offer the other side
 * chooses one key, so that none is known before all are understood: one with
 * an MKI, which makes packets longer, or of an unknown suite, spoils them.
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/sdp_crypto.h"
#include "proxy/media/sdp_line.h"

enum { INLINE_MAX = 64 };

static const struct {
	const char *name;
	enum relay_suite suite;
	size_t len; /* key and salt, octets */
} suitev[] = {
	{"AES_CM_128_HMAC_SHA1_80", RELAY_SUITE_AES128_SHA1_80, 30},
	{"AES_CM_128_HMAC_SHA1_32", RELAY_SUITE_AES128_SHA1_32, 30},
	/* another cipher, and the same tag: that is what keys are for here */
	{"F8_128_HMAC_SHA1_80", RELAY_SUITE_AES128_SHA1_80, 30},
	{"AES_256_CM_HMAC_SHA1_80", RELAY_SUITE_AES256_SHA1_80, 46},
	{"AES_256_CM_HMAC_SHA1_32", RELAY_SUITE_AES256_SHA1_32, 46},
	/* as some wrote it before RFC 6188 */
	{"AES_CM_256_HMAC_SHA1_80", RELAY_SUITE_AES256_SHA1_80, 46},
	{"AES_CM_256_HMAC_SHA1_32", RELAY_SUITE_AES256_SHA1_32, 46},
	{"AEAD_AES_128_GCM", RELAY_SUITE_AES128_GCM, 28},
	{"AEAD_AES_256_GCM", RELAY_SUITE_AES256_GCM, 44},
};

struct keys {
	struct relay_key v[RELAY_KEYS_MAX];
	size_t c;
	bool open; /* there is one that is not understood */
};


static bool suite_decode(struct relay_key *key, const struct pl *name)
{
	for (size_t i = 0; i < sizeof(suitev) / sizeof(suitev[0]); i++) {
		if (pl_strcasecmp(name, suitev[i].name))
			continue;

		key->suite = suitev[i].suite;
		key->len = suitev[i].len;
		return true;
	}

	return false;
}


static bool is_base64(const struct pl *pl)
{
	for (size_t i = 0; i < pl->l; i++) {
		const char c = pl->p[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
		    !(c >= '0' && c <= '9') && c != '+' && c != '/')
			return false;
	}

	return true;
}


/* "=" at its end may be missing (RFC 4568 section 6.1) */
static bool key_decode(struct relay_key *key, struct pl *text)
{
	const size_t len = (4 * key->len + 2) / 3;
	uint8_t out[INLINE_MAX];
	char in[INLINE_MAX];
	size_t n = sizeof(out);
	int err;

	while (text->l && text->p[text->l - 1] == '=')
		--text->l;
	if (text->l != len || !is_base64(text))
		return false;

	memset(in, '=', sizeof(in));
	memcpy(in, text->p, len);
	err = base64_decode(in, (len + 3) / 4 * 4, out, &n);
	if (!err && n >= key->len)
		memcpy(key->key, out, key->len);
	explicit_bzero(out, sizeof(out));
	explicit_bzero(in, sizeof(in));

	return !err && n >= key->len;
}


/* "inline:" key, and "|2^20", but no "|1:4", and no second key */
static bool params_decode(struct relay_key *key, const struct pl *params)
{
	struct pl text = *params;
	const char *bar;

	if (text.l < 7 || strncasecmp(text.p, "inline:", 7))
		return false;

	pl_advance(&text, 7);
	if (pl_strchr(&text, ':') || pl_strchr(&text, ';'))
		return false;

	bar = pl_strchr(&text, '|');
	if (bar)
		text.l = (size_t)(bar - text.p);

	return key_decode(key, &text);
}


/* those that leave the tag what it is */
static bool is_harmless(const struct relay_key *key, const struct pl *param)
{
	if (param->l > 4 && !strncasecmp(param->p, "WSH=", 4))
		return true;

	return key->suite < RELAY_SUITE_AES128_GCM &&
	       (!pl_strcasecmp(param, "UNENCRYPTED_SRTP") ||
		!pl_strcasecmp(param, "UNENCRYPTED_SRTCP"));
}


/* "1 AES_CM_128_HMAC_SHA1_80 inline:... UNENCRYPTED_SRTCP" */
static bool line_decode(struct relay_key *key, const struct pl *val)
{
	struct pl tag, suite, params, param, rest = *val;

	if (!sdp_token(&tag, &rest) || !sdp_token(&suite, &rest) ||
	    !sdp_token(&params, &rest) || !suite_decode(key, &suite) ||
	    !params_decode(key, &params))
		return false;

	while (sdp_token(&param, &rest)) {
		if (!is_harmless(key, &param))
			return false;
	}

	return true;
}


static bool crypto_handler(const struct pl *name, const struct pl *val,
			   void *arg)
{
	struct keys *keys = arg;

	if (SDP_NAME_IS(name, "fingerprint") || SDP_NAME_IS(name, "key-mgmt"))
		keys->open = true;
	else if (!SDP_NAME_IS(name, "crypto"))
		return false;
	else if (keys->c < RELAY_KEYS_MAX &&
		 line_decode(&keys->v[keys->c], val))
		++keys->c;
	else
		keys->open = true;

	return keys->open;
}


/**
 * Read the keys of a stream
 *
 * @param t   Terms; without keys where there are none that count
 * @param sdp SDP
 * @param n   Index of the stream
 *
 * @return 0 if success, ENOENT if there is no such stream
 *
 * RFC 4568 sections 5 and 6, RFC 6188, RFC 7714 section 14.2
 */
int sdp_crypto_terms(struct relay_terms *t, const struct sdp *sdp, size_t n)
{
	const struct sdp_stream *s = sdp_stream(sdp, n);
	struct keys keys = {.c = 0};

	if (!t)
		return EINVAL;
	if (!s)
		return ENOENT;

	t->keyc = 0;
	if (!SDP_NAME_IS(&s->proto, "RTP/SAVP") &&
	    !SDP_NAME_IS(&s->proto, "RTP/SAVPF"))
		return 0;

	if (!sdp_attrs(sdp, (int)n, crypto_handler, &keys) &&
	    !sdp_attrs(sdp, SDP_SESSION, crypto_handler, &keys)) {
		memcpy(t->keyv, keys.v, sizeof(keys.v));
		t->keyc = (uint8_t)keys.c;
	}
	explicit_bzero(&keys, sizeof(keys));

	return 0;
}
