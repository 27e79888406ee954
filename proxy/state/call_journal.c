/**
 * @file call_journal.c  Calls that go on after a crash
 */
#include <errno.h>
#include <string.h>
#include "common/clock.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/spool.h"
#include "proxy/core/ringing.h"
#include "proxy/media/call_saved.h"
#include "proxy/state/call_back.h"
#include "proxy/state/call_journal.h"
#include "proxy/state/call_shelf.h"

enum {
	SPOOL_SIZE = 16 << 20, /* some thousand calls that wait for the disk */
	SOON_MS = 2,           /* what belongs together comes together */
	AGAIN_MS = 500,        /* when the spool was full */
	TEXT_SIZE = 4096,      /* most are shorter */
	CHANGED_MAX = 32768,   /* more than there may be calls */
	PATH_SIZE = 512,

	/* packets that are counted are no news: some calls each second, each
	 * of them twice a minute */
	TICK_MS = 1000,
	TICKS = 30,
};

struct call_journal {
	struct call_journal_conf conf; /* dir is not kept */
	struct timers *timers;
	struct log *log;
	struct proxy *px; /* not owned; NULL: nothing is written yet */
	struct spool *spool;
	struct call_shelf *shelf;
	struct list backl; /* struct call_back */
	struct mbuf *mb;
	struct timer tmr;
	struct timer tmr_tick;
	uint64_t tick;
	uint64_t *changedv; /* numbers, each once */
	size_t changedc;
	bool full; /* and said so */
	struct counter *restored, *lost, *unsaved;
};


static void destructor(void *arg)
{
	struct call_journal *j = arg;

	timer_cancel(&j->tmr);
	timer_cancel(&j->tmr_tick);
	list_flush(&j->backl);
	mem_deref(j->shelf);
	mem_deref(j->spool);
	mem_deref(j->mb);
	mem_deref(j->changedv);
}


static int encode(struct call_journal *j, struct call *call)
{
	const struct saved_time now = {
		.wall_ms = clock_wall_ms(),
		.ms = timers_now(j->timers),
	};
	struct json_out o;
	int err;

	mbuf_rewind(j->mb);
	json_out_init(&o, j->mb);
	json_out_object(&o, NULL);
	err = call_save(&o, call, &now);
	if (!err && !call_is_answered(call))
		err = ringing_save(&o, j->px, call_id(call));
	dialogs_save(&o, dialogs_find(j->px->dialogs, call_id(call)));
	json_out_object_end(&o);

	return err ? err : o.err;
}


static void unsaved(struct call_journal *j, int err)
{
	counter_inc(j->unsaved);
	if (!j->full)
		log_warn(j->log, "calls.unsaved", KV_ERRNO("error", err));
	j->full = true;
}


/* false: there is no room */
static bool save(struct call_journal *j, struct call *call)
{
	int err;

	err = encode(j, call);
	if (!err)
		err = spool_put(j->spool, CALL_SHELF_SAVED, call_id(call),
				j->mb->buf, j->mb->end);
	/* one that nobody could take up again: it has not been sent yet, or is
	 * about to end */
	if (err == ENOENT)
		return true;
	if (err)
		unsaved(j, err);
	else
		j->full = false;

	return err != ENOSPC;
}


/* those that find no room stay */
static void flush(struct call_journal *j)
{
	size_t left = 0;

	for (size_t i = 0; i < j->changedc; i++) {
		struct call *call = call_find(j->conf.calls, j->changedv[i]);

		if (call && (left || !save(j, call)))
			j->changedv[left++] = j->changedv[i];
	}

	j->changedc = left;
}


static void flush_handler(void *arg)
{
	struct call_journal *j = arg;

	flush(j);
	if (j->changedc)
		timer_start(j->timers, &j->tmr, AGAIN_MS, flush_handler, j);
}


static void note_over(struct call_journal *j, uint64_t id)
{
	int err;

	err = spool_put(j->spool, CALL_SHELF_OVER, id, "", 0);
	if (err)
		unsaved(j, err);
}


/**
 * Something of a call is new, or it is over
 *
 * @param call Call
 * @param over Is it?
 * @param arg  Journal, or NULL
 */
void call_journal_changed(struct call *call, bool over, void *arg)
{
	struct call_journal *j = arg;

	if (!j || !j->px)
		return;

	if (over) {
		if (call_is_saved(call))
			note_over(j, call_id(call));
		return;
	}

	if (j->changedc == CHANGED_MAX)
		flush(j);
	if (j->changedc == CHANGED_MAX)
		return;

	j->changedv[j->changedc++] = call_id(call);
	if (!timer_isrunning(&j->tmr))
		timer_start(j->timers, &j->tmr, SOON_MS, flush_handler, j);
}


static bool tick_call(struct call *call, void *arg)
{
	const struct call_journal *j = arg;

	if (call_id(call) % TICKS == j->tick)
		call_touch(call);

	return false;
}


static void tick_handler(void *arg)
{
	struct call_journal *j = arg;

	j->tick = (j->tick + 1) % TICKS;
	calls_apply(j->conf.calls, tick_call, j);
	timer_start(j->timers, &j->tmr_tick, TICK_MS, tick_handler, j);
}


static int open_spool(struct call_journal *j, const char *dir)
{
	char path[PATH_SIZE];
	int err;

	if (re_snprintf(path, sizeof(path), "%s/calls.spool", dir) < 0)
		return ENAMETOOLONG;

	err = spool_alloc(&j->spool, path, SPOOL_SIZE);
	if (!err && spool_found(j->spool) == SPOOL_ANEW)
		log_warn(j->log, "calls.spool.anew", KV_STR("file", path));

	return err;
}


/**
 * Open the journal
 *
 * @param jp      Pointer to allocated journal
 * @param conf    Where it is, and what it is for
 * @param timers  Timers
 * @param log     Log
 * @param metrics Counters
 *
 * @return 0 if success, otherwise errorcode
 */
int call_journal_alloc(struct call_journal **jp,
		       const struct call_journal_conf *conf,
		       struct timers *timers, struct log *log,
		       struct metrics *metrics)
{
	struct call_journal *j;
	int err;

	if (!jp || !conf || !conf->dir || !conf->calls || !timers)
		return EINVAL;

	j = mem_zalloc(sizeof(*j), destructor);
	if (!j)
		return ENOMEM;

	j->conf = *conf;
	j->conf.dir = NULL;
	j->timers = timers;
	j->log = log;
	j->restored = metrics_counter(metrics, "calls_restored_total");
	j->lost = metrics_counter(metrics, "calls_lost_total");
	j->unsaved = metrics_counter(metrics, "calls_unsaved_total");
	j->mb = mbuf_alloc(TEXT_SIZE);
	j->changedv = mem_alloc(CHANGED_MAX * sizeof(*j->changedv), NULL);
	err = j->mb && j->changedv ? open_spool(j, conf->dir) : ENOMEM;
	if (!err)
		err = call_shelf_alloc(&j->shelf, conf->dir, j->spool, log,
				       metrics);
	if (err)
		mem_deref(j);
	else
		*jp = j;

	return err;
}


/** What is restored, and with what */
struct restoring {
	struct call_journal *j;
	struct call_restorer r;
	uint32_t restored, lost;
};


static void lose(struct restoring *rg, uint64_t id, int err)
{
	++rg->lost;
	counter_inc(rg->j->lost);
	log_warn(rg->j->log, "call.lost", KV_UINT("id", id),
		 KV_ERRNO("error", err));
	note_over(rg->j, id);
}


static void restore_handler(uint64_t id, const char *text, size_t len,
			    void *arg)
{
	struct restoring *rg = arg;
	int err;

	err = call_back_restore(&rg->j->backl, id, rg->j->conf.calls, &rg->r,
				text, len);
	if (err) {
		lose(rg, id, err);
		return;
	}

	++rg->restored;
	counter_inc(rg->j->restored);
	if (rg->j->conf.backh)
		rg->j->conf.backh(call_find(rg->j->conf.calls, id),
				  rg->j->conf.arg);
}


/**
 * Have the calls of before a restart again: packets flow
 *
 * @param j Journal
 *
 * @return 0 if success, otherwise errorcode: nothing is written down
 */
int call_journal_restore(struct call_journal *j)
{
	struct restoring rg = {
		.j = j,
		.r =
			{
				.now = {.wall_ms = clock_wall_ms(),
					.ms = timers_now(j->timers)},
				.peerh = j->conf.peerh,
				.arg = j->conf.arg,
			},
	};
	int err;

	err = call_shelf_each(j->shelf, restore_handler, &rg);
	if (err)
		log_error(j->log, "calls.unread", KV_ERRNO("error", err));
	if (rg.restored || rg.lost)
		log_info(j->log, "calls.restored",
			 KV_UINT("calls", rg.restored),
			 KV_UINT("lost", rg.lost));

	return call_shelf_run(j->shelf);
}


/**
 * Reach the sides of restored calls again, and write down from now on
 *
 * @param j  Journal
 * @param px Proxy, which speaks for their ends
 * @param tp Transport layer, listening
 */
void call_journal_connect(struct call_journal *j, struct proxy *px,
			  struct transport *tp)
{
	struct le *le;

	if (!j)
		return;

	j->px = px;
	LIST_FOREACH(&j->backl, le)
	{
		struct call *call = call_find(j->conf.calls,
					      call_back_id(le->data));

		if (call_back_connect(le->data, call, px, tp))
			call_end(call, "lost");
		else
			call_touch(call);
	}
	list_flush(&j->backl);
	ringing_settle(px);
	timer_start(j->timers, &j->tmr_tick, TICK_MS, tick_handler, j);
}
