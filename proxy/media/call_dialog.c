/**
 * @file call_dialog.c  The dialogs of a call: one for each To tag
 *
 * A proxy behind us may have forked, and several answer the one INVITE that
 * we have sent. Each of them has a leg of its own, so that the caller hears
 * them all and its own relay ports tell them apart; the first 2xx frees the
 * others' legs. Who accepts too late gets one again: his caller will hang up
 * on him, and not on the other.
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/call_state.h"


static void destructor(void *arg)
{
	struct call_dialog *d = arg;

	list_unlink(&d->le);
	for (int i = 0; i < 2; i++) {
		mem_deref(d->sidev[i].now);
		mem_deref(d->sidev[i].offered);
		mem_deref(d->sidev[i].agreed);
	}
	mem_deref(d->leg);
	mem_deref(d->tag);
}


/**
 * Allocate a dialog whose To tag is not known yet
 *
 * @param dp   Pointer to the dialog; the call owns it
 * @param call Call
 *
 * @return 0 if success, otherwise errorcode
 */
int call_dialog_alloc(struct call_dialog **dp, struct call *call)
{
	struct call_dialog *d = mem_zalloc(sizeof(*d), destructor);
	int err;

	if (!d)
		return ENOMEM;

	d->call = call;
	err = call_leg_alloc(&d->leg, call);
	if (err) {
		mem_deref(d);
		return err;
	}

	list_append(&call->dialogl, &d->le, d);
	*dp = d;

	return 0;
}


/**
 * The dialog that has the media
 *
 * @param call Call
 *
 * @return Dialog; NULL once the call has ended
 */
struct call_dialog *call_dialog_main(const struct call *call)
{
	return call ? list_ledata(list_head(&call->dialogl)) : NULL;
}


/**
 * Have both sides said where their media is?
 *
 * @param d Dialog, or NULL
 *
 * @return true if so
 */
bool call_dialog_is_whole(const struct call_dialog *d)
{
	return d && d->leg->sidev[CALL_A].ours && d->leg->sidev[CALL_B].ours;
}


/**
 * Is it on hold?
 *
 * @param d Dialog, or NULL
 *
 * @return true if one of its sides has said so
 */
bool call_dialog_is_held(const struct call_dialog *d)
{
	for (int i = 0; d && i < 2; i++) {
		if (d->sidev[i].now && d->sidev[i].now->rq.hold)
			return true;
	}

	return false;
}


/* of the callee, whoever of the two sends this request; or answers it */
static const struct pl *tag_of_b(const struct message *msg, bool a_requests)
{
	return a_requests ? &msg->to_tag : &msg->from_tag;
}


static struct call_dialog *find(const struct call *call, const struct pl *tag)
{
	for (struct le *le = list_head(&call->dialogl); le; le = le->next) {
		struct call_dialog *d = le->data;

		if (d->tag && !pl_strcmp(tag, d->tag))
			return d;
	}

	return NULL;
}


/* a success is worth more than somebody who rings, or played something */
static int make_room(struct call *call, bool success)
{
	struct le *le = list_tail(&call->dialogl);

	if (list_count(&call->dialogl) < CALL_DIALOGS_MAX)
		return 0;
	if (!success)
		return ENOSPC;

	while (le && ((const struct call_dialog *)le->data)->confirmed)
		le = le->prev;
	if (!le)
		return ENOSPC;

	mem_deref(le->data);

	return 0;
}


/* all that its INVITE has said holds for it as well */
static int add(struct call_dialog **dp, struct call *call,
	       const struct pl *tag)
{
	const struct call_dialog *first = call_dialog_main(call);
	struct call_dialog *d;
	int err;

	err = call_dialog_alloc(&d, call);
	if (err)
		return err;

	err = pl_strdup(&d->tag, tag);
	if (err) {
		mem_deref(d);
		return err;
	}

	d->forked = true;
	d->offer = call->opening;
	d->sidev[CALL_A].now = mem_ref(call->first);
	d->sidev[CALL_A].offered = mem_ref(call->first);
	d->sidev[CALL_B].received = call->opened;
	if (first)
		d->sidev[CALL_A].behind_nat = first->sidev[CALL_A].behind_nat;
	*dp = d;

	return 0;
}


/**
 * Find the dialog that a message belongs to, or begin it
 *
 * @param dp   Pointer to the dialog
 * @param pass The message
 *
 * @return 0 if success, ENOENT for a request in a dialog that is no more,
 *         ENOSPC if there are too many, otherwise errorcode
 *
 * RFC 3261 section 12
 */
int call_dialog_find(struct call_dialog **dp, const struct call_pass *pass)
{
	struct call *call = pass->call;
	const struct message *msg = pass->msg;
	const bool success = msg->scode >= 200 && msg->scode < 300;
	const bool request = msg->req;
	const struct pl *tag = tag_of_b(msg,
					(pass->from == CALL_A) == request);
	struct call_dialog *d = find(call, tag);
	int err;

	*dp = d ? d : call_dialog_main(call);
	if (d || !tag->l || msg->scode >= 300)
		return *dp ? 0 : ECANCELED;

	d = *dp;
	if (!d)
		return ECANCELED;
	if (!request && !success && !pass->sdp)
		return 0;
	if (!d->tag)
		return pl_strdup(&d->tag, tag);
	if (request)
		return ENOENT;

	err = make_room(call, success);

	return err ? err : add(dp, call, tag);
}


/**
 * A 2xx has confirmed a dialog: it gets the media, the others that were only
 * early are over
 *
 * @param d Dialog
 */
void call_dialog_confirm(struct call_dialog *d)
{
	struct list *l = &d->call->dialogl;
	struct le *le = list_head(l);

	while (le) {
		struct call_dialog *other = le->data;

		le = le->next;
		if (!other->confirmed)
			mem_deref(other);
	}
}


/**
 * A dialog is over
 *
 * @param call Call
 * @param from Side that sent the request which ends it
 * @param req  That request
 *
 * @return true if it was one of several: the call goes on
 */
bool call_leave(struct call *call, enum call_side from,
		const struct message *req)
{
	const struct call_dialog *first = call_dialog_main(call);
	struct call_dialog *d;

	if (!call || !req || !first || !first->tag)
		return false;

	d = find(call, tag_of_b(req, from == CALL_A));
	if (d && list_count(&call->dialogl) == 1)
		return false;

	mem_deref(d);
	call_record_update(call);
	call_touch(call);

	return true;
}
