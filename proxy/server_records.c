/**
 * @file server_records.c  What is kept of calls, as the configuration has it
 */
#include <string.h>
#include "common/log.h"
#include "proxy/admin/call_json.h"
#include "proxy/admin/history/records.h"
#include "proxy/media/call_report.h"
#include "proxy/server_change.h"


/**
 * Keep what is known of a call now
 *
 * @param srv Server
 * @param r   Report
 */
void server_record(struct server *srv, const struct call_report *r)
{
	const bool over = r->phase == CALL_OVER;
	const uint64_t key = r->origin ? r->origin->id : r->id;
	struct mbuf *mb = NULL;

	if (!records_wanted(srv->records, over))
		return;

	if (call_json_text(&mb, r)) {
		log_error(srv->log, "cdr.lost", KV_STR("call", r->callid),
			  KV_STR("why", "out of memory"));
		return;
	}

	if (over)
		records_over(srv->records, key, (char *)mb->buf, mb->end);
	else
		records_change(srv->records, key, (char *)mb->buf, mb->end);
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
	struct server *srv = arg;

	records_drop(srv->records, id);
}


/**
 * A call's packets are in a file; the call ended some seconds ago
 *
 * @param number The call's
 * @param name   The file's
 * @param arg    Server
 */
void server_record_flight(uint64_t number, const char *name, void *arg)
{
	struct server *srv = arg;

	records_flight(srv->records, number, name);
}


static const char *file_of(const char *path)
{
	return *path && strcmp(path, "none") ? path : NULL;
}


static struct records_conf conf_of(const struct config *cfg)
{
	return (struct records_conf){
		.dir = cfg->data,
		.history = cfg->history.on,
		.days = cfg->history.days,
		.size = cfg->history.size,
		.json = file_of(cfg->cdr.file),
		.csv = file_of(cfg->cdr.csv),
		.rotate_mb = cfg->cdr.rotate_size,
		.rotate_daily = cfg->cdr.rotate_daily,
		.keep_days = cfg->cdr.keep,
	};
}


/**
 * Begin to keep records of calls, where they are wanted
 *
 * @param srv Server with its data directory
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_records(struct server *srv)
{
	const struct records_conf conf = conf_of(srv->cfg);
	const int err = records_alloc(&srv->records, &conf, srv->log,
				      srv->metrics);

	return err ? server_fail("records of calls", err) : 0;
}


/**
 * Write what a former server has left of its records
 *
 * @param srv Server with its records
 *
 * @return 0
 */
int server_resume_records(struct server *srv)
{
	records_resume(srv->records);

	return 0;
}


/**
 * Calls that a former server has left open, and that do not go on, are over
 *
 * @param srv Server with the calls that go on
 *
 * @return 0
 */
int server_settle_records(struct server *srv)
{
	records_settle(srv->records);

	return 0;
}


/**
 * Take how long records are kept
 *
 * @param srv Server
 * @param ch  Change
 */
void server_take_records(struct server *srv, struct server_change *ch)
{
	const struct records_conf conf = conf_of(ch->next);

	records_limit(srv->records, &conf);
}
