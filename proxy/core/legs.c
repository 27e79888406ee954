/**
 * @file legs.c  What the two sides of a call are when it begins
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/legs.h"


static void set_leg_a(struct call_leg *leg, const struct forwarding *fw)
{
	const struct message *req = fw->req;
	struct nameaddr contact;
	struct pl val;
	struct sa sa;

	memset(leg, 0, sizeof(*leg));
	leg->flow = req->flow;
	leg->peer = fw->sender.peer;
	leg->phone = !leg->peer;

	/* a late offer: until its SDP comes, the Contact speaks for it */
	sa_init(&sa, AF_UNSPEC);
	if (leg->phone && !message_value(req, HDR_CONTACT, 0, &val) &&
	    !nameaddr_decode(&contact, &val))
		(void)sipuri_addr(&contact.uri, &sa);
	if (leg->phone)
		nat_judge_contact(&leg->verdict, &req->src, &sa);
	else
		leg->verdict.media = NAT_DIRECT;
}


static void set_leg_b(struct call_leg *leg, const struct forwarding *fw)
{
	const struct target *t = &fw->target;

	memset(leg, 0, sizeof(*leg));
	leg->flow = t->flow;
	leg->peer = t->peer;
	leg->phone = t->kind == TARGET_PHONE;
	leg->verdict = t->verdict;
	if (leg->phone || t->verdict.media != NAT_UNDECIDED)
		return;

	leg->verdict.media = NAT_DIRECT;
	leg->verdict.reason = NAT_PEER_AUTO;
	if (t->peer && t->peer->media == CONFIG_MEDIA_RELAY) {
		leg->verdict.media = NAT_RELAY;
		leg->verdict.reason = NAT_PEER_RELAY;
	}
}


/**
 * The call that a request begins, or belongs to
 *
 * @param cp Pointer to the call; NULL: none
 * @param fw Forwarding, its target is known
 *
 * @return 0 if success, otherwise errorcode
 */
int legs_call(struct call **cp, struct forwarding *fw)
{
	struct proxy *px = fw->px;
	struct call_leg a, b;
	int err;

	if (fw->sender.dialog) {
		*cp = call_find(px->p.calls, fw->sender.tok.call);
		fw->call = call_id(*cp);
		call_seen(*cp, (enum call_side)fw->sender.from, fw->req->flow);
		return 0;
	}

	*cp = NULL;
	if (!message_is(fw->req, "INVITE"))
		return 0;

	set_leg_a(&a, fw);
	set_leg_b(&b, fw);
	err = call_alloc(cp, px->p.calls, fw->req, &a, &b);
	fw->call = call_id(*cp);

	return err;
}
