/**
 * @file log_line.c  The text of one event: key=value, cut where it is too long
 */
#include <string.h>
#include "common/ink.h"
#include "common/log_line.h"
#include "common/quote.h"

enum {
	VALUE_MAX_SIZE = 1024, /* as written, with its escapes */
	TAIL_SIZE = 64, /* kept for suppressed=, lost= and the newline */
};


/* whole or not at all */
static bool put(struct log_line *line, const char *p, size_t len, size_t end)
{
	if (line->len + len > end)
		return false;

	memcpy(line->buf + line->len, p, len);
	line->len += len;

	return true;
}


/* cut where it does not fit */
static void put_text(struct log_line *line, const char *s, size_t len,
		     size_t end)
{
	size_t room = end - line->len;

	if (room > VALUE_MAX_SIZE)
		room = VALUE_MAX_SIZE;

	line->len += quote_text(line->buf + line->len, room, s, len);
}


/* a number or an address, in buf */
static struct pl spelled(const struct kv *kv, struct ink *k)
{
	struct pl pl;

	switch (kv->type) {
	case KV_T_UINT:
		ink_number(k, kv->v.u);
		break;
	case KV_T_INT:
		if (kv->v.i < 0)
			ink_text(k, "-");
		ink_number(k, kv->v.i < 0 ? 0 - (uint64_t)kv->v.i
					  : (uint64_t)kv->v.i);
		break;
	case KV_T_SA:
		if (kv->v.sa && sa_isset(kv->v.sa, SA_ADDR))
			ink_sa(k, kv->v.sa);
		break;
	case KV_T_ADDR:
		if (kv->v.sa && sa_isset(kv->v.sa, SA_ADDR))
			ink_addr(k, kv->v.sa);
		break;
	default:
		break;
	}
	if (!k->len)
		ink_text(k, "-");

	(void)ink_end(k);
	pl_set_str(&pl, k->buf);

	return pl;
}


/**
 * A value as text, which nothing has escaped
 *
 * @param kv  Key and value
 * @param buf Room for what has to be spelled out
 *
 * @return The text; "-" where there is none
 */
struct pl log_line_value(const struct kv *kv, char buf[LOG_VALUE_SIZE])
{
	struct ink k;
	struct pl pl;

	if (kv->type == KV_T_PL && kv->v.pl && kv->v.pl->p)
		return *kv->v.pl;
	if (kv->type == KV_T_STR && kv->v.str) {
		pl_set_str(&pl, kv->v.str);
		return pl;
	}
	if (kv->type == KV_T_ERRNO) {
		pl_set_str(&pl, strerror_r((int)kv->v.i, buf, LOG_VALUE_SIZE));
		return pl;
	}

	ink_init(&k, buf, LOG_VALUE_SIZE);

	return spelled(kv, &k);
}


/**
 * Write keys and values, as many as there is room for
 *
 * @param line Line
 * @param kv   Keys and values, ended by KV_T_END, or NULL
 */
void log_line_values(struct log_line *line, const struct kv *kv)
{
	const size_t end = sizeof(line->buf) - TAIL_SIZE;

	char buf[LOG_VALUE_SIZE];

	for (; kv && kv->type != KV_T_END; kv++) {
		const size_t klen = strlen(kv->key);
		struct pl value;

		/* room for the key and a few octets of the value, or stop */
		if (line->len + 1 + klen + 1 + 16 > end) {
			(void)put(line, " ...", 4, end + 4);
			break;
		}

		(void)put(line, " ", 1, end);
		(void)put(line, kv->key, klen, end);
		(void)put(line, "=", 1, end);
		value = log_line_value(kv, buf);
		put_text(line, value.p, value.l, end);
	}
}


/**
 * Write a count behind all else, unless it is 0
 *
 * @param line Line
 * @param key  Key
 * @param n    Count
 */
void log_line_count(struct log_line *line, const char *key, uint64_t n)
{
	char buf[48];
	struct ink k;

	if (!n)
		return;

	ink_init(&k, buf, sizeof(buf));
	ink_text(&k, " ");
	ink_text(&k, key);
	ink_text(&k, "=");
	ink_number(&k, n);
	(void)put(line, buf, k.len, sizeof(line->buf) - 1);
}


/**
 * End a line; there is always room for that
 *
 * @param line Line
 */
void log_line_end(struct log_line *line)
{
	(void)put(line, "\n", 1, sizeof(line->buf));
}
