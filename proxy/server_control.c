/**
 * @file server_control.c  The part of a server that answers its operator
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/admin/control.h"
#include "proxy/admin/control_ban.h"
#include "proxy/admin/control_call.h"
#include "proxy/admin/control_explain.h"
#include "proxy/admin/control_ladder.h"
#include "proxy/admin/control_metrics.h"
#include "proxy/admin/control_registration.h"
#include "proxy/admin/control_route.h"
#include "proxy/admin/control_server.h"
#include "proxy/admin/control_setting.h"
#include "proxy/admin/control_status.h"
#include "proxy/admin/control_test.h"
#include "proxy/admin/control_trace.h"
#include "proxy/admin/series.h"
#include "proxy/server_state.h"


static int rotate_handler(json_t *answer, const json_t *question, void *arg)
{
	(void)answer;
	(void)question;
	server_rotate(arg);

	return 0;
}


/**
 * Open the control socket
 *
 * Calls do not need it: where it cannot be made, or another server answers
 * there, it is missing, with a warning.
 *
 * @param srv Server with its proxy
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_control(struct server *srv)
{
	const char *path = srv->cfg->control;
	int err;

	err = control_alloc(&srv->control, path, srv->timers, srv->log);
	if (err) {
		log_warn(srv->log, "control.missing", KV_STR("path", path),
			 KV_ERRNO("err", err));
		return 0;
	}

	err = control_route_add(srv->control, srv->proxy);
	if (!err)
		err = control_ban_add(srv->control, srv->gate);
	if (!err)
		err = control_call_add(srv->control, srv->proxy);
	if (!err)
		err = control_metrics_add(srv->control, srv->metrics);
	if (!err)
		err = series_control(srv->series, srv->control);
	if (!err)
		err = control_setting_add(srv->control, srv->cfg);
	if (!err)
		err = control_test_add(srv->control, srv->desk);
	if (!err)
		err = control_server_add(srv->control, srv->proxy);
	if (!err)
		err = control_command(srv->control, "rotate", rotate_handler,
				      srv);
	if (!err)
		err = control_explain_add(srv->control, srv->proxy);
	if (!err)
		err = control_registration_alloc(&srv->registrations,
						 srv->control, srv->proxy,
						 srv->keepalive);
	if (!err)
		err = control_status_alloc(&srv->status, srv->control,
					   srv->relay, srv->calls,
					   srv->timers);

	if (!err)
		err = control_ladder_alloc(&srv->ladder_desk, srv->control,
					   srv->proxy, srv->ladder);
	if (!err)
		err = control_trace_alloc(&srv->trace_desk, srv->control,
					  srv->traces, srv->flight_shelf);
	control_status_add(srv->status, srv->proxy, &srv->advice);

	return err ? server_fail("control", err) : 0;
}
