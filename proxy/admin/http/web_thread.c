/**
 * @file web_thread.c  The thread that serves
 */
#include <errno.h>
#include <poll.h>
#include "common/bell.h"
#include "proxy/admin/http/web_connection.h"
#include "proxy/admin/http/web_request.h"
#include "proxy/admin/http/web_state.h"
#include "proxy/admin/http/web_stream.h"
#include "proxy/admin/http/web_wait.h"

enum {
	/* the library's memory for a connection. What does not fit is refused
	 * by it, as HTML: far more than what we refuse ourselves */
	MEMORY_MAX = 196608,
	SILENCE_S = 30,
	LAST_RUNS = 20, /* what was answered at the end is sent */
	LAST_MS = 10,
};


/* paths are taken apart before they are unescaped, by web_uri */
static size_t unescape_handler(void *cls, struct MHD_Connection *mc, char *s)
{
	(void)cls;
	(void)mc;

	return str_len(s);
}


static char *text_of(BIO *bio)
{
	char *text = NULL;

	return bio && BIO_get_mem_data(bio, &text) > 0 ? text : NULL;
}


/**
 * Open the library's part
 *
 * @param w Server with its listener
 *
 * @return 0 if success, otherwise errorcode
 */
int web_thread_open(struct web *w)
{
	const unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem tlsv[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, text_of(w->certificate)},
		{MHD_OPTION_HTTPS_MEM_KEY, 0,
		 text_of(w->key ? w->key : w->certificate)},
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
		 (void *)"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
		{MHD_OPTION_END, 0, NULL},
	};

	if (!w->certificate)
		tlsv[0].option = MHD_OPTION_END;

	w->mhd = MHD_start_daemon(
		flags | (w->certificate ? MHD_USE_TLS : 0), 0, NULL, NULL,
		web_request_handle, w, MHD_OPTION_LISTEN_SOCKET, w->fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)WEB_CONNECTIONS_MAX,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned)WEB_CONNECTIONS_SOURCE_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_MAX,
		MHD_OPTION_URI_LOG_CALLBACK, web_request_begin, w,
		MHD_OPTION_UNESCAPE_CALLBACK, unescape_handler, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, web_request_end, w,
		MHD_OPTION_NOTIFY_CONNECTION, web_connection_notify, w,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY, tlsv,
		MHD_OPTION_END);
	if (!w->mhd)
		return EINVAL;

	w->fd = -1; /* the library closes it */

	return 0;
}


static void take(struct web *w, struct list *donel, struct list *newsl)
{
	struct le *le;

	while ((le = list_head(donel)) != NULL) {
		list_unlink(le);
		web_wait_answered(le->data);
	}
	while ((le = list_head(newsl)) != NULL) {
		struct web_news *n = le->data;

		list_unlink(le);
		web_stream_tell(w, n->type, n->data);
		mem_deref(n);
	}
}


static int sooner(int a, int b)
{
	if (a < 0)
		return b;

	return b < 0 || a < b ? a : b;
}


static int library_ms(const struct web *w)
{
	unsigned long long ms;

	if (MHD_get_timeout(w->mhd, &ms) != MHD_YES)
		return -1;

	return ms > 1000 ? 1000 : (int)ms;
}


static void wait_events(struct web *w, int ms)
{
	const union MHD_DaemonInfo *info;
	struct pollfd fdv[2] = {{.events = POLLIN}, {.events = POLLIN}};

	info = MHD_get_daemon_info(w->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	fdv[0].fd = info ? info->epoll_fd : -1;
	fdv[1].fd = w->desk.web_fd;
	(void)poll(fdv, 2, ms);
}


static void flush(struct web *w)
{
	web_wait_flush(w);
	web_stream_flush(w);
}


/* who waits hears that it is over, and no more is taken. Each turn may read
 * another request that begins to wait, and the library ends the process where
 * one does when it stops */
static void end(struct web *w)
{
	const MHD_socket fd = MHD_quiesce_daemon(w->mhd);

	flush(w);
	(void)MHD_run(w->mhd);
	for (int i = 0; i < LAST_RUNS && w->streaml.head; i++) {
		wait_events(w, LAST_MS);
		(void)MHD_run(w->mhd);
	}
	flush(w);
	MHD_stop_daemon(w->mhd);
	w->mhd = NULL;
	w->fd = fd;
}


/**
 * Serve until the desk says stop
 *
 * @param arg Server
 *
 * @return NULL
 */
void *web_thread_main(void *arg)
{
	struct web *w = arg;
	bool go = true;

	while (go) {
		struct list donel = LIST_INIT, newsl = LIST_INIT;
		int ms;

		go = web_desk_take(&w->desk, &donel, &newsl);
		take(w, &donel, &newsl);
		(void)MHD_run(w->mhd);
		/* who begins to wait in this turn has a deadline, too */
		ms = web_wait_check(w);
		ms = sooner(ms, web_connection_check(w));
		ms = sooner(ms, library_ms(w));
		if (go)
			wait_events(w, ms);
	}

	end(w);

	return NULL;
}
