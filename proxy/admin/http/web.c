/**
 * @file web.c  The administration over HTTP: start and end
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "common/addr.h"
#include "common/metrics.h"
#include "common/pem.h"
#include "common/thread.h"
#include "proxy/admin/http/web_state.h"

enum { BACKLOG = 64, WHY_SIZE = 128, HEAD_MS = 10000 };


static void destructor(void *arg)
{
	struct web *w = arg;

	web_desk_stop(&w->desk);
	if (w->serves)
		(void)pthread_join(w->thread, NULL);
	web_slow_join(w);
	web_loop_stop(w);
	if (w->mhd)
		MHD_stop_daemon(w->mhd);
	if (w->fd >= 0)
		(void)close(w->fd);
	web_desk_close(&w->desk);
	explicit_bzero(w->token, sizeof(w->token));
	if (w->locks)
		(void)pthread_mutex_destroy(&w->token_lock);
	BIO_free(w->certificate);
	BIO_free(w->key);
	mem_deref(w->metrics);
}


static int open_listener(struct web *w)
{
	socklen_t len = sizeof(w->addr.u);
	const int on = 1;

	w->fd = socket(sa_af(&w->addr),
		       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0)
		return errno;

	(void)setsockopt(w->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (sa_af(&w->addr) == AF_INET6)
		(void)setsockopt(w->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
				 sizeof(on));
	if (bind(w->fd, &w->addr.u.sa, w->addr.len) ||
	    listen(w->fd, BACKLOG) || getsockname(w->fd, &w->addr.u.sa, &len))
		return errno;

	w->addr.len = len;

	return 0;
}


static int read_tls(struct web *w, const struct web_conf *conf)
{
	char why[WHY_SIZE];
	int err = 0;

	if (!conf->certificate || !*conf->certificate)
		return 0;

	err = pem_read(&w->certificate, conf->certificate, why, sizeof(why));
	if (!err && conf->key && *conf->key)
		err = pem_read(&w->key, conf->key, why, sizeof(why));

	/* the library takes strings */
	if (!err && (BIO_write(w->certificate, "", 1) != 1 ||
		     (w->key && BIO_write(w->key, "", 1) != 1)))
		err = ENOMEM;

	return err;
}


/**
 * Find the token of a configuration
 *
 * @param token Result
 * @param conf  Its token, its token_file and data count
 *
 * @return 0 if success, otherwise errorcode
 */
int web_find_token(char token[WEB_TOKEN_SIZE], const struct web_conf *conf)
{
	if (conf->token && *conf->token)
		return str_ncpy(token, conf->token, WEB_TOKEN_SIZE), 0;
	if (conf->token_file && *conf->token_file)
		return web_token_read(token, conf->token_file);

	return web_token_make(token, conf->data);
}


/**
 * Take another token from now on
 *
 * @param w     Server, or NULL
 * @param token Token
 */
void web_set_token(struct web *w, const char *token)
{
	if (!w || !token)
		return;

	(void)pthread_mutex_lock(&w->token_lock);
	(void)str_ncpy(w->token, token, sizeof(w->token));
	(void)pthread_mutex_unlock(&w->token_lock);
}


static int prepare(struct web *w, const struct web_conf *conf,
		   const char **why)
{
	int err;

	*why = "memory";
	err = pthread_mutex_init(&w->token_lock, NULL);
	w->locks = !err;
	if (!err)
		err = web_desk_init(&w->desk);
	if (err)
		return err;

	*why = "token";
	err = web_find_token(w->token, conf);
	if (err)
		return err;

	*why = "certificate";
	err = read_tls(w, conf);
	if (err)
		return err;

	*why = "address";
	err = open_listener(w);
	if (err)
		return err;

	*why = "certificate";

	return web_thread_open(w);
}


/**
 * Take the port; web_start() begins to serve
 *
 * @param wp   Pointer to allocated server
 * @param conf How
 * @param why  The part that failed
 *
 * @return 0 if success, otherwise errorcode
 */
int web_alloc(struct web **wp, const struct web_conf *conf, const char **why)
{
	struct web *w;
	int err;

	if (!wp || !conf || !why || !conf->timers || !conf->data)
		return EINVAL;

	w = mem_zalloc(sizeof(*w), destructor);
	if (!w)
		return ENOMEM;

	w->fd = w->desk.loop_fd = w->desk.web_fd = -1;
	w->addr = conf->addr;
	w->local = addr_classify(&conf->addr) == ADDR_LOOPBACK;
	w->head_ms = conf->head_ms ? conf->head_ms : HEAD_MS;
	w->control = conf->control;
	w->timers = conf->timers;
	w->readyh = conf->readyh;
	w->ready_arg = conf->ready_arg;
	w->log = conf->log;
	w->metrics = mem_ref(conf->metrics);
	w->requests = metrics_counter(w->metrics, "http_requests_total");
	w->refused = metrics_counter(w->metrics, "http_refused_total");
	w->late = metrics_counter(w->metrics, "http_late_total");
	err = prepare(w, conf, why);
	if (err)
		mem_deref(w);
	else
		*wp = w;

	return err;
}


static int add_slow(struct web *w, const struct web_slow *s)
{
	if (!w || !s->name || w->serves)
		return EINVAL;
	if (w->slowc >= WEB_COMMANDS_MAX)
		return ENOSPC;

	w->slowv[w->slowc++] = *s;

	return 0;
}


/**
 * Let a command be answered by a thread that may wait, that of its lane
 *
 * @param w    Server, not started
 * @param name Name of the route's command, static
 * @param h    Handler, called in that thread
 * @param arg  Its argument
 *
 * @return 0 if success, otherwise errorcode
 */
int web_command(struct web *w, const char *name, control_h *h, void *arg)
{
	const struct web_slow s = {.name = name, .h = h, .arg = arg};

	return add_slow(w, &s);
}


/**
 * The same, with a file
 *
 * @param w    Server, not started
 * @param name Name of the route's command, static
 * @param h    Handler, called in that thread
 * @param arg  Its argument
 *
 * @return 0 if success, otherwise errorcode
 */
int web_file_command(struct web *w, const char *name, web_file_h *h, void *arg)
{
	const struct web_slow s = {.name = name, .fileh = h, .arg = arg};

	return add_slow(w, &s);
}


/**
 * Begin to serve
 *
 * @param w Server
 *
 * @return 0 if success, otherwise errorcode
 */
int web_start(struct web *w)
{
	int err;

	if (!w || w->serves)
		return EINVAL;

	err = web_loop_start(w);
	if (err)
		return err;

	err = thread_start(&w->thread, "http", web_thread_main, w);
	if (err)
		return err;

	w->serves = true;

	return web_slow_start(w);
}


/**
 * Say that the start is over
 *
 * @param w Server, or NULL
 */
void web_ready(struct web *w)
{
	if (w)
		atomic_store(&w->ready, true);
}


/**
 * Does anybody listen to events?
 *
 * @param w Server, or NULL
 *
 * @return true if somebody does
 */
bool web_listened(const struct web *w)
{
	return w && atomic_load(&w->streams) > 0;
}


/**
 * Tell those who listen
 *
 * @param w    Server, or NULL
 * @param type Name of the event, static
 * @param data What is new, taken over
 */
void web_event(struct web *w, const char *type, json_t *data)
{
	if (web_listened(w))
		web_desk_tell(&w->desk, type, data);
	else
		json_decref(data);
}


/**
 * Where it listens
 *
 * @param w Server
 *
 * @return Address, or NULL
 */
const struct sa *web_bound(const struct web *w)
{
	return w ? &w->addr : NULL;
}


/**
 * The token that it takes
 *
 * @param w Server
 *
 * @return Token, or NULL
 */
const char *web_token(const struct web *w)
{
	return w ? w->token : NULL;
}
