/**
 * @file control_ladder.c  What the control says of the messages of a call
 */
#include <errno.h>
#include <stdlib.h>
#include "proxy/admin/call_json.h"
#include "proxy/admin/control_ladder.h"
#include "proxy/admin/ladder_json.h"
#include "proxy/core/peer.h"
#include "proxy/core/served.h"

struct control_ladder {
	const struct proxy *px;
	struct call_ladder *ladder;
};


static const struct ladder_call *find_running(const struct control_ladder *cl,
					      uint64_t number)
{
	const struct call *call = call_find(cl->px->p.calls, number);
	const struct ladder_call *found;
	struct call_report *r = NULL;
	struct pl callid;

	if (!call || call_report(&r, call, NULL))
		return NULL;

	pl_set_str(&callid, r->callid);
	found = call_ladder_find(cl->ladder, &callid);
	mem_deref(r);

	return found;
}


/* by its number, else by its Call-ID */
static const struct ladder_call *find(const struct control_ladder *cl,
				      const char *text)
{
	const struct ladder_call *found = NULL;
	uint64_t number;
	struct pl callid;

	if (!call_json_id_decode(&number, text)) {
		found = find_running(cl, number);
		if (!found)
			found = call_ladder_find_number(cl->ladder, number);
	}
	if (found)
		return found;

	pl_set_str(&callid, text);

	return call_ladder_find(cl->ladder, &callid);
}


static bool is_among(const struct sa *sa, const struct config_addr *v,
		     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sa_cmp(&v[i].sa, sa, SA_ALL))
			return true;
	}

	return false;
}


/* who was asked for the call's sake is neither caller nor callee */
static const char *peer_handler(const struct sa *sa, void *arg)
{
	const struct control_ladder *cl = arg;
	const struct config_peer *peer = peers_find(cl->px->peers, sa);
	const struct config *cfg = cl->px->p.cfg;

	if (peer)
		return peer->name;
	if (is_among(sa, cfg->relay.serverv, cfg->relay.serverc))
		return "relay server";
	if (is_among(sa, cfg->redirect.serverv, cfg->redirect.serverc))
		return "redirect server";

	return NULL;
}


static int refuse(json_t *answer, int err, const char *why)
{
	(void)json_object_set_new(answer, "error", json_string(why));

	return err;
}


/* a number, also as text: of a command line, of a path. 0: all; -1: bad */
static long read_message(const json_t *question)
{
	const json_t *val = json_object_get(question, "message");
	const char *text = json_string_value(val);
	char *end = NULL;
	long n;

	if (!val)
		return 0;
	if (!text)
		n = json_is_integer(val) ? (long)json_integer_value(val) : -1;
	else
		n = strtol(text, &end, 10);

	return n < 1 || n > LADDER_RUNGS || (end && *end) ? -1 : n;
}


static int ladder_handler(json_t *answer, const json_t *question, void *arg)
{
	struct control_ladder *cl = arg;
	const char *id = json_string_value(json_object_get(question, "id"));
	const struct ladder_call *c;
	const long only = read_message(question);
	int err;

	if (!id || !*id)
		return refuse(answer, EINVAL, "which call?");
	if (only < 0)
		return refuse(answer, EINVAL, "message is a number from 1 on");

	c = find(cl, id);
	if (!c)
		return refuse(answer, ENOENT,
			      "no messages are kept of such a call");

	err = ladder_json(answer, c, (unsigned)only, peer_handler, cl);

	return err == ENOENT ? refuse(answer, err, "it has fewer messages")
			     : err;
}


/**
 * Let the control answer for the messages of calls
 *
 * @param lp     Pointer to what answers
 * @param c      Control
 * @param px     Proxy
 * @param ladder Messages, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int control_ladder_alloc(struct control_ladder **lp, struct control *c,
			 const struct proxy *px, struct call_ladder *ladder)
{
	struct control_ladder *cl;
	int err;

	if (!lp || !px)
		return EINVAL;

	cl = mem_zalloc(sizeof(*cl), NULL);
	if (!cl)
		return ENOMEM;

	cl->px = px;
	cl->ladder = ladder;
	err = control_command(c, "ladder", ladder_handler, cl);
	if (err)
		mem_deref(cl);
	else
		*lp = cl;

	return err;
}
