/**
 * @file test/fuzz/digest.c  Authentication headers: no input leads astray
 *
 * What decodes as credentials has slices inside of the input and verifies
 * with nothing; what decodes as a challenge can be answered, and the answer
 * decodes again.
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/user/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void inside(const struct pl *pl, const uint8_t *data, size_t size)
{
	if (pl->p && (pl->p < (const char *)data ||
		      pl->p + pl->l > (const char *)data + size))
		abort();
}


static void answer(const struct digest_challenge *chal)
{
	const struct pl met = PL("INVITE"), uri = PL("sip:a@b");
	struct digest_cred c;
	static char buf[65536];
	struct pl val;

	if (digest_authorize(buf, sizeof(buf), chal, "u", "p", &met, &uri, 1,
			     "c"))
		return;

	pl_set_str(&val, buf);
	if (memchr(chal->realm.p, 0, chal->realm.l) ||
	    memchr(chal->nonce.p, 0, chal->nonce.l))
		return;
	(void)digest_cred_decode(&c, &val);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pl val = {(const char *)data, size}, met = PL("INVITE");
	static const struct hash_key key;
	struct digest_challenge chal;
	struct digest_cred c;

	if (!digest_cred_decode(&c, &val)) {
		const struct pl slicev[] = {c.username, c.realm,    c.nonce,
					    c.uri,      c.response, c.cnonce,
					    c.qop,      c.nc,       c.opaque};

		for (size_t i = 0; i < ARRAY_SIZE(slicev); i++)
			inside(&slicev[i], data, size);
		if (!digest_verify(&c, "00000000000000000000000000000000",
				   &met))
			abort();
		(void)digest_nonce_check(&key, &c.nonce, 0, 300, &c.realm);
	}
	if (!digest_challenge_decode(&chal, &val))
		answer(&chal);

	return 0;
}
