/**
 * @file saved_note.c  What is noted of a call, as text and back
 */
#include <errno.h>
#include "proxy/media/saved_note.h"
#include "proxy/sip/flow.h"


/**
 * When a moment is by the calendar
 *
 * @param now Now
 * @param ms  Moment, by the timers' clock
 *
 * @return The same in ms since 1970
 */
uint64_t saved_time_wall(const struct saved_time *now, uint64_t ms)
{
	return now->wall_ms + (ms - now->ms);
}


/**
 * When a moment was by the timers' clock; perhaps before it began
 *
 * @param now     Now
 * @param wall_ms Moment, in ms since 1970
 *
 * @return The same by the timers' clock, which may have gone round below 0;
 *         never later than now
 */
uint64_t saved_time_ms(const struct saved_time *now, uint64_t wall_ms)
{
	const uint64_t ago = now->wall_ms > wall_ms ? now->wall_ms - wall_ms
						    : 0;

	return now->ms - ago;
}


static void put_origin(struct json_out *o, const struct call_origin *g)
{
	json_out_object(o, "origin");
	json_out_id(o, "id", g->id);
	json_out_exact(o, "callid", g->callid);
	json_out_exact(o, "from", g->from);
	json_out_exact(o, "to", g->to);
	json_out_exact(o, "uri", g->uri);
	json_out_exact(o, "agent", g->agent);
	json_out_exact(o, "account", g->account);
	json_out_exact(o, "peer", g->peer);
	json_out_exact(o, "diverted", g->diverted);
	json_out_sa(o, "source", &g->source);
	json_out_string(o, "proto", g->proto);
	json_out_number(o, "at", g->wall_ms);
	json_out_id(o, "winner", g->winner);
	json_out_object_end(o);
}


static void put_streams(struct json_out *o, const struct call_note *n)
{
	json_out_array(o, "streams");
	for (size_t i = 0; i < n->streamc; i++) {
		const struct call_stream *s = &n->streamv[i];

		json_out_object(o, NULL);
		json_out_exact(o, "kind", s->kind);
		json_out_sa(o, "a", &s->rtpv[CALL_A]);
		json_out_sa(o, "b", &s->rtpv[CALL_B]);
		json_out_object_end(o);
	}
	json_out_array_end(o);
}


/**
 * Write a note, unless there is none
 *
 * @param o Writer, in an object
 * @param n Note of a call that is up, or NULL
 */
void saved_note_put(struct json_out *o, const struct call_note *n)
{
	if (!n)
		return;

	json_out_object(o, "note");
	json_out_exact(o, "callee", n->callee);
	json_out_exact(o, "uri", n->uri);
	json_out_exact(o, "agent", n->agent);
	json_out_exact(o, "file", n->file);
	put_streams(o, n);
	if (n->origin)
		put_origin(o, n->origin);
	json_out_object_end(o);
}


/* static texts, as flows have them */
static const char *proto_of(const json_t *o)
{
	const char *text = json_string_value(json_object_get(o, "proto"));
	enum flow_proto proto;
	struct pl pl;

	pl_set_str(&pl, text ? text : "");

	return flow_proto_decode(&proto, &pl) ? "" : flow_proto_param(proto);
}


static int get_texts(struct call_origin *g, const json_t *o)
{
	int err;

	err = json_in_text(&g->callid, o, "callid");
	err |= json_in_text(&g->from, o, "from");
	err |= json_in_text(&g->to, o, "to");
	err |= json_in_text(&g->uri, o, "uri");
	err |= json_in_text(&g->agent, o, "agent");
	err |= json_in_text(&g->account, o, "account");
	err |= json_in_text(&g->peer, o, "peer");
	err |= json_in_text(&g->diverted, o, "diverted");
	if (err || !g->callid || !g->from || !g->to || !g->uri ||
	    !g->account || !g->peer || !g->diverted)
		return EBADMSG;

	return 0;
}


static int get_origin(struct call_origin **gp, const json_t *o,
		      const struct saved_time *now)
{
	struct call_origin *g;
	int err;

	err = call_origin_new(&g);
	if (err)
		return err;

	g->proto = proto_of(o);
	err = get_texts(g, o);
	if (!err)
		err = json_in_sa(&g->source, o, "source");
	if (!err)
		err = json_in_number(&g->wall_ms, o, "at", INT64_MAX);
	if (!err)
		err = json_in_id(&g->id, o, "id");
	if (!err)
		err = json_in_id(&g->winner, o, "winner");
	if (!err && !g->id)
		err = EBADMSG;

	g->began_ms = saved_time_ms(now, g->wall_ms);
	g->named = g->rang = true;
	if (err)
		mem_deref(g);
	else
		*gp = g;

	return err;
}


static int get_streams(struct call_note *n, const json_t *a)
{
	const size_t count = json_array_size(a);

	if (count > CALL_NOTES_MAX)
		return EBADMSG;
	if (!count)
		return 0;

	n->streamv = mem_zalloc(count * sizeof(*n->streamv), NULL);
	if (!n->streamv)
		return ENOMEM;

	n->streamc = count;
	for (size_t i = 0; i < count; i++) {
		const json_t *o = json_array_get(a, i);
		struct call_stream *s = &n->streamv[i];

		if (json_in_words(s->kind, sizeof(s->kind), o, "kind") ||
		    json_in_sa(&s->rtpv[CALL_A], o, "a") ||
		    json_in_sa(&s->rtpv[CALL_B], o, "b"))
			return EBADMSG;
	}

	return 0;
}


/**
 * Read a note
 *
 * @param np  Pointer to the note, NULL where there is none
 * @param o   Object that it is in
 * @param now Now
 *
 * @return 0 if success, EBADMSG if it is broken, otherwise errorcode
 */
int saved_note_get(struct call_note **np, const json_t *o,
		   const struct saved_time *now)
{
	const json_t *note = json_object_get(o, "note");
	const json_t *origin = json_object_get(note, "origin");
	struct call_note *n;
	int err;

	*np = NULL;
	if (!note)
		return 0;

	err = call_note_new(&n);
	if (err)
		return err;

	err = json_in_text(&n->callee, note, "callee");
	if (!err)
		err = json_in_text(&n->uri, note, "uri");
	if (!err)
		err = json_in_text(&n->agent, note, "agent");
	if (!err)
		err = json_in_text(&n->file, note, "file");
	if (!err)
		err = get_streams(n, json_object_get(note, "streams"));
	if (!err && origin)
		err = get_origin(&n->origin, origin, now);
	if (err)
		mem_deref(n);
	else
		*np = n;

	return err;
}
