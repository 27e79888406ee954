/**
 * @file attempt_trunk.c  What an attempt has to see to where it goes to a peer
 *
 * A trunk that challenges is answered by us, with a CSeq one higher (RFC 3261
 * section 22.2), which nobody on the caller's side may see: the cookie of the
 * dialog remembers it for the requests to come.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/attempt_trunk.h"
#include "proxy/core/context.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/refer.h"
#include "proxy/core/trunk.h"

enum { LOGINS_MAX = 2 };


/**
 * Whose hop is it?
 *
 * @param at  Attempt
 * @param hop Hop
 *
 * @return Peer, NULL: nobody's
 */
const struct config_peer *attempt_trunk_peer(const struct attempt *at,
					     const struct hop *hop)
{
	const struct forwarding *fw = at->fw;
	const struct config_peer *peer;
	const struct trunk *t = at->target->trunk;

	if (t)
		return t->peer;

	peer = peers_find(fw->px->peers, &hop->addr);
	if (peer || !fw->sender.dialog)
		return peer;

	t = trunks_by_hash(fw->px->trunks,
			   fw->sender.tok->endv[!fw->sender.from].name);

	return t ? t->peer : NULL;
}


/* a trunk is reached by the dial plan, with the rights that it asks for */
static bool goes_around(const struct attempt *at,
			const struct config_peer *peer)
{
	const struct forwarding *fw = at->fw;

	/* our redirect server may name it as the callee's proxy */
	return !fw->sender.dialog && !fw->sender.peer && !at->target->trunk &&
	       at->target->kind != TARGET_QUERY &&
	       dialplan_uses(fw->px->p.cfg, peer);
}


/**
 * May an attempt go to that peer?
 *
 * @param at   Attempt
 * @param peer Peer, NULL: nobody's
 *
 * @return 0 if success; EPERM: it may not; EBUSY, EAGAIN: no room
 */
int attempt_trunk_enter(struct attempt *at, const struct config_peer *peer)
{
	const struct forwarding *fw = at->fw;

	if (goes_around(at, peer) || !refer_allowed(fw, peer))
		return EPERM;

	mem_deref(at->trunk);
	at->trunk = mem_ref(trunks_of(fw->px->trunks, peer));
	if (!at->trunk || at->slot || !forwarding_is_initial_invite(fw))
		return 0;

	return trunk_admit(&at->slot, at->trunk, at->target->emergency);
}


/* the callee may still take the call that he was too slow for */
static void too_slow(struct attempt *at)
{
	struct forwarding *fw = at->fw;

	log_info(fw->px->p.log, "peer.silent", KV_PL("call", &fw->req->callid),
		 KV_STR("peer", at->trunk->peer->name));
	attempt_trunk_silent(at);
	if (!attempt_next_hop(at)) {
		attempt_expire(at);
		targets_done(&fw->targets, at->target, true);
	}
	context_step(fw);
}


static void deadline_handler(void *arg)
{
	struct attempt *at = arg;
	struct forwarding *fw = mem_ref(at->fw);

	if (!forwarding_wake(fw)) {
		too_slow(at);
		forwarding_rest(fw);
	}
	mem_deref(fw);
}


/**
 * An attempt is about to be sent
 *
 * @param at Attempt, its flow is known
 */
void attempt_trunk_prepare(struct attempt *at)
{
	struct forwarding *fw = at->fw;

	(void)call_keep(call_find(fw->px->p.calls, at->call), at->slot);
	if (at->own_call)
		(void)call_keep(call_find(fw->px->p.calls, at->call),
				fw->sender.slot);
	if (!at->trunk)
		return;

	at->login_epoch = login_epoch(&at->trunk->login);
	if (at->target->trunk && fw->st)
		timer_start(fw->px->p.timers, &at->tmr,
			    at->trunk->peer->deadline * 1000ULL,
			    deadline_handler, at);
}


static bool is_challenge(const struct message *resp)
{
	return resp->scode == 401 || resp->scode == 407;
}


/* true: the same request is under way with an answer */
static bool answers(struct attempt *at, const struct message *resp)
{
	const struct config_peer *peer = at->trunk->peer;

	if (!attempt_awaited(at) || !peer->user[0] ||
	    at->logins >= LOGINS_MAX ||
	    login_learn(&at->trunk->login, resp, at->login_epoch, peer->realm))
		return false;

	++at->logins;
	if (!at->fw->sender.dialog || at->fw->own)
		++at->shift;

	return attempt_again(at);
}


/* it has the call: what it says now is the callee's word */
static void keep_to(struct attempt *at)
{
	struct forwarding *fw = at->fw;

	if (!at->target->trunk)
		return;

	targets_done(&fw->targets, at->target, false);
	if (!fw->targets.waitl.head)
		timer_cancel(&fw->tmr_group);
}


/**
 * A response has come
 *
 * @param at   Attempt
 * @param resp Response
 *
 * @return true if it was a challenge that is answered
 */
bool attempt_trunk_heard(struct attempt *at, const struct message *resp)
{
	if (!at->trunk)
		return false;

	timer_cancel(&at->tmr);
	trunk_heard(at->trunk, resp->scode);
	if (resp->scode > 100 && resp->scode < 200)
		keep_to(at);

	return is_challenge(resp) && answers(at, resp);
}


/**
 * Nothing has come
 *
 * @param at Attempt
 */
void attempt_trunk_silent(const struct attempt *at)
{
	if (at->trunk && !at->heard)
		trunk_heard(at->trunk, 0);
}


/**
 * May another trunk of the same route do better?
 *
 * @param at Attempt that has failed
 *
 * @return true if the next one is to be tried
 */
bool attempt_trunk_fails_over(const struct attempt *at)
{
	return at->target->trunk && trunk_fails_over(at->scode);
}


/**
 * How much higher is its CSeq than the caller's?
 *
 * @param at Attempt
 *
 * @return Difference
 */
uint32_t attempt_trunk_shift(const struct attempt *at)
{
	const struct sender *s = &at->fw->sender;

	/* our own ones have their numbers from the dialog itself */
	if (s->dialog && !at->fw->own)
		return s->from ? 0 : s->tok->shift;

	return at->shift;
}
