/**
 * @file call_move.c  Phones that move: their calls go with them
 *
 * A mobile leaves its WLAN in the middle of a call. What it sends then, or
 * its new registration, shows where it is now: requests for it go there, and
 * its media is learned from there, though its SDP is the old one.
 */
#include <errno.h>
#include "common/addr.h"
#include "common/log.h"
#include "proxy/media/call_state.h"

enum { ASKS_MAX = 3 * CALL_DIALOGS_MAX + 1 };

/** What its asks become: each one once, as they are compared by address */
struct moving {
	struct sa to;
	struct {
		const struct ask *old;
		struct ask *now;
	} v[ASKS_MAX];
	size_t n;
};


static uint32_t key_of(const struct calls *calls, const struct sa *sa)
{
	return hash_sa(&calls->key, sa, true);
}


/**
 * Forget where a side is
 *
 * @param call Call
 * @param side Side
 */
void call_place_forget(struct call *call, enum call_side side)
{
	hash_unlink(&call->sidev[side].place.he);
}


/**
 * Remember where a phone is, or was before its connection broke
 *
 * @param call Call
 * @param side Side, which has no place
 * @param sa   Its address
 */
void call_place_at(struct call *call, enum call_side side, const struct sa *sa)
{
	struct side *s = &call->sidev[side];

	if (!call->calls || !s->phone)
		return;

	s->place.call = call;
	s->place.side = side;
	s->place.sa = *sa;
	hash_append(call->calls->places, key_of(call->calls, sa), &s->place.he,
		    &s->place);
}


/**
 * Remember where a side is, so that it is found when it moves
 *
 * @param call Call
 * @param side Side
 */
void call_place(struct call *call, enum call_side side)
{
	struct side *s = &call->sidev[side];

	call_place_forget(call, side);
	if (s->flow)
		call_place_at(call, side, &s->flow->peer);
}


/* without memory it stays where it was */
static void move_ask(struct ask **askp, struct moving *m)
{
	struct ask *ask;

	if (!*askp)
		return;

	for (size_t i = 0; i < m->n; i++) {
		if (m->v[i].old != *askp)
			continue;

		ask = mem_ref(m->v[i].now);
		mem_deref(*askp);
		*askp = ask;
		return;
	}

	if (m->n == ASKS_MAX || call_ask_copy(&ask, *askp))
		return;

	ask->rq.signalling = m->to;
	m->v[m->n].old = *askp;
	m->v[m->n++].now = mem_ref(ask);
	mem_deref(*askp);
	*askp = ask;
}


static void move_media(struct call *call, enum call_side side,
		       const struct sa *to)
{
	struct moving m = {.to = *to};
	struct le *le;

	for (le = list_head(&call->dialogl); le; le = le->next) {
		struct dialog_side *s =
			&((struct call_dialog *)le->data)->sidev[side];

		move_ask(&s->now, &m);
		move_ask(&s->offered, &m);
		move_ask(&s->agreed, &m);
	}
	if (side == CALL_A)
		move_ask(&call->first, &m);
	while (m.n)
		mem_deref(m.v[--m.n].now);

	le = list_head(&call->dialogl);
	while (call->calls && le) {
		struct call_dialog *d = le->data;

		le = le->next;
		call_queue_sync(d, side);
	}
}


/* the other end knows the dialog as well, but is not this one */
static bool is_other_end(const struct call *call, enum call_side side,
			 const struct flow *flow)
{
	const struct flow *other = call->sidev[!side].flow;

	return other && other->proto == flow->proto &&
	       sa_cmp(&other->peer, &flow->peer, SA_ALL);
}


/**
 * A phone is somewhere else now
 *
 * @param call Call
 * @param side Side that it is
 * @param flow Flow that it came over
 */
void call_seen(struct call *call, enum call_side side, struct flow *flow)
{
	struct side *s;
	bool moved;

	if (!call || !call->calls || !flow || !call->sidev[side].phone)
		return;

	s = &call->sidev[side];
	if (s->flow == flow || is_other_end(call, side, flow))
		return;

	moved = s->flow && !addr_same_host(&s->flow->peer, &flow->peer);
	if (moved)
		log_info(call->calls->log, "call.moved",
			 KV_PL("call", &call->callid),
			 KV_STR("side", side == CALL_A ? "a" : "b"),
			 KV_SA("from", &s->flow->peer),
			 KV_SA("to", &flow->peer));

	mem_deref(s->flow);
	s->flow = mem_ref(flow);
	call_place(call, side);
	if (moved)
		move_media(call, side, &flow->peer);
	call_touch(call);
}


/* the next one that was there; a bucket has others as well */
static struct place *find(const struct calls *calls, const struct sa *old)
{
	const struct list *l = hash_list(calls->places, key_of(calls, old));

	for (struct le *le = list_head(l); le; le = le->next) {
		struct place *p = le->data;

		if (sa_cmp(&p->sa, old, SA_ALL))
			return p;
	}

	return NULL;
}


/**
 * A phone has registered from another address: so are its calls
 *
 * @param calls Table
 * @param old   Address that it was reached at
 * @param now   Flow of its registration
 */
void calls_moved(struct calls *calls, const struct sa *old, struct flow *now)
{
	struct place *p;

	if (!calls || !old || !now || sa_cmp(old, &now->peer, SA_ALL))
		return;

	/* each of them goes to another place, or out of the table */
	while ((p = find(calls, old))) {
		call_place_forget(p->call, p->side);
		call_seen(p->call, p->side, now);
	}
}
