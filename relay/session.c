/**
 * @file session.c  The media of one call
 */
#include <errno.h>
#include "common/log.h"
#include "common/metrics.h"
#include "relay/kin.h"
#include "relay/engine/path.h"
#include "relay/relay_state.h"
#include "relay/session_login.h"
#include "relay/tap.h"
#include "relay/engine/worker.h"
#include "relay/trail/sheaf.h"


static void destructor(void *arg)
{
	struct relay_session *s = arg;

	timer_cancel(&s->tmr);
	kin_leave(s);
	for (unsigned n = 0; n < s->streamc; n++)
		relay_stream_close(s, n);
	mem_deref(s->streamv);
	tap_release(s->tap);
	mem_deref(s->sheaf);
	mem_deref(s->loginv[RELAY_A]);
	mem_deref(s->loginv[RELAY_B]);

	if (s->relay) {
		--s->relay->sessions;
		team_dismiss(&s->relay->team, s->team);
		relay_gauge(s->relay);
	}
	mem_deref(s->relay);
	mem_deref(s->id);
}


static const char *event_name(enum relay_event ev)
{
	switch (ev) {
	case RELAY_LATCHED:
		return "latched";

	case RELAY_REFUSED:
		return "refused";

	case RELAY_ONE_SIDE:
		return "one-side";

	case RELAY_MUTE:
		return "mute";

	case RELAY_HEARD:
		return "heard";

	case RELAY_DEAF:
		return "deaf";

	case RELAY_HEARS:
		return "hears";

	default:
		return "timeout";
	}
}


/**
 * Report an event upwards; the session may be gone afterwards
 *
 * @param s    Session
 * @param ev   Event
 * @param info What it is about
 *
 * @return True if the session is still there
 */
bool session_event(struct relay_session *s, enum relay_event ev,
		   const struct relay_info *info)
{
	bool ended;

	log_debug(
		s->relay->log, "relay.event", KV_STR("session", s->id),
		KV_STR("event", event_name(ev)),
		KV_UINT("stream", info->stream),
		KV_STR("side", info->side == RELAY_A ? "a" : "b"),
		KV_STR("component", info->comp == RELAY_RTP ? "rtp" : "rtcp"),
		KV_SA("source", &info->src));

	if (!s->h)
		return true;

	mem_ref(s);
	s->h(s, ev, info, s->arg);
	ended = mem_nrefs(s) == 1;
	mem_deref(s);

	return !ended;
}


/* of == NULL: on the worker that has least to do */
static int make(struct relay_session **sp, struct relay *r,
		const struct relay_session *of, const struct pl *id)
{
	struct relay_session *s;
	int err;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	err = pl_strdup(&s->id, id);
	if (err) {
		mem_deref(s);
		return err;
	}

	s->relay = mem_ref(r);
	s->team = of ? of->team : team_idle(&r->team);
	s->worker = team_hire(&r->team, s->team);
	++r->sessions;

	*sp = s;

	return 0;
}


/**
 * Allocate the session of a call, without streams
 *
 * @param sp  Pointer to allocated session
 * @param r   Relay
 * @param id  Name of the call, for the log
 * @param h   Event handler (optional), called in the main loop
 * @param arg Handler argument
 *
 * @return 0 if success, ENOSPC if there are as many as there may be,
 *         otherwise errorcode
 */
int relay_session_alloc(struct relay_session **sp, struct relay *r,
			const struct pl *id, relay_event_h *h, void *arg)
{
	struct relay_session *s;
	int err;

	if (!sp || !r || !pl_isset(id))
		return EINVAL;
	if (relay_is_full(r)) {
		counter_inc(r->count.refused);
		return ENOSPC;
	}

	err = make(&s, r, NULL, id);
	if (err)
		return err;

	s->h = h;
	s->arg = arg;
	relay_gauge(r);
	*sp = s;

	return 0;
}


/**
 * Allocate a session for another answer to the same offer
 *
 * @param sp     Pointer to allocated session
 * @param of     Session whose ports were offered
 * @param shared Side that they face
 * @param h      Event handler (optional), called in the main loop
 * @param arg    Handler argument
 *
 * @return 0 if success, EINVAL if `of` shares its other side already,
 *         otherwise errorcode
 */
int relay_session_fork(struct relay_session **sp, struct relay_session *of,
		       enum relay_side shared, relay_event_h *h, void *arg)
{
	struct relay_session *s;
	struct pl id;
	int err;

	if (!sp || !of || (unsigned)shared > RELAY_B)
		return EINVAL;

	pl_set_str(&id, of->id);
	err = make(&s, of->relay, of, &id);
	if (err)
		return err;

	err = kin_join(s, of, shared);
	if (err) {
		mem_deref(s);
		return err;
	}

	err = session_login_share(s, of, shared);
	if (err) {
		mem_deref(s);
		return err;
	}

	s->h = h;
	s->arg = arg;
	s->hold = of->hold;
	s->placev[RELAY_A] = of->placev[RELAY_A];
	s->placev[RELAY_B] = of->placev[RELAY_B];
	relay_gauge(s->relay);
	*sp = s;

	return 0;
}


/**
 * Say where a side is, before streams are opened
 *
 * @param s       Session
 * @param side    Side
 * @param towards Its address; NULL or af unset: unknown
 * @param zone    Name of its zone; NULL or "": by its address
 *
 * @return 0 if success, ENOENT if there is no zone of that name, otherwise
 *         errorcode
 */
int relay_session_place(struct relay_session *s, enum relay_side side,
			const struct sa *towards, const char *zone)
{
	if (!s || (unsigned)side > RELAY_B)
		return EINVAL;

	return place_find(&s->placev[side], &s->relay->conf, towards, zone);
}


/**
 * Put the call on hold, where silence is no fault, or off it
 *
 * @param s    Session
 * @param hold True for hold
 */
void relay_session_hold(struct relay_session *s, bool hold)
{
	if (!s || s->hold == hold)
		return;

	s->hold = hold;
	session_alive(s);
}


/**
 * Let somebody hear all packets of the session, from now on; its streams that
 * are opened later as well
 *
 * @param s   Session
 * @param tap Tap, held; NULL: nobody any more
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_session_tap(struct relay_session *s, struct relay_tap *tap)
{
	struct relay_tap *before;

	if (!s)
		return EINVAL;

	before = s->tap;
	s->tap = tap_hold(tap);
	for (unsigned i = 0; i < s->streamc; i++) {
		if (s->streamv[i].path)
			worker_tap(s->worker, s->streamv[i].path,
				   tap_hold(tap));
	}
	tap_release(before);

	return 0;
}


/**
 * Want the headers of the packets of those streams that are open
 *
 * @param s Session
 *
 * @return Where they will be, not owned; NULL: none are kept
 */
struct sheaf *relay_session_sheaf(struct relay_session *s)
{
	if (!s || !s->relay->conf.header_bytes)
		return NULL;

	if (!s->sheaf)
		(void)sheaf_alloc(&s->sheaf);

	return s->sheaf;
}
