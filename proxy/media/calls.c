/**
 * @file calls.c  The table of calls
 */
#include <errno.h>
#include "common/metrics.h"
#include "proxy/media/call_state.h"

enum { BUCKETS = 4096 };


static void calls_destructor(void *arg)
{
	struct calls *calls = arg;

	hash_flush(calls->ht);
	mem_deref(calls->ht);
	mem_deref(calls->claims);
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
	hash_key_random(&calls->key);

	err = hash_alloc(&calls->ht, BUCKETS);
	if (!err)
		err = hash_alloc(&calls->claims, BUCKETS);
	if (err)
		mem_deref(calls);
	else
		*cp = calls;

	return err;
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
