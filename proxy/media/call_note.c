/**
 * @file call_note.c  What is noted of a call besides its media
 *
 * A call without its note is served all the same: where memory is short, its
 * record says less.
 */
#include <errno.h>
#include <string.h>
#include "common/clock.h"
#include "proxy/media/call_report.h"
#include "proxy/media/call_state.h"


/**
 * Copy a text from the network
 *
 * @param pl Text
 *
 * @return Copy for mem_deref(): control bytes are "?", what is too long is
 *         cut; NULL: no memory
 */
char *call_text(const struct pl *pl)
{
	const size_t len = pl->l < CALL_TEXT_MAX ? pl->l : CALL_TEXT_MAX;
	char *text = mem_zalloc(len + 1, NULL);

	for (size_t i = 0; text && i < len; i++) {
		const unsigned char c = (unsigned char)pl->p[i];

		text[i] = c < ' ' || c == 0x7f ? '?' : pl->p[i];
	}

	return text;
}


static char *text_of(const char *s)
{
	struct pl pl;

	pl_set_str(&pl, s);

	return call_text(&pl);
}


static void origin_destructor(void *arg)
{
	struct call_origin *o = arg;

	mem_deref(o->callid);
	mem_deref(o->from);
	mem_deref(o->to);
	mem_deref(o->uri);
	mem_deref(o->agent);
	mem_deref(o->account);
	mem_deref(o->peer);
	mem_deref(o->diverted);
	mem_deref(o->last);
}


/**
 * What a phone calls itself
 *
 * @param msg Its request or answer
 *
 * @return Text for mem_deref(), NULL: nothing, or no memory
 */
char *call_agent(const struct message *msg)
{
	const struct hdr *h = message_hdr(msg, HDR_USER_AGENT);

	if (!h)
		h = message_hdr(msg, HDR_SERVER);

	return h ? call_text(&h->val) : NULL;
}


/**
 * Make an origin that nothing is noted in
 *
 * @param op Pointer to allocated origin
 *
 * @return 0 if success, otherwise errorcode
 */
int call_origin_new(struct call_origin **op)
{
	*op = mem_zalloc(sizeof(**op), origin_destructor);

	return *op ? 0 : ENOMEM;
}


/**
 * Note an INVITE that begins a call
 *
 * @param op       Pointer to allocated origin
 * @param invite   The INVITE
 * @param id       What it is known by until it is a call's
 * @param began_ms When it came, by the timers' clock
 *
 * @return 0 if success, otherwise errorcode
 */
int call_origin_alloc(struct call_origin **op, const struct message *invite,
		      uint64_t id, uint64_t began_ms)
{
	struct call_origin *o;

	if (!op || !invite)
		return EINVAL;

	if (call_origin_new(&o))
		return ENOMEM;

	o->id = id;
	o->callid = call_text(&invite->callid);
	o->from = call_text(&invite->from.addr);
	o->to = call_text(&invite->to.addr);
	o->uri = call_text(&invite->ruri);
	o->agent = call_agent(invite);
	o->account = text_of("");
	o->peer = text_of("");
	o->diverted = text_of("");
	o->source = invite->src;
	o->proto = invite->flow ? flow_proto_param(invite->flow->proto) : "";
	o->wall_ms = clock_wall_ms();
	o->began_ms = began_ms;
	if (!o->callid || !o->from || !o->to || !o->uri || !o->account ||
	    !o->peer || !o->diverted) {
		mem_deref(o);
		return ENOMEM;
	}

	*op = o;

	return 0;
}


static void note_destructor(void *arg)
{
	struct call_note *n = arg;

	mem_deref(n->origin);
	mem_deref(n->callee);
	mem_deref(n->uri);
	mem_deref(n->agent);
	mem_deref(n->reason);
	mem_deref(n->file);
	mem_deref(n->streamv);
}


/**
 * Make a note that is empty
 *
 * @param np Pointer to allocated note
 *
 * @return 0 if success, otherwise errorcode
 */
int call_note_new(struct call_note **np)
{
	*np = mem_zalloc(sizeof(**np), note_destructor);

	return *np ? 0 : ENOMEM;
}


/* NULL: no memory, or it has ended */
static struct call_note *note_of(struct call *call)
{
	if (!call || !call->calls)
		return NULL;
	if (!call->note)
		(void)call_note_new(&call->note);

	return call->note;
}


static void set_text(char **tp, const char *s)
{
	*tp = mem_deref(*tp);
	if (s)
		*tp = text_of(s);
}


/**
 * Note with which INVITE a call begins, and where it goes
 *
 * @param call   Call
 * @param origin Of the INVITE, or NULL
 * @param callee Account that it goes to, or NULL
 * @param uri    Request-URI that it goes with
 */
void call_note_origin(struct call *call, struct call_origin *origin,
		      const char *callee, const char *uri)
{
	struct call_note *n = note_of(call);

	if (!n)
		return;

	mem_deref(n->origin);
	n->origin = mem_ref(origin);
	set_text(&n->callee, callee);
	set_text(&n->uri, uri);
}


/**
 * With what a call began
 *
 * @param call Call
 *
 * @return Origin, not referenced; NULL: nothing is noted
 */
struct call_origin *call_note_source(const struct call *call)
{
	return call && call->note ? call->note->origin : NULL;
}


/**
 * Let a call have begun with the same INVITE as another one
 *
 * @param call   Call
 * @param origin That one's, or NULL
 */
void call_note_share(struct call *call, struct call_origin *origin)
{
	struct call_note *n = note_of(call);

	if (!n || !origin)
		return;

	mem_ref(origin);
	mem_deref(n->origin);
	n->origin = origin;
}


/**
 * Note who ends a call, before it is ended
 *
 * @param call  Call
 * @param by    Who
 * @param scode Status of the answer that does, or 0
 * @param msg   The message that does, or NULL
 */
void call_note_end(struct call *call, enum call_ender by, uint16_t scode,
		   const struct message *msg)
{
	const struct hdr *h = msg ? message_hdr(msg, HDR_REASON) : NULL;
	struct call_note *n = note_of(call);

	if (!n)
		return;

	n->by = by;
	n->scode = scode;
	n->reason = mem_deref(n->reason);
	if (h)
		n->reason = call_text(&h->val);
}


/**
 * Note when somebody has hung up, before the call is ended
 *
 * @param call  Call
 * @param at_ms By the timers' clock
 */
void call_note_left(struct call *call, uint64_t at_ms)
{
	struct call_note *n = note_of(call);

	if (n)
		n->left_ms = at_ms;
}


/**
 * Note what the phone that answers a call calls itself
 *
 * @param call Call
 * @param msg  Its answer
 */
void call_note_agent(struct call *call, const struct message *msg)
{
	struct call_note *n = note_of(call);

	if (!n)
		return;

	mem_deref(n->agent);
	n->agent = call_agent(msg);
}


/**
 * Note where a call is recorded
 *
 * @param call Call
 * @param path File, or NULL
 */
void call_note_file(struct call *call, const char *path)
{
	struct call_note *n = note_of(call);

	if (n)
		set_text(&n->file, path);
}


static int make_room(struct call_note *n, size_t count)
{
	struct call_stream *v;

	if (count > CALL_NOTES_MAX)
		return ENOSPC;
	if (count <= n->streamc)
		return 0;

	v = mem_zalloc(count * sizeof(*v), NULL);
	if (!v)
		return ENOMEM;

	if (n->streamc)
		memcpy(v, n->streamv, n->streamc * sizeof(*v));
	mem_deref(n->streamv);
	n->streamv = v;
	n->streamc = count;

	return 0;
}


/**
 * Note what an end says of its streams
 *
 * @param call Call
 * @param from Which end
 * @param sdp  What it says
 */
void call_note_sdp(struct call *call, enum call_side from,
		   const struct sdp *sdp)
{
	struct call_note *n = note_of(call);
	const size_t count = sdp_streams(sdp);

	if (!n || make_room(n, count))
		return;

	for (size_t i = 0; i < count; i++) {
		const struct sdp_stream *s = sdp_stream(sdp, i);
		struct call_stream *cs = &n->streamv[i];

		(void)re_snprintf(cs->kind, sizeof(cs->kind), "%r", &s->media);
		cs->rtpv[from] = s->rtp;
	}
}
