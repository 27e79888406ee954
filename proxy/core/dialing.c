/**
 * @file dialing.c  What becomes of a number that is no user of ours
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/dialing.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/trunk_order.h"


static int refuse_number(struct dialing *d, uint16_t scode, const char *why)
{
	d->scode = scode;
	d->why = why;

	return EACCES;
}


/* rights; no emergency asks for them */
static int check_rights(struct dialing *d, const struct dialing_caller *caller)
{
	if (d->route->emergency)
		return 0;

	if (caller->peer && !caller->peer->transit)
		return refuse_number(d, 403, "No Transit For This Peer");

	if (caller->allow && !number_allowed(d->num, caller->allow))
		return refuse_number(d, 403, "Number Not Allowed");

	return 0;
}


static size_t collect(struct trunk_choice *v, struct trunk **trunkv,
		      const struct dialing *d, const struct trunks *ts)
{
	size_t n = 0;

	memset(v, 0, DIALING_MAX * sizeof(*v));

	for (size_t i = 0; i < d->route->peerc; i++) {
		struct trunk *t = trunks_find(ts, d->route->peerv[i]);

		if (!trunk_has_way(t))
			continue;

		v[n].priority = t->peer->priority;
		v[n].weight = t->peer->weight;
		v[n].down = t->down;
		v[n].rests = trunk_rests(t);
		v[n].i = n;
		trunkv[n++] = t;
	}

	return n;
}


static void add_way(struct dialing *d, struct trunk *t, const char *skip,
		    const struct dialing_caller *caller)
{
	struct dialing_way *w = &d->wayv[d->wayc++];

	w->trunk = t;
	w->skip = skip;
	if (config_peer_is(caller->peer, t->peer))
		w->skip = "it came from there";
	if (number_rewrite(w->num, d->sent, &t->peer->out)) {
		w->num[0] = '\0';
		w->skip = "nothing is left of the number";
	}
}


static int find_ways(struct dialing *d, const struct trunks *ts,
		     const struct dialing_caller *caller)
{
	struct trunk *trunkv[DIALING_MAX];
	struct trunk_choice v[DIALING_MAX];
	const size_t n = collect(v, trunkv, d, ts);
	const size_t tried = trunk_order(v, n, d->route->emergency, rand_u32);
	size_t usable = 0;

	for (size_t i = 0; i < n; i++) {
		add_way(d, trunkv[v[i].i], i < tried ? NULL : "down", caller);
		usable += !d->wayv[i].skip;
	}

	return usable ? 0 : refuse_number(d, 503, "No Peer For This Number");
}


/**
 * Find out what becomes of a number
 *
 * @param d      Answer
 * @param cfg    Configuration
 * @param ts     Trunks
 * @param user   User part of a URI, as it stands there
 * @param caller Who dials
 *
 * @return 0 if success; ENOENT: no number, or none of the dial plan; EACCES:
 *         refused
 */
int dialing_find(struct dialing *d, const struct config *cfg,
		 const struct trunks *ts, const struct pl *user,
		 const struct dialing_caller *caller)
{
	int err;

	if (!d || !cfg || !user || !caller)
		return EINVAL;

	memset(d, 0, sizeof(*d));
	err = number_canonical(d->num, user);
	if (err)
		return err;

	d->route = dialplan_find(cfg, d->num);
	if (!d->route)
		return ENOENT;

	d->pattern = dialplan_pattern(d->route, d->num);
	err = check_rights(d, caller);
	if (err)
		return err;

	if (d->route->refuse)
		return refuse_number(d, (uint16_t)d->route->refuse,
				     "Number Is Not To Be Called");

	if (number_rewrite(d->sent, d->num, &d->route->rewrite))
		return refuse_number(d, 484, "Address Incomplete");

	return find_ways(d, ts, caller);
}
