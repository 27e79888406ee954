/**
 * @file cdr.c  Call records: one JSON object a line, in a file
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/thread.h"
#include "proxy/admin/history/cdr.h"
#include "proxy/admin/history/cdr_desk.h"

enum { STOP_MS = 2000 };

struct cdr {
	struct cdr_desk *desk;
	struct log *log;      /* not owned */
	struct counter *lost; /* not owned */
	pthread_t thread;
	bool running, failing, losing;
};


/* a disk that hangs must not hang the server's end: the thread keeps what it
 * works on */
static void stop_thread(struct cdr *c)
{
	if (cdr_desk_stop(c->desk, STOP_MS)) {
		(void)pthread_join(c->thread, NULL);
		return;
	}

	log_error(c->log, "cdr.hangs",
		  KV_STR("why", "what waits for the disk is lost"));
	(void)pthread_detach(c->thread);
	c->desk = mem_ref(c->desk);
}


static void destructor(void *arg)
{
	struct cdr *c = arg;

	if (c->desk && c->desk->fd >= 0)
		fd_close(c->desk->fd);
	if (c->running)
		stop_thread(c);
	mem_deref(c->desk);
}


/* once when it begins, once when it is over */
static void ring_handler(int flags, void *arg)
{
	struct cdr *c = arg;
	const int err = cdr_desk_err(c->desk);
	(void)flags;

	if (err && !c->failing)
		log_error(c->log, "cdr.fails",
			  KV_STR("file", c->desk->file.path),
			  KV_ERRNO("err", err));
	else if (!err && c->failing)
		log_info(c->log, "cdr.works",
			 KV_STR("file", c->desk->file.path),
			 KV_UINT("lost", counter_value(c->lost)));
	c->failing = err != 0;
	if (!err)
		c->losing = false;
}


/**
 * Begin to write call records
 *
 * @param cp      Pointer to allocated records
 * @param path    File
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int cdr_alloc(struct cdr **cp, const char *path, struct log *log,
	      struct metrics *metrics)
{
	struct cdr *c;
	int err;

	if (!cp || !path || !*path)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->log = log;
	c->lost = metrics_counter(metrics, "cdr_lost_total");
	err = cdr_desk_alloc(&c->desk, path, metrics);
	if (!err)
		err = fd_listen(c->desk->fd, FD_READ, ring_handler, c);
	if (!err) {
		err = thread_start(&c->thread, "viaduct-cdr", cdr_desk_main,
				   c->desk);
		c->running = !err;
	}
	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}


static void say_lost(struct cdr *c)
{
	counter_inc(c->lost);
	if (!c->losing)
		log_error(c->log, "cdr.lost",
			  KV_STR("file", c->desk->file.path),
			  KV_STR("why", "too many records wait"));
	c->losing = true;
}


/**
 * Write a record
 *
 * @param c    Records, or NULL: they are off
 * @param line One line, without its end
 * @param len  Its length
 *
 * @return 0 if it waits to be written, ENOSPC or ENOMEM if it is lost
 */
int cdr_write(struct cdr *c, const char *line, size_t len)
{
	struct cdr_line *l;
	int err;

	if (!c)
		return 0;
	if (!line || memchr(line, '\n', len))
		return EINVAL;

	l = mem_zalloc(sizeof(*l) + len + 1, NULL);
	if (!l) {
		say_lost(c);
		return ENOMEM;
	}

	memcpy(l->text, line, len);
	l->text[len] = '\n';
	l->len = len + 1;
	err = cdr_desk_put(c->desk, l);
	if (err) {
		mem_deref(l);
		say_lost(c);
	}

	return err;
}


/**
 * Open the file again
 *
 * @param c Records, or NULL
 */
void cdr_reopen(struct cdr *c)
{
	if (c)
		cdr_desk_reopen(c->desk);
}
