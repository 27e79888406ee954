/**
 * @file server_reload.c  The file is read again while calls go on
 *
 * A thread reads and checks it: certificates and sounds are files as well, and
 * the loop waits for no disk. What it has found is applied by the loop. One
 * at a time; nothing else changes the configuration in force meanwhile, so
 * the thread may read it.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include "common/bell.h"
#include "common/json_out.h"
#include "common/log.h"
#include "common/thread.h"
#include "proxy/admin/control.h"
#include "proxy/server_state.h"

enum { FAULT_SIZE = 512 };

/** A key that the file changes, or a section with a title */
struct change {
	struct le le;
	bool restart;
	char name[2 * CONFIG_NAME_MAX + 8];
};

/** Somebody who waits for what becomes of it; his request owns it */
struct waiter {
	struct reload *r; /* not owned; NULL: it is over */
	struct control_request *rq;
};

struct reload {
	struct server *srv; /* not owned */
	struct waiter *waiter;
	pthread_t tid;
	bool running;
	bool again; /* signalled meanwhile: the file may be another one now */
	int fd;     /* the thread rings when it is done */

	/* the thread's, as long as it runs */
	struct config *next;
	struct mbuf *said; /* faults or warnings, one a line */
	struct list changel;
	int err;
};


static void waiter_destructor(void *arg)
{
	struct waiter *w = arg;

	if (w->r)
		w->r->waiter = NULL;
}


static void clear(struct reload *r)
{
	r->next = mem_deref(r->next);
	r->said = mem_deref(r->said);
	list_flush(&r->changel);
	r->err = 0;
}


static void destructor(void *arg)
{
	struct reload *r = arg;

	if (r->running)
		(void)pthread_join(r->tid, NULL);
	if (r->fd >= 0) {
		fd_close(r->fd);
		(void)close(r->fd);
	}
	if (r->waiter)
		r->waiter->r = NULL;
	clear(r);
}


static void change_handler(const char *name, bool restart, void *arg)
{
	struct reload *r = arg;
	struct change *c = mem_zalloc(sizeof(*c), NULL);

	if (!c) {
		r->err = ENOMEM;
		return;
	}

	c->restart = restart;
	(void)str_ncpy(c->name, name, sizeof(c->name));
	list_append(&r->changel, &c->le, c);
}


static int read_file(struct reload *r)
{
	const struct config *cfg = r->srv->cfg;
	struct config *file = NULL;
	struct mbuf *errs;
	int err;

	err = config_load(&file, *cfg->path ? cfg->path : NULL, r->said);
	if (err)
		return EINVAL;

	config_changes(cfg, file, change_handler, r);
	errs = mbuf_alloc(256);
	err = r->err || !errs ? ENOMEM
			      : config_merge(&r->next, cfg, file, errs);
	/* its warnings are those of the file */
	if (err && errs)
		(void)mbuf_write_mem(r->said, errs->buf, errs->end);

	mem_deref(errs);
	mem_deref(file);

	return err;
}


static void *thread_main(void *arg)
{
	struct reload *r = arg;

	r->err = read_file(r);
	bell_ring(r->fd);

	return NULL;
}


/* each line that was said, cut where it is too long */
static void each_line(const struct reload *r,
		      void (*h)(const char *line, void *arg), void *arg)
{
	const char *p = (const char *)r->said->buf;
	const char *end = p + r->said->end;

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const size_t len = (size_t)((eol ? eol : end) - p);
		char line[FAULT_SIZE];

		(void)re_snprintf(line, sizeof(line), "%b", p,
				  len < FAULT_SIZE ? len : FAULT_SIZE - 1);
		h(line, arg);
		p += len + 1;
	}
}


/* warnings are told with the faults, in one text */
static void log_line(const char *line, void *arg)
{
	if (strstr(line, ": warning: "))
		log_warn(arg, "reload.warning", KV_STR("why", line));
	else
		log_error(arg, "reload.refused", KV_STR("why", line));
}


static void add_line(const char *line, void *arg)
{
	(void)json_array_append_new(
		arg, json_string(json_out_is_utf8(line) ? line : "?"));
}


static void log_end(const struct reload *r)
{
	struct log *log = r->srv->log;
	uint32_t live = 0, restart = 0;
	struct le *le;

	each_line(r, log_line, log);
	if (r->err) {
		log_error(log, "reload.failed", KV_ERRNO("err", r->err));
		return;
	}

	LIST_FOREACH(&r->changel, le)
	{
		const struct change *c = le->data;

		++*(c->restart ? &restart : &live);
		if (c->restart)
			log_warn(log, "reload.restart",
				 KV_STR("key", c->name));
		else
			log_info(log, "reload.changed",
				 KV_STR("key", c->name));
	}
	log_info(log, "reload.done", KV_UINT("changed", live),
		 KV_UINT("restart", restart));
}


static json_t *changes(const struct reload *r, bool restart)
{
	json_t *v = json_array();
	struct le *le;

	LIST_FOREACH(&r->changel, le)
	{
		const struct change *c = le->data;

		if (c->restart == restart)
			add_line(c->name, v);
	}

	return v;
}


/* all lines of it: each is a sentence with its place */
static json_t *error_text(const struct reload *r)
{
	const char *p = (const char *)r->said->buf;
	size_t len = r->said->end;
	json_t *v;

	while (len && p[len - 1] == '\n')
		--len;
	v = len ? json_stringn(p, len) : NULL;

	return v ? v : json_string(strerror(r->err));
}


static void answer(const struct reload *r)
{
	json_t *obj, *lines = json_array();

	if (!r->waiter) {
		json_decref(lines);
		return;
	}

	obj = control_request_answer(r->waiter->rq);
	each_line(r, add_line, lines);
	if (r->err) {
		(void)json_object_set_new(obj, "error", error_text(r));
		(void)json_object_set_new(obj, "faults", lines);
	}
	else {
		(void)json_object_set_new(obj, "changed", changes(r, false));
		(void)json_object_set_new(obj, "restart", changes(r, true));
		(void)json_object_set_new(obj, "warnings", lines);
	}
	/* the waiter is gone when this returns */
	control_request_done(r->waiter->rq, r->err);
}


static void go_on(struct reload *r)
{
	clear(r);
	if (!r->again)
		return;

	r->again = false;
	server_reload_signalled(r->srv);
}


static void done_handler(int flags, void *arg)
{
	struct reload *r = arg;
	(void)flags;

	bell_hush(r->fd);
	if (!r->running)
		return;

	(void)pthread_join(r->tid, NULL);
	r->running = false;
	if (!r->err)
		r->err = server_apply(r->srv, r->next, r->said);

	log_end(r);
	server_notify_reload(r->srv, false);
	answer(r);
	go_on(r);
}


/**
 * Read the file again; what becomes of it is logged
 *
 * @param srv Server
 *
 * @return 0 if it has begun, EOPNOTSUPP without a file, EBUSY while it is read
 *         already, otherwise errorcode
 */
int server_reload(struct server *srv)
{
	struct reload *r = srv->reload;
	int err;

	if (!srv->cfg->path)
		return EOPNOTSUPP;
	if (r->running)
		return EBUSY;

	clear(r);
	r->said = mbuf_alloc(512);
	if (!r->said)
		return ENOMEM;

	log_info(srv->log, "reload.begin", KV_STR("file", srv->cfg->path));
	server_notify_reload(srv, true);
	r->running = true;
	err = thread_start(&r->tid, "reload", thread_main, r);
	if (err) {
		r->running = false;
		server_notify_reload(srv, false);
	}

	return err;
}


/**
 * Read the file again for a signal, which waits for no answer
 *
 * One that comes while it is read may be about what was written since: it is
 * read once more then.
 *
 * @param srv Server
 */
void server_reload_signalled(struct server *srv)
{
	const int err = server_reload(srv);

	if (err == EBUSY)
		srv->reload->again = true;
	else if (err && err != EOPNOTSUPP)
		log_error(srv->log, "reload.failed", KV_ERRNO("err", err));
}


static int reload_handler(struct control_request *rq, json_t *obj,
			  const json_t *question, void *arg)
{
	struct server *srv = arg;
	struct waiter *w;
	int err;
	(void)question;

	w = mem_zalloc(sizeof(*w), waiter_destructor);
	if (!w)
		return ENOMEM;

	err = server_reload(srv);
	if (err) {
		const char *why = err == EBUSY ? "the file is read already"
				  : err == EOPNOTSUPP
					  ? "the server has no file"
					  : strerror(err);

		(void)json_object_set_new(obj, "error", json_string(why));
		mem_deref(w);
		return err;
	}

	w->rq = rq;
	w->r = srv->reload;
	srv->reload->waiter = w;
	control_request_work(rq, w);

	return EINPROGRESS;
}


/**
 * Make ready to read the file again
 *
 * @param srv Server with its control, or without
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_reload(struct server *srv)
{
	struct reload *r = mem_zalloc(sizeof(*r), destructor);
	int err;

	if (!r)
		return server_fail("reload", ENOMEM);

	srv->reload = r;
	r->srv = srv;
	r->fd = bell_open();
	if (r->fd < 0)
		return server_fail("reload", errno);

	err = fd_listen(r->fd, FD_READ, done_handler, r);
	if (!err && srv->control)
		err = control_command_later(srv->control, "reload",
					    reload_handler, srv);

	return err ? server_fail("reload", err) : 0;
}
