/**
 * @file scribe.c  A thread that writes what the loop hands it
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/thread.h"
#include "proxy/admin/history/scribe.h"

enum { STOP_MS = 2000 };

struct scribe {
	struct tray *tray;
	struct log *log;      /* not owned */
	struct counter *lost; /* not owned */
	struct scribe_names names;
	pthread_t thread;
	bool running, failing, losing;
};


/* a disk that hangs must not hang the server's end: the thread keeps what it
 * works on */
static void stop_thread(struct scribe *s)
{
	if (tray_stop(s->tray, STOP_MS)) {
		(void)pthread_join(s->thread, NULL);
		return;
	}

	log_error(s->log, s->names.hangs,
		  KV_STR("why", "what waits for the disk is lost"));
	(void)pthread_detach(s->thread);
	s->tray = mem_ref(s->tray);
}


static void destructor(void *arg)
{
	struct scribe *s = arg;

	if (s->tray && s->tray->fd >= 0)
		fd_close(s->tray->fd);
	if (s->running)
		stop_thread(s);
	mem_deref(s->tray);
}


/* once when it begins, once when it is over */
static void ring_handler(int flags, void *arg)
{
	struct scribe *s = arg;
	char why[TRAY_WHY_SIZE];
	const int err = tray_err(s->tray, why);
	(void)flags;

	if (err && !s->failing)
		log_error(s->log, s->names.fails,
			  KV_STR("file", s->names.file), KV_ERRNO("err", err),
			  KV_STR("why", why[0] ? why : "-"));
	else if (!err && s->failing)
		log_info(s->log, s->names.works, KV_STR("file", s->names.file),
			 KV_UINT("lost", counter_value(s->lost)));
	s->failing = err != 0;
	if (!err)
		s->losing = false;
}


/**
 * Begin to write
 *
 * @param sp      Pointer to allocated scribe
 * @param writer  Who writes; its arg is the scribe's on success
 * @param names   What it is called
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int scribe_alloc(struct scribe **sp, const struct tray_writer *writer,
		 const struct scribe_names *names, struct log *log,
		 struct metrics *metrics)
{
	struct scribe *s;
	int err;

	if (!sp || !writer || !writer->writeh || !names)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->log = log;
	s->names = *names;
	s->lost = metrics_counter(metrics, names->lost);
	err = tray_alloc(&s->tray, writer, metrics, names->written,
			 names->lost);
	if (!err)
		err = fd_listen(s->tray->fd, FD_READ, ring_handler, s);
	if (!err) {
		err = thread_start(&s->thread, names->thread, tray_main,
				   s->tray);
		s->running = !err;
	}
	if (err) {
		/* the caller still has it */
		if (s->tray)
			s->tray->writer.arg = NULL;
		mem_deref(s);
	}
	else {
		*sp = s;
	}

	return err;
}


static void say_lost(struct scribe *s)
{
	counter_inc(s->lost);
	if (!s->losing)
		log_error(s->log, s->names.misses,
			  KV_STR("file", s->names.file),
			  KV_STR("why", "too many records wait"));
	s->losing = true;
}


/**
 * Hand over a record
 *
 * @param s    Scribe
 * @param kind What is to be done with it
 * @param key  Whose it is
 * @param text What it says
 * @param len  Octets of it
 * @param d    Where it is in the strongbox; NULL: it is not
 *
 * @return 0 if it waits to be written, ENOSPC or ENOMEM if it is lost
 */
int scribe_write(struct scribe *s, int kind, uint64_t key, const char *text,
		 size_t len, const struct deposit *d)
{
	struct slip *slip;
	int err;

	if (!s || (len && !text))
		return EINVAL;

	slip = slip_alloc(kind, key, text, len);
	if (!slip) {
		say_lost(s);
		return ENOMEM;
	}

	if (d)
		slip->deposit = *d;
	err = tray_put(s->tray, slip);
	if (err) {
		mem_deref(slip);
		say_lost(s);
	}

	return err;
}


/**
 * Have something done before the next batch
 *
 * @param s     Scribe, or NULL
 * @param order What, for its writer to know; not 0
 */
void scribe_order(struct scribe *s, int order)
{
	if (s)
		tray_order(s->tray, order);
}


/**
 * The tray that it takes records from
 *
 * @param s Scribe, or NULL
 *
 * @return Tray, or NULL
 */
struct tray *scribe_tray(struct scribe *s)
{
	return s ? s->tray : NULL;
}
