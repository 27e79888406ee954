/**
 * @file server_metrics.c  The part of a server that watches itself
 */
#include "proxy/admin/series.h"
#include "proxy/admin/vitals.h"
#include "proxy/server_state.h"


/**
 * Begin to look at what is not counted where it happens
 *
 * @param srv Server with its relay
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_metrics(struct server *srv)
{
	int err;

	call_meter_init(&srv->call_meter, srv->metrics);
	err = vitals_alloc(&srv->vitals, srv->metrics, srv->relay,
			   srv->timers);
	if (!err)
		err = series_alloc(&srv->series, srv->metrics, srv->timers);

	return err ? server_fail("metrics", err) : 0;
}
