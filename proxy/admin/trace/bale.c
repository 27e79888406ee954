/**
 * @file bale.c  The messages of a call, pressed
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <lz4.h>
#include "proxy/admin/trace/bale.h"

enum { HEAD = sizeof(struct le) };


static size_t size_of(const struct rung *r)
{
	return sizeof(*r) - HEAD + r->kept;
}


static int lay(struct bale_press *press, const struct list *rungl, size_t *np)
{
	size_t n = 0;

	for (const struct le *le = rungl->head; le; le = le->next) {
		const struct rung *r = le->data;

		if (size_of(r) > sizeof(press->raw) - n)
			return EOVERFLOW;

		memcpy(press->raw + n, (const uint8_t *)r + HEAD, size_of(r));
		n += size_of(r);
	}
	*np = n;

	return n ? 0 : ENOENT;
}


/**
 * Press messages
 *
 * @param bp    Pointer to the allocated bale
 * @param press What the work is done in
 * @param rungl Messages, which stay
 *
 * @return 0 if success, EOVERFLOW: too much, ENOENT: nothing, else errorcode
 */
int bale_alloc(struct bale **bp, struct bale_press *press,
	       const struct list *rungl)
{
	struct bale *b;
	size_t raw;
	int err, n;

	if (!bp || !press || !rungl)
		return EINVAL;

	err = lay(press, rungl, &raw);
	if (err)
		return err;

	n = LZ4_compress_default((const char *)press->raw,
				 (char *)press->pressed, (int)raw,
				 sizeof(press->pressed));
	if (n <= 0)
		return EOVERFLOW;

	b = mem_zalloc(sizeof(*b) + (size_t)n, NULL);
	if (!b)
		return ENOMEM;

	b->raw = (uint32_t)raw;
	b->len = (uint32_t)n;
	memcpy(b->data, press->pressed, b->len);
	*bp = b;

	return 0;
}


/* the octets of one, and what is behind it */
static int take(struct list *rungl, const uint8_t **p, size_t *left)
{
	struct rung head, *r;

	memcpy((uint8_t *)&head + HEAD, *p, sizeof(head) - HEAD);
	r = rung_copy(&head, *p + sizeof(head) - HEAD);
	if (!r)
		return ENOMEM;

	list_append(rungl, &r->le, r);
	*p += size_of(r);
	*left -= size_of(r);

	return 0;
}


/**
 * Have the messages back
 *
 * @param b     Bale, which stays
 * @param press What the work is done in
 * @param rungl They are appended to it, or nothing is
 *
 * @return 0 if success, otherwise errorcode
 */
int bale_open(const struct bale *b, struct bale_press *press,
	      struct list *rungl)
{
	const uint8_t *p;
	struct list l = LIST_INIT;
	size_t left;
	int err = 0;

	if (!b || !press || !rungl)
		return EINVAL;

	if (LZ4_decompress_safe((const char *)b->data, (char *)press->raw,
				(int)b->len,
				sizeof(press->raw)) != (int)b->raw)
		return EBADMSG;

	p = press->raw;
	left = b->raw;
	while (left && !err)
		err = take(&l, &p, &left);
	if (err) {
		list_flush(&l);
		return err;
	}

	while (l.head) {
		struct le *le = l.head;

		list_unlink(le);
		list_append(rungl, le, le->data);
	}

	return 0;
}
