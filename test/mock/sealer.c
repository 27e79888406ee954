/**
 * @file mock/sealer.c  A phone that encrypts its media, by libre's SRTP
 */
#include <string.h>
#include "test/mock/media.h"
#include "test/mock/sealer.h"
#include "test/test.h"


static const struct {
	enum srtp_suite suite;
	size_t len;
} suitev[] = {
	[RELAY_SUITE_AES128_SHA1_80] = {SRTP_AES_CM_128_HMAC_SHA1_80, 30},
	[RELAY_SUITE_AES128_SHA1_32] = {SRTP_AES_CM_128_HMAC_SHA1_32, 30},
	[RELAY_SUITE_AES256_SHA1_80] = {SRTP_AES_256_CM_HMAC_SHA1_80, 46},
	[RELAY_SUITE_AES256_SHA1_32] = {SRTP_AES_256_CM_HMAC_SHA1_32, 46},
	[RELAY_SUITE_AES128_GCM] = {SRTP_AES_128_GCM, 28},
	[RELAY_SUITE_AES256_GCM] = {SRTP_AES_256_GCM, 44},
};


struct relay_key sealer_key(enum relay_suite suite, uint8_t number)
{
	struct relay_key key = {.suite = suite, .len = suitev[suite].len};

	for (size_t i = 0; i < key.len; i++)
		key.key[i] = (uint8_t)(number * 31 + i * 7);

	return key;
}


void sealer_open(struct sealer *s, const struct relay_key *key, uint32_t ssrc)
{
	s->ssrc = ssrc;
	s->seq = 1000;
	ck_assert_int_eq(srtp_alloc(&s->srtp, suitev[key->suite].suite,
				    key->key, key->len, 0),
			 0);
}


void sealer_close(struct sealer *s)
{
	s->srtp = mem_deref(s->srtp);
}


static size_t seal(struct sealer *s, uint8_t *p, size_t len,
		   int (*h)(struct srtp *srtp, struct mbuf *mb))
{
	struct mbuf *mb = mbuf_alloc(SEALER_MAX);

	ck_assert_ptr_nonnull(mb);
	ck_assert_int_eq(mbuf_write_mem(mb, p, len), 0);
	mb->pos = 0;
	ck_assert_int_eq(h(s->srtp, mb), 0);
	len = mb->end;
	ck_assert_uint_le(len, SEALER_MAX);
	memcpy(p, mb->buf, len);
	mem_deref(mb);

	return len;
}


size_t sealer_rtp(struct sealer *s, uint8_t *p)
{
	return seal(s, p, media_make_rtp(p, s->ssrc, s->seq++), srtp_encrypt);
}


size_t sealer_rtcp(struct sealer *s, uint8_t *p)
{
	size_t len = media_make_rr(p, s->ssrc);

	len += media_make_rr(p + len, s->ssrc);
	p[8] = 0x81;
	p[9] = 203;

	return seal(s, p, len, srtcp_encrypt);
}


void sealer_skip(struct sealer *s, unsigned n)
{
	uint8_t buf[SEALER_MAX];

	while (n--)
		(void)sealer_rtp(s, buf);
}
