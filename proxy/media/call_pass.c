/**
 * @file call_pass.c  One message's SDP on its way from a side to the other
 *
 * Find its dialog, tell what it is, judge it, ask for the resource that stands
 * for its sender, rewrite.
 */
#include <errno.h>
#include "proxy/media/body.h"
#include "proxy/media/call_state.h"


/* it does not get through: nobody but we have seen what it says, and whoever
 * has asked for it hears a failure */
static void fail(struct call_pass *pass, int err)
{
	const bool provisional = !pass->msg->req && pass->msg->scode < 200;

	if (pass->quiet) {
		call_queue_finish(pass, 0, NULL);
		return;
	}

	call_offer_undo(pass);
	call_queue_repair(pass, !provisional);
	call_queue_finish(pass, err, NULL);
}


static void done(struct call_pass *pass)
{
	struct mbuf *body = NULL;
	int err = 0;

	if (pass->sdp)
		err = pass->call->mode == CALL_RELAY
			      ? call_write_relayed(&body, pass)
			      : call_write_direct(&body, pass);
	if (err) {
		fail(pass, err);
		return;
	}

	if (pass->sdp && pass->offer.kind == OFFER_OFFER)
		call_offer_sent(pass);
	if (pass->confirms)
		call_dialog_confirm(pass->dialog);
	if (pass->dialog == call_dialog_main(pass->call)) {
		call_record_terms(pass);
		call_record_update(pass->call);
	}
	call_queue_finish(pass, 0, body);
	mem_deref(body);
}


static void sync(struct call_pass *pass);


static void resource_handler(int err, struct resource_media *ours, void *arg)
{
	struct call_pass *pass = arg;

	pass->busy = false;
	if (err) {
		fail(pass, err);
		return;
	}

	call_leg_granted(pass->dialog->leg, pass->asking_side, pass->asking,
			 ours);
	sync(pass);
}


/* one thing after the other, until the leg is what the dialog wants it to be;
 * the last thing: the pass may be gone after it */
static void sync(struct call_pass *pass)
{
	struct call_dialog *d = pass->dialog;
	struct resource *res;
	int err;

	if (pass->call->mode != CALL_RELAY ||
	    !call_leg_next(&pass->asking_side, d)) {
		done(pass);
		return;
	}

	err = call_leg_open(d);
	if (err) {
		fail(pass, err);
		return;
	}

	mem_deref(pass->asking);
	pass->asking = mem_ref(d->sidev[pass->asking_side].now);
	pass->busy = true;
	res = d->leg->res;
	err = res->request(res, &pass->asking->rq, resource_handler, pass);
	if (err) {
		pass->busy = false;
		fail(pass, err);
	}
}


/* a body that we cannot read may pass only where nothing must be relayed */
static bool may_pass_unread(const struct call_pass *pass)
{
	const struct side *side = &pass->call->sidev[pass->from];

	return side->peer && side->policy == CONFIG_MEDIA_DIRECT &&
	       pass->call->mode != CALL_RELAY;
}


static int read_sdp(struct call_pass *pass)
{
	int err;

	if (pass->quiet)
		return 0;

	err = body_find_sdp(pass->msg, &pass->part);
	if (!err)
		err = sdp_parse(&pass->sdp, &pass->part);
	if (err == ENOENT || (err && may_pass_unread(pass)))
		return 0;

	return err;
}


static int find_dialog(struct call_pass *pass)
{
	int err;

	if (pass->dialog)
		return 0;

	err = call_dialog_find(&pass->dialog, pass);
	if (err == ENOENT) {
		pass->dialog = call_dialog_main(pass->call);
		pass->foreign = true;
		err = 0;
	}
	if (err)
		pass->dialog = NULL;
	mem_ref(pass->dialog);

	return err;
}


/**
 * Start a pass
 *
 * @param pass Pass; may be gone afterwards
 */
void call_pass_start(struct call_pass *pass)
{
	struct call *call = pass->call;
	int err, e;

	err = read_sdp(pass);
	e = find_dialog(pass);
	if (!err && e && pass->sdp)
		err = e;
	if (err || e) {
		fail(pass, err);
		return;
	}

	call_offer_hear(pass);
	if (pass->sdp) {
		call_note_sdp(call, pass->from, pass->sdp);
		call_judge(pass);
	}

	err = call_offer_take(pass);
	if (err)
		fail(pass, err);
	else
		sync(pass);
}
