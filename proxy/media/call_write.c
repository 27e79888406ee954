/**
 * @file call_write.c  A message's SDP as the other side gets it
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/body.h"
#include "proxy/media/call_state.h"
#include "proxy/media/sdp_bundle.h"

enum { PORT_DISCARD = 9 };


/* nothing of the SDP changes, but perhaps the mark does */
static int replace(struct mbuf **mbp, struct call_pass *pass,
		   const struct sdp_edit *edit, struct sdp_origin *received)
{
	struct mbuf *sdp = NULL;
	int err;

	err = sdp_rewrite(&sdp, pass->sdp, edit);
	if (!err && received)
		err = sdp_origin_pass(received, &sdp, &pass->call->calls->key);
	if (!err)
		err = body_replace(mbp, &pass->msg->body, &pass->part, sdp);

	mem_deref(sdp);

	return err;
}


/* what the dialog counts of what the other side is sent; what could be
 * offered instead (488) is no version of anything */
static struct sdp_origin *received(struct call_pass *pass)
{
	if (pass->offer.kind == OFFER_MISPLACED)
		return NULL;

	return &pass->dialog->sidev[!pass->from].received;
}


/**
 * Write the SDP of a message whose media is not ours
 *
 * @param mbp  Pointer to the body; not set where it stays as it is
 * @param pass The message
 *
 * @return 0 if success, otherwise errorcode
 */
int call_write_direct(struct mbuf **mbp, struct call_pass *pass)
{
	const struct call *call = pass->call;
	struct sdp_edit edit;
	char mark[SDP_MARK_MAX];
	struct pl old;

	memset(&edit, 0, sizeof(edit));
	edit.strip_mark = true;
	edit.mark = call_answer_mark(mark, pass);

	/* on to a third proxy, under its key */
	if (call->marked && call->marked_by == pass->from)
		edit.mark = call_offer_mark(mark, pass,
					    &sdp_stream(pass->sdp, 0)->rtp);

	sdp_origin_note(received(pass), &pass->part, &call->calls->key);
	if (!edit.mark && sdp_attr(pass->sdp, "x-viaduct", &old))
		return 0;

	return replace(mbp, pass, &edit, NULL);
}


/* no stream of it was asked for: any address but its own, and no port */
static bool hide(struct sa *rtp, const struct media_leg *leg)
{
	for (int i = 0; i < 2; i++) {
		const struct sa *sa = call_ask_first(leg->sidev[i].ours);

		if (!sa)
			continue;

		*rtp = *sa;
		sa_set_port(rtp, PORT_DISCARD);
		return true;
	}

	return false;
}


/* on hold as well: its 0.0.0.0 stays, all else is replaced */
static int edit_stream(struct sdp_edit *edit, const struct call_pass *pass,
		       const struct sdp_bundle *bundle, size_t n)
{
	const struct media_leg *leg = pass->dialog->leg;
	const size_t with = bundle->withv[n];
	const struct resource_stream *v = resource_media_stream(
		leg->sidev[pass->from].ours, with);
	const struct sdp_stream *s = sdp_stream(pass->sdp, n);

	if (!s->relayable)
		return 0;
	if (!v->used)
		return hide(&edit->streamv[n].rtp, leg) ? 0 : ENOTSUP;

	edit->streamv[n].rtp = v->rtp;
	edit->streamv[n].rtcp = v->rtcp;
	if (!s->rtcp_mux && !s->udptl && call_answer_keeps_mux(pass, with)) {
		edit->streamv[n].rtcp = v->rtp;
		edit->streamv[n].mux = true;
	}

	return 0;
}


/**
 * Write the SDP of a message whose media we relay
 *
 * @param mbp  Pointer to the body
 * @param pass The message; its dialog's leg has what stands for its sender
 *
 * @return 0 if success, ENOTSUP if nothing does, otherwise errorcode
 */
int call_write_relayed(struct mbuf **mbp, struct call_pass *pass)
{
	const struct resource_media *ours =
		pass->dialog->leg->sidev[pass->from].ours;
	struct sdp_bundle bundle;
	struct relay_login login;
	struct sdp_edit edit;
	char mark[SDP_MARK_MAX];
	int err = 0;

	memset(&edit, 0, sizeof(edit));
	sdp_bundle(&bundle, pass->sdp, !pass->offer.proposes);
	for (size_t i = 0; i < sdp_streams(pass->sdp) && !err; i++)
		err = edit_stream(&edit, pass, &bundle, i);
	if (!err)
		err = call_ice_write(&edit, &login, pass, bundle.withv);
	if (err)
		return err;

	edit.strip_mark = true;
	edit.mark = call_offer_mark(mark, pass, call_ask_first(ours));

	return replace(mbp, pass, &edit, received(pass));
}
