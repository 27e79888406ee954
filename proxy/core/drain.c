/**
 * @file drain.c  No new calls, while those that are up go on
 *
 * Who spreads load asks by OPTIONS: the 503 takes us out of the turn before a
 * call finds out. Registrations are kept: the phones come back to us.
 */
#include "common/log.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/drain.h"


/**
 * Take no new calls, or take them again
 *
 * @param px Proxy
 * @param on Whether none is taken
 */
void drain_set(struct proxy *px, bool on)
{
	if (!px || px->draining == on)
		return;

	px->draining = on;
	log_info(px->p.log, "server.drain", KV_STR("on", on ? "yes" : "no"),
		 KV_UINT("calls", calls_count(px->p.calls)));
}


/**
 * Are no new calls taken?
 *
 * @param px Proxy
 *
 * @return true if so
 */
bool drain_is_on(const struct proxy *px)
{
	return px && px->draining;
}


/**
 * Is a request refused for that?
 *
 * @param px  Proxy
 * @param req Request
 *
 * @return true for a new call that is no emergency, and for an OPTIONS to us
 */
bool drain_refuses(const struct proxy *px, const struct message *req)
{
	if (!drain_is_on(px) || message_in_dialog(req))
		return false;

	if (message_is(req, "OPTIONS"))
		return !req->uri.user.l && served_is_ours(px, &req->uri);

	return message_is(req, "INVITE") &&
	       !dialplan_is_emergency(px->p.cfg, &req->uri.user);
}
