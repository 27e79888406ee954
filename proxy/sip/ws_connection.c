/**
 * @file ws_connection.c  A connection gets its WebSocket layer
 */
#include <errno.h>
#include "common/log.h"
#include "proxy/sip/connection.h"
#include "proxy/sip/ws_connection.h"


static void heard_handler(bool progress, bool partial, void *arg)
{
	connection_heard(arg, progress, partial);
}


static void refused_handler(uint16_t status, const char *why, void *arg)
{
	const struct connection *c = arg;

	log_info(c->conf->log, "ws.refused", KV_SA("peer", &c->flow->peer),
		 KV_UINT("status", status), KV_STR("why", why));
}


static void end_handler(int err, void *arg)
{
	if (err)
		connection_close(arg, err);
	else
		connection_linger(arg);
}


/**
 * Give a connection its WebSocket layer
 *
 * @param c Connection
 *
 * @return 0 if success, EAFNOSUPPORT for one that we open: a browser accepts
 *         none (RFC 7118 section 5), otherwise errorcode
 */
int ws_connection_layer(struct connection *c)
{
	static const struct ws_hooks hooks = {
		.heardh = heard_handler,
		.refusedh = refused_handler,
		.endh = end_handler,
	};

	if (!c)
		return EINVAL;
	if (!c->accepted)
		return EAFNOSUPPORT;

	return ws_layer_alloc(&c->ws, &c->conf->ws, c->conf->timers, &hooks,
			      c);
}
