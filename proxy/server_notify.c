/**
 * @file server_notify.c  The service manager: ready, alive, how many calls
 *
 * The sign of life comes from a timer of the loop: a loop that stands still
 * gives none, and the manager starts us again (WatchdogSec=).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/clock.h"
#include "common/notify.h"
#include "proxy/core/drain.h"
#include "proxy/server_state.h"
#include "proxy/user/location.h"

enum {
	BEAT_MS = 1000,
	START_STEP_MS = 90 * 1000,
	STOP_STEP_MS = 20 * 1000, /* from each beat on */
};


/* what did not change is not said again */
static void tell_status(struct server_notify *sn, const struct server *srv)
{
	char text[sizeof(sn->status)];
	struct drain_view v;

	drain_look(&v, srv->proxy);
	if (v.on)
		(void)drain_text(text, &v);
	else
		(void)snprintf(text, sizeof(text),
			       "%u calls, %u registrations", v.calls,
			       location_count(srv->loc));
	if (!strcmp(text, sn->status))
		return;

	if (!notify_status(sn->way, text))
		(void)str_ncpy(sn->status, text, sizeof(sn->status));
}


/* while calls are waited for it must not lose patience */
static void tell_leaving(struct server_notify *sn, const struct server *srv)
{
	struct drain_view v;

	drain_look(&v, srv->proxy);
	if (v.phase == DEPARTURE_NONE) {
		sn->leaving = false;
		return;
	}

	if (!sn->leaving)
		sn->leaving = !notify_stopping(sn->way);
	(void)notify_more_time(sn->way, STOP_STEP_MS);
}


static void beat_handler(void *arg)
{
	struct server *srv = arg;
	struct server_notify *sn = &srv->notify;

	timer_start(srv->timers, &sn->beat, BEAT_MS, beat_handler, srv);
	if (!sn->ready)
		sn->ready = !notify_ready(sn->way);
	if (sn->watched)
		(void)notify_alive(sn->way);
	tell_leaving(sn, srv);
	tell_status(sn, srv);
}


/**
 * Find the service manager, if one has started us
 *
 * @param srv Server
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_notify(struct server *srv)
{
	const char *path = getenv("NOTIFY_SOCKET");
	int err;

	if (!path)
		return 0;

	/* of a manager that cannot be told nothing here depends */
	err = notify_alloc(&srv->notify.way, path);
	if (err)
		(void)server_fail(path, err);

	srv->notify.watched = notify_watchdog_ms(getenv("WATCHDOG_USEC"),
						 getenv("WATCHDOG_PID")) > 0;

	return err == ENOMEM ? err : 0;
}


/**
 * Ask for the time that one step of the start may take
 *
 * @param srv Server
 */
void server_notify_step(struct server *srv)
{
	const uint64_t now_us = clock_us();

	/* the manager's queue is short */
	if (!srv->notify.way || now_us < srv->notify.step_us)
		return;

	srv->notify.step_us = now_us + (uint64_t)BEAT_MS * 1000;
	(void)notify_more_time(srv->notify.way, START_STEP_MS);
}


/**
 * Say that all is open, or what has changed since, and give signs of life from
 * now on
 *
 * @param srv Server, started
 */
void server_notify_beat(struct server *srv)
{
	if (srv->notify.way)
		beat_handler(srv);
}


/**
 * Say that the configuration is read again, or that this is over
 *
 * @param srv    Server
 * @param begins Whether it begins
 */
void server_notify_reload(struct server *srv, bool begins)
{
	if (!srv->notify.way)
		return;

	if (begins)
		(void)notify_reloading(srv->notify.way);
	else
		srv->notify.ready = !notify_ready(srv->notify.way);
}


/**
 * Say that we end, and nothing more
 *
 * @param srv Server
 */
void server_stop_notify(struct server *srv)
{
	timer_cancel(&srv->notify.beat);
	(void)notify_stopping(srv->notify.way);
	srv->notify.way = mem_deref(srv->notify.way);
}
