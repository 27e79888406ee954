/**
 * @file server_calls.c  What becomes of calls that end, and whom it concerns
 */
#include "proxy/core/dialog_end.h"
#include "proxy/media/call_report.h"
#include "proxy/server_state.h"


/**
 * A call is over: its record is written
 *
 * @param r   Report
 * @param arg Server
 */
void server_report(const struct call_report *r, void *arg)
{
	(void)r;
	(void)arg;
}


static void expired_handler(struct call *call, const char *why, void *arg)
{
	struct server *srv = arg;

	(void)dialog_end(srv->proxy, call, why);
}


/**
 * Who hears what becomes of calls
 *
 * @param h   Handlers
 * @param srv Server
 */
void server_call_handlers(struct calls_handlers *h, struct server *srv)
{
	h->expiredh = expired_handler;
	h->reporth = server_report;
	h->arg = srv;
}
