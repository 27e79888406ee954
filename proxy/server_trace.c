/**
 * @file server_trace.c  The part of a server that sees all SIP messages pass
 */
#include <sys/time.h>
#include "proxy/admin/call_json.h"
#include "proxy/admin/trace/call_ladder.h"
#include "proxy/admin/trace/glimpse.h"
#include "proxy/admin/trace/hep_sender.h"
#include "proxy/server_state.h"

enum { MB = 1 << 20 };


static uint64_t wall_us(void)
{
	struct timeval tv;

	(void)gettimeofday(&tv, NULL);

	return (uint64_t)tv.tv_sec * 1000000 + (uint64_t)tv.tv_usec;
}


static void onlook_handler(const struct onlook *seen, void *arg)
{
	struct server *srv = arg;
	struct sighting s = {
		.flow = seen->flow,
		.sent = seen->sent,
		.p = (const char *)seen->p,
		.len = seen->len,
		.wall_us = wall_us(),
	};

	if (seen->callid)
		s.callid = *seen->callid;
	else if (!glimpse_callid(&s.callid, s.p, s.len))
		s.callid.l = 0;

	call_ladder_note(srv->ladder, &s);
	hep_sender_note(srv->hep, &s);
}


static int start_hep(struct server *srv)
{
	const struct hep_sender_conf conf = {
		.server = &srv->cfg->hep.server,
		.id = srv->cfg->hep.id,
		.password = srv->cfg->hep.password,
	};

	if (!sa_isset(conf.server, SA_ADDR))
		return 0;

	return hep_sender_alloc(&srv->hep, &conf, srv->metrics);
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
		err = start_hep(srv);
	if (err)
		return server_fail("trace", err);

	if (bytes || srv->hep)
		transport_watch(srv->tp, onlook_handler, srv);

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
	struct mbuf *mb = NULL;
	struct pl callid;

	pl_set_str(&callid, r->callid);
	call_ladder_number(srv->ladder, &callid, r->id);
	if (!srv->hep || call_json_text(&mb, r))
		return;

	hep_sender_quality(srv->hep, r->callid, &r->sidev[0].signalling,
			   &r->sidev[1].signalling, wall_us(), mb);
	mem_deref(mb);
}


/**
 * Look no longer
 *
 * @param srv Server
 */
void server_stop_trace(struct server *srv)
{
	transport_watch(srv->tp, NULL, NULL);
}
