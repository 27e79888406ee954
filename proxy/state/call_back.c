/**
 * @file call_back.c  A call that is back, and lacks what only SIP can give it
 */
#include <errno.h>
#include "common/log.h"
#include "proxy/core/ringing.h"
#include "proxy/state/call_back.h"

struct call_back {
	struct le le;
	uint64_t id;
	struct saved_flow flowv[2];
	json_t *o; /* what SIP can do nothing with yet, of what was saved */
};


static void destructor(void *arg)
{
	struct call_back *back = arg;

	list_unlink(&back->le);
	json_decref(back->o);
}


/* the tree of a whole call is ten times as large as its text */
static int keep_rest(struct call_back *back, const json_t *o)
{
	static const char *const keyv[] = {"spoken", "ringing"};

	back->o = json_object();
	if (!back->o)
		return ENOMEM;

	for (size_t i = 0; i < ARRAY_SIZE(keyv); i++) {
		json_t *val = json_object_get(o, keyv[i]);

		if (val && json_object_set(back->o, keyv[i], val))
			return ENOMEM;
	}

	return 0;
}


static int restore(struct call_back *back, struct calls *calls,
		   const struct call_restorer *r, const json_t *o)
{
	struct call *call;
	uint64_t id;
	int err;

	if (json_in_id(&id, o, "id") || id != back->id)
		return EBADMSG;

	err = keep_rest(back, o);

	return err ? err : call_restore(&call, back->flowv, calls, o, r);
}


/**
 * Have a call again
 *
 * @param backl What it lacks is appended here
 * @param id    Its number
 * @param calls Table
 * @param r     What the text does not say
 * @param text  What was saved of it
 * @param len   Length of that
 *
 * @return 0 if success, EBADMSG if it is broken, otherwise errorcode
 */
int call_back_restore(struct list *backl, uint64_t id, struct calls *calls,
		      const struct call_restorer *r, const char *text,
		      size_t len)
{
	struct call_back *back;
	json_t *o;
	int err;

	back = mem_zalloc(sizeof(*back), destructor);
	if (!back)
		return ENOMEM;

	back->id = id;
	o = text ? json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	err = o ? restore(back, calls, r, o) : EBADMSG;
	json_decref(o);
	if (err)
		mem_deref(back);
	else
		list_append(backl, &back->le, back);

	return err;
}


/**
 * The call's number
 *
 * @param back What it lacks
 *
 * @return Number
 */
uint64_t call_back_id(const struct call_back *back)
{
	return back->id;
}


/* a connection is gone with the process; its phone comes back by another */
static void connect_side(const struct call_back *back, struct call *call,
			 enum call_side side, struct transport *tp)
{
	const struct saved_flow *sf = &back->flowv[side];
	struct flow *flow = NULL;

	if (!sf->known ||
	    transport_flow_back(&flow, tp, sf->proto, &sf->local, &sf->peer))
		return;

	call_connect(call, side, flow);
	mem_deref(flow);
}


/**
 * Give a call that is back what it lacks
 *
 * @param back What it lacks
 * @param call Call, or NULL where it has ended meanwhile
 * @param px   Proxy
 * @param tp   Transport layer, listening
 *
 * @return 0 if success, otherwise errorcode: it rang, and does so no more
 */
int call_back_connect(const struct call_back *back, struct call *call,
		      struct proxy *px, struct transport *tp)
{
	struct dialogs *ds = NULL;
	const struct pl *callid;
	int err;

	if (!call)
		return 0;

	for (int i = 0; i < 2; i++)
		connect_side(back, call, (enum call_side)i, tp);

	callid = call_name(call);
	if (!call_is_answered(call)) {
		err = ringing_restore(px, call, back->o);
		if (err)
			log_warn(px->p.log, "call.lost", KV_PL("call", callid),
				 KV_ERRNO("error", err));
		return err;
	}

	err = dialogs_restore(&ds, px->dialogs, back->id, callid, back->o);
	if (!err)
		err = call_keep(call, ds);
	if (err)
		log_warn(px->p.log, "dialog.unknown", KV_PL("call", callid),
			 KV_ERRNO("err", err));
	mem_deref(ds);

	return 0;
}
