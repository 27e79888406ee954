/**
 * @file wsclient.c  The browser's side of a WebSocket, octet by octet
 */
#include <string.h>
#include "test/mock/wsclient.h"
#include "test/test.h"


static const uint8_t mask[] = {0x37, 0xfa, 0x21, 0x3d};


/**
 * Write the head of a frame
 *
 * @param mb     Buffer; it is written behind its end
 * @param first  FIN, RSV and opcode
 * @param masked The masking bit, and the key
 * @param len    Length that it says
 * @param size   Octets that it says it in: 1, 3 or 9
 */
void wsclient_head(struct mbuf *mb, int first, bool masked, uint64_t len,
		   int size)
{
	const int bit = masked ? 0x80 : 0;
	int err;

	mb->pos = mb->end;
	err = mbuf_write_u8(mb, (uint8_t)first);
	if (size == 1)
		err |= mbuf_write_u8(mb, (uint8_t)(bit | (int)len));
	else
		err |= mbuf_write_u8(mb,
				     (uint8_t)(bit | (size == 3 ? 126 : 127)));
	for (int i = size - 2; i >= 0; i--)
		err |= mbuf_write_u8(mb, (uint8_t)(len >> (8 * i)));
	if (masked)
		err |= mbuf_write_mem(mb, mask, sizeof(mask));
	ck_assert_int_eq(err, 0);
}


/**
 * Write a frame as a browser does
 *
 * @param mb    Buffer; it is written behind its end
 * @param first FIN and opcode
 * @param p     Payload
 * @param len   Its length
 */
void wsclient_frame(struct mbuf *mb, int first, const void *p, size_t len)
{
	const uint8_t *v = p;

	wsclient_head(mb, first, true, len,
		      len < 126     ? 1
		      : len < 65536 ? 3
				    : 9);
	for (size_t i = 0; i < len; i++)
		ck_assert_int_eq(
			mbuf_write_u8(mb, v[i] ^ mask[i % sizeof(mask)]), 0);
}


/**
 * Write a message as one text frame
 *
 * @param mb   Buffer; it is written behind its end
 * @param text Message
 */
void wsclient_text(struct mbuf *mb, const char *text)
{
	wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_TEXT, text, strlen(text));
}


/**
 * Read what a server sent
 *
 * @param p       Octets
 * @param len     How many
 * @param first   FIN and opcode of the first frame
 * @param payload Its payload, which is not masked
 *
 * @return Octets of the frame, 0 if it is not whole
 */
size_t wsclient_take(const void *p, size_t len, int *first, struct pl *payload)
{
	const uint8_t *v = p;
	size_t n = 2, size;

	if (len < n)
		return 0;

	ck_assert_int_eq(v[1] & 0x80, 0);
	size = v[1];
	if (v[1] == 126 && len >= 4) {
		n = 4;
		size = (size_t)v[2] << 8 | v[3];
	}
	else if (v[1] >= 126) {
		return 0;
	}
	if (len < n + size)
		return 0;

	*first = v[0];
	payload->p = (const char *)v + n;
	payload->l = size;

	return n + size;
}
