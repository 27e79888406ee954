/**
 * @file writer.c  The store's thread: writes, and reads what others changed
 *
 * The loop queues a job and goes on. The thread takes all that waits, up to a
 * few hundred, and commits it at once; while the disk works the next ones
 * gather, so nobody waits for company. Results come back in order, by an
 * eventfd.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/clerk.h"
#include "common/job.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/thread.h"
#include "common/writer.h"


enum {
	STOP_MS = 2000,  /* to write what waits at the end */
	HURRY_MS = 1000, /* then for what cannot be left alone */
};

struct writer {
	struct clerk *clerk;
	struct log *log;
	struct counter *depth; /* not owned; the clerk holds it */
	store_view_h *viewh;
	void *arg;
	pthread_t thread;
	bool running, failing;
};


/* a disk that hangs must not hang the server's end: then the thread keeps
 * what it works on */
static void stop_thread(struct writer *w)
{
	struct clerk *c = w->clerk;
	bool ended = hatch_stop(&c->hatch, STOP_MS);

	if (!ended) {
		atomic_store(&c->journal.hurry, true);
		ended = hatch_stop(&c->hatch, HURRY_MS);
	}
	if (ended) {
		(void)pthread_join(w->thread, NULL);
		return;
	}

	log_error(w->log, "store.hangs",
		  KV_STR("why", "what waits for the disk is lost"));
	(void)pthread_detach(w->thread);
	w->clerk = mem_ref(c);
}


static void destructor(void *arg)
{
	struct writer *w = arg;

	if (w->clerk && w->clerk->hatch.fd >= 0)
		fd_close(w->clerk->hatch.fd);
	if (w->running)
		stop_thread(w);
	mem_deref(w->clerk);
	mem_deref(w->log);
}


/* once when it begins, once when it is over */
static void say_state(struct writer *w, bool failing)
{
	char why[HATCH_WHY_MAX];

	if (failing == w->failing)
		return;

	w->failing = failing;
	if (failing) {
		hatch_why(&w->clerk->hatch, why);
		log_error(w->log, "store.fails",
			  KV_STR("dir", w->clerk->journal.dir),
			  KV_STR("why", why));
	}
	else {
		log_info(w->log, "store.works",
			 KV_STR("dir", w->clerk->journal.dir));
	}
}


static void deliver(struct writer *w, struct list *jobl)
{
	struct le *le;

	while ((le = list_head(jobl))) {
		struct job *job = le->data;

		list_unlink(le);
		counter_add(w->depth, -1);
		say_state(w, job->err);
		job_done(job);

		/* a handler closed the store: nobody waits any more */
		if (mem_nrefs(w) == 1)
			hatch_clear(jobl);
	}
}


static void take_results(struct writer *w)
{
	struct finding f = {0, NULL};
	struct list jobl = LIST_INIT;
	char why[HATCH_WHY_MAX];
	const bool found = hatch_take_results(&w->clerk->hatch, &jobl, &f);

	mem_ref(w);
	deliver(w, &jobl);
	if (found && f.err) {
		hatch_why(&w->clerk->hatch, why);
		log_error(w->log, "store.unreadable",
			  KV_STR("dir", w->clerk->journal.dir),
			  KV_STR("why", why));
	}
	if (found && w->viewh && mem_nrefs(w) > 1)
		w->viewh(f.err, f.view, w->arg);
	else
		mem_deref(f.view);
	mem_deref(w);
}


static void ring_handler(int flags, void *arg)
{
	(void)flags;
	take_results(arg);
}


/**
 * Allocate a writer and start its thread
 *
 * @param wp      Pointer to allocated writer
 * @param dir     The database's directory; the database exists
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int writer_alloc(struct writer **wp, const char *dir, struct log *log,
		 struct metrics *metrics)
{
	struct writer *w;
	int err;

	if (!wp || !dir)
		return EINVAL;

	w = mem_zalloc(sizeof(*w), destructor);
	if (!w)
		return ENOMEM;

	w->log = mem_ref(log);
	w->depth = metrics_counter(metrics, "store_queue");
	err = clerk_alloc(&w->clerk, dir, metrics);
	if (!err)
		err = fd_listen(w->clerk->hatch.fd, FD_READ, ring_handler, w);
	if (!err) {
		err = thread_start(&w->thread, "viaduct-store", clerk_main,
				   w->clerk);
		w->running = !err;
	}

	if (err)
		mem_deref(w);
	else
		*wp = w;

	return err;
}


/**
 * Give a job to the thread
 *
 * @param w   Writer
 * @param job Job; the writer's on success
 *
 * @return 0 if success; ENOSPC: too much waits
 */
int writer_push(struct writer *w, struct job *job)
{
	const int err = hatch_put(&w->clerk->hatch, job);

	if (!err)
		counter_inc(w->depth);

	return err;
}


/**
 * Look for changes that others make
 *
 * @param w   Writer
 * @param v   How a view is made, static; NULL: look no more
 * @param h   Called on the loop, the first time before this returns
 * @param arg Handler's argument
 */
void writer_watch(struct writer *w, const struct store_view *v,
		  store_view_h *h, void *arg)
{
	w->viewh = v ? h : NULL;
	w->arg = arg;
	hatch_watch(&w->clerk->hatch, v);
	if (v)
		take_results(w);
}


/**
 * Look now; what is found is handed out before this returns
 *
 * @param w Writer
 */
void writer_look(struct writer *w)
{
	hatch_look(&w->clerk->hatch);
	take_results(w);
}


/**
 * Let the thread free a view
 *
 * @param w    Writer
 * @param view View
 */
void writer_discard(struct writer *w, void *view)
{
	hatch_discard(&w->clerk->hatch, view);
}
