/**
 * @file json_out.c  JSON text, written as it is told: no tree is built
 *
 * jansson's tree and its dump are 200 000 instructions for the record of a
 * call, a fifth of what the whole call costs.
 */
#include <errno.h>
#include <string.h>
#include "common/ink.h"
#include "common/json_out.h"
#include "common/utf8.h"


/* hundreds of pieces for a call: most find room, and need nobody's help */
static void put(struct json_out *o, const char *p, size_t len)
{
	struct mbuf *mb = o->mb;

	if (!len || o->err)
		return;

	if (len <= mb->size - mb->end) {
		memcpy(mb->buf + mb->end, p, len);
		mb->pos = mb->end += len;
		return;
	}

	mb->pos = mb->end;
	o->err = mbuf_write_mem(mb, (const uint8_t *)p, len);
}


static void put_str(struct json_out *o, const char *s)
{
	put(o, s, strlen(s));
}


/**
 * Is it UTF-8, as JSON wants it?
 *
 * @param text Text
 *
 * @return True if so
 */
bool json_out_is_utf8(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t n;

	/* nearly all of it is ASCII */
	while (*p && (n = *p < 0x80 ? 1 : utf8_len(p, 4)))
		p += n;

	return !*p;
}


static void put_escape(struct json_out *o, uint8_t c)
{
	static const char shortv[] = "\"\\\b\f\n\r\t", letterv[] = "\"\\bfnrt";
	const char *at = memchr(shortv, c, sizeof(shortv) - 1);
	char buf[8];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	if (at) {
		ink_text(&k, "\\");
		ink_mem(&k, &letterv[at - shortv], 1);
	}
	else {
		ink_text(&k, "\\u");
		ink_hex(&k, c, 4);
	}
	put(o, buf, k.len);
}


static void put_quoted(struct json_out *o, const char *s)
{
	const bool utf8 = json_out_is_utf8(s);
	const char *from = s;

	put(o, "\"", 1);
	for (; *s; s++) {
		const uint8_t c = (uint8_t)*s;
		const bool strange = !utf8 && c > '~';

		if (c >= ' ' && c != '"' && c != '\\' && !strange)
			continue;

		put(o, from, (size_t)(s - from));
		if (strange)
			put(o, "?", 1);
		else
			put_escape(o, c);
		from = s + 1;
	}
	put(o, from, (size_t)(s - from));
	put(o, "\"", 1);
}


static void begin(struct json_out *o, const char *key)
{
	if (o->more)
		put(o, ",", 1);
	if (key) {
		put(o, "\"", 1);
		put_str(o, key);
		put(o, "\":", 2);
	}
	o->more = true;
}


static void open_with(struct json_out *o, const char *key, const char *bracket)
{
	begin(o, key);
	put_str(o, bracket);
	o->more = false;
}


static void close_with(struct json_out *o, const char *bracket)
{
	put_str(o, bracket);
	o->more = true;
}


/**
 * Begin to write
 *
 * @param o  Writer
 * @param mb Buffer, which grows
 */
void json_out_init(struct json_out *o, struct mbuf *mb)
{
	o->mb = mb;
	o->more = false;
	o->err = mb ? 0 : EINVAL;
}


/**
 * Begin an object
 *
 * @param o   Writer
 * @param key Key, NULL where it has none
 */
void json_out_object(struct json_out *o, const char *key)
{
	open_with(o, key, "{");
}


/**
 * End an object
 *
 * @param o Writer
 */
void json_out_object_end(struct json_out *o)
{
	close_with(o, "}");
}


/**
 * Begin an array
 *
 * @param o   Writer
 * @param key Key, NULL where it has none
 */
void json_out_array(struct json_out *o, const char *key)
{
	open_with(o, key, "[");
}


/**
 * End an array
 *
 * @param o Writer
 */
void json_out_array_end(struct json_out *o)
{
	close_with(o, "]");
}


/**
 * Write a text, unless it is empty
 *
 * @param o    Writer
 * @param key  Key, NULL where it has none
 * @param text Text, or NULL
 */
void json_out_text(struct json_out *o, const char *key, const char *text)
{
	if (text && *text)
		json_out_string(o, key, text);
}


/**
 * Write a text, also an empty one
 *
 * @param o    Writer
 * @param key  Key, NULL where it has none
 * @param text Text
 */
void json_out_string(struct json_out *o, const char *key, const char *text)
{
	begin(o, key);
	put_quoted(o, text);
}


/**
 * Write a number
 *
 * @param o   Writer
 * @param key Key, NULL where it has none
 * @param n   Number
 */
void json_out_number(struct json_out *o, const char *key, uint64_t n)
{
	char buf[24];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	ink_number(&k, n);
	begin(o, key);
	put(o, buf, k.len);
}


/**
 * Write a number of 64 bits as a text
 *
 * @param o   Writer
 * @param key Key, NULL where it has none
 * @param id  Number
 */
void json_out_id(struct json_out *o, const char *key, uint64_t id)
{
	char buf[24];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	ink_hex(&k, id, 16);
	(void)ink_end(&k);
	json_out_string(o, key, buf);
}


/**
 * Write a number with up to two decimals, at least one
 *
 * @param o   Writer
 * @param key Key, NULL where it has none
 * @param n   Hundredths
 */
void json_out_hundredths(struct json_out *o, const char *key, uint64_t n)
{
	const unsigned rest = (unsigned)(n % 100);
	char buf[24];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	ink_number(&k, n / 100);
	ink_text(&k, ".");
	if (rest % 10)
		ink_digits(&k, rest, 2);
	else
		ink_number(&k, rest / 10);
	begin(o, key);
	put(o, buf, k.len);
}


/**
 * Write an address with its port, unless it is not set
 *
 * @param o   Writer
 * @param key Key, NULL where it has none
 * @param sa  Address
 */
void json_out_sa(struct json_out *o, const char *key, const struct sa *sa)
{
	char buf[INK_ADDR_SIZE];
	struct ink k;

	if (!sa_isset(sa, SA_ADDR))
		return;

	ink_init(&k, buf, sizeof(buf));
	ink_sa(&k, sa);
	(void)ink_end(&k);
	json_out_text(o, key, buf);
}


/**
 * Write true or false
 *
 * @param o   Writer
 * @param key Key, NULL where it has none
 * @param on  Which
 */
void json_out_bool(struct json_out *o, const char *key, bool on)
{
	begin(o, key);
	put_str(o, on ? "true" : "false");
}
