/**
 * @file calls.c  The table of calls
 */
#include <errno.h>
#include "common/metrics.h"
#include "common/unique.h"
#include "proxy/media/call_state.h"

enum { BUCKETS = 4096 };


static void calls_destructor(void *arg)
{
	struct calls *calls = arg;

	hash_flush(calls->ht);
	mem_deref(calls->ht);
	mem_deref(calls->claims);
	mem_deref(calls->places);
	mem_deref(calls->ids);
}


/**
 * Make the table of calls
 *
 * @param cp      Pointer to allocated table
 * @param conf    Limits and the maker of relay resources
 * @param timers  Timers
 * @param log     Log
 * @param metrics Counters
 *
 * @return 0 if success, otherwise errorcode
 */
int calls_alloc(struct calls **cp, const struct calls_conf *conf,
		struct timers *timers, struct log *log,
		struct metrics *metrics)
{
	struct calls *calls;
	int err;

	if (!cp || !conf || !timers)
		return EINVAL;

	calls = mem_zalloc(sizeof(*calls), calls_destructor);
	if (!calls)
		return ENOMEM;

	calls->conf = *conf;
	calls->timers = timers;
	calls->log = log;
	calls->started = metrics_counter(metrics, "calls_started_total");
	calls->relayed = metrics_counter(metrics, "calls_relayed_total");
	calls->direct = metrics_counter(metrics, "calls_direct_total");
	calls->failed = metrics_counter(metrics, "calls_media_failed_total");
	calls->metrics = metrics;
	calls->active = metrics_counter(metrics, "calls_active");
	calls->ringing = metrics_counter(metrics, "calls_ringing");
	calls->setup = metrics_histogram(metrics, "call_setup_seconds");
	calls->dial_delay = metrics_histogram(metrics,
					      "call_dial_delay_seconds");
	calls->talks = metrics_counter(metrics, "calls_answered_total");
	call_close_init(calls);
	for (unsigned i = 0; i < ONEWAY_CAUSES; i++)
		calls->onewayv[i] = metrics_labelled(
			metrics, "calls_oneway_total", "cause",
			oneway_name((enum oneway_cause)i));
	hash_key_random(&calls->key);

	err = unique_alloc(&calls->ids);
	if (!err)
		err = hash_alloc(&calls->ht, BUCKETS);
	if (!err)
		err = hash_alloc(&calls->claims, BUCKETS);
	if (!err)
		err = hash_alloc(&calls->places, BUCKETS);
	if (err)
		mem_deref(calls);
	else
		*cp = calls;

	return err;
}


/**
 * Set what counts for calls that begin from now on
 *
 * @param c    Table
 * @param conf Maker of relay resources, recorder, times and ICE
 */
void calls_reconfigure(struct calls *c, const struct calls_conf *conf)
{
	if (!c || !conf)
		return;

	c->conf.maker = conf->maker;
	c->conf.recorder = conf->recorder;
	c->conf.ringing_ms = conf->ringing_ms;
	c->conf.answered_ms = conf->answered_ms;
	c->conf.ice = conf->ice;
}


/**
 * Number of calls at the moment
 *
 * @param c Table
 *
 * @return Number
 */
uint32_t calls_count(const struct calls *c)
{
	return c ? c->count : 0;
}


/** Whom a walk over the table calls */
struct walk {
	calls_each_h *h;
	void *arg;
};


static bool walk_handler(struct le *le, void *arg)
{
	const struct walk *w = arg;

	return w->h(le->data, w->arg);
}


/**
 * Walk over the calls
 *
 * @param c   Table
 * @param h   Called with each of them; true: that was enough
 * @param arg Its argument
 */
void calls_apply(const struct calls *c, calls_each_h *h, void *arg)
{
	struct walk w = {h, arg};

	if (c && h)
		(void)hash_apply(c->ht, walk_handler, &w);
}


static bool stop_handler(struct call *call, void *arg)
{
	(void)arg;
	call_end(call, "server-stop");

	return false;
}


/**
 * End all calls, because the server does
 *
 * @param c Table
 */
void calls_stop(struct calls *c)
{
	calls_apply(c, stop_handler, NULL);
}


/**
 * Is that its Call-ID?
 *
 * @param call   Call
 * @param callid Call-ID
 *
 * @return true if so
 */
bool call_id_is(const struct call *call, const struct pl *callid)
{
	return call && callid && !pl_cmp(&call->callid, callid);
}


/**
 * Its Call-ID
 *
 * @param call Call
 *
 * @return Call-ID
 */
const struct pl *call_name(const struct call *call)
{
	return &call->callid;
}


/**
 * When did it begin?
 *
 * @param call Call
 *
 * @return Time in ms, by the timers' clock
 */
uint64_t call_began(const struct call *call)
{
	return call ? call->started_ms : 0;
}


/**
 * Keep something for as long as a call lives
 *
 * @param call Call
 * @param obj  Object of libre's mem, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int call_keep(struct call *call, void *obj)
{
	if (!call)
		return EINVAL;
	if (!obj)
		return 0;
	if (call->keepc >= CALL_KEEP_MAX)
		return ENOSPC;

	call->keepv[call->keepc++] = mem_ref(obj);

	return 0;
}


/**
 * Something of a call has changed that has to outlive a restart
 *
 * @param call Call, or NULL
 */
void call_touch(struct call *call)
{
	const struct calls_handlers *h;

	if (!call || !call->calls || call->changed)
		return;

	h = &call->calls->conf.handlers;
	if (!h->changedh)
		return;

	call->changed = true;
	h->changedh(call, false, h->arg);
}


/**
 * Was it answered?
 *
 * @param call Call
 *
 * @return True if so
 */
bool call_is_answered(const struct call *call)
{
	return call && call->answered;
}


/**
 * Was it saved?
 *
 * @param call Call
 *
 * @return True if so, once at least
 */
bool call_is_saved(const struct call *call)
{
	return call && call->saved;
}
