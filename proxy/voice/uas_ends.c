/**
 * @file uas_ends.c  Who is at the ends of a dialog, and the way between them
 */
#include <errno.h>
#include "proxy/voice/uas_state.h"

enum { TAG_LEN = 17 };


static int set_text(char **dst, const struct pl *src)
{
	char *copy = NULL;
	int err = pl_strdup(&copy, src);

	if (err)
		return err;

	mem_deref(*dst);
	*dst = copy;

	return 0;
}


/**
 * Note where our requests go to
 *
 * @param u Dialog
 * @param m Message of the phone that may say so
 *
 * RFC 3261 section 12.2.1.1
 */
void uas_set_target(struct uas *u, const struct message *m)
{
	struct nameaddr na;
	struct pl val;

	if (message_value(m, HDR_CONTACT, 0, &val) ||
	    nameaddr_decode(&na, &val))
		return;

	(void)set_text(&u->target, &na.addr);
}


/* in the order in which they stand (RFC 3261 section 12.1.1) */
static int set_routes(struct uas *u, const struct message *invite)
{
	struct value_iter it;
	struct pl val;
	size_t pos = 0;

	message_values(&it, invite, HDR_RECORD_ROUTE);
	while (message_values_next(&it, &val)) {
		const int n = re_snprintf(u->routes + pos,
					  sizeof(u->routes) - pos,
					  "Route: %r\r\n", &val);

		if (n < 0)
			return ENOSPC;
		pos += (size_t)n;
	}

	return 0;
}


/* by the protocol that the call came with; a sips call stays one */
static int set_contact(struct uas *u, const struct message *invite)
{
	const struct flow *flow = invite->flow;
	struct sa sa;

	transport_sentby(u->p->tp, flow, &sa);

	return re_sdprintf(
		&u->contact, "%s:%r@%J%s%s",
		pl_strcasecmp(&invite->uri.scheme, "sips") ? "sip" : "sips",
		&invite->uri.user, &sa,
		flow->proto == FLOW_UDP ? "" : ";transport=",
		flow->proto == FLOW_UDP ? "" : flow_proto_param(flow->proto));
}


/**
 * Note who is at the ends of a dialog
 *
 * @param u      Dialog
 * @param invite INVITE that begins it
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 section 12.1.1
 */
int uas_set_ends(struct uas *u, const struct message *invite)
{
	int err;

	err = pl_strdup(&u->callid, &invite->callid);
	err |= pl_strdup(&u->remote, &invite->from.val);
	err |= pl_strdup(&u->remote_tag, &invite->from_tag);
	err |= re_sdprintf(&u->local, "%r;tag=%s", &invite->to.val, u->tag);
	err |= pl_strdup(&u->target, &invite->from.addr);
	err |= set_contact(u, invite);

	return err ? ENOMEM : set_routes(u, invite);
}


/**
 * Could that be a tag of ours?
 *
 * @param tag To tag of a request
 *
 * @return true if it looks like one
 */
bool uas_is_tag(const struct pl *tag)
{
	return tag && tag->l == TAG_LEN && tag->p[0] == 'v';
}


/**
 * Is it the INVITE of this dialog, come by another way?
 *
 * @param u      Dialog
 * @param invite INVITE without a To tag, of a transaction of its own
 *
 * @return true if it was answered already
 *
 * RFC 3261 section 8.2.2.2
 */
bool uas_is_merged(const struct uas *u, const struct message *invite)
{
	return invite->cseq == u->first &&
	       !pl_strcmp(&invite->callid, u->callid) &&
	       !pl_strcmp(&invite->from_tag, u->remote_tag);
}


/**
 * Is a request in this dialog?
 *
 * @param u   Dialog
 * @param req Request
 *
 * @return true if Call-ID and both tags are its
 *
 * RFC 3261 section 12
 */
bool uas_is(const struct uas *u, const struct message *req)
{
	return !pl_strcmp(&req->to_tag, u->tag) &&
	       !pl_strcmp(&req->callid, u->callid) &&
	       !pl_strcmp(&req->from_tag, u->remote_tag);
}


/**
 * Note by which way the phone sends: a NAT has given it another port, or it
 * has connected again
 *
 * @param u   Dialog
 * @param req Request in it
 */
void uas_take_flow(struct uas *u, const struct message *req)
{
	if (req->flow == u->flow)
		return;

	mem_deref(u->flow);
	u->flow = mem_ref(req->flow);
}


/**
 * Find the way to the phone: when its connection is gone the same one once
 * more, should it be back
 *
 * @param u Dialog
 *
 * @return Flow
 */
struct flow *uas_way(struct uas *u)
{
	struct flow *flow = NULL;

	if (u->flow->closed &&
	    !transport_flow_back(&flow, u->p->tp, u->flow->proto,
				 &u->flow->local, &u->flow->peer)) {
		mem_deref(u->flow);
		u->flow = flow;
	}

	return u->flow;
}
