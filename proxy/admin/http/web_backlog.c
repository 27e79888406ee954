/**
 * @file web_backlog.c  What a listener has not read yet, pure
 *
 * Who is always a little behind never empties it: what he has read makes room
 * for what comes, or the buffer would grow for as long as he listens.
 */
#include <errno.h>
#include <string.h>
#include "proxy/admin/http/web_backlog.h"


static void forget_read(struct mbuf *mb)
{
	const size_t left = mbuf_get_left(mb);

	if (mb->pos < WEB_BACKLOG_MAX)
		return;

	memmove(mb->buf, mb->buf + mb->pos, left);
	mb->pos = 0;
	mb->end = left;
}


/**
 * Add what is to be read
 *
 * @param mb   Buffer
 * @param text Text
 * @param len  Its octets
 *
 * @return 0 if success, ENOSPC if too much waits, otherwise errorcode
 */
int web_backlog_put(struct mbuf *mb, const char *text, size_t len)
{
	size_t pos;
	int err;

	if (!mb || !text)
		return EINVAL;
	if (mbuf_get_left(mb) + len > WEB_BACKLOG_MAX)
		return ENOSPC;

	forget_read(mb);
	pos = mb->pos;
	mbuf_skip_to_end(mb);
	err = mbuf_write_mem(mb, (const uint8_t *)text, len);
	mb->pos = pos;

	return err;
}


/**
 * Read
 *
 * @param mb  Buffer
 * @param buf Where to
 * @param max Its size
 *
 * @return Octets
 */
size_t web_backlog_take(struct mbuf *mb, char *buf, size_t max)
{
	const size_t left = mbuf_get_left(mb), n = left < max ? left : max;

	if (n)
		(void)mbuf_read_mem(mb, (uint8_t *)buf, n);
	if (n == left)
		mb->pos = mb->end = 0;

	return n;
}
