/**
 * @file recursion.c  A callee's redirection, followed
 *
 * Only where the request is for a user of ours (RFC 3261 section 16.5), and
 * only within the bounds of the request's set of targets.
 */
#include "common/log.h"
#include "proxy/core/destination.h"
#include "proxy/core/recursion.h"
#include "proxy/user/contact.h"

enum { CONTACTS_MAX = 16 };


static bool may_follow(const struct attempt *at)
{
	const struct forwarding *fw = at->fw;

	if (!at->final || fw->stopped || !fw->ours ||
	    fw->px->p.cfg->proxy.redirects_pass)
		return false;

	return at->scode >= 300 && at->scode <= 302;
}


static bool add(struct attempt *at, const struct pl *val)
{
	struct nameaddr na;
	uint16_t q = 1000;
	struct pl param;
	int err;

	if (nameaddr_decode(&na, val) || !sipuri_is_sip(&na.uri))
		return false;

	if (!param_get(&na.params, "q", &param) &&
	    contact_decode_q(&q, &param))
		return false;

	err = destination_contact(
		at->fw, &na.addr, q,
		at->target->kind == TARGET_PHONE ? at->target->aor : NULL);
	log_info(at->fw->px->p.log, "sip.redirected",
		 KV_PL("call", &at->fw->req->callid), KV_PL("to", &na.addr),
		 KV_ERRNO("error", err));

	return !err;
}


/**
 * Make targets of the Contacts of a 3xx
 *
 * @param at Attempt that was answered so
 *
 * @return false if there is none that may and need be tried
 *
 * RFC 3261 section 16.7 step 4
 */
bool recursion_follow(struct attempt *at)
{
	struct value_iter it;
	size_t added = 0, n = 0;
	struct pl val;

	if (!may_follow(at))
		return false;

	message_values(&it, at->final, HDR_CONTACT);
	while (n++ < CONTACTS_MAX && message_values_next(&it, &val))
		added += add(at, &val);

	at->followed = added > 0;
	targets_join(&at->fw->targets, at->target->q);

	return at->followed;
}
