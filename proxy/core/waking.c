/**
 * @file waking.c  A request waits for phones that sleep (RFC 8599)
 *
 * Those who are awake are tried meanwhile. Who wakes up joins them; where
 * nobody does it is as if the user were nowhere.
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/context.h"
#include "proxy/core/phones.h"
#include "proxy/core/waking.h"
#include "proxy/user/push.h"


struct waking {
	struct le le;          /* the forwarding owns it */
	struct forwarding *fw; /* not owned */
	struct push_wait *wait;
};


static void destructor(void *arg)
{
	struct waking *wk = arg;

	list_unlink(&wk->le);
	mem_deref(wk->wait);
}


/**
 * Is a phone to be woken for this request?
 *
 * @param fw Forwarding
 * @param b  Binding
 *
 * @return true if it sleeps, and a call or a message is for it
 */
bool waking_wanted(const struct forwarding *fw, const struct binding *b)
{
	return !fw->sender.dialog &&
	       (message_is(fw->req, "INVITE") ||
		message_is(fw->req, "MESSAGE")) &&
	       push_wanted(fw->px->p.push, b);
}


/**
 * Does the request wait for a phone?
 *
 * @param fw Forwarding
 *
 * @return true if so
 */
bool waking_pending(const struct forwarding *fw)
{
	return fw->wakel.head != NULL;
}


/**
 * Wait for nobody any more
 *
 * @param fw Forwarding
 */
void waking_stop(struct forwarding *fw)
{
	list_flush(&fw->wakel);
}


/* nobody was there, and nobody has come */
static void nowhere(struct forwarding *fw)
{
	const struct forwarding_hooks *hooks = fw->px->hooks;

	if (hooks && hooks->emptyh && hooks->emptyh(fw))
		context_step(fw);
	else
		forwarding_refuse(fw, 480, "Temporarily Unavailable");
}


static void join(struct forwarding *fw, const struct binding *b)
{
	struct pl aor;

	pl_set_str(&aor, b->aor);
	if (phones_add(fw, &aor))
		return;

	if (fw->px->p.cfg->proxy.fork != CONFIG_FORK_SERIAL)
		targets_join(&fw->targets, b->q);
}


static void push_handler(int err, const struct binding *b, void *arg)
{
	struct waking *wk = arg;
	struct forwarding *fw = mem_ref(wk->fw);

	mem_deref(wk);
	if (!err && !fw->stopped)
		join(fw, b);

	if (fw->final || fw->over)
		;
	else if (!fw->targets.count && !waking_pending(fw))
		nowhere(fw);
	else
		context_step(fw);
	mem_deref(fw);
}


static int wake(struct forwarding *fw, const struct binding *b)
{
	struct waking *wk = mem_zalloc(sizeof(*wk), destructor);
	int err;

	if (!wk)
		return ENOMEM;

	wk->fw = fw;
	err = push_wake(&wk->wait, fw->px->p.push, b, &fw->req->callid,
			push_handler, wk);
	if (err) {
		mem_deref(wk);
		return err;
	}

	list_append(&fw->wakel, &wk->le, wk);

	return 0;
}


/**
 * Wake the phones of a user that sleep
 *
 * @param fw  Forwarding
 * @param aor Canonical address-of-record
 *
 * @return How many it waits for
 */
size_t waking_begin(struct forwarding *fw, const struct pl *aor)
{
	struct le *le = list_head(location_get(fw->px->p.loc, aor));
	size_t n = 0;

	for (; le; le = le->next) {
		const struct binding *b = le->data;

		if (waking_wanted(fw, b) && (fw->rehearsed || !wake(fw, b)))
			++n;
	}

	return n;
}
