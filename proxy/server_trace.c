/**
 * @file server_trace.c  The part of a server that sees all SIP messages pass
 */
#include <sys/time.h>
#include "proxy/admin/trace/call_ladder.h"
#include "proxy/admin/trace/glimpse.h"
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

	if (err)
		return server_fail("trace", err);

	if (bytes)
		transport_watch(srv->tp, onlook_handler, srv);

	return 0;
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
