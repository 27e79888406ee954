/**
 * @file call.c  A call's beginning and its end
 *
 * A call is kept until call_end(): by its BYE, by the failure of its INVITE,
 * by the relay when no media comes, or by its timer. There is no state
 * without a timer.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/unique.h"
#include "proxy/media/call_state.h"
#include "proxy/media/call_watch.h"


static void call_destructor(void *arg)
{
	struct call *call = arg;

	timer_cancel(&call->tmr);
	timer_cancel(&call->tmr_session);
	hash_unlink(&call->he);
	call_queue_flush(call, 0);
	call_record_end(call);
	mem_deref(call->watch);
	list_flush(&call->dialogl);
	mem_deref(call->first);
	for (int i = 0; i < 2; i++) {
		call_place_forget(call, (enum call_side)i);
		mem_deref(call->sidev[i].flow);
		mem_deref(call->sidev[i].instance);
		config_peer_release(call->sidev[i].peer);
	}
	for (size_t i = 0; i < call->keepc; i++)
		mem_deref(call->keepv[i]);
	mem_deref(call->note);
	mem_deref((void *)call->callid.p);
}


static uint32_t id_hash(const struct calls *calls, uint64_t id)
{
	return (uint32_t)hash_sip(&calls->key, &id, sizeof(id));
}


static bool id_match(struct le *le, void *arg)
{
	const struct call *call = le->data;
	const uint64_t *id = arg;

	return call->id == *id;
}


/**
 * Find a call by its number
 *
 * @param calls Table
 * @param id    Number out of a Record-Route token
 *
 * @return Call, or NULL
 */
struct call *call_find(const struct calls *calls, uint64_t id)
{
	if (!calls || !id)
		return NULL;

	return list_ledata(
		hash_lookup(calls->ht, id_hash(calls, id), id_match, &id));
}


/* a phone whose name there is no memory for has none */
static void set_side(struct side *side, const struct call_leg *leg)
{
	if (leg->instance)
		(void)str_dup(&side->instance, leg->instance);
	side->flow = mem_ref(leg->flow);
	side->phone = leg->phone;
	side->peer = config_peer_hold(leg->peer);
	side->policy = leg->policy;
	side->verdict = leg->verdict;
	if (leg->flow && !sa_isset(&side->verdict.source, SA_ADDR))
		sa_cpy(&side->verdict.source, &leg->flow->peer);
}


static int copy_pl(struct pl *dst, const struct pl *src)
{
	char *p = mem_zalloc(src->l + 1, NULL);

	if (!p)
		return ENOMEM;

	memcpy(p, src->p, src->l);
	pl_set_str(dst, p);
	dst->l = src->l;

	return 0;
}


/**
 * Make a call that is in no table yet
 *
 * @param cp    Pointer to allocated call
 * @param calls Table that it is for
 * @param id    Its number; 0: another one
 *
 * @return 0 if success, EEXIST if the number is taken, ENOSPC if there are
 *         too many, otherwise errorcode
 */
int call_new(struct call **cp, struct calls *calls, uint64_t id)
{
	struct call *call;

	if (call_find(calls, id))
		return EEXIST;
	if (calls->count >= calls->conf.max)
		return ENOSPC;

	call = mem_zalloc(sizeof(*call), call_destructor);
	if (!call)
		return ENOMEM;

	call->calls = calls;
	call->ringing_ms = calls->conf.ringing_ms;
	call->length_ms = calls->conf.answered_ms;
	call->ice = calls->conf.ice;
	call->id = id;
	while (!call->id || call_find(calls, call->id))
		call->id = unique_next(calls->ids);
	*cp = call;

	return 0;
}


/**
 * Put a call into its table
 *
 * @param call Call, given away
 */
void call_enter(struct call *call)
{
	struct calls *calls = call->calls;

	hash_append(calls->ht, id_hash(calls, call->id), &call->he, call);
	counter_set(calls->active, ++calls->count);
	if (!call->answered)
		counter_inc(calls->ringing);
}


static int make(struct call **cp, struct calls *calls, uint64_t id,
		const struct message *invite, const struct call_leg *a,
		const struct call_leg *b)
{
	struct call_dialog *d;
	struct call *call;
	int err;

	if (!cp || !calls || !invite || !a || !b)
		return EINVAL;

	err = call_new(&call, calls, call_find(calls, id) ? 0 : id);
	if (err)
		return err;

	err = copy_pl(&call->callid, &invite->callid);
	if (!err)
		err = call_dialog_alloc(&d, call);
	if (err) {
		mem_deref(call);
		return err;
	}

	set_side(&call->sidev[CALL_A], a);
	set_side(&call->sidev[CALL_B], b);
	call_place(call, CALL_A);
	call_place(call, CALL_B);
	call_record_init(call, invite, a, b);
	call->started_ms = timers_now(calls->timers);
	call_enter(call);
	counter_inc(calls->started);
	call_await(call, call->ringing_ms);

	*cp = call;

	return 0;
}


/**
 * Begin a call
 *
 * @param cp     Pointer to call; the table owns it
 * @param calls  Table
 * @param id     Number to be known by; 0, or one that is taken: another one
 * @param invite The INVITE
 * @param a      Who sent it
 * @param b      Where it goes
 *
 * @return 0 if success, ENOSPC if there are too many, otherwise errorcode
 */
int call_alloc(struct call **cp, struct calls *calls, uint64_t id,
	       const struct message *invite, const struct call_leg *a,
	       const struct call_leg *b)
{
	return make(cp, calls, id, invite, a, b);
}


/**
 * Take up a call again that was lost by a restart, or given up for want of
 * media
 *
 * @param cp    Pointer to call; the table owns it
 * @param calls Table
 * @param id    Its number, out of a Record-Route token
 * @param req   Request of the dialog
 * @param a     Who sent the dialog's first request
 * @param b     Where that went
 *
 * @return 0 if success, ENOSPC if there are too many, otherwise errorcode
 */
int call_revive(struct call **cp, struct calls *calls, uint64_t id,
		const struct message *req, const struct call_leg *a,
		const struct call_leg *b)
{
	int err;

	if (!id)
		return EINVAL;

	err = make(cp, calls, id, req, a, b);
	if (!err) {
		call_dialog_main(*cp)->confirmed = true;
		call_answered(*cp);
	}

	return err;
}


/**
 * A call's number
 *
 * @param call Call
 *
 * @return Number, never 0
 */
uint64_t call_id(const struct call *call)
{
	return call ? call->id : 0;
}


/**
 * The flow towards a side
 *
 * @param call Call
 * @param side Side
 *
 * @return Flow, not referenced for the caller; or NULL
 */
struct flow *call_flow(const struct call *call, enum call_side side)
{
	return call ? call->sidev[side].flow : NULL;
}


/**
 * The relay resource that a call's media goes through
 *
 * @param call Call
 *
 * @return Resource of the dialog that was answered, or is the newest; NULL
 *         where nothing is relayed
 */
struct resource *call_media(const struct call *call)
{
	const struct call_dialog *d = call_dialog_main(call);

	return d ? d->leg->res : NULL;
}


/**
 * Is that side a phone attached to us?
 *
 * @param call Call
 * @param side Side
 *
 * @return true if it is reached by its flow alone
 */
bool call_is_phone(const struct call *call, enum call_side side)
{
	return call && call->sidev[side].phone;
}


/**
 * Which phone is that side?
 *
 * @param call Call
 * @param side Side
 *
 * @return Its +sip.instance; NULL if it has never said one
 */
const char *call_instance(const struct call *call, enum call_side side)
{
	return call ? call->sidev[side].instance : NULL;
}


/**
 * End a call: its record is written, its relay resource goes back
 *
 * @param call Call
 * @param why  Reason, one word
 */
void call_end(struct call *call, const char *why)
{
	if (!call || !call->calls)
		return;

	call_record_end(call);
	call_log_end(call, why);
	call_tell_end(call, why);
	counter_set(call->calls->active, --call->calls->count);
	if (!call->answered)
		counter_add(call->calls->ringing, -1);
	call->calls = NULL;
	hash_unlink(&call->he);
	call_place_forget(call, CALL_A);
	call_place_forget(call, CALL_B);
	timer_cancel(&call->tmr);
	timer_cancel(&call->tmr_session);
	call_watch_close(call);
	list_flush(&call->dialogl);
	call_queue_flush(call, ECANCELED);
	mem_deref(call);
}
