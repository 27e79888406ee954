/**
 * @file served.c  Whom this proxy answers for, and where it may send
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "proxy/core/served.h"


/**
 * Is it one of our domains?
 *
 * @param px   Proxy
 * @param host Host, or realm
 *
 * @return true if the configuration names it
 */
bool served_is_domain(const struct proxy *px, const struct pl *host)
{
	struct pl dom;

	for (size_t i = 0; i < px->p.cfg->domainc; i++) {
		pl_set_str(&dom, px->p.cfg->domainv[i]);
		if (!pl_casecmp(host, &dom))
			return true;
	}

	return false;
}


/**
 * The domain in whose name a request is challenged
 *
 * @param realm The caller's own domain, if it is ours, else the first one
 * @param px    Proxy
 * @param req   Request
 */
void served_realm(struct pl *realm, const struct proxy *px,
		  const struct message *req)
{
	if (served_is_domain(px, &req->from.uri.host))
		*realm = req->from.uri.host;
	else if (px->p.cfg->domainc)
		pl_set_str(realm, px->p.cfg->domainv[0]);
	else
		pl_set_str(realm, "viaduct");
}


/**
 * Do we answer for this URI's host?
 *
 * @param px  Proxy
 * @param uri URI
 *
 * @return true for our domains and our own addresses
 */
bool served_is_ours(const struct proxy *px, const struct sipuri *uri)
{
	struct sa sa;

	if (served_is_domain(px, &uri->host))
		return true;

	return !sipuri_addr(uri, &sa) && transport_is_local(px->p.tp, &sa);
}


/**
 * The account that a URI of ours names
 *
 * A URI with our bare address says nothing of the domain: the hint's counts
 * if it is one of ours, else the first one.
 *
 * @param px   Proxy
 * @param uri  URI, served_is_ours()
 * @param hint Another URI of the request, its To
 * @param buf  Buffer for "user@domain"
 * @param size Its size
 *
 * @return 0 if success, ENOENT without a user, otherwise errorcode
 */
int served_aor(const struct proxy *px, const struct sipuri *uri,
	       const struct sipuri *hint, char *buf, size_t size)
{
	struct sipuri u = *uri;

	if (!u.user.l)
		return ENOENT;

	if (!served_is_domain(px, &u.host)) {
		u.ipv6 = false;
		if (hint && served_is_domain(px, &hint->host))
			u.host = hint->host;
		else if (px->p.cfg->domainc)
			pl_set_str(&u.host, px->p.cfg->domainv[0]);
	}

	return sipuri_aor(&u, buf, size);
}


/**
 * The account that is meant by a URI of ours: aliases and numbers count
 *
 * @param px   Proxy
 * @param uri  URI, served_is_ours()
 * @param hint Another URI of the request, its To
 * @param buf  Buffer for "user@domain"
 * @param size Its size
 *
 * @return 0 if success, ENOENT without a user, otherwise errorcode
 */
int served_user(const struct proxy *px, const struct sipuri *uri,
		const struct sipuri *hint, char *buf, size_t size)
{
	const struct account *acc;
	struct pl pl;
	int err;

	err = served_aor(px, uri, hint, buf, size);
	if (err)
		return err;

	pl_set_str(&pl, buf);
	acc = accounts_find_alias(px->p.accounts, &pl);
	if (acc)
		(void)str_ncpy(buf, acc->aor, size);

	return 0;
}


/* of datagrams a flow is nothing but its two addresses */
static bool same_way(const struct flow *a, const struct flow *b)
{
	if (a == b)
		return true;

	return a->proto == FLOW_UDP && b->proto == FLOW_UDP &&
	       sa_cmp(&a->local, &b->local, SA_ALL) &&
	       sa_cmp(&a->peer, &b->peer, SA_ALL);
}


static const struct binding *binding_of(const struct proxy *px,
					const char *aor,
					const struct flow *flow)
{
	const struct le *le;
	struct pl pl;

	pl_set_str(&pl, aor);
	for (le = list_head(location_get(px->p.loc, &pl)); le; le = le->next) {
		const struct binding *b = le->data;

		if (b->flow && flow && same_way(b->flow, flow))
			return b;
	}

	return NULL;
}


/**
 * Is a user registered over the way that a request came?
 *
 * @param px   Proxy
 * @param aor  Canonical address-of-record
 * @param flow Flow of the request
 *
 * @return true if one of his bindings is
 */
bool served_is_registered(const struct proxy *px, const char *aor,
			  const struct flow *flow)
{
	return binding_of(px, aor, flow) != NULL;
}


/**
 * Which phone of a user has sent a request?
 *
 * @param px   Proxy
 * @param aor  The user, canonical; NULL: nobody's
 * @param flow The way that the request came
 *
 * @return Its +sip.instance, as long as it is registered; or NULL
 */
const char *served_instance(const struct proxy *px, const char *aor,
			    const struct flow *flow)
{
	const struct binding *b = aor ? binding_of(px, aor, flow) : NULL;

	return b ? b->instance : NULL;
}


/* a private network is ours to send to where we listen in one */
static bool lives_inside(const struct proxy *px)
{
	for (size_t i = 0; i < px->p.cfg->listenc; i++) {
		if (addr_is_inside(&px->p.cfg->listenv[i].sa))
			return true;
	}

	return false;
}


/**
 * May a request be sent to that address at all?
 *
 * A Contact may name what it likes: the network behind us is not its.
 *
 * @param px  Proxy
 * @param dst Address
 *
 * @return false for loopback, link-local, multicast ... and for private
 *         addresses that are no peer's where we have none ourselves
 */
bool served_may_reach(const struct proxy *px, const struct sa *dst)
{
	if (!sa_port(dst))
		return false;

	if (addr_is_inside(dst))
		return peers_find(px->peers, dst) || lives_inside(px);

	if (!addr_is_forbidden(dst))
		return true;

	return px->p.cfg->relay.allow_local &&
	       addr_classify(dst) == ADDR_LOOPBACK;
}
