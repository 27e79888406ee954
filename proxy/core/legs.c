/**
 * @file legs.c  What the two sides of a call are when it begins
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/chronicle.h"
#include "proxy/core/legs.h"
#include "proxy/core/trunk.h"


/* what the operator has set for whoever that is; aor NULL: nobody's */
static void set_policy(struct call_leg *leg, const struct proxy *px,
		       const char *aor)
{
	const struct account *acc = NULL;
	struct pl pl;

	if (aor && !leg->peer) {
		pl_set_str(&pl, aor);
		acc = accounts_find(px->p.accounts, &pl);
	}

	leg->policy = leg->peer ? leg->peer->media
		      : acc     ? acc->set.media
				: CONFIG_MEDIA_AUTO;
	leg->record = leg->peer ? leg->peer->record : acc && acc->set.record;
}


static void set_leg_a(struct call_leg *leg, const struct forwarding *fw)
{
	const struct message *req = fw->req;
	struct nameaddr contact;
	struct pl val;
	struct sa sa, via;

	memset(leg, 0, sizeof(*leg));
	leg->flow = req->flow;
	leg->peer = fw->sender.peer;
	leg->phone = !leg->peer;
	if (leg->phone)
		leg->instance = served_instance(fw->px, fw->sender.aor,
						req->flow);
	set_policy(leg, fw->px, fw->sender.aor);

	/* a late offer: until its SDP comes, the Contact speaks for it */
	sa_init(&sa, AF_UNSPEC);
	if (leg->phone && !message_value(req, HDR_CONTACT, 0, &val) &&
	    !nameaddr_decode(&contact, &val))
		(void)sipuri_addr(&contact.uri, &sa);
	via_addr(&req->via, &via);
	if (leg->phone)
		nat_judge_contact(&leg->verdict, &req->src, &sa, &via);
	else
		leg->verdict.media = NAT_DIRECT;
}


/* what is set comes before what its registration has shown; a peer says where
 * its media is in its SDP alone */
static void set_configured(struct call_leg *leg)
{
	struct nat_verdict *v = &leg->verdict;

	if (leg->phone && leg->policy != CONFIG_MEDIA_AUTO) {
		v->reason = nat_configured(leg->policy, false);
		v->media = leg->policy == CONFIG_MEDIA_RELAY ? NAT_RELAY
							     : NAT_DIRECT;
	}
	else if (!leg->phone && v->media == NAT_UNDECIDED) {
		v->reason = NAT_PEER_AUTO;
		v->media = NAT_DIRECT;
		if (leg->policy == CONFIG_MEDIA_RELAY) {
			v->reason = NAT_PEER_RELAY;
			v->media = NAT_RELAY;
		}
	}
}


static void set_leg_b(struct call_leg *leg, const struct attempt *at)
{
	const struct target *t = at->target;

	memset(leg, 0, sizeof(*leg));
	leg->flow = at->flow;
	leg->peer = at->peer;
	leg->phone = t->kind == TARGET_PHONE;
	if (leg->phone)
		leg->instance = t->instance;
	set_policy(leg, at->fw->px, leg->phone ? t->aor : NULL);
	leg->verdict = t->verdict;
	set_configured(leg);
}


/* in a dialog From and To name the users, whom our cookie vouches for */
static void set_policy_again(struct call_leg *leg, const struct proxy *px,
			     const struct sipuri *uri)
{
	char aor[SIPURI_AOR_MAX];
	const bool known = leg->phone && served_is_ours(px, uri) &&
			   !served_user(px, uri, NULL, aor, sizeof(aor));

	set_policy(leg, px, known ? aor : NULL);
}


/* in a dialog the Request-URI is the Contact of whom it goes to, the Contact
 * the sender's */
static void set_leg_again(struct call_leg *leg, const struct attempt *at,
			  int side)
{
	const struct forwarding *fw = at->fw;
	struct sa sa;

	if (side == fw->sender.from) {
		set_leg_a(leg, fw);
		leg->phone = fw->sender.tok->endv[side].phone;
		set_policy_again(leg, fw->px, &fw->req->from.uri);
		if (!leg->phone)
			leg->verdict.media = NAT_DIRECT;
		return;
	}

	set_leg_b(leg, at);
	set_policy_again(leg, fw->px, &fw->req->to.uri);
	if (!leg->phone)
		return;

	sa_init(&sa, AF_UNSPEC);
	(void)sipuri_addr(&fw->uri, &sa);
	nat_judge_contact(&leg->verdict, &leg->flow->peer, &sa, &sa);
	if (leg->verdict.media == NAT_RELAY)
		leg->verdict.reason = NAT_CALLEE;
	set_configured(leg);
}


/* only an SDP, or a question for one, needs the call itself */
static bool brings_sdp(const struct message *req)
{
	return message_is(req, "INVITE") ||
	       (req->body.l &&
		(message_is(req, "UPDATE") || message_is(req, "PRACK") ||
		 message_is(req, "ACK")));
}


/* a restart has forgotten it, or the relay gave it up: SDP must not pass
 * as it is for that. Or its BYE has ended it: it stays only where the other
 * end says that the dialog goes on. */
static int revive(struct call **cp, struct attempt *at)
{
	const struct forwarding *fw = at->fw;
	const uint64_t id = fw->sender.tok->call;
	struct call_leg legv[2];
	int err;

	if (!id || !brings_sdp(fw->req))
		return 0;

	set_leg_again(&legv[0], at, 0);
	set_leg_again(&legv[1], at, 1);

	err = call_revive(cp, fw->px->p.calls, id, fw->req, &legv[0],
			  &legv[1]);
	at->own_call = !err;
	if (!err)
		chronicle_revived(at, *cp);

	return err;
}


static int known_call(struct call **cp, struct attempt *at)
{
	const struct forwarding *fw = at->fw;
	int err = 0;

	*cp = call_find(fw->px->p.calls, fw->sender.tok->call);
	if (!*cp)
		err = revive(cp, at);

	at->call = call_id(*cp);
	call_seen(*cp, (enum call_side)fw->sender.from, fw->req->flow);

	return err;
}


/**
 * The call that an attempt begins, or its request belongs to
 *
 * Each attempt has a call of its own: what its callee says of media is for
 * its own relay leg.
 *
 * @param cp Pointer to the call; NULL: none
 * @param at Attempt, its flow is known
 *
 * @return 0 if success, otherwise errorcode
 */
int legs_call(struct call **cp, struct attempt *at)
{
	const struct forwarding *fw = at->fw;
	struct call_leg a, b;
	int err;

	/* what ends a call is none of its messages */
	*cp = NULL;
	if (fw->own)
		return 0;
	if (fw->sender.dialog)
		return known_call(cp, at);

	if (!message_is(fw->req, "INVITE"))
		return 0;

	set_leg_a(&a, fw);
	set_leg_b(&b, at);
	err = call_alloc(cp, fw->px->p.calls, chronicle_id(fw), fw->req, &a,
			 &b);
	at->call = call_id(*cp);
	at->own_call = !err;
	if (!err)
		chronicle_call(at, *cp);

	return err;
}


/* whom the next hop of a target belongs to, as far as it is numeric */
static const struct config_peer *peer_of(const struct proxy *px,
					 const struct target *t)
{
	struct sipuri uri;
	struct sa sa;
	struct pl pl;

	if (t->trunk)
		return t->trunk->peer;
	if (t->flow)
		return peers_find(px->peers, &t->flow->peer);
	if (!t->next)
		return NULL;

	pl_set_str(&pl, t->next);

	return sipuri_decode(&uri, &pl) || sipuri_addr(&uri, &sa)
		       ? NULL
		       : peers_find(px->peers, &sa);
}


/**
 * What the two sides of a call would be
 *
 * @param a  The caller's side
 * @param b  The callee's side
 * @param fw Forwarding that was not begun
 * @param t  Target of it
 */
void legs_expect(struct call_leg *a, struct call_leg *b,
		 const struct forwarding *fw, const struct target *t)
{
	memset(a, 0, sizeof(*a));
	a->peer = fw->sender.peer;
	a->phone = !a->peer;
	set_policy(a, fw->px, fw->sender.aor);
	set_configured(a);

	memset(b, 0, sizeof(*b));
	b->peer = peer_of(fw->px, t);
	b->phone = t->kind == TARGET_PHONE;
	set_policy(b, fw->px, b->phone ? t->aor : NULL);
	b->verdict = t->verdict;
	set_configured(b);
}
