/**
 * @file server_calls.c  What becomes of calls that end, and whom it concerns
 */
#include <string.h>
#include "common/log.h"
#include "proxy/admin/call_json.h"
#include "proxy/admin/history/cdr.h"
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
	const struct server *srv = arg;
	struct mbuf *mb = NULL;

	call_meter_add(&srv->call_meter, r);
	server_trace_report(srv, r);
	if (!srv->cdr)
		return;

	if (call_json_text(&mb, r)) {
		log_error(srv->log, "cdr.lost", KV_STR("call", r->callid),
			  KV_STR("why", "out of memory"));
		return;
	}

	(void)cdr_write(srv->cdr, (const char *)mb->buf, mb->end);
	mem_deref(mb);
}


/**
 * Begin to write call records, unless they are off
 *
 * @param srv Server with its data directory
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_cdr(struct server *srv)
{
	const char *file = srv->cfg->cdr.file;
	int err;

	if (!file[0] || !strcmp(file, "none"))
		return 0;

	err = cdr_alloc(&srv->cdr, file, srv->log, srv->metrics);

	return err ? server_fail(file, err) : 0;
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
