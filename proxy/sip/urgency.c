/**
 * @file urgency.c  What goes first where not all can be done: pure
 */
#include <string.h>
#include <strings.h>
#include "proxy/sip/syntax.h"
#include "proxy/sip/urgency.h"


/**
 * Find a header
 *
 * @param g  What the guard has found
 * @param id Which one
 *
 * @return The first of them, NULL if there is none
 */
const struct hdr *urgency_hdr(const struct guard *g, enum hdr_id id)
{
	for (size_t i = 0; i < g->hdrc; i++) {
		if (g->hdrv[i].id == id)
			return &g->hdrv[i];
	}

	return NULL;
}


/**
 * The tag of a From or To
 *
 * @param tag The tag
 * @param h   Header, or NULL
 *
 * @return false if there is none
 */
bool urgency_tag(struct pl *tag, const struct hdr *h)
{
	static const char name[] = ";tag=";
	const size_t len = sizeof(name) - 1;
	const char *p, *end;

	if (!h || !h->val.l)
		return false;

	/* what stands in the URI, or in a name, is none of the header's */
	end = h->val.p + h->val.l;
	p = memrchr(h->val.p, '>', h->val.l);
	for (p = p ? p : h->val.p; p + len < end; p++) {
		struct pl rest = {p + len, (size_t)(end - p - len)};

		if (*p != ';' || strncasecmp(p, name, len) != 0)
			continue;

		syntax_token(&rest, tag);

		return tag->l > 0;
	}

	return false;
}


static bool is_one_of(const struct pl *met, const char *const *namev, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!pl_strcmp(met, namev[i]))
			return true;
	}

	return false;
}


/**
 * How urgent is a message?
 *
 * @param g     What the guard has found
 * @param known Whether we know where it comes from
 *
 * @return Urgency
 */
enum urgency urgency_of(const struct guard *g, bool known)
{
	static const char *const insidev[] = {"ACK", "BYE", "CANCEL", "PRACK"};
	struct pl tag;

	if (!g->req || is_one_of(&g->met, insidev, ARRAY_SIZE(insidev)) ||
	    urgency_tag(&tag, urgency_hdr(g, HDR_TO)))
		return URGENCY_DIALOG;
	if (!pl_strcmp(&g->met, "INVITE"))
		return URGENCY_CALL;

	return known && !pl_strcmp(&g->met, "REGISTER") ? URGENCY_KNOWN
							: URGENCY_OTHER;
}
