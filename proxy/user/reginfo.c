/**
 * @file reginfo.c  The document of a registration (RFC 3680 section 5)
 *
 * Always the full state: what is not in it is not there. Phones choose their
 * Contacts, so all text is escaped, and what is not ASCII is shown as '?'.
 */
#include <errno.h>
#include "common/hash.h"
#include "proxy/sip/agent.h"
#include "proxy/user/binding.h"
#include "proxy/user/reginfo.h"


/* the same binding has the same id in each document, and no stranger gains
 * by two that are alike */
static const struct hash_key id_key = {{'r', 'e', 'g', 'i', 'n', 'f', 'o'}};


static int print_text(struct re_printf *pf, const char *text)
{
	int err = 0;

	for (; text && *text && !err; text++) {
		const unsigned char c = (unsigned char)*text;

		switch (c) {
		case '&':
			err = pf->vph("&amp;", 5, pf->arg);
			break;
		case '<':
			err = pf->vph("&lt;", 4, pf->arg);
			break;
		case '>':
			err = pf->vph("&gt;", 4, pf->arg);
			break;
		case '"':
			err = pf->vph("&quot;", 6, pf->arg);
			break;
		case '\'':
			err = pf->vph("&apos;", 6, pf->arg);
			break;
		default:
			err = pf->vph(c < ' ' || c > '~' ? "?" : text, 1,
				      pf->arg);
		}
	}

	return err;
}


static uint64_t id_of(const char *a, const char *b)
{
	const uint64_t x = hash_sip(&id_key, a, str_len(a));

	return x ^ hash_sip(&id_key, b, str_len(b)) << 1;
}


static int print_param(struct mbuf *mb, const char *name, const char *value)
{
	return mbuf_printf(mb, "<unknown-param name=\"%s\">%H</unknown-param>",
			   name, print_text, value);
}


/* section 5.3.2 */
static int print_contact(struct mbuf *mb, const struct binding *b,
			 uint64_t now_ms)
{
	const uint64_t left = b->expires_at > now_ms ? b->expires_at - now_ms
						     : 0;
	char reg_id[16];
	int err;

	/* two ways to one phone (RFC 5626) are two contacts */
	(void)re_snprintf(reg_id, sizeof(reg_id), "%u", b->reg_id);
	err = mbuf_printf(mb,
			  "<contact id=\"%016llx\" state=\"active\" "
			  "event=\"registered\" expires=\"%u\"",
			  (unsigned long long)id_of(b->contact, reg_id),
			  (uint32_t)((left + 999) / 1000));
	if (b->q)
		err |= mbuf_printf(mb, " q=\"%u.%03u\"", b->q / 1000u,
				   b->q % 1000u);
	if (b->callid)
		err |= mbuf_printf(mb, " callid=\"%H\" cseq=\"%u\"",
				   print_text, b->callid, b->cseq);
	err |= mbuf_printf(mb, "><uri>%H</uri>", print_text, b->contact);
	if (b->instance)
		err |= print_param(mb, "+sip.instance", b->instance);
	if (b->instance && b->reg_id)
		err |= print_param(mb, "reg-id", reg_id);

	return err | mbuf_write_str(mb, "</contact>");
}


static const char *state(const struct reginfo *ri)
{
	if (!list_isempty(ri->bindingl))
		return "active";

	return ri->seen ? "terminated" : "init";
}


/**
 * Print the document
 *
 * @param mb Buffer
 * @param ri What is registered
 *
 * @return 0 if success, otherwise errorcode
 */
int reginfo_print(struct mbuf *mb, const struct reginfo *ri)
{
	char uri[AGENT_URI_SIZE];
	struct pl aor;
	int err;

	if (!mb || !ri || !ri->aor)
		return EINVAL;

	pl_set_str(&aor, ri->aor);
	err = agent_aor_uri(uri, sizeof(uri), &aor);
	if (err)
		return err;

	err = mbuf_printf(mb,
			  "<?xml version=\"1.0\"?>\n"
			  "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" "
			  "version=\"%u\" state=\"full\">"
			  "<registration aor=\"%H\" id=\"%016llx\" "
			  "state=\"%s\">",
			  ri->version, print_text, uri,
			  (unsigned long long)id_of(ri->aor, ""), state(ri));
	for (struct le *le = list_head(ri->bindingl); le; le = le->next)
		err |= print_contact(mb, le->data, ri->now_ms);

	return err | mbuf_write_str(mb, "</registration></reginfo>\n");
}
