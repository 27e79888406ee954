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
#include "common/log.h"
#include "common/thread.h"
#include "proxy/admin/control.h"
#include "proxy/server_findings.h"
#include "proxy/server_state.h"
#include "proxy/voice/repertoire.h"

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
	struct findings found;
	struct repertoire *sounds; /* of what was found */
};


static void waiter_destructor(void *arg)
{
	struct waiter *w = arg;

	if (w->r)
		w->r->waiter = NULL;
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
	mem_deref(r->sounds);
	findings_clear(&r->found);
}


/* files as well: the loop shall not wait for them */
static void read_sounds(struct reload *r)
{
	struct findings *f = &r->found;
	char why[SOUND_WHY_SIZE];

	if (f->err || !r->srv->desk)
		return;

	f->err = repertoire_alloc(&r->sounds, f->next, why, sizeof(why));
	if (f->err && why[0])
		(void)mbuf_printf(f->said, "%s\n", why);
}


static void *thread_main(void *arg)
{
	struct reload *r = arg;

	findings_read(&r->found, r->srv->cfg);
	read_sounds(r);
	bell_ring(r->fd);

	return NULL;
}


static void answer(const struct reload *r)
{
	if (!r->waiter)
		return;

	findings_answer(&r->found, control_request_answer(r->waiter->rq));
	/* the waiter is gone when this returns */
	control_request_done(r->waiter->rq, r->found.err);
}


static void go_on(struct reload *r)
{
	findings_clear(&r->found);
	if (!r->again)
		return;

	r->again = false;
	server_reload_signalled(r->srv);
}


static void done_handler(int flags, void *arg)
{
	struct reload *r = arg;
	struct findings *f = &r->found;
	(void)flags;

	bell_hush(r->fd);
	if (!r->running)
		return;

	(void)pthread_join(r->tid, NULL);
	r->running = false;
	if (!f->err)
		f->err = server_apply(r->srv, f->next, r->sounds, f->said);
	else
		mem_deref(r->sounds);
	r->sounds = NULL;

	findings_log(f, r->srv->log);
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

	err = findings_begin(&r->found);
	if (err)
		return err;

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
