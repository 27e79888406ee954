/**
 * @file json_in.c  JSON that we have written, read again
 */
#include <errno.h>
#include <string.h>
#include "common/json_in.h"

enum { ID_DIGITS = 16 };


static int decode_hex(char **textp, const char *hex)
{
	const size_t len = strlen(hex);
	char *text;
	int err;

	if (!len || len % 2)
		return EBADMSG;

	text = mem_zalloc(len / 2 + 1, NULL);
	if (!text)
		return ENOMEM;

	err = str_hex((uint8_t *)text, len / 2, hex);
	if (!err && strlen(text) != len / 2)
		err = EBADMSG;
	if (err)
		mem_deref(text);
	else
		*textp = text;

	return err ? EBADMSG : 0;
}


/**
 * Read a text that may hold any octet
 *
 * @param textp Text, the caller's; stays as it is where there is none
 * @param o     Object
 * @param name  Its name
 *
 * @return 0 if success, EBADMSG if it is no text, otherwise errorcode
 */
int json_in_text(char **textp, const json_t *o, const char *name)
{
	const json_t *val = json_object_get(o, name);
	const json_t *hex = json_object_get(val, "hex");

	if (!val)
		return 0;
	if (json_is_string(hex))
		return decode_hex(textp, json_string_value(hex));
	if (!json_is_string(val))
		return EBADMSG;

	return str_dup(textp, json_string_value(val));
}


/**
 * Read a text into a buffer
 *
 * @param buf  Buffer; "" where there is none
 * @param size Its size
 * @param o    Object
 * @param name Its name
 *
 * @return 0 if success, EBADMSG if it is no text or too long, otherwise
 *         errorcode
 */
int json_in_words(char *buf, size_t size, const json_t *o, const char *name)
{
	char *text = NULL;
	int err;

	buf[0] = '\0';
	err = json_in_text(&text, o, name);
	if (err || !text)
		return err;

	if (strlen(text) < size)
		memcpy(buf, text, strlen(text) + 1);
	else
		err = EBADMSG;
	mem_deref(text);

	return err;
}


/**
 * Read a number
 *
 * @param n    Number; 0 where there is none
 * @param o    Object
 * @param name Its name
 * @param max  The largest that it may be
 *
 * @return 0 if success, EBADMSG if it is no such number
 */
int json_in_number(uint64_t *n, const json_t *o, const char *name,
		   uint64_t max)
{
	const json_t *val = json_object_get(o, name);

	*n = 0;
	if (!val)
		return 0;
	if (!json_is_integer(val) || json_integer_value(val) < 0)
		return EBADMSG;

	*n = (uint64_t)json_integer_value(val);

	return *n > max ? EBADMSG : 0;
}


/**
 * Read a number of 64 bits
 *
 * @param id   Number; 0 where there is none
 * @param o    Object
 * @param name Its name
 *
 * @return 0 if success, EBADMSG if it is none
 */
int json_in_id(uint64_t *id, const json_t *o, const char *name)
{
	const json_t *val = json_object_get(o, name);
	const char *hex = json_string_value(val);
	uint64_t n = 0;

	*id = 0;
	if (!val)
		return 0;
	if (!hex || strlen(hex) != ID_DIGITS ||
	    strspn(hex, "0123456789abcdef") != ID_DIGITS)
		return EBADMSG;

	for (; *hex; hex++)
		n = n << 4 | ch_hex(*hex);
	*id = n;

	return 0;
}


/**
 * Read an address with its port
 *
 * @param sa   Address; not set where there is none
 * @param o    Object
 * @param name Its name
 *
 * @return 0 if success, EBADMSG if it is none
 */
int json_in_sa(struct sa *sa, const json_t *o, const char *name)
{
	const json_t *val = json_object_get(o, name);
	const char *text = json_string_value(val);

	sa_init(sa, AF_UNSPEC);
	if (!val)
		return 0;

	return text && !sa_decode(sa, text, strlen(text)) ? 0 : EBADMSG;
}


/**
 * Read true or false
 *
 * @param o    Object
 * @param name Its name
 *
 * @return True if it is true
 */
bool json_in_bool(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}
