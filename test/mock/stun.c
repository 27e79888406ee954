/**
 * @file test/mock/stun.c  The checks that a full agent sends
 *
 * By libre's encoder; what it does not know is put in afterwards, and the
 * length, the integrity and the fingerprint are made again.
 */
#include <string.h>
#include "test/mock/stun.h"
#include "test/test.h"


static void put_unknown(struct mbuf *mb, uint16_t type)
{
	ck_assert_int_eq(mbuf_write_u16(mb, htons(type)), 0);
	ck_assert_int_eq(mbuf_write_u16(mb, htons(4)), 0);
	ck_assert_int_eq(mbuf_write_u32(mb, 0), 0);
}


static void put_length(struct mbuf *mb, size_t len)
{
	mb->pos = 2;
	ck_assert_int_eq(mbuf_write_u16(mb, htons((uint16_t)len)), 0);
	mb->pos = mb->end;
}


static void put_integrity(struct mbuf *mb, const char *pwd)
{
	uint8_t mac[20];

	put_length(mb, mb->end + 24 - STUN_HEADER_SIZE);
	hmac_sha1((const uint8_t *)pwd, strlen(pwd), mb->buf, mb->end, mac,
		  sizeof(mac));
	ck_assert_int_eq(mbuf_write_u16(mb, htons(STUN_ATTR_MSG_INTEGRITY)),
			 0);
	ck_assert_int_eq(mbuf_write_u16(mb, htons(sizeof(mac))), 0);
	ck_assert_int_eq(mbuf_write_mem(mb, mac, sizeof(mac)), 0);
}


/* the CRC-32 of IEEE 802.3, bit by bit (RFC 8489 section 14.7) */
static uint32_t crc(const uint8_t *p, size_t len)
{
	uint32_t c = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		c ^= p[i];
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
	}

	return ~c;
}


static void put_fingerprint(struct mbuf *mb)
{
	put_length(mb, mb->end + 8 - STUN_HEADER_SIZE);
	ck_assert_int_eq(mbuf_write_u16(mb, htons(STUN_ATTR_FINGERPRINT)), 0);
	ck_assert_int_eq(mbuf_write_u16(mb, htons(4)), 0);
	ck_assert_int_eq(mbuf_write_u32(mb, htonl(crc(mb->buf, mb->end - 4) ^
						  0x5354554e)),
			 0);
}


/**
 * Make a Binding request
 *
 * @param probe What is in it
 *
 * @return Buffer of the caller's
 */
struct mbuf *stun_probe(const struct stun_probe *probe)
{
	const uint32_t priority = probe->priority ? probe->priority
						  : 1845501695;
	const uint64_t tie = 0x1122334455667788;
	const bool full = !probe->plain;
	const uint16_t role = probe->controlled ? STUN_ATTR_CONTROLLED
						: STUN_ATTR_CONTROLLING;
	struct mbuf *mb = mbuf_alloc(256);
	uint8_t tid[STUN_TID_SIZE];

	ck_assert_ptr_nonnull(mb);
	rand_bytes(tid, sizeof(tid));
	ck_assert_int_eq(
		stun_msg_encode(mb, STUN_METHOD_BINDING, (uint8_t)probe->class,
				tid, NULL, NULL, 0, false, 0, 4,
				STUN_ATTR_USERNAME, probe->username,
				STUN_ATTR_PRIORITY, full ? &priority : NULL,
				role, full ? &tie : NULL, STUN_ATTR_USE_CAND,
				probe->nominates ? "" : NULL),
		0);
	mb->pos = mb->end;

	if (probe->unknown)
		put_unknown(mb, probe->unknown);
	put_length(mb, mb->end - STUN_HEADER_SIZE);
	if (probe->pwd)
		put_integrity(mb, probe->pwd);
	if (!probe->bare)
		put_fingerprint(mb);

	mbuf_set_pos(mb, 0);

	return mb;
}
