/**
 * @file records.c  Records of calls: into files and the history, once each
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "proxy/admin/history/cdr.h"
#include "proxy/admin/history/history.h"
#include "proxy/admin/history/records.h"
#include "proxy/admin/history/strongbox.h"

/** What is in the box; never renumbered: a former version may have put it */
enum kind { CHANGED = 1, OVER, DROPPED, FLIGHT };

struct records {
	struct strongbox *box;   /* NULL: they are in memory alone */
	struct history *history; /* NULL: none */
	struct cdr *json, *csv;  /* NULL: none */
	struct log *log;         /* not owned */
	bool exposed;            /* the box is full */
};


/* the history's thread gets from that of the file what that still has */
static void destructor(void *arg)
{
	struct records *r = arg;

	mem_deref(r->csv);
	mem_deref(r->json);
	mem_deref(r->history);
	mem_deref(r->box);
}


/* a call that is over is in the history when its record is in the file; of a
 * former server's it is not known what has become of it */
static void hand_out_over(struct records *r, uint64_t key, const char *text,
			  size_t len, const struct deposit *d)
{
	int err = ENOENT;

	if (r->csv)
		(void)cdr_write(r->csv, key, text, len, d);
	if (r->json)
		err = cdr_write(r->json, key, text, len, d);
	if (err || d->again)
		(void)history_put(r->history, key, text, len, d);
}


static void hand_out_flight(struct records *r, uint64_t id, const char *text,
			    size_t len, const struct deposit *d)
{
	char *name = NULL;

	if (re_sdprintf(&name, "%b", text, len))
		return;

	(void)history_flight(r->history, id, name, d);
	mem_deref(name);
}


/* to all whom it concerns */
static void hand_out(struct records *r, enum kind kind, uint64_t key,
		     const char *text, size_t len, const struct deposit *d)
{
	switch (kind) {
	case CHANGED:
		(void)history_put(r->history, key, text, len, d);
		break;

	case OVER:
		hand_out_over(r, key, text, len, d);
		break;

	case DROPPED:
		(void)history_drop(r->history, key, d);
		break;

	case FLIGHT:
		hand_out_flight(r, key, text, len, d);
		break;
	}
}


/* once when it begins, once when it is over */
static void say_exposed(struct records *r, int err)
{
	if (!r->box || !err == !r->exposed)
		return;

	r->exposed = err != 0;
	if (err)
		log_warn(r->log, "records.exposed", KV_ERRNO("err", err),
			 KV_STR("why", "too many wait for the disk: a kill "
				       "would lose the next ones"));
	else
		log_info(r->log, "records.safe",
			 KV_STR("why", "there is room again"));
}


static void keep(struct records *r, enum kind kind, uint64_t key,
		 const char *text, size_t len)
{
	struct deposit d;

	say_exposed(r,
		    strongbox_put(r->box, (uint32_t)kind, key, text, len, &d));
	hand_out(r, kind, key, text, len, &d);
	strongbox_release(r->box, &d);
}


static void lost_handler(uint64_t key, const char *record, size_t len,
			 void *arg)
{
	keep(arg, OVER, key, record, len);
}


/* without one all goes on, and a kill loses what waits */
static void open_box(struct records *r, const char *dir)
{
	const int err = strongbox_alloc(&r->box, dir);

	if (err)
		log_warn(r->log, "records.exposed", KV_ERRNO("err", err),
			 KV_STR("why", "records.spool cannot be had: a kill "
				       "would lose what waits"));
	else if (strongbox_found(r->box) == SPOOL_ANEW)
		log_warn(r->log, "records.anew",
			 KV_STR("why", "records.spool was damaged, or another "
				       "version's"));
}


static int open_history(struct records *r, const struct records_conf *conf,
			struct metrics *metrics)
{
	const struct history_conf hc = {
		.dir = conf->dir,
		.days = conf->days,
		.size = conf->size,
		.lines = conf->json,
		.box = r->box,
		.losth = lost_handler,
		.arg = r,
	};

	return conf->history ? history_alloc(&r->history, &hc, r->log, metrics)
			     : 0;
}


static struct cdr_limits limits_of(const struct records_conf *conf)
{
	return (struct cdr_limits){
		.size_mb = conf->rotate_mb,
		.daily = conf->rotate_daily,
		.keep_days = conf->keep_days,
	};
}


static int open_file(struct cdr **cp, const struct records *r,
		     const struct records_conf *conf, bool csv,
		     struct metrics *metrics)
{
	const struct cdr_conf cc = {
		.path = csv ? conf->csv : conf->json,
		.csv = csv,
		.limits = limits_of(conf),
		.history = csv ? NULL : r->history,
		.box = r->box,
	};

	return cc.path ? cdr_alloc(cp, &cc, r->log, metrics) : 0;
}


/**
 * Begin to keep records of calls
 *
 * @param rp      Pointer to allocated records
 * @param conf    Which, where and for how long
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int records_alloc(struct records **rp, const struct records_conf *conf,
		  struct log *log, struct metrics *metrics)
{
	struct records *r;
	int err;

	if (!rp || !conf || !conf->dir)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->log = log;
	if (conf->history || conf->json || conf->csv)
		open_box(r, conf->dir);
	err = open_history(r, conf, metrics);
	if (!err)
		err = open_file(&r->json, r, conf, false, metrics);
	if (!err)
		err = open_file(&r->csv, r, conf, true, metrics);
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}


/**
 * Write what a former server has left
 *
 * @param r Records, or NULL
 */
void records_resume(struct records *r)
{
	struct spool_item item;
	struct deposit d;
	uint64_t missed = 0;
	unsigned n = 0;

	if (!r)
		return;

	for (; !strongbox_next(r->box, &item, &d); n++) {
		hand_out(r, (enum kind)item.kind, item.key, item.p, item.len,
			 &d);
		strongbox_release(r->box, &d);
		missed += item.missed;
	}
	if (n)
		log_info(r->log, "records.resumed", KV_UINT("records", n));
	if (missed)
		log_warn(r->log, "records.damaged", KV_UINT("octets", missed));
}


/**
 * Calls of a former server that do not go on are over
 *
 * @param r Records, or NULL
 */
void records_settle(struct records *r)
{
	if (r)
		history_settle(r->history);
}


/**
 * Say how much is kept from now on
 *
 * @param r    Records, or NULL
 * @param conf How much
 */
void records_limit(struct records *r, const struct records_conf *conf)
{
	struct cdr_limits limits;

	if (!r || !conf)
		return;

	limits = limits_of(conf);
	cdr_limit(r->json, &limits);
	cdr_limit(r->csv, &limits);
	history_limit(r->history, conf->days, conf->size);
}


/**
 * Does anybody want to know of a call?
 *
 * @param r    Records, or NULL
 * @param over That it is over, or else that it goes on
 *
 * @return true if so
 */
bool records_wanted(const struct records *r, bool over)
{
	return r && (r->history || (over && (r->json || r->csv)));
}


/**
 * Keep what is known of a call that is not over
 *
 * @param r    Records, or NULL
 * @param key  The id that it began under
 * @param text Its record
 * @param len  Octets of it
 */
void records_change(struct records *r, uint64_t key, const char *text,
		    size_t len)
{
	if (records_wanted(r, false) && text)
		keep(r, CHANGED, key, text, len);
}


/**
 * Keep what is known of a call that is over
 *
 * @param r    Records, or NULL
 * @param key  The id that it began under
 * @param text Its record
 * @param len  Octets of it
 */
void records_over(struct records *r, uint64_t key, const char *text,
		  size_t len)
{
	if (records_wanted(r, true) && text)
		keep(r, OVER, key, text, len);
}


/**
 * Forget what was no call
 *
 * @param r   Records, or NULL
 * @param key The id that it began under
 */
void records_drop(struct records *r, uint64_t key)
{
	if (records_wanted(r, false))
		keep(r, DROPPED, key, NULL, 0);
}


/**
 * Name the file with a call's packets
 *
 * @param r    Records, or NULL
 * @param id   The call's number
 * @param name File
 */
void records_flight(struct records *r, uint64_t id, const char *name)
{
	if (records_wanted(r, false) && name)
		keep(r, FLIGHT, id, name, strlen(name));
}


/**
 * Open the files again
 *
 * @param r Records, or NULL
 */
void records_reopen(struct records *r)
{
	if (!r)
		return;

	cdr_reopen(r->json);
	cdr_reopen(r->csv);
}


/**
 * Let other files begin
 *
 * @param r Records, or NULL
 */
void records_rotate(struct records *r)
{
	if (!r)
		return;

	cdr_rotate(r->json);
	cdr_rotate(r->csv);
}
