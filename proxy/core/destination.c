/**
 * @file destination.c  Where a request outside a dialog goes
 *
 * Nothing is sent to an address that only a stranger has named: the targets
 * are our users' flows, configured peers, what our redirect server says, and
 * what our users' own phones answer.
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "proxy/core/destination.h"
#include "proxy/core/dial.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/edge.h"
#include "proxy/core/phones.h"
#include "proxy/core/ruri.h"
#include "proxy/core/waking.h"
#include "proxy/user/account.h"


/**
 * Is the request for the server itself?
 *
 * @param fw Forwarding
 *
 * @return true if so
 */
bool destination_is_self(const struct forwarding *fw)
{
	return !fw->sender.dialog && !fw->sender.rs.next.l &&
	       !fw->sender.flow && fw->ours && !fw->uri.user.l;
}


static int add(struct forwarding *fw, struct target *t)
{
	const int err = targets_add(&fw->targets, t);

	mem_deref(t);

	return err;
}


/* to wherever that URI leads; to a peer, unless a callee has named it */
static int add_next(struct forwarding *fw, const struct pl *ruri,
		    const struct pl *next, bool by_callee, uint16_t q)
{
	struct target *t = NULL;
	int err = target_alloc(&t, TARGET_PROXY, ruri);

	if (!err)
		err = pl_strdup(&t->next, next);
	if (err) {
		mem_deref(t);
		return err;
	}

	t->peers_only = !by_callee;
	t->by_callee = by_callee;
	t->q = q;

	return add(fw, t);
}


static int query(struct forwarding *fw, const char *aor, struct refusal *r)
{
	struct target *t = NULL;
	struct pl ruri;
	int err;

	if (!fw->px->p.redirect)
		return refuse(r, 404, "Not Found");

	pl_set_str(&ruri, fw->ruri);
	err = target_alloc(&t, TARGET_QUERY, &ruri);
	if (!err)
		err = str_dup(&t->aor, aor);
	if (err)
		mem_deref(t);
	else
		err = add(fw, t);

	return err ? refuse(r, 500, "Out Of Memory") : 0;
}


static int user(struct forwarding *fw, struct refusal *r)
{
	struct proxy *px = fw->px;
	char aor[SIPURI_AOR_MAX];
	struct pl pl;
	int err;

	err = served_user(px, &fw->uri, &fw->req->to.uri, aor, sizeof(aor));
	if (err)
		return refuse(r, 404, "Not Found");

	pl_set_str(&pl, aor);
	err = phones_add(fw, &pl);
	if (waking_begin(fw, &pl) || !err)
		return 0;

	if (accounts_find(px->p.accounts, &pl)) {
		(void)refuse(r, 480, "Temporarily Unavailable");
		return ENOENT;
	}
	if (accounts_state(px->p.accounts))
		return refuse(r, 500, "Database Trouble");

	err = dial_add(fw, &fw->uri.user, fw->sender.aor, 1000, r);

	return err == ENOENT ? query(fw, aor, r) : err;
}


static int next_hop(struct forwarding *fw, const struct pl *next,
		    struct refusal *r)
{
	struct pl ruri;

	pl_set_str(&ruri, fw->ruri);

	return add_next(fw, &ruri, next, false, 1000)
		       ? refuse(r, 500, "Out Of Memory")
		       : 0;
}


/* numeric, as host or in maddr */
static int address(struct sa *sa, const struct sipuri *uri)
{
	struct pl host;

	if (sipuri_param(uri, "maddr", &host))
		return sipuri_addr(uri, sa);

	return addr_decode(sa, &host, uri->port ? uri->port : 5060);
}


/* a trunk is reached by the dial plan alone, with the rights that it asks for
 */
static int to_peer(struct forwarding *fw, const struct pl *next,
		   const struct config_peer *peer, struct refusal *r)
{
	int err;

	if (fw->sender.peer || !dialplan_uses(fw->px->p.cfg, peer))
		return next_hop(fw, next, r);

	err = dial_add(fw, &fw->uri.user, fw->sender.aor, 1000, r);

	return err == ENOENT ? refuse(r, 403, "Number Not Allowed") : err;
}


static int foreign(struct forwarding *fw, struct refusal *r)
{
	char aor[SIPURI_AOR_MAX];
	struct sa sa;
	struct pl pl;

	pl_set_str(&pl, fw->ruri);
	if (!address(&sa, &fw->uri) && peers_find(fw->px->peers, &sa))
		return to_peer(fw, &pl, peers_find(fw->px->peers, &sa), r);

	if (!sipuri_param(&fw->uri, "maddr", NULL))
		return refuse(r, 403, "Address Not Allowed");

	if (!fw->uri.user.l || sipuri_aor(&fw->uri, aor, sizeof(aor)))
		return refuse(r, 404, "Not Found");

	return query(fw, aor, r);
}


/* a preloaded Route leads to a peer or nowhere (no open relay) */
static int by_route(struct forwarding *fw, struct refusal *r)
{
	struct nameaddr na;
	struct sa sa;

	if (nameaddr_decode(&na, &fw->sender.rs.next))
		return refuse(r, 400, "Bad Route");

	if (!sipuri_addr(&na.uri, &sa) && !peers_find(fw->px->peers, &sa))
		return refuse(r, 403, "Route Not Allowed");

	return next_hop(fw, &na.addr, r);
}


/**
 * Find the targets of a request outside a dialog
 *
 * @param fw Forwarding
 * @param r  What to answer where there is none
 *
 * @return 0 if success, ENOENT where a user of ours is nowhere, EPROTO where
 *         the request is refused
 */
int destination_find(struct forwarding *fw, struct refusal *r)
{
	if (fw->sender.home)
		return edge_find_home(fw) ? refuse(r, 503, "No Way Home") : 0;
	if (fw->sender.flow)
		return edge_find_flow(fw) ? refuse(r, 430, "Flow Failed") : 0;
	if (fw->sender.rs.next.l)
		return by_route(fw, r);

	return fw->ours ? user(fw, r) : foreign(fw, r);
}


/* a callee names what he likes: the network behind us is not his, nor is what
 * else listens on this host (S5) */
static bool may_be_named(const struct proxy *px, const struct sa *sa)
{
	return served_may_reach(px, sa) &&
	       (!transport_is_local_host(px->p.tp, sa) ||
		peers_find(px->peers, sa));
}


/* RFC 3261 section 16.5: no target twice, and no place that we may not reach
 * is one */
static int elsewhere(struct forwarding *fw, const struct sipuri *uri,
		     const char *ruri, uint16_t q)
{
	struct sa sa;
	struct pl pl;

	if (!address(&sa, uri) && !may_be_named(fw->px, &sa))
		return EACCES;

	pl_set_str(&pl, ruri);

	return add_next(fw, &pl, &pl, true, q);
}


/**
 * Add a place that a callee has answered with
 *
 * @param fw   Forwarding
 * @param text URI
 * @param q    Its preference
 * @param payer Account of the callee, who pays where it is a number; NULL: it
 *              may be none
 *
 * @return 0 if success, EALREADY if it is there or was tried, ENOENT if it
 *         names a user of ours who is nowhere, EACCES for an address that is
 *         not allowed, otherwise errorcode
 *
 * RFC 3261 section 16.5
 */
int destination_contact(struct forwarding *fw, const struct pl *text,
			uint16_t q, const char *payer)
{
	char aor[SIPURI_AOR_MAX];
	struct refusal r;
	struct sipuri uri;
	struct pl pl;
	char *ruri = NULL;
	int err;

	err = ruri_of_contact(&ruri, text);
	if (err)
		return err;

	pl_set_str(&pl, ruri);
	err = sipuri_decode(&uri, &pl);
	if (!err && !served_is_ours(fw->px, &uri))
		err = elsewhere(fw, &uri, ruri, q);
	else if (!err)
		err = served_user(fw->px, &uri, NULL, aor, sizeof(aor));
	if (!err && served_is_ours(fw->px, &uri)) {
		pl_set_str(&pl, aor);
		err = phones_add(fw, &pl);
		if (err == ENOENT && payer &&
		    !accounts_find(fw->px->p.accounts, &pl))
			err = dial_add(fw, &uri.user, payer, q, &r);
	}

	mem_deref(ruri);

	return err;
}
