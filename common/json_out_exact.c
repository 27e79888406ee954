/**
 * @file json_out_exact.c  What is to be read again as it was: json_in.h
 *
 * What a phone wrote may hold any octet, JSON holds UTF-8 only: a text that is
 * none stands as {"hex": "..."}.
 */
#include <errno.h>
#include <string.h>
#include "common/ink.h"
#include "common/json_out.h"


static void put_hex(struct json_out *o, const char *key, const char *text)
{
	const size_t size = 2 * strlen(text) + 1;
	char *hex = mem_zalloc(size, NULL);
	struct ink k;

	if (!hex) {
		o->err = ENOMEM;
		return;
	}

	ink_init(&k, hex, size);
	for (; *text; text++)
		ink_hex(&k, (uint8_t)*text, 2);
	(void)ink_end(&k);

	json_out_object(o, key);
	json_out_string(o, "hex", hex);
	json_out_object_end(o);
	mem_deref(hex);
}


/**
 * Write a text without losing an octet
 *
 * @param o    Writer
 * @param key  Key, NULL where it has none
 * @param text Text; NULL: nothing is written
 */
void json_out_exact(struct json_out *o, const char *key, const char *text)
{
	if (!text)
		return;

	if (json_out_is_utf8(text))
		json_out_string(o, key, text);
	else
		put_hex(o, key, text);
}


/**
 * Write that something is so, or nothing
 *
 * @param o   Writer, in an object
 * @param key Key
 * @param on  Is it?
 */
void json_out_flag(struct json_out *o, const char *key, bool on)
{
	if (on)
		json_out_bool(o, key, true);
}
