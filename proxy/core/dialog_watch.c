/**
 * @file dialog_watch.c  What passes tells of dialogs
 *
 * Only calls that are ours have any: a request outside of them, or one whose
 * call a restart has forgotten and nobody takes up again, costs no memory.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/attempt_trunk.h"
#include "proxy/core/dialog_table.h"
#include "proxy/core/dialog_watch.h"
#include "proxy/core/outgoing.h"


static bool local_handler(const struct sipuri *uri, void *arg)
{
	return served_is_ours(arg, uri);
}


static void fill(struct dialog_step *s, const struct attempt *at,
		 const struct message *resp)
{
	const struct forwarding *fw = at->fw;

	memset(s, 0, sizeof(*s));
	s->req = fw->req;
	s->resp = resp;
	s->from = fw->sender.dialog ? fw->sender.from : 0;
	s->shift = attempt_trunk_shift(at);
	s->uri = at->target->ruri;
	s->routes = fw->sender.rs.next;
	s->localh = local_handler;
	s->arg = fw->px;
}


/* what is known of its ends is new */
static void touch(const struct attempt *at)
{
	call_touch(call_find(at->fw->px->p.calls, at->call));
}


/* NULL: there is no call, or no memory */
static struct dialogs *dialogs_of(const struct attempt *at)
{
	const struct forwarding *fw = at->fw;
	struct call *call = call_find(fw->px->p.calls, at->call);
	struct dialogs *ds = NULL;
	int err;

	if (!call)
		return NULL;

	err = dialogs_get(&ds, fw->px->dialogs, at->call, &fw->req->callid);
	if (err == EALREADY)
		return ds;
	if (err)
		return NULL;

	err = call_keep(call, ds);
	mem_deref(ds);

	return err ? NULL : ds;
}


/**
 * The request of an attempt leaves
 *
 * @param at Attempt
 */
void dialog_sent(const struct attempt *at)
{
	const struct forwarding *fw = at->fw;
	struct dialog_step s;
	struct dialogs *ds;

	if (!fw->sender.dialog || fw->own || message_is(fw->req, "ACK"))
		return;

	ds = dialogs_of(at);
	if (!ds)
		return;

	fill(&s, at, NULL);
	s.tok = fw->sender.tok;
	(void)dialogs_request(ds, &s);
	touch(at);
}


/**
 * Learn the dialog that a 2xx makes
 *
 * @param ds   Dialogs of its call
 * @param at   Attempt of an INVITE outside of a dialog
 * @param resp 2xx to it
 *
 * @return 0 if success, EALREADY for a repeated one, otherwise errorcode
 */
int dialog_learn(struct dialogs *ds, const struct attempt *at,
		 const struct message *resp)
{
	struct route_token tok;
	struct dialog_step s;

	outgoing_token(&tok, at);
	fill(&s, at, resp);
	s.tok = &tok;

	return dialogs_confirm(ds, &s);
}


static void confirm(const struct attempt *at, const struct message *resp)
{
	const struct forwarding *fw = at->fw;
	struct dialogs *ds = dialogs_of(at);
	int err;

	if (!ds)
		return;

	err = dialog_learn(ds, at, resp);
	if (err && err != EALREADY)
		log_info(fw->px->p.log, "dialog.unknown",
			 KV_PL("call", &fw->req->callid),
			 KV_ERRNO("err", err));
	touch(at);
}


/**
 * A 2xx has gone to who sent the request
 *
 * @param at   Attempt
 * @param resp The 2xx
 */
void dialog_accepted(const struct attempt *at, const struct message *resp)
{
	const struct forwarding *fw = at->fw;
	struct dialog_step s;

	if (fw->own)
		return;

	if (forwarding_is_initial_invite(fw)) {
		confirm(at, resp);
		return;
	}

	if (!fw->sender.dialog ||
	    (!message_is(fw->req, "INVITE") && !message_is(fw->req, "UPDATE")))
		return;

	fill(&s, at, resp);
	(void)dialogs_refresh(dialogs_find(fw->px->dialogs, at->call), &s);
	touch(at);
}
