/**
 * @file history.c  Past calls in a database, written by a thread of its own
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/admin/history/history.h"
#include "proxy/admin/history/history_schema.h"
#include "proxy/admin/history/history_writer.h"
#include "proxy/admin/history/scribe.h"

struct history {
	struct scribe *scribe;
	struct history_writer *writer; /* not owned; the scribe's */
	struct log *log;               /* not owned */
	void (*losth)(uint64_t key, const char *record, size_t len, void *arg);
	void *arg;
	bool listening;
};


static void destructor(void *arg)
{
	struct history *h = arg;

	if (h->listening)
		fd_close(h->writer->post.fd);
	mem_deref(h->scribe);
}


static void lost(struct history *h, const struct slip *slip)
{
	if (h->losth)
		h->losth(slip->key, slip->text, slip->len, h->arg);
	else
		(void)history_put(h, slip->key, slip->text, slip->len, NULL);
}


static void post_handler(int flags, void *arg)
{
	struct history *h = arg;
	struct list slipl;
	unsigned n = 0;
	(void)flags;

	if (history_post_take(&h->writer->post, &slipl))
		log_warn(h->log, "history.anew",
			 KV_STR("why", "the database was gone"));

	for (struct le *le = slipl.head; le; le = le->next, n++)
		lost(h, le->data);
	list_flush(&slipl);
	if (n)
		log_warn(h->log, "history.crash", KV_UINT("calls", n),
			 KV_STR("why", "the server was killed"));
}


static int start(struct history *h, struct history_writer *w, struct log *log,
		 struct metrics *metrics)
{
	const struct scribe_names names = {
		.thread = "viaduct-history",
		.fails = "history.fails",
		.works = "history.works",
		.misses = "history.lost",
		.hangs = "history.hangs",
		.written = "history_written_total",
		.lost = "history_lost_total",
		.file = history_schema()->file,
	};
	const struct tray_writer writer = {
		.writeh = history_writer_write,
		.idleh = history_writer_idle,
		.idle_ms = HISTORY_IDLE_MS,
		.box = w->box,
		.arg = w,
	};

	int err = scribe_alloc(&h->scribe, &writer, &names, log, metrics);

	if (err)
		return err;

	h->writer = w;
	err = fd_listen(w->post.fd, FD_READ, post_handler, h);
	h->listening = !err;

	return err;
}


/**
 * Begin to keep calls
 *
 * The database need not be writable yet.
 *
 * @param hp      Pointer to allocated history
 * @param conf    What is kept, and where
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int history_alloc(struct history **hp, const struct history_conf *conf,
		  struct log *log, struct metrics *metrics)
{
	struct history_writer *w = NULL;
	struct history *h;
	int err;

	if (!hp || !conf || !conf->dir || !*conf->dir)
		return EINVAL;

	h = mem_zalloc(sizeof(*h), destructor);
	if (!h)
		return ENOMEM;

	h->log = log;
	h->losth = conf->losth;
	h->arg = conf->arg;
	err = history_writer_alloc(&w, conf, metrics);
	if (!err)
		err = start(h, w, log, metrics);
	if (err) {
		if (!h->scribe)
			mem_deref(w);
		mem_deref(h);
	}
	else {
		*hp = h;
	}

	return err;
}


/**
 * Say how much stays from now on
 *
 * @param h    History, or NULL
 * @param days Days that a call stays, 0: for ever
 * @param size MB of the database, 0: any
 */
void history_limit(struct history *h, uint32_t days, uint32_t size)
{
	if (h)
		history_keep_limit(&h->writer->keep, days,
				   (uint64_t)size * HISTORY_MB);
}


/**
 * Keep what is known of a call now
 *
 * @param h      History, or NULL: there is none
 * @param key    The id that it began under
 * @param record Its record
 * @param len    Octets of it
 * @param d      Where it is in the strongbox; NULL: it is not
 *
 * @return 0 if it waits to be written, otherwise errorcode
 */
int history_put(struct history *h, uint64_t key, const char *record,
		size_t len, const struct deposit *d)
{
	if (!h)
		return 0;

	return record && len ? scribe_write(h->scribe, HISTORY_PUT, key,
					    record, len, d)
			     : EINVAL;
}


/**
 * Where the thread takes records from
 *
 * @param h History, or NULL
 *
 * @return Tray, or NULL
 */
struct tray *history_tray(struct history *h)
{
	return h ? scribe_tray(h->scribe) : NULL;
}


/**
 * Forget what was no call
 *
 * @param h  History, or NULL
 * @param id The id that it began under
 * @param d  Where that is in the strongbox; NULL: it is not
 *
 * @return 0 if that waits to be done, otherwise errorcode
 */
int history_drop(struct history *h, uint64_t id, const struct deposit *d)
{
	return h ? scribe_write(h->scribe, HISTORY_DROP, id, NULL, 0, d) : 0;
}


/**
 * Name the file with a call's packets
 *
 * @param h    History, or NULL
 * @param id   The call's number
 * @param name File
 * @param d    Where that is in the strongbox; NULL: it is not
 *
 * @return 0 if that waits to be written, otherwise errorcode
 */
int history_flight(struct history *h, uint64_t id, const char *name,
		   const struct deposit *d)
{
	if (!h)
		return 0;

	return name ? scribe_write(h->scribe, HISTORY_FLIGHT, id, name,
				   strlen(name), d)
		    : EINVAL;
}


/**
 * Calls of a former server that nobody goes on with are over
 *
 * @param h History, or NULL
 */
void history_settle(struct history *h)
{
	if (h)
		(void)scribe_write(h->scribe, HISTORY_SETTLE, 0, NULL, 0,
				   NULL);
}
