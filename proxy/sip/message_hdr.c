/**
 * @file message_hdr.c  Finds the header lines of a message
 */
#include "proxy/sip/message.h"


/**
 * The first header of a kind
 *
 * @param m  Message
 * @param id Header
 *
 * @return Header line, or NULL
 */
const struct hdr *message_hdr(const struct message *m, enum hdr_id id)
{
	for (size_t i = 0; m && i < m->hdrc; i++) {
		if (m->hdrv[i].id == id)
			return &m->hdrv[i];
	}

	return NULL;
}


/**
 * The next header of the same kind, and of the same name where it has no id
 *
 * @param m Message
 * @param h Header line of that message
 *
 * @return Header line, or NULL
 */
const struct hdr *message_hdr_next(const struct message *m,
				   const struct hdr *h)
{
	if (!m || !h)
		return NULL;

	for (const struct hdr *n = h + 1; n < m->hdrv + m->hdrc; n++) {
		if (n->id == h->id &&
		    (n->id != HDR_OTHER || !pl_casecmp(&n->name, &h->name)))
			return n;
	}

	return NULL;
}


/**
 * The first header of a name
 *
 * @param m  Message
 * @param nm Long name, without regard to case
 *
 * @return Header line, also in compact form where the name has an id, or NULL
 */
const struct hdr *message_hdr_named(const struct message *m, const char *nm)
{
	struct pl name;
	enum hdr_id id;

	if (!m || !nm)
		return NULL;

	pl_set_str(&name, nm);
	id = guard_hdr_id(&name);
	if (id != HDR_OTHER)
		return message_hdr(m, id);

	for (size_t i = 0; i < m->hdrc; i++) {
		if (!pl_casecmp(&m->hdrv[i].name, &name))
			return &m->hdrv[i];
	}

	return NULL;
}
