/**
 * @file proxy_alloc.c  The proxy's own parts: made in order, gone in reverse
 */
#include <errno.h>
#include "common/metrics.h"
#include "common/unique.h"
#include "proxy/core/dialog_table.h"
#include "proxy/core/diversion.h"
#include "proxy/core/drain.h"
#include "proxy/core/limits.h"
#include "proxy/core/peer_login.h"
#include "proxy/core/proxy.h"
#include "proxy/core/trunk.h"


static void destructor(void *arg)
{
	struct proxy *px = arg;

	mem_deref(px->departure);
	list_flush(&px->forwardl);
	mem_deref(px->dialogs);
	mem_deref(px->trunks);
	mem_deref(px->limits);
	mem_deref(px->peer_login);
	mem_deref(px->peers);
	mem_deref(px->ids);
}


static int make_trunks(struct proxy *px)
{
	const struct proxy_parts *p = &px->p;
	const struct trunks_conf conf = {
		.cfg = p->cfg,
		.tp = p->tp,
		.txns = p->txns,
		.resolver = p->resolver,
		.timers = p->timers,
		.log = p->log,
		.metrics = p->metrics,
		.branch_key = p->branch_key,
		.token_key = p->trunk_key,
	};

	return trunks_alloc(&px->trunks, &conf);
}


/**
 * Make the proxy
 *
 * @param pp    Pointer to allocated proxy
 * @param parts What it works with; they outlive it
 *
 * @return 0 if success, otherwise errorcode
 */
int proxy_alloc(struct proxy **pp, const struct proxy_parts *parts)
{
	struct proxy *px;
	int err;

	if (!pp || !parts || !parts->cfg)
		return EINVAL;

	px = mem_zalloc(sizeof(*px), destructor);
	if (!px)
		return ENOMEM;

	px->p = *parts;
	px->hooks = &diversion_hooks;
	px->refused = metrics_counter(parts->metrics,
				      "proxy_requests_refused_total");
	px->stray = metrics_counter(parts->metrics,
				    "proxy_responses_stray_total");

	err = unique_alloc(&px->ids);
	if (!err)
		err = peers_alloc(&px->peers, parts->cfg);
	if (!err)
		err = dialog_table_alloc(&px->dialogs);
	if (!err)
		err = peer_login_alloc(&px->peer_login, parts->cfg, px->peers,
				       &parts->nonce_key, parts->timers);
	if (!err)
		err = limits_alloc(&px->limits, parts->cfg, parts->timers,
				   parts->log, parts->metrics);
	if (!err)
		err = drain_init(px);
	if (!err)
		err = make_trunks(px);
	if (err)
		mem_deref(px);
	else
		*pp = px;

	return err;
}
