/**
 * @file control_status.c  How the server is: calls, ports, how packets move
 *
 * A worker's load is that of the last seconds: it is noted every so often.
 */
#include <errno.h>
#include <string.h>
#include "common/advice.h"
#include "common/log.h"
#include "common/timer.h"
#include "proxy/admin/control_server.h"
#include "proxy/admin/control_status.h"
#include "proxy/media/call.h"
#include "proxy/sip/lobby.h"
#include "relay/relay.h"

enum { NOTE_MS = 5000, PERCENT = 100 };

/** What the workers had done at a moment */
struct note {
	uint64_t at; /* ms */
	struct relay_load v[RELAY_WORKERS_MAX];
};

struct control_status {
	const struct relay *relay;   /* not owned */
	const struct calls *calls;   /* not owned */
	const struct proxy *px;      /* not owned; or NULL */
	const struct advice *advice; /* not owned; or NULL */
	struct timers *timers;       /* not owned */
	uint64_t started;            /* ms */
	struct timer tmr;
	struct note before, last;
};


static void destructor(void *arg)
{
	struct control_status *s = arg;

	timer_cancel(&s->tmr);
}


static void take_note(const struct control_status *s, struct note *n)
{
	n->at = timers_now(s->timers);
	for (uint32_t i = 0; i < relay_workers(s->relay); i++)
		(void)relay_worker_load(s->relay, i, &n->v[i]);
}


static void note_handler(void *arg)
{
	struct control_status *s = arg;

	s->before = s->last;
	take_note(s, &s->last);
	timer_start(s->timers, &s->tmr, NOTE_MS, note_handler, s);
}


static void set_text(json_t *obj, const char *key, const char *text)
{
	if (text && *text)
		(void)json_object_set_new(obj, key, json_string(text));
}


static void set_number(json_t *obj, const char *key, uint64_t n)
{
	(void)json_object_set_new(obj, key, json_integer((json_int_t)n));
}


static json_t *plane_json(const struct relay *r)
{
	static const char *const namev[] = {"auto", "sockets", "sk_lookup",
					    "kernel"};
	struct relay_plane p;
	json_t *obj = json_object();

	if (relay_plane(r, &p))
		return obj;

	set_text(obj, "rung", namev[p.rung]);
	set_text(obj, "attached", p.attached);
	set_number(obj, "flows", p.flows);
	set_text(obj, "no_kernel", p.no_kernel);
	set_text(obj, "no_sk_lookup", p.no_lookup);

	return obj;
}


static json_t *worker_json(const struct control_status *s, uint32_t i,
			   const struct note *now)
{
	const struct note *then = &s->before;
	const uint64_t ms = now->at - then->at;
	const struct relay_load *a = &then->v[i], *b = &now->v[i];
	json_t *obj = json_object();

	set_number(obj, "sessions", b->sessions);
	set_number(obj, "packets", b->packets);
	set_number(obj, "busy_us", b->busy_us);
	set_number(obj, "packets_per_s",
		   ms ? (b->packets - a->packets) * 1000 / ms : 0);
	set_number(obj, "busy_percent",
		   ms ? (b->busy_us - a->busy_us) * PERCENT / (ms * 1000) : 0);

	return obj;
}


static json_t *workers_json(const struct control_status *s)
{
	json_t *v = json_array();
	struct note now;

	memset(&now, 0, sizeof(now));
	take_note(s, &now);
	for (uint32_t i = 0; i < relay_workers(s->relay); i++)
		(void)json_array_append_new(v, worker_json(s, i, &now));

	return v;
}


static json_t *overload_json(const struct lobby *in)
{
	json_t *obj = json_object();
	struct lobby_view v;

	lobby_look(in, &v);
	(void)json_object_set_new(obj, "on", json_boolean(v.on));
	set_number(obj, "refused_percent", (v.refused + 5) / 10);
	set_number(obj, "delay_ms", v.delay_ms);
	set_number(obj, "waiting", v.waiting);
	set_number(obj, "refused", v.total);
	if (v.on)
		set_number(obj, "since_s", v.since_s);

	return obj;
}


static void set_proxy(json_t *answer, const struct control_status *s)
{
	json_t *warnings = json_array();
	const struct proxy *px = s->px;
	struct drain_view v;
	const char *text;

	for (size_t i = 0; (text = advice_at(s->advice, i)) != NULL; i++)
		(void)json_array_append_new(warnings, json_string(text));

	drain_look(&v, px);
	set_text(answer, "state", v.on ? "draining" : "running");
	control_server_put_drain(answer, &v);
	(void)json_object_set_new(answer, "overload",
				  overload_json(transport_lobby(px->p.tp)));
	set_number(answer, "registrations", location_count(px->p.loc));
	set_number(answer, "accounts", accounts_count(px->p.accounts));
	set_text(answer, "log", log_level_name(log_level(px->p.log)));
	(void)json_object_set_new(answer, "warnings", warnings);
}


static int status_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct control_status *s = arg;
	(void)question;

	set_text(answer, "version", VIADUCT_VERSION);
	set_number(answer, "uptime_s",
		   (timers_now(s->timers) - s->started) / 1000);
	set_number(answer, "calls", calls_count(s->calls));
	if (s->px)
		set_proxy(answer, s);
	if (!s->relay)
		return 0;

	set_number(answer, "sessions", relay_sessions(s->relay));
	set_number(answer, "ports_free", relay_ports_free(s->relay));
	(void)json_object_set_new(answer, "plane", plane_json(s->relay));

	return json_object_set_new(answer, "workers", workers_json(s)) ? ENOMEM
								       : 0;
}


/**
 * Let the control answer how the server is
 *
 * @param sp     Pointer to allocated state
 * @param c      Control
 * @param relay  Relay, or NULL
 * @param calls  Calls
 * @param timers Clock
 *
 * @return 0 if success, otherwise errorcode
 */
int control_status_alloc(struct control_status **sp, struct control *c,
			 const struct relay *relay, const struct calls *calls,
			 struct timers *timers)
{
	struct control_status *s;
	int err;

	if (!sp || !c || !timers)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->relay = relay;
	s->calls = calls;
	s->timers = timers;
	s->started = timers_now(timers);
	take_note(s, &s->before);
	s->last = s->before;
	timer_start(timers, &s->tmr, NOTE_MS, note_handler, s);

	err = control_command(c, "status", status_handler, s);
	if (err)
		mem_deref(s);
	else
		*sp = s;

	return err;
}


/**
 * Let it say how the proxy is as well
 *
 * @param s      State
 * @param px     Proxy
 * @param advice What the operator should change
 */
void control_status_add(struct control_status *s, const struct proxy *px,
			const struct advice *advice)
{
	if (!s)
		return;

	s->px = px;
	s->advice = advice;
}
