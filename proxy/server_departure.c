/**
 * @file server_departure.c  The server is asked to end
 */
#include "common/log.h"
#include "proxy/core/drain.h"
#include "proxy/server.h"
#include "proxy/server_state.h"


/**
 * No call is waited for any more
 *
 * @param arg Server
 */
void server_gone(void *arg)
{
	(void)arg;
	re_cancel();
}


/**
 * End: when no call is up, or in time; at once where it was asked before
 *
 * @param srv Server
 */
void server_leave(struct server *srv)
{
	struct drain_view v;

	if (!srv)
		return;

	drain_look(&v, srv->proxy);
	if (srv->asked) {
		log_warn(srv->log, "server.hurried",
			 KV_UINT("calls", v.calls));
		drain_hasten(srv->proxy);
		return;
	}

	srv->asked = true;
	/* an operator's deadline stands */
	(void)drain_leave(srv->proxy,
			  v.phase == DEPARTURE_WAITS
				  ? v.left_s
				  : srv->cfg->drain.deadline,
			  true);
	server_notify_beat(srv);
}
