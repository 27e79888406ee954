/**
 * @file server_overload.c  More calls than can be set up: what is refused, and
 * what never is
 */
#include "common/clock.h"
#include "proxy/admin/vitals.h"
#include "proxy/core/dialplan.h"
#include "proxy/server_state.h"
#include "proxy/sip/lobby.h"
#include "proxy/sip/sipuri.h"


/* a number of the dial plan's emergency rows */
static bool spare_handler(const struct pl *ruri, void *arg)
{
	const struct server *srv = arg;
	struct sipuri uri;

	return !sipuri_decode(&uri, ruri) &&
	       dialplan_is_emergency(srv->cfg, &uri.user);
}


static void tick_handler(uint64_t late_us, void *arg)
{
	lobby_tick(arg, late_us, clock_us());
}


/**
 * Set the delay of the configuration in force
 *
 * @param srv Server
 */
void server_use_overload(struct server *srv)
{
	lobby_limit(transport_lobby(srv->tp), srv->cfg->overload.delay);
}


/**
 * Begin to watch how long messages wait
 *
 * @param srv Server with its transport and vitals
 *
 * @return 0
 */
int server_start_overload(struct server *srv)
{
	struct lobby *in = transport_lobby(srv->tp);

	server_use_overload(srv);
	lobby_spare(in, spare_handler, srv);
	vitals_watch(srv->vitals, tick_handler, in);

	return 0;
}
