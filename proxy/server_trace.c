/**
 * @file server_trace.c  The part of a server that sees all SIP messages pass
 */
#include "common/clock.h"
#include "common/metrics.h"
#include "proxy/admin/call_json.h"
#include "proxy/admin/flight_cause.h"
#include "proxy/admin/trace/call_ladder.h"
#include "proxy/admin/trace/flights.h"
#include "proxy/admin/trace/glimpse.h"
#include "proxy/admin/trace/hep_sender.h"
#include "proxy/admin/trace/shelf.h"
#include "proxy/admin/trace/ties.h"
#include "proxy/admin/trace/traces.h"
#include "proxy/server_change.h"

enum { MB = 1 << 20, TRACE_DAYS = 7, PATH_MAX_LEN = CONFIG_PATH_MAX + 16 };


static void onlook_handler(const struct onlook *seen, void *arg)
{
	struct server *srv = arg;
	struct sighting s = {
		.flow = seen->flow,
		.sent = seen->sent,
		.p = (const char *)seen->p,
		.len = seen->len,
		.wall_us = clock_wall_us(),
	};

	if (!srv->cfg->trace.ladder && !srv->hep && !traces_any(srv->traces))
		return;

	/* to keep each would cost more than to refuse it */
	if (seen->refused && !traces_any(srv->traces))
		return;

	if (seen->callid)
		s.callid = *seen->callid;
	else if (!glimpse_callid(&s.callid, s.p, s.len))
		s.callid.l = 0;
	ties_follow(srv->ties, &s.callid);

	if (!seen->refused) {
		call_ladder_note(srv->ladder, &s);
		hep_sender_note(srv->hep, &s);
	}
	traces_note(srv->traces, &s);
}


/* what is asked of other servers for a call stands with it */
static void tie_handler(const struct pl *own, const struct pl *call, void *arg)
{
	const struct server *srv = arg;

	ties_put(srv->ties, own, call);
}


static struct shelf_bounds trace_bounds(const struct config *cfg)
{
	return (struct shelf_bounds){
		.days = TRACE_DAYS,
		.bytes = (uint64_t)cfg->trace.size * MB,
	};
}


/* flights are made of what the ladder has */
static struct shelf_bounds flight_bounds(const struct config *cfg)
{
	return (struct shelf_bounds){
		.days = cfg->trace.flight_days,
		.bytes = cfg->trace.ladder
				 ? (uint64_t)cfg->trace.flight_size * MB
				 : 0,
	};
}


static int start_shelf(struct shelf **sp, const struct server *srv,
		       const char *name, struct shelf_bounds bounds)
{
	char dir[PATH_MAX_LEN];
	const struct shelf_conf conf = {
		.dir = dir,
		.bounds = bounds,
		.written = metrics_counter(srv->metrics,
					   "trace_written_total"),
		.lost = metrics_counter(srv->metrics, "trace_lost_total"),
	};

	(void)re_snprintf(dir, sizeof(dir), "%s/%s", srv->cfg->data, name);

	return shelf_alloc(sp, &conf, srv->log);
}


static int start_files(struct server *srv)
{
	int err = start_shelf(&srv->trace_shelf, srv, "traces",
			      trace_bounds(srv->cfg));

	if (!err)
		err = traces_alloc(&srv->traces, srv->trace_shelf, srv->timers,
				   srv->log);
	if (!err)
		err = start_shelf(&srv->flight_shelf, srv, "flights",
				  flight_bounds(srv->cfg));
	if (!err)
		err = flights_alloc(&srv->flights, srv->ladder,
				    srv->flight_shelf, srv->timers,
				    server_record_flight, srv);

	return err;
}


static int make_hep(struct hep_sender **sp, const struct server *srv,
		    const struct config *cfg)
{
	const struct hep_sender_conf conf = {
		.server = &cfg->hep.server,
		.id = cfg->hep.id,
		.password = cfg->hep.password,
	};

	if (!sa_isset(conf.server, SA_ADDR))
		return 0;

	return hep_sender_alloc(sp, &conf, srv->metrics);
}


/**
 * Begin to look at messages
 *
 * @param srv Server with its transport
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_trace(struct server *srv)
{
	const size_t bytes = (size_t)srv->cfg->trace.ladder * MB;
	int err = call_ladder_alloc(&srv->ladder, bytes);

	if (!err)
		err = ties_alloc(&srv->ties, srv->timers);
	if (!err)
		err = make_hep(&srv->hep, srv, srv->cfg);
	if (!err)
		err = start_files(srv);
	if (err)
		return server_fail("trace", err);

	transport_watch(srv->tp, onlook_handler, tie_handler, srv);

	return 0;
}


/**
 * A call is over: what was seen of it can be found by its number
 *
 * @param srv Server
 * @param r   Report
 */
void server_trace_report(const struct server *srv, const struct call_report *r)
{
	char why[FLIGHT_CAUSE_SIZE];
	struct mbuf *mb = NULL;
	struct pl callid;

	pl_set_str(&callid, r->callid);
	call_ladder_number(srv->ladder, &callid, r->id);
	if (shelf_is_on(srv->flight_shelf) && flight_cause(why, r))
		(void)flights_keep(srv->flights, &callid, r->id, r->sheaf, why,
				   clock_wall_us() / 1000000);
	if (!srv->hep || call_json_text(&mb, r))
		return;

	hep_sender_quality(srv->hep, r->callid, &r->sidev[0].signalling,
			   &r->sidev[1].signalling, clock_wall_us(), mb);
	mem_deref(mb);
}


/**
 * Look no longer
 *
 * @param srv Server
 */
void server_stop_trace(struct server *srv)
{
	transport_watch(srv->tp, NULL, NULL, NULL);
}


/**
 * Make another capture server ready
 *
 * @param srv Server
 * @param ch  Change
 *
 * @return 0 if success, otherwise errorcode
 */
int server_prepare_trace(struct server *srv, struct server_change *ch)
{
	return server_differs(srv, ch, "hep")
		       ? make_hep(&ch->hep, srv, ch->next)
		       : 0;
}


/**
 * Take how much is kept of messages, and where they are sent
 *
 * @param srv Server
 * @param ch  Change
 */
void server_take_trace(struct server *srv, struct server_change *ch)
{
	const struct shelf_bounds traces = trace_bounds(ch->next);
	const struct shelf_bounds flights = flight_bounds(ch->next);

	if (!config_same(ch->before, ch->next, "hep")) {
		mem_deref(srv->hep);
		srv->hep = ch->hep;
		ch->hep = NULL;
	}
	if (config_same(ch->before, ch->next, "trace"))
		return;

	call_ladder_limit(srv->ladder, (size_t)ch->next->trace.ladder * MB);
	shelf_limit(srv->trace_shelf, &traces);
	shelf_limit(srv->flight_shelf, &flights);
}
