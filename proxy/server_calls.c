/**
 * @file server_calls.c  What becomes of calls that end, and whom it concerns
 */
#include <string.h>
#include "common/log.h"
#include "proxy/admin/call_json.h"
#include "proxy/admin/history/cdr.h"
#include "proxy/admin/history/history.h"
#include "proxy/admin/trace/traces.h"
#include "proxy/core/dialog_end.h"
#include "proxy/media/call_report.h"
#include "proxy/server_state.h"


/* a call that is over is in the history when its record is in the file */
static void keep(struct server *srv, uint64_t key, bool over, const char *text,
		 size_t len)
{
	if (over && srv->csv)
		(void)cdr_write(srv->csv, key, text, len);
	if (!over || !srv->cdr || cdr_write(srv->cdr, key, text, len))
		(void)history_put(srv->history, key, text, len);
}


/**
 * A call begins, is answered or is over: that is kept
 *
 * @param r   Report
 * @param arg Server
 */
void server_report(const struct call_report *r, void *arg)
{
	struct server *srv = arg;
	const bool over = r->phase == CALL_OVER;
	struct mbuf *mb = NULL;

	server_call_told(srv, r);
	if (over) {
		call_meter_add(&srv->call_meter, r);
		server_trace_report(srv, r);
	}
	if (!srv->history && (!over || (!srv->cdr && !srv->csv)))
		return;

	if (call_json_text(&mb, r)) {
		log_error(srv->log, "cdr.lost", KV_STR("call", r->callid),
			  KV_STR("why", "out of memory"));
		return;
	}

	keep(srv, r->origin ? r->origin->id : r->id, over,
	     (const char *)mb->buf, mb->end);
	mem_deref(mb);
}


/**
 * What has begun is no call
 *
 * @param id  What it began under
 * @param arg Server
 */
void server_forget(uint64_t id, void *arg)
{
	const struct server *srv = arg;

	(void)history_drop(srv->history, id);
}


static void lost_handler(uint64_t key, const char *record, size_t len,
			 void *arg)
{
	keep(arg, key, true, record, len);
}


static bool is_on(const char *file)
{
	return file[0] && strcmp(file, "none");
}


/**
 * Begin to keep calls in a database, unless that is off
 *
 * @param srv Server with its data directory
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_history(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	const struct history_conf conf = {
		.dir = cfg->data,
		.days = cfg->history.days,
		.size = cfg->history.size,
		.lines = is_on(cfg->cdr.file) ? cfg->cdr.file : NULL,
		.losth = lost_handler,
		.arg = srv,
	};
	int err;

	if (!cfg->history.on)
		return 0;

	err = history_alloc(&srv->history, &conf, srv->log, srv->metrics);

	return err ? server_fail("history", err) : 0;
}


static int start_file(struct cdr **cp, struct server *srv, const char *file,
		      bool csv)
{
	const struct config *cfg = srv->cfg;
	const struct cdr_conf conf = {
		.path = file,
		.csv = csv,
		.size_mb = cfg->cdr.rotate_size,
		.daily = cfg->cdr.rotate_daily,
		.keep_days = cfg->cdr.keep,
		.history = csv ? NULL : srv->history,
	};
	int err;

	if (!is_on(file))
		return 0;

	err = cdr_alloc(cp, &conf, srv->log, srv->metrics);

	return err ? server_fail(file, err) : 0;
}


/**
 * Begin to write call records, unless they are off
 *
 * @param srv Server with its history
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_cdr(struct server *srv)
{
	int err = start_file(&srv->cdr, srv, srv->cfg->cdr.file, false);

	return err ? err : start_file(&srv->csv, srv, srv->cfg->cdr.csv, true);
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
	cdr_rotate(srv->cdr);
	cdr_rotate(srv->csv);
	traces_rotate(srv->traces);
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
