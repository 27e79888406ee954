/**
 * @file dial.c  A number becomes the targets of a request
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/dial.h"
#include "proxy/core/dialing.h"

enum { URI_SIZE = CONFIG_URI_MAX + 3 * NUMBER_MAX };


/* the trunks of a route are tried like the flows of one phone: one at a time,
 * and the next one only where the fault was not the callee's */
static int add_way(struct forwarding *fw, const struct dialing *d,
		   const struct dialing_way *w, uint16_t q)
{
	char uri[URI_SIZE], next[CONFIG_URI_MAX];
	struct target *t = NULL;
	struct pl pl;
	int err;

	if (trunk_number_uri(uri, sizeof(uri), w->trunk, w->num) ||
	    trunk_uri(next, w->trunk))
		return EINVAL;

	pl_set_str(&pl, uri);
	err = target_alloc(&t, TARGET_PROXY, &pl);
	if (!err)
		err = str_dup(&t->next, next);
	if (!err)
		err = re_sdprintf(&t->instance, "route:%s", d->route->name);
	if (!err) {
		t->trunk = mem_ref(w->trunk);
		t->emergency = d->route->emergency;
		t->reg_id = (uint32_t)fw->targets.count + 1;
		t->q = q;
		err = targets_add(&fw->targets, t);
	}
	mem_deref(t);

	return err;
}


static void log_way(const struct forwarding *fw, const struct dialing *d)
{
	if (fw->rehearsed)
		return;

	log_info(fw->px->p.log, "dial.route", KV_PL("call", &fw->req->callid),
		 KV_STR("number", d->num), KV_STR("route", d->route->name),
		 KV_STR("becomes", d->sent), KV_UINT("peers", d->wayc),
		 KV_UINT("status", d->scode),
		 KV_STR("why", d->why ? d->why : ""));
}


/**
 * Add the trunks that a number goes to
 *
 * @param fw    Forwarding
 * @param user  User part of a URI
 * @param payer Account whose rights count, or NULL
 * @param q     Preference of the target
 * @param r     What to answer where it is refused
 *
 * @return 0 if success, ENOENT if the dial plan does not know it, EPROTO if it
 *         is refused
 */
int dial_add(struct forwarding *fw, const struct pl *user, const char *payer,
	     uint16_t q, struct refusal *r)
{
	struct proxy *px = fw->px;
	const struct account *acc = NULL;
	struct dialing_caller caller = {.allow = NULL};
	struct dialing d;
	size_t added = 0;
	struct pl pl;
	int err;

	if (payer) {
		pl_set_str(&pl, payer);
		acc = accounts_find(px->p.accounts, &pl);
		caller.allow = acc ? acc->set.allow : NULL;
	}
	else {
		caller.peer = fw->sender.peer;
	}

	err = dialing_find(&d, px->p.cfg, px->trunks, user, &caller);
	if (err && err != EACCES)
		return ENOENT;

	log_way(fw, &d);
	/* without memory for it he hears none */
	if (err && d.route->announcement[0] && !fw->announcement)
		(void)str_dup(&fw->announcement, d.route->announcement);
	if (err)
		return refuse(r, d.scode, d.why);

	for (size_t i = 0; i < d.wayc; i++) {
		if (!d.wayv[i].skip)
			added += !add_way(fw, &d, &d.wayv[i], q);
	}

	return added ? 0 : refuse(r, 500, "Out Of Memory");
}
