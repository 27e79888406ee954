/**
 * @file refer.c  A REFER is no bypass of call rights (RFC 3515)
 */
#include <string.h>
#include "proxy/core/dialing.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/refer.h"


/* who sends it, as far as we know for sure: in a dialog by the way that his
 * From is registered over; NULL: nobody */
static const struct account *account_of(const struct forwarding *fw)
{
	const struct proxy *px = fw->px;
	const struct sipuri *from = &fw->req->from.uri;
	char aor[SIPURI_AOR_MAX];
	struct pl pl;

	if (fw->sender.aor) {
		pl_set_str(&pl, fw->sender.aor);
		return accounts_find(px->p.accounts, &pl);
	}

	if (!served_is_ours(px, from) ||
	    served_user(px, from, NULL, aor, sizeof(aor)))
		return NULL;

	if (!served_is_registered(px, aor, fw->req->flow))
		return NULL;

	pl_set_str(&pl, aor);

	return accounts_find(px->p.accounts, &pl);
}


static bool may_call(const struct forwarding *fw, const struct pl *user)
{
	const struct account *acc = account_of(fw);
	const struct dialing_caller caller = {.allow = acc ? acc->set.allow
							   : NULL};
	struct dialing d;

	return acc &&
	       !dialing_find(&d, fw->px->p.cfg, fw->px->trunks, user, &caller);
}


/**
 * May a request go to that peer, if it is a REFER?
 *
 * @param fw   Forwarding
 * @param peer Peer that it goes to, or NULL
 *
 * @return false if it would make a trunk call where its sender may not
 */
bool refer_allowed(const struct forwarding *fw, const struct config_peer *peer)
{
	const struct hdr *h;
	struct nameaddr na;

	if (!message_is(fw->req, "REFER") || fw->sender.peer ||
	    !dialplan_uses(fw->px->p.cfg, peer))
		return true;

	h = message_hdr(fw->req, HDR_REFER_TO);
	if (!h || message_hdr_next(fw->req, h) ||
	    nameaddr_decode(&na, &h->val))
		return false;

	return may_call(fw, &na.uri.user);
}
