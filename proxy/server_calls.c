/**
 * @file server_calls.c  What becomes of calls that end, and whom it concerns
 */
#include "common/log.h"
#include "proxy/admin/history/records.h"
#include "proxy/admin/trace/traces.h"
#include "proxy/core/dialog_end.h"
#include "proxy/media/call_report.h"
#include "proxy/server_state.h"
#include "proxy/state/call_journal.h"


/**
 * A call begins, is answered or is over: that is kept
 *
 * @param r   Report
 * @param arg Server
 */
void server_report(const struct call_report *r, void *arg)
{
	struct server *srv = arg;

	server_call_told(srv, r);
	if (r->phase == CALL_OVER) {
		call_meter_add(&srv->call_meter, r);
		server_trace_report(srv, r);
	}
	server_record(srv, r);
}


/**
 * Let other files of records and traces begin
 *
 * @param srv Server
 */
void server_rotate(struct server *srv)
{
	log_info(srv->log, "server.rotate",
		 KV_STR("file", srv->cfg->cdr.file));
	records_rotate(srv->records);
	traces_rotate(srv->traces);
}


static void expired_handler(struct call *call, const char *why, void *arg)
{
	struct server *srv = arg;

	(void)dialog_end(srv->proxy, call, why);
}


static void changed_handler(struct call *call, bool over, void *arg)
{
	const struct server *srv = arg;

	call_journal_changed(call, over, srv->journal);
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
	h->changedh = changed_handler;
	h->reporth = server_report;
	h->arg = srv;
}
