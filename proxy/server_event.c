/**
 * @file server_event.c  What happens in a server, told to those who listen
 *
 * Nobody listens most of the time: then nothing is made of it.
 */
#include <string.h>
#include "common/log.h"
#include "proxy/admin/call_json.h"
#include "proxy/admin/http/web.h"
#include "proxy/media/call_report.h"
#include "proxy/server_state.h"


/**
 * A call rings, is answered or has ended
 *
 * @param srv Server
 * @param r   Report
 */
void server_call_told(const struct server *srv, const struct call_report *r)
{
	static const char *const namev[] = {
		[CALL_RINGS] = "started",
		[CALL_TALKS] = "answered",
		[CALL_HOLDS] = "answered",
		[CALL_OVER] = "ended",
	};
	json_t *row;

	if (!web_listened(srv->web))
		return;

	row = call_json_row(r);
	(void)json_object_set_new(row, "event", json_string(namev[r->phase]));
	web_event(srv->web, "call", row);
}


/**
 * A registration has come or gone
 *
 * @param ev  What
 * @param b   Binding
 * @param arg Server
 */
void server_registration(enum location_event ev, struct binding *b, void *arg)
{
	const struct server *srv = arg;
	const bool added = ev == LOCATION_ADDED;
	char source[64];

	if (!web_listened(srv->web) || (!added && ev != LOCATION_REMOVED))
		return;

	(void)re_snprintf(source, sizeof(source), "%J", &b->source);
	web_event(srv->web, "registration",
		  json_pack("{s:s,s:s,s:s*,s:s}", "event",
			    added ? "added" : "gone", "aor", b->aor, "contact",
			    b->contact, "source", source));
}


static json_t *kv_json(const struct kv *kv)
{
	char text[256] = "";

	switch (kv->type) {
	case KV_T_UINT:
		return json_integer((json_int_t)kv->v.u);
	case KV_T_INT:
		return json_integer((json_int_t)kv->v.i);
	case KV_T_STR:
		return json_string(kv->v.str ? kv->v.str : "");
	case KV_T_PL:
		return json_stringn(kv->v.pl->p ? kv->v.pl->p : "",
				    kv->v.pl->l);
	case KV_T_SA:
		(void)re_snprintf(text, sizeof(text), "%J", kv->v.sa);
		return json_string(text);
	case KV_T_ADDR:
		(void)re_snprintf(text, sizeof(text), "%j", kv->v.sa);
		return json_string(text);
	default:
		return json_string(strerror((int)kv->v.i));
	}
}


/* in any thread, with the log's lock held */
static void log_handler(enum log_level lvl, const char *kind,
			const struct kv *kvv, void *arg)
{
	const struct server *srv = arg;
	json_t *data;

	if (!web_listened(srv->web))
		return;

	data = json_pack("{s:s,s:s}", "kind", kind, "level",
			 lvl == LEVEL_ERROR ? "error" : "warn");
	for (; kvv && kvv->type != KV_T_END; kvv++)
		(void)json_object_set_new(data, kvv->key, kv_json(kvv));
	web_event(srv->web, strcmp(kind, "gate.banned") ? "warning" : "ban",
		  data);
}


/**
 * Let warnings and errors be heard of
 *
 * @param srv Server
 * @param on  From now on, or no more
 */
void server_watch_log(struct server *srv, bool on)
{
	log_watch(srv->log, LEVEL_WARN, on ? log_handler : NULL, srv);
}
