/**
 * @file web_head.c  The fields of a request's header, judged as a whole, pure
 */
#include <string.h>
#include <strings.h>
#include "proxy/admin/http/web_head.h"

enum { FIELD_OCTETS = 4 /* ": " and the line's end */ };


/* RFC 9110, section 5.6.2 */
static bool is_token(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] <= ' ' || p[i] >= 0x7f ||
		    strchr("\"(),/:;<=>?@[\\]{}", p[i]))
			return false;
	}

	return len > 0;
}


static bool is_value(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}

	return true;
}


static bool is_name(const char *p, size_t len, const char *name)
{
	return len == strlen(name) && !strncasecmp(p, name, len);
}


/**
 * Look at a field
 *
 * @param h         Header, zeroed before the first one
 * @param name      Name
 * @param name_len  Octets of it
 * @param value     Value, or NULL
 * @param value_len Octets of it
 *
 * @return false: there are too many, the others need not be looked at
 */
bool web_head_add(struct web_head *h, const char *name, size_t name_len,
		  const char *value, size_t value_len)
{
	++h->fields;
	h->octets += name_len + value_len + FIELD_OCTETS;
	if (h->fields > WEB_FIELDS_MAX || h->octets > WEB_HEAD_MAX)
		return false;

	h->malformed |= !is_token(name, name_len) ||
			(value && !is_value(value, value_len));
	h->hosts += is_name(name, name_len, "Host");
	h->lengths += is_name(name, name_len, "Content-Length");
	h->codings += is_name(name, name_len, "Transfer-Encoding");
	h->authorizations += is_name(name, name_len, "Authorization");

	return true;
}


static unsigned refuse(const char **why, unsigned status, const char *text)
{
	*why = text;

	return status;
}


/**
 * Judge a header
 *
 * @param why     Why not
 * @param h       Header with all of its fields
 * @param version Of HTTP, as in the request's line
 *
 * @return 0 if it may be read on, otherwise the status of the answer
 */
unsigned web_head_judge(const char **why, const struct web_head *h,
			const char *version)
{
	if (h->fields > WEB_FIELDS_MAX)
		return refuse(why, 431, "the header has too many fields");
	if (h->octets > WEB_HEAD_MAX)
		return refuse(why, 431, "the header is too large");
	if (h->malformed)
		return refuse(why, 400, "a field of the header is malformed");
	if (h->hosts > 1)
		return refuse(why, 400, "Host is there twice");
	if (!h->hosts && !strcmp(version, "HTTP/1.1"))
		return refuse(why, 400, "Host is missing");
	if (h->lengths > 1)
		return refuse(why, 400, "Content-Length is there twice");
	if (h->authorizations > 1)
		return refuse(why, 400, "Authorization is there twice");
	if (h->lengths && h->codings)
		return refuse(why, 400,
			      "Content-Length and Transfer-Encoding do not go "
			      "together");
	/* RFC 9112, section 6.3: bodies are small, and known before */
	if (h->codings)
		return refuse(why, 411, "a body needs a Content-Length");

	return 0;
}
