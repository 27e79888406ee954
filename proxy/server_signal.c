/**
 * @file server_signal.c  SIGHUP: files are opened again, and one is read again;
 * SIGUSR1: other files of records and traces begin
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include <sys/signalfd.h>
#include "common/log.h"
#include "proxy/admin/history/records.h"
#include "proxy/server_state.h"


static void signal_handler(int flags, void *arg)
{
	struct server *srv = arg;
	struct signalfd_siginfo info;
	(void)flags;

	if (read(srv->hup_fd, &info, sizeof(info)) != sizeof(info))
		return;

	if (info.ssi_signo == SIGUSR1) {
		server_rotate(srv);
		return;
	}

	log_info(srv->log, "server.reopen",
		 KV_STR("file", srv->cfg->cdr.file));
	records_reopen(srv->records);
	/* it says itself what becomes of it */
	server_reload_signalled(srv);
}


/**
 * Take SIGHUP and SIGUSR1, which would end us
 *
 * Before any thread begins: all of them leave it to the loop.
 *
 * @param srv Server
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_signals(struct server *srv)
{
	sigset_t hup;
	int err;

	(void)sigemptyset(&hup);
	(void)sigaddset(&hup, SIGHUP);
	(void)sigaddset(&hup, SIGUSR1);
	err = pthread_sigmask(SIG_BLOCK, &hup, NULL);
	if (err)
		return server_fail("signals", err);

	srv->hup_fd = signalfd(-1, &hup, SFD_NONBLOCK | SFD_CLOEXEC);
	if (srv->hup_fd < 0)
		return server_fail("signals", errno);

	err = fd_listen(srv->hup_fd, FD_READ, signal_handler, srv);

	return err ? server_fail("signals", err) : 0;
}


/**
 * Take no signal any more
 *
 * @param srv Server
 */
void server_stop_signals(struct server *srv)
{
	if (srv->hup_fd < 0)
		return;

	fd_close(srv->hup_fd);
	(void)close(srv->hup_fd);
	srv->hup_fd = -1;
}
