/**
 * @file context.c  What is made of several attempts (RFC 3261 section 16.7)
 *
 * A step tries what is to be tried now. What that brings may come at once, so
 * a step never runs inside of another one: it runs again.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/attempt_trunk.h"
#include "proxy/core/best.h"
#include "proxy/core/context.h"
#include "proxy/core/passback.h"
#include "proxy/core/phones.h"
#include "proxy/core/recursion.h"
#include "proxy/core/waking.h"
#include "proxy/sip/build.h"

#define ELSEWHERE "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n"

enum { ATTEMPTS_MAX = 64 };


static bool any_awaited(const struct forwarding *fw)
{
	for (const struct le *le = fw->attemptl.head; le; le = le->next) {
		if (attempt_awaited(le->data))
			return true;
	}

	return false;
}


/* what is left of the breadth for new branches (RFC 5393 section 5.3.3) */
static uint32_t breadth_left(const struct forwarding *fw)
{
	uint32_t used = 0;

	for (const struct le *le = fw->attemptl.head; le; le = le->next) {
		const struct attempt *at = le->data;

		if (attempt_awaited(at))
			used += at->breadth;
	}

	return used < fw->breadth ? fw->breadth - used : 0;
}


static void start_group(struct forwarding *fw)
{
	struct target *t;
	uint32_t left;
	size_t ready;

	while (!fw->stopped && (left = breadth_left(fw)) > 0) {
		ready = targets_ready(&fw->targets) + list_count(&fw->wakel);
		t = targets_take(&fw->targets);
		if (!t)
			break;

		left = left > ready ? left / (uint32_t)ready : 1;
		if (attempt_start(fw, t, left))
			targets_done(&fw->targets, t, false);
	}
}


/* who rings though he was called back has not answered */
static uint16_t result(const struct attempt *at)
{
	return attempt_pending(at) && at->late ? 408 : at->scode;
}


static struct attempt *best_attempt(const struct forwarding *fw)
{
	struct attempt *atv[ATTEMPTS_MAX];
	uint16_t scodev[ATTEMPTS_MAX] = {0};
	size_t n = 0, best;

	for (const struct le *le = fw->attemptl.head; le && n < ATTEMPTS_MAX;
	     le = le->next) {
		struct attempt *at = le->data;
		const uint16_t scode = result(at);

		if (!scode || at->followed)
			continue;
		atv[n] = at;
		scodev[n++] = scode;
	}

	best = best_response(scodev, n);

	return best < n ? atv[best] : NULL;
}


static void answer(struct forwarding *fw, const struct attempt *at)
{
	const uint16_t scode = at ? result(at) : 408;

	/* a 408 to a non-INVITE would only add to the trouble (RFC 4320) */
	if (scode == 408 && !message_is(fw->req, "INVITE"))
		forwarding_done(fw);
	else if (at && at->scode)
		passback_failure(fw, at);
	else
		forwarding_refuse(fw, fw->cancelled ? 487 : 408,
				  fw->cancelled ? "Request Terminated"
						: "Request Timeout");
}


/* the last moment in which somebody may know of another target */
static bool ask_others(struct forwarding *fw, const struct attempt *at)
{
	const struct forwarding_hooks *hooks = fw->px->hooks;
	const size_t known = fw->targets.count;

	/* who says so without one would be asked for ever */
	return hooks && hooks->failedh && fw->ours &&
	       hooks->failedh(fw, at ? result(at) : 408) &&
	       fw->targets.count > known;
}


/* what is tried next begins behind the loop */
static void expire_all(struct forwarding *fw, bool other_flows)
{
	fw->stepping = true;
	for (struct le *le = fw->attemptl.head; le; le = le->next) {
		struct attempt *at = le->data;

		if (!attempt_awaited(at))
			continue;

		attempt_expire(at);
		if (at->late)
			targets_done(&fw->targets, at->target,
				     other_flows && !at->heard);
	}
	fw->stepping = false;
}


/* all of his phones together have had their time, those that sleep, too */
static void ring_handler(void *arg)
{
	struct forwarding *fw = mem_ref(arg);

	timer_cancel(&fw->tmr_group);
	targets_stop(&fw->targets);
	waking_stop(fw);
	expire_all(fw, false);
	context_step(fw);
	mem_deref(fw);
}


/**
 * All targets together may ring for so long, then others are tried
 *
 * @param fw Forwarding
 * @param ms Time in ms
 */
void context_ring_limit(struct forwarding *fw, uint32_t ms)
{
	timer_start(fw->px->p.timers, &fw->tmr_ring, ms, ring_handler, fw);
}


static void group_handler(void *arg);


/* where somebody else could be tried nobody rings for ever */
static void limit_ringing(struct forwarding *fw)
{
	timer_cancel(&fw->tmr_group);
	if (fw->targets.waitl.head && message_is(fw->req, "INVITE"))
		timer_start(fw->px->p.timers, &fw->tmr_group,
			    fw->px->p.cfg->proxy.ring * 1000, group_handler,
			    fw);
}


/* other flows lead to the phone that rang; who was silent may be reached by
 * them (RFC 5626 section 5.3), and gets the same time again */
static void group_handler(void *arg)
{
	struct forwarding *fw = mem_ref(arg);

	expire_all(fw, true);
	limit_ringing(fw);
	context_step(fw);
	mem_deref(fw);
}


/* true: there may be more to do */
static bool step(struct forwarding *fw)
{
	struct attempt *at;

	if (fw->over || fw->final)
		return false;

	start_group(fw);
	if (fw->over || fw->final || any_awaited(fw))
		return false;

	/* without one that is ready it would step for ever */
	if (!fw->stopped &&
	    targets_group(&fw->targets, fw->px->p.cfg->proxy.fork) &&
	    targets_ready(&fw->targets)) {
		limit_ringing(fw);
		return true;
	}

	if (waking_pending(fw))
		return false;

	at = best_attempt(fw);
	/* a 600 has stopped it: who took the call elsewhere goes on */
	if (!fw->cancelled && ask_others(fw, at))
		return true;

	answer(fw, at);

	return false;
}


/**
 * Try what is to be tried now; answer where nothing is left to try
 *
 * @param fw Forwarding; may be gone afterwards
 */
void context_step(struct forwarding *fw)
{
	if (fw->stepping) {
		fw->again = true;
		return;
	}

	mem_ref(fw);
	fw->stepping = true;
	do
		fw->again = false;
	while (step(fw) || fw->again);
	fw->stepping = false;
	mem_deref(fw);
}


static void cancel_all(struct forwarding *fw, const char *extra)
{
	struct le *le = fw->attemptl.head;

	while (le) {
		struct attempt *at = le->data;

		le = le->next;
		attempt_cancel(at, extra);
	}
}


/**
 * Try nothing more, call back what is under way
 *
 * @param fw    Forwarding; may be gone afterwards
 * @param extra Whole lines for the CANCELs, or NULL
 *
 * RFC 3261 section 16.10
 */
void context_cancel(struct forwarding *fw, const char *extra)
{
	mem_ref(fw);
	fw->stopped = true;
	targets_stop(&fw->targets);
	waking_stop(fw);
	cancel_all(fw, extra);
	mem_deref(fw);
}


/* its own flow failed, the phone has said nothing (RFC 5626 section 5.3) */
static bool another_flow(const struct attempt *at)
{
	return at->scode == 408 || at->scode == 430 || !at->heard ||
	       attempt_trunk_fails_over(at);
}


/**
 * An attempt has failed
 *
 * @param at Attempt; may be gone afterwards
 */
void context_failed(struct attempt *at)
{
	struct forwarding *fw = mem_ref(at->fw);

	targets_done(&fw->targets, at->target, another_flow(at));
	if (at->scode == 430 || (at->scode == 503 && !at->heard && !at->local))
		phones_lost(fw->px, at->target);

	/* he said no wherever he is (16.7 step 5) */
	if (at->scode >= 600 && at->final)
		context_cancel(fw, NULL);
	else if (!fw->final)
		(void)recursion_follow(at);

	context_step(fw);
	mem_deref(fw);
}


/**
 * An attempt was accepted: the others are not needed any more
 *
 * @param at Attempt
 *
 * RFC 3261 section 16.7 step 10
 */
void context_accepted(struct attempt *at)
{
	context_cancel(at->fw, ELSEWHERE);
}
