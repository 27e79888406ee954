/**
 * @file drain.c  No new calls, while those that are up go on
 *
 * Who spreads load asks by OPTIONS: the 503 takes us out of the turn before a
 * call finds out. Registrations are kept: the phones come back to us.
 */
#include <errno.h>
#include "common/log.h"
#include "proxy/core/dialog_end.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/drain.h"


/** Calls that are ended in one turn */
struct ending {
	struct proxy *px;
	uint32_t n;
};


static bool end_handler(struct call *call, void *arg)
{
	struct ending *e = arg;

	(void)dialog_end(e->px, call, "server-stop");

	return !--e->n;
}


static void end_calls(uint32_t n, void *arg)
{
	struct proxy *px = arg;
	struct ending e = {px, n};

	calls_apply(px->p.calls, end_handler, &e);
}


/* a call that begins, or one whose end is still on its way */
static bool is_pending(const struct proxy *px)
{
	for (struct le *le = px->forwardl.head; le; le = le->next) {
		const struct forwarding *fw = le->data;

		if (!fw->final && !fw->over &&
		    (message_is(fw->req, "BYE") ||
		     forwarding_is_initial_invite(fw)))
			return true;
	}

	return false;
}


/* what others have us relay cannot be told to end */
static uint32_t count_left(void *arg)
{
	const struct proxy *px = arg;
	uint32_t n = calls_count(px->p.calls);

	if (px->p.relay_server &&
	    departure_phase(px->departure) == DEPARTURE_WAITS)
		n += relay_server_leases(px->p.relay_server);

	return n ? n : is_pending(px);
}


static void over_handler(void *arg)
{
	const struct proxy *px = arg;

	log_info(px->p.log, "server.drained",
		 KV_UINT("calls", calls_count(px->p.calls)));
	if (px->p.goneh)
		px->p.goneh(px->p.report_arg);
}


/**
 * Make what lets the server go
 *
 * @param px Proxy with its parts
 *
 * @return 0 if success, otherwise errorcode
 */
int drain_init(struct proxy *px)
{
	const struct departure_handlers h = {
		.lefth = count_left,
		.endh = end_calls,
		.overh = over_handler,
		.arg = px,
	};

	return departure_alloc(&px->departure, px->p.timers, &h);
}


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


/**
 * Take no new calls, and end with the last one
 *
 * @param px         Proxy
 * @param deadline_s How long calls may go on at most
 * @param firm       Whether that cannot be taken back
 *
 * @return 0 if success, EBUSY: calls are being ended already
 */
int drain_leave(struct proxy *px, uint32_t deadline_s, bool firm)
{
	if (!px)
		return EINVAL;
	if (departure_phase(px->departure) > DEPARTURE_WAITS)
		return EBUSY;

	drain_set(px, true);
	log_info(px->p.log, "server.leaving",
		 KV_UINT("calls", calls_count(px->p.calls)),
		 KV_UINT("deadline_s", deadline_s));

	return departure_begin(px->departure, (uint64_t)deadline_s * 1000,
			       firm);
}


/**
 * Wait for nobody any more
 *
 * @param px Proxy
 */
void drain_hasten(struct proxy *px)
{
	if (!px)
		return;

	drain_set(px, true);
	departure_hasten(px->departure);
}


/**
 * Take calls again, and stay
 *
 * @param px Proxy
 *
 * @return 0 if success, EACCES: it ends for good, EBUSY: calls are being ended
 */
int drain_cancel(struct proxy *px)
{
	int err;

	if (!px)
		return EINVAL;

	err = departure_cancel(px->departure);
	if (!err)
		drain_set(px, false);

	return err;
}


/**
 * Look how far it is
 *
 * @param v  What is seen
 * @param px Proxy
 */
void drain_look(struct drain_view *v, const struct proxy *px)
{
	const uint64_t left_ms = departure_left(px->departure);

	v->on = drain_is_on(px);
	v->phase = departure_phase(px->departure);
	v->calls = calls_count(px->p.calls);
	v->left_s = (uint32_t)((left_ms + 999) / 1000);
}


/**
 * Say how far it is
 *
 * @param buf Buffer
 * @param v   What was seen
 *
 * @return The buffer
 */
const char *drain_text(char buf[DRAIN_TEXT_SIZE], const struct drain_view *v)
{
	const char *are = v->calls == 1 ? "call is" : "calls are";

	if (v->phase == DEPARTURE_WAITS)
		(void)re_snprintf(buf, DRAIN_TEXT_SIZE,
				  "the server is draining, %u %s left, it "
				  "ends in %u s at the latest",
				  v->calls, are, v->left_s);
	else if (v->phase > DEPARTURE_WAITS)
		(void)re_snprintf(buf, DRAIN_TEXT_SIZE,
				  "the server ends, %u %s told so", v->calls,
				  are);
	else if (v->on)
		(void)re_snprintf(buf, DRAIN_TEXT_SIZE,
				  "the server is draining, %u %s left",
				  v->calls, are);
	else
		(void)re_snprintf(buf, DRAIN_TEXT_SIZE, "%u %s up", v->calls,
				  are);

	return buf;
}
