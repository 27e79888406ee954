/**
 * @file kinship.c  Are two bindings one phone's? Pure
 *
 * What tells, in this order:
 *
 * - the +sip.instance, where both have one: the same phone, unless it has two
 *   ways on purpose, which reg-id tells apart (RFC 5626 section 6);
 * - the push token: it is one application on one device (RFC 8599);
 * - the Call-ID and the Contact's user, come over another way: the phone has
 *   moved or its NAT has forgotten it;
 * - the same User-Agent at the same private address, from the same NAT but
 *   another port of it, or where the old way is known to be dead: it has
 *   booted. Two households may both have a phone at 192.168.1.10; those come
 *   from different addresses.
 */
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/user/kinship.h"
#include "proxy/user/push_params.h"


static bool equal(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}


static bool same_way(const struct binding *a, const struct binding *b)
{
	return sa_cmp(&a->source, &b->source, SA_ALL);
}


static int contact_uri(struct sipuri *uri, const struct binding *b)
{
	struct pl pl;

	pl_set_str(&pl, b->contact);

	return sipuri_decode(uri, &pl);
}


static bool same_token(const struct binding *a, const struct binding *b)
{
	struct push_params pa, pb;

	return !push_params_decode(&pa, a->contact) &&
	       !push_params_decode(&pb, b->contact) &&
	       !pl_casecmp(&pa.provider, &pb.provider) &&
	       !pl_cmp(&pa.prid, &pb.prid) && !pl_cmp(&pa.param, &pb.param);
}


static bool moved(const struct binding *old, const struct binding *now)
{
	struct sipuri ua, ub;

	return equal(old->callid, now->callid) && old->cseq < now->cseq &&
	       !contact_uri(&ua, old) && !contact_uri(&ub, now) &&
	       !pl_cmp(&ua.user, &ub.user);
}


static bool booted(const struct binding *old, const struct binding *now)
{
	struct sipuri ua, ub;
	struct sa a, b;

	if (!equal(old->user_agent, now->user_agent) ||
	    (!sa_cmp(&old->source, &now->source, SA_ADDR) &&
	     binding_flow(old)))
		return false;

	return !contact_uri(&ua, old) && !contact_uri(&ub, now) &&
	       !sipuri_addr(&ua, &a) && !sipuri_addr(&ub, &b) &&
	       addr_is_inside(&a) && sa_cmp(&a, &b, SA_ADDR) &&
	       !sa_cmp(&old->source, &a, SA_ADDR) &&
	       !pl_cmp(&ua.user, &ub.user);
}


/**
 * Does an old binding belong to the phone that registers a new one?
 *
 * @param old Binding that is there
 * @param now What the phone registers
 *
 * @return True if so: the old one leads nowhere any more
 */
bool kinship_same_phone(const struct binding *old, const struct binding *now)
{
	if (!old || !now || !old->contact || !now->contact)
		return false;

	if (old->instance && now->instance)
		return !strcmp(old->instance, now->instance) &&
		       (old->reg_id == now->reg_id || !old->reg_id ||
			!now->reg_id);

	if (same_token(old, now))
		return true;

	return !same_way(old, now) && (moved(old, now) || booted(old, now));
}
