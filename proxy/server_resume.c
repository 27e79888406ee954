/**
 * @file server_resume.c  Calls of before a crash, that go on
 */
#include <string.h>
#include "common/log.h"
#include "proxy/media/call_report.h"
#include "proxy/server_state.h"
#include "proxy/state/call_journal.h"


static const struct config_peer *peer_handler(const char *name, void *arg)
{
	const struct server *srv = arg;
	const struct config *cfg = srv->cfg;

	for (size_t i = 0; i < cfg->peerc; i++) {
		if (!strcmp(cfg->peerv[i].name, name))
			return &cfg->peerv[i];
	}

	return NULL;
}


/* its record goes on as well; while it rings it is its INVITE's */
static void back_handler(struct call *call, void *arg)
{
	const struct call_origin *origin = call_note_source(call);
	struct call_report *r = NULL;

	if (!origin)
		return;

	if (!call_is_answered(call))
		(void)call_report_begun(&r, origin);
	else if (call_is_record(call))
		(void)call_report(&r, call, NULL);
	if (r)
		server_record(arg, r);
	mem_deref(r);
}


/**
 * Have the calls of before a crash again; packets flow from now on
 *
 * @param srv Server with its calls
 *
 * @return 0: without a journal it starts as well, and forgets
 */
int server_resume_calls(struct server *srv)
{
	const struct call_journal_conf conf = {
		.dir = srv->cfg->data,
		.calls = srv->calls,
		.peerh = peer_handler,
		.backh = back_handler,
		.arg = srv,
	};
	int err;

	err = call_journal_alloc(&srv->journal, &conf, srv->timers, srv->log,
				 srv->metrics);
	if (!err)
		err = call_journal_restore(srv->journal);
	if (err)
		log_error(srv->log, "calls.forgotten",
			  KV_STR("why", "calls that are up will be lost with "
					"the next crash"),
			  KV_ERRNO("error", err));

	return 0;
}


/**
 * Reach the ends of these calls again
 *
 * @param srv Server, listening
 *
 * @return 0
 */
int server_reach_calls(struct server *srv)
{
	call_journal_connect(srv->journal, srv->proxy, srv->tp);

	return 0;
}
