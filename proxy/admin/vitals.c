/**
 * @file vitals.c  What of the server is looked at every few seconds
 *
 * The process, how late the main loop is, for how long ports will last.
 */
#include <errno.h>
#include <re.h>
#include "common/metrics.h"
#include "common/process.h"
#include "common/timer.h"
#include "proxy/admin/forecast.h"
#include "proxy/admin/vitals.h"
#include "relay/relay.h"

enum { LOOK_MS = 5000 };

struct vitals {
	struct metrics *metrics;   /* referenced */
	const struct relay *relay; /* not owned; NULL: none */
	struct timers *timers;     /* not owned */
	struct process *process;
	struct lag *lag;
	struct forecast ports;
	struct counter *exhaustion; /* not owned */
	struct timer tmr;
};


static void destructor(void *arg)
{
	struct vitals *v = arg;

	timer_cancel(&v->tmr);
	metrics_collect(v->metrics, NULL, NULL);
	mem_deref(v->lag);
	mem_deref(v->process);
	mem_deref(v->metrics);
}


static void look_at_ports(struct vitals *v)
{
	uint64_t s;

	if (!v->relay)
		return;

	s = forecast_note(&v->ports, relay_ports_free(v->relay),
			  timers_now(v->timers));
	counter_set(v->exhaustion, s == FORECAST_NEVER ? METRICS_INFINITE : s);
}


static void look_handler(void *arg)
{
	struct vitals *v = arg;

	process_look(v->process);
	look_at_ports(v);
	timer_start(v->timers, &v->tmr, LOOK_MS, look_handler, v);
}


static void show_build(struct metrics *metrics)
{
	counter_set(metrics_labelled(metrics, "viaduct_build_info", "version",
				     VIADUCT_VERSION),
		    1);
}


/**
 * Begin to look
 *
 * @param vp      Pointer to allocated vitals
 * @param metrics Registry
 * @param relay   Relay, or NULL
 * @param timers  Clock
 *
 * @return 0 if success, otherwise errorcode
 */
int vitals_alloc(struct vitals **vp, struct metrics *metrics,
		 const struct relay *relay, struct timers *timers)
{
	struct vitals *v;
	int err;

	if (!vp || !metrics || !timers)
		return EINVAL;

	v = mem_zalloc(sizeof(*v), destructor);
	if (!v)
		return ENOMEM;

	v->metrics = mem_ref(metrics);
	v->relay = relay;
	v->timers = timers;
	err = process_alloc(&v->process, metrics);
	if (!err)
		err = lag_alloc(&v->lag, metrics);
	if (err) {
		mem_deref(v);
		return err;
	}

	show_build(metrics);
	if (relay)
		v->exhaustion = metrics_counter(
			metrics, "relay_ports_exhaustion_seconds");
	metrics_collect(metrics, process_look_slowly, v->process);
	look_handler(v);
	*vp = v;

	return 0;
}


/**
 * Tell of how late the main loop is
 *
 * @param v   Vitals
 * @param h   Handler, or NULL
 * @param arg Its argument
 */
void vitals_watch(struct vitals *v, lag_h *h, void *arg)
{
	if (v)
		lag_watch(v->lag, h, arg);
}
