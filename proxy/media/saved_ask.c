/**
 * @file saved_ask.c  What was asked of the relay, as text and back
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/saved_ask.h"
#include "proxy/media/saved_terms.h"


static size_t find(const struct saved_asks *l, const struct ask *ask)
{
	size_t i = 0;

	while (i < l->n && l->v[i] != ask)
		++i;

	return i;
}


static void collect(struct saved_asks *l, struct ask *ask)
{
	if (ask && find(l, ask) == l->n && l->n < SAVED_ASKS_MAX)
		l->v[l->n++] = ask;
}


/**
 * Find all asks of a call
 *
 * @param l    List, filled; nothing is referenced
 * @param call Call
 */
void saved_asks_collect(struct saved_asks *l, const struct call *call)
{
	l->n = 0;
	collect(l, call->first);
	for (struct le *le = list_head(&call->dialogl); le; le = le->next) {
		const struct call_dialog *d = le->data;

		for (int i = 0; i < 2; i++) {
			collect(l, d->sidev[i].now);
			collect(l, d->sidev[i].offered);
			collect(l, d->sidev[i].agreed);
			collect(l, d->leg->sidev[i].asked);
		}
	}
}


static void put_stream(struct json_out *o, const struct resource_stream *s)
{
	json_out_flag(o, "used", s->used);
	json_out_flag(o, "any", s->any);
	json_out_flag(o, "secure", s->secure);
	json_out_sa(o, "rtp", &s->rtp);
	json_out_sa(o, "rtcp", &s->rtcp);
	saved_terms_put(o, s->terms);
}


static void put_ask(struct json_out *o, const struct ask *ask)
{
	const struct resource_request *rq = &ask->rq;

	json_out_object(o, NULL);
	json_out_number(o, "side", rq->side);
	json_out_flag(o, "answer", rq->answer);
	json_out_flag(o, "hold", rq->hold);
	json_out_flag(o, "other6", rq->other_af == AF_INET6);
	json_out_sa(o, "signalling", &rq->signalling);
	json_out_sa(o, "other", &rq->other);
	json_out_array(o, "media");
	for (size_t i = 0; i < rq->media->n; i++) {
		json_out_object(o, NULL);
		put_stream(o, &rq->media->v[i]);
		json_out_number(o, "with", ask->linev[i].with);
		json_out_flag(o, "mux_only", ask->linev[i].mux_only);
		json_out_object_end(o);
	}
	json_out_array_end(o);
	json_out_object_end(o);
}


/**
 * Write all asks of a call
 *
 * @param o Writer, in an object
 * @param l Asks
 */
void saved_asks_put(struct json_out *o, const struct saved_asks *l)
{
	json_out_array(o, "asks");
	for (size_t i = 0; i < l->n; i++)
		put_ask(o, l->v[i]);
	json_out_array_end(o);
}


/**
 * Write which ask it is
 *
 * @param o    Writer, in an object
 * @param name Name
 * @param l    Asks of the call
 * @param ask  One of them; NULL: nothing is written
 */
void saved_ask_put(struct json_out *o, const char *name,
		   const struct saved_asks *l, const struct ask *ask)
{
	const size_t i = find(l, ask);

	if (ask && i < l->n)
		json_out_number(o, name, i);
}


static int get_stream(struct resource_stream *s, const json_t *o)
{
	s->used = json_in_bool(o, "used");
	s->any = json_in_bool(o, "any");
	s->secure = json_in_bool(o, "secure");
	if (json_in_sa(&s->rtp, o, "rtp") || json_in_sa(&s->rtcp, o, "rtcp"))
		return EBADMSG;

	return saved_terms_get(&s->terms, o);
}


static int get_lines(struct ask *ask, const json_t *media)
{
	int err = 0;

	for (size_t i = 0; i < ask->rq.media->n && !err; i++) {
		const json_t *o = json_array_get(media, i);
		uint64_t with;

		if (json_in_number(&with, o, "with", RELAY_STREAMS_MAX))
			return EBADMSG;

		ask->linev[i].with = (uint8_t)with;
		ask->linev[i].mux_only = json_in_bool(o, "mux_only");
		err = get_stream(&ask->rq.media->v[i], o);
	}

	return err;
}


/* peers may have other zones by now */
static void set_zones(struct ask *ask, const struct call *call)
{
	for (int i = 0; i < 2; i++) {
		const struct config_peer *peer = call->sidev[i].peer;

		ask->rq.zonev[i == CALL_A ? RELAY_A : RELAY_B] =
			peer ? peer->zone : NULL;
	}
}


static int get_ask(struct ask **askp, const json_t *o, const struct call *call)
{
	const json_t *media = json_object_get(o, "media");
	struct resource_request *rq;
	uint64_t side;
	int err;

	if (json_array_size(media) > RELAY_STREAMS_MAX ||
	    json_in_number(&side, o, "side", RELAY_B))
		return EBADMSG;

	err = call_ask_new(askp, json_array_size(media));
	if (err)
		return err;

	rq = &(*askp)->rq;
	rq->side = (enum relay_side)side;
	rq->answer = json_in_bool(o, "answer");
	rq->hold = json_in_bool(o, "hold");
	rq->other_af = json_in_bool(o, "other6") ? AF_INET6 : AF_INET;
	set_zones(*askp, call);
	err = json_in_sa(&rq->signalling, o, "signalling");
	if (!err)
		err = json_in_sa(&rq->other, o, "other");

	return err ? err : get_lines(*askp, media);
}


/**
 * Read all asks of a call
 *
 * @param l    List, empty; to be released whatever comes of it
 * @param asks Array
 * @param call Call whose sides are there
 *
 * @return 0 if success, EBADMSG if one is broken, otherwise errorcode
 */
int saved_asks_get(struct saved_asks *l, const json_t *asks,
		   const struct call *call)
{
	int err = 0;

	if (json_array_size(asks) > SAVED_ASKS_MAX)
		return EBADMSG;

	for (size_t i = 0; i < json_array_size(asks) && !err; i++) {
		err = get_ask(&l->v[i], json_array_get(asks, i), call);
		if (l->v[i])
			l->n = i + 1;
	}

	return err;
}


/**
 * Let go of asks that were read
 *
 * @param l List
 */
void saved_asks_release(struct saved_asks *l)
{
	for (size_t i = 0; i < l->n; i++)
		l->v[i] = mem_deref(l->v[i]);
	l->n = 0;
}


/**
 * Read which ask it is
 *
 * @param askp Referenced for the caller; NULL where there is none
 * @param l    Asks of the call
 * @param o    Object
 * @param name Name in it
 *
 * @return 0 if success, EBADMSG if there is no such ask
 */
int saved_ask_get(struct ask **askp, const struct saved_asks *l,
		  const json_t *o, const char *name)
{
	uint64_t i;

	*askp = NULL;
	if (!json_object_get(o, name))
		return 0;
	if (json_in_number(&i, o, name, SAVED_ASKS_MAX) || i >= l->n)
		return EBADMSG;

	*askp = mem_ref(l->v[i]);

	return 0;
}


/**
 * Write what stands for a side
 *
 * @param o    Writer, in an object
 * @param name Name
 * @param m    Streams; NULL: nothing is written
 */
void saved_media_put(struct json_out *o, const char *name,
		     const struct resource_media *m)
{
	if (!m)
		return;

	json_out_array(o, name);
	for (size_t i = 0; i < m->n; i++) {
		json_out_object(o, NULL);
		put_stream(o, &m->v[i]);
		json_out_object_end(o);
	}
	json_out_array_end(o);
}


/**
 * Read what stands for a side
 *
 * @param mp   Pointer to allocated streams, NULL where there are none
 * @param o    Object
 * @param name Name in it
 *
 * @return 0 if success, EBADMSG if one is broken, otherwise errorcode
 */
int saved_media_get(struct resource_media **mp, const json_t *o,
		    const char *name)
{
	const json_t *a = json_object_get(o, name);
	struct resource_media *m;
	int err;

	*mp = NULL;
	if (!a)
		return 0;
	if (json_array_size(a) > RELAY_STREAMS_MAX)
		return EBADMSG;

	err = resource_media_alloc(&m, json_array_size(a));
	for (size_t i = 0; !err && i < m->n; i++)
		err = get_stream(&m->v[i], json_array_get(a, i));
	if (err)
		mem_deref(m);
	else
		*mp = m;

	return err;
}
