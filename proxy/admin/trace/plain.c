/**
 * @file plain.c  Octets of the network as text that JSON and terminals take
 */
#include "common/json.h"
#include "common/utf8.h"
#include "proxy/admin/trace/plain.h"


/* how many octets stay as they are; 0: it is escaped */
static size_t fit(const uint8_t *p, size_t left)
{
	if (*p == '\r' || *p == '\n' || *p == '\t')
		return 1;

	if (*p < ' ' || *p == 0x7f)
		return 0;

	/* some terminals take these for commands as well */
	return *p == 0xc2 && left > 1 && p[1] < 0xa0 ? 0 : utf8_len(p, left);
}


static int write_plain(struct mbuf *mb, const uint8_t *p, size_t len)
{
	int err = 0;

	for (size_t i = 0; i < len && !err;) {
		const size_t n = fit(p + i, len - i);

		if (n)
			err = mbuf_write_mem(mb, p + i, n);
		else
			err = mbuf_printf(mb, "\\x%02x", p[i]);
		i += n ? n : 1;
	}

	return err;
}


/**
 * Octets as text
 *
 * @param p   Octets
 * @param len How many
 *
 * @return String, NULL: no memory
 */
json_t *plain_json(const char *p, size_t len)
{
	struct mbuf *mb = mbuf_alloc(len + 1);
	json_t *text = NULL;

	if (!mb)
		return NULL;

	if (!write_plain(mb, (const uint8_t *)p, len))
		text = json_stringn((const char *)mb->buf, mb->end);
	mem_deref(mb);

	return text;
}
