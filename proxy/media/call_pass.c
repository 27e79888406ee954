/**
 * @file call_pass.c  One message's SDP on its way from a side to the other
 *
 * Judge it, ask for the resource that stands for its sender, rewrite. A relay
 * server may take its time: the messages of a call pass one by one.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/media/body.h"
#include "proxy/media/call_state.h"

enum { PASSES_MAX = 32 }; /* that wait in a call */

static void run(struct call *call);


static void destructor(void *arg)
{
	struct call_pass *pass = arg;

	list_unlink(&pass->le);
	if (pass->pp)
		*pass->pp = NULL;
	mem_deref(pass->rq.media);
	mem_deref(pass->sdp);
	mem_deref(pass->msg);
}


/**
 * Let go of everything that waits
 *
 * @param call Call
 * @param err  Told to the handlers; 0: they are not called
 */
void call_pass_flush(struct call *call, int err)
{
	struct le *le;

	while (call && (le = call->passl.head)) {
		struct call_pass *pass = le->data;
		call_pass_h *h = pass->h;
		void *arg = pass->arg;

		mem_deref(pass);
		if (err && h)
			h(err, NULL, arg);
	}
}


/* the pass is over: its owner is told, the next one may start */
static void finish(struct call_pass *pass, int err, struct mbuf *body)
{
	struct call *call = mem_ref(pass->call);
	call_pass_h *h = pass->h;
	void *arg = pass->arg;

	if (err) {
		counter_inc(call->calls->failed);
		log_warn(call->calls->log, "call.media.failed",
			 KV_PL("call", &call->callid),
			 KV_STR("side", pass->from == CALL_A ? "a" : "b"),
			 KV_ERRNO("error", err));
	}

	mem_deref(pass);
	if (h)
		h(err, body, arg);
	run(call);
	mem_deref(call);
}


/* nothing of the SDP changes, but perhaps the mark does */
static int replace(struct mbuf **mbp, const struct call_pass *pass,
		   const struct sdp_edit *edit)
{
	struct mbuf *sdp = NULL;
	int err;

	err = sdp_rewrite(&sdp, pass->sdp, edit);
	if (!err)
		err = body_replace(mbp, &pass->msg->body, &pass->part, sdp);

	mem_deref(sdp);

	return err;
}


static void pass_direct(struct call_pass *pass)
{
	const struct call *call = pass->call;
	struct sdp_edit edit;
	struct mbuf *body = NULL;
	char mark[SDP_MARK_MAX];
	struct pl old;
	int err = 0;

	memset(&edit, 0, sizeof(edit));
	edit.strip_mark = true;
	edit.mark = call_answer_mark(mark, pass);

	/* on to a third proxy, under its key */
	if (call->marked && call->marked_by == pass->from)
		edit.mark = call_offer_mark(mark, pass,
					    &sdp_stream(pass->sdp, 0)->rtp);

	if (edit.mark || !sdp_attr(pass->sdp, "x-viaduct", &old))
		err = replace(&body, pass, &edit);

	finish(pass, err, body);
	mem_deref(body);
}


static void pass_relayed(struct call_pass *pass)
{
	const struct resource_media *ours = pass->call->sidev[pass->from].ours;
	struct sdp_edit edit;
	struct mbuf *body = NULL;
	char mark[SDP_MARK_MAX];
	int err;

	memset(&edit, 0, sizeof(edit));

	for (size_t i = 0; i < sdp_streams(pass->sdp); i++) {
		const struct sdp_stream *s = sdp_stream(pass->sdp, i);
		const struct resource_stream *v = resource_media_stream(ours,
									i);

		if (!v->used || !s->relayable)
			continue;

		/* on hold as well: its 0.0.0.0 stays, all else is replaced */
		edit.streamv[i].rtp = v->rtp;
		edit.streamv[i].rtcp = v->rtcp;
	}
	edit.strip_mark = true;
	edit.mark = call_offer_mark(mark, pass, call_ask_first(ours));

	err = replace(&body, pass, &edit);
	finish(pass, err, body);
	mem_deref(body);
}


static void keep(struct resource_media **mp, struct resource_media *m)
{
	mem_ref(m);
	mem_deref(*mp);
	*mp = m;
}


static void resource_handler(int err, struct resource_media *ours, void *arg)
{
	struct call_pass *pass = arg;
	struct side *side = &pass->call->sidev[pass->from];

	pass->busy = false;
	if (err) {
		side->asked = false;
		finish(pass, err, NULL);
		return;
	}

	keep(&side->media, pass->rq.media);
	keep(&side->ours, ours);
	side->signalling = pass->rq.signalling;
	side->asked = true;
	call_claim(pass->call, pass->from, call_ask_first(side->ours));
	call_record_terms(pass);
	call_record_update(pass->call);
	pass_relayed(pass);
}


static void ask(struct call_pass *pass)
{
	struct call *call = pass->call;
	int err;

	err = call_ask_fill(pass);
	if (!err && call_ask_unchanged(pass)) {
		pass_relayed(pass);
		return;
	}

	if (!err)
		err = call_resource(call);
	if (err) {
		finish(pass, err, NULL);
		return;
	}

	call->hold = pass->rq.hold;
	pass->busy = true;
	err = call->res->request(call->res, &pass->rq, resource_handler, pass);
	if (err) {
		pass->busy = false;
		finish(pass, err, NULL);
	}
}


/* a body that we cannot read may pass only where nothing must be relayed */
static void pass_unread(struct call_pass *pass, int err)
{
	const struct side *side = &pass->call->sidev[pass->from];
	const bool trusted = side->peer &&
			     side->policy == CONFIG_MEDIA_DIRECT &&
			     pass->call->mode != CALL_RELAY;

	if (err == ENOENT || trusted)
		finish(pass, 0, NULL);
	else
		finish(pass, err, NULL);
}


static void start(struct call_pass *pass)
{
	struct call *call = pass->call;
	int err;

	err = body_find_sdp(pass->msg, &pass->part);
	if (pass->msg->req && message_is(pass->msg, "INVITE"))
		call->late = err == ENOENT;
	if (!err)
		err = sdp_parse(&pass->sdp, &pass->part);
	if (err) {
		pass_unread(pass, err);
		return;
	}

	call_note_sdp(call, pass->from, pass->sdp);
	call_judge(pass);

	if (call->mode == CALL_RELAY)
		ask(pass);
	else
		pass_direct(pass);
}


static void run(struct call *call)
{
	struct call_pass *pass = list_ledata(call->passl.head);

	if (!call->calls || !pass || pass->started)
		return;

	pass->started = true;
	start(pass);
}


/**
 * Let a message pass from one side to the other
 *
 * @param pp   Pointer to the pass while it is under way, else NULL
 * @param call Call
 * @param from Side that sent it
 * @param msg  Message
 * @param h    Told what becomes of its body
 * @param arg  Handler argument
 *
 * @return 0 if success, ENOSPC if too many wait already, otherwise errorcode
 */
int call_pass(struct call_pass **pp, struct call *call, enum call_side from,
	      struct message *msg, call_pass_h *h, void *arg)
{
	struct call_pass *pass;

	if (!pp || !call || !call->calls || !msg || !h)
		return EINVAL;
	if (list_count(&call->passl) >= PASSES_MAX)
		return ENOSPC;

	pass = mem_zalloc(sizeof(*pass), destructor);
	if (!pass)
		return ENOMEM;

	pass->call = call;
	pass->from = from;
	pass->msg = mem_ref(msg);
	pass->h = h;
	pass->arg = arg;
	pass->pp = pp;
	*pp = pass;
	list_append(&call->passl, &pass->le, pass);

	run(call);

	return 0;
}


/**
 * Take a pass back: its handler will not be called
 *
 * @param pass Pass, or NULL
 */
void call_pass_cancel(struct call_pass *pass)
{
	struct call *call;

	if (!pass)
		return;

	pass->h = NULL;
	if (pass->pp)
		*pass->pp = NULL;
	pass->pp = NULL;

	/* the relay server's answer is waited for: it keeps the order */
	if (pass->busy)
		return;

	call = mem_ref(pass->call);
	mem_deref(pass);
	run(call);
	mem_deref(call);
}
