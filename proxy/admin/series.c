/**
 * @file series.c  The last hours' numbers, for plots
 *
 * The main loop notes; others copy all of it under the lock and make JSON of
 * their copy: nobody holds the loop up for longer than a copy takes.
 */
#include <errno.h>
#include <pthread.h>
#include <re.h>
#include "common/timer.h"
#include "proxy/admin/control.h"
#include "proxy/admin/sample_ring.h"
#include "proxy/admin/series.h"

struct series {
	struct sampler *sampler;
	uint64_t before_ms;    /* when it looked last */
	struct timers *timers; /* not owned */
	struct timer tmr;
	pthread_mutex_t lock;    /* of the ring */
	struct sample_ring ring; /* what is shared between threads */
};


static void destructor(void *arg)
{
	struct series *s = arg;

	timer_cancel(&s->tmr);
	(void)pthread_mutex_destroy(&s->lock);
	mem_deref(s->sampler);
}


static void keep(struct series *s, const struct sample *p)
{
	(void)pthread_mutex_lock(&s->lock);
	sample_ring_add(&s->ring, p);
	(void)pthread_mutex_unlock(&s->lock);
}


static void note_handler(void *arg)
{
	struct series *s = arg;
	const uint64_t now = timers_now(s->timers);
	struct sample p;

	if (now > s->before_ms) {
		sampler_look(s->sampler, &p, now - s->before_ms);
		keep(s, &p);
	}
	s->before_ms = now;
	timer_start(s->timers, &s->tmr, SERIES_STEP_MS, note_handler, s);
}


/**
 * Begin to note
 *
 * @param sp      Pointer to allocated series
 * @param metrics Registry
 * @param timers  Clock
 *
 * @return 0 if success, otherwise errorcode
 */
int series_alloc(struct series **sp, struct metrics *metrics,
		 struct timers *timers)
{
	struct series *s;
	int err;

	if (!sp || !metrics || !timers)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	(void)pthread_mutex_init(&s->lock, NULL);
	s->timers = timers;
	err = sampler_alloc(&s->sampler, metrics);
	if (err) {
		mem_deref(s);
		return err;
	}

	s->before_ms = timers_now(timers);
	timer_start(timers, &s->tmr, SERIES_STEP_MS, note_handler, s);
	*sp = s;

	return 0;
}


/**
 * What was noted
 *
 * @param s        Series
 * @param since_ms Only what is younger, ms since 1970
 * @param limit    How many points at most
 *
 * @return JSON object, NULL without memory
 */
json_t *series_json(struct series *s, uint64_t since_ms, size_t limit)
{
	struct sample_ring *r;
	json_t *obj;

	if (!s || !limit)
		return NULL;

	r = mem_alloc(sizeof(*r), NULL);
	if (!r)
		return NULL;

	(void)pthread_mutex_lock(&s->lock);
	sample_ring_copy(&s->ring, r, since_ms);
	(void)pthread_mutex_unlock(&s->lock);

	obj = sample_ring_json(r, limit);
	mem_deref(r);
	(void)json_object_set_new(obj, "step_ms",
				  json_integer(SERIES_STEP_MS));

	return obj;
}


static int reply(json_t *answer, const json_t *question, struct series *s,
		 size_t limit)
{
	const json_t *since = json_object_get(question, "since_ms");
	const json_int_t ms = json_integer_value(since);
	json_t *obj;
	int err;

	if (since && (!json_is_integer(since) || ms < 0))
		return EINVAL;

	obj = series_json(s, (uint64_t)ms, limit);
	err = !obj || json_object_update(answer, obj) ? ENOMEM : 0;
	json_decref(obj);

	return err;
}


/**
 * Answer with all that was noted, in any thread
 *
 * @param answer   Answer
 * @param question Question
 * @param arg      Series
 *
 * @return 0 if success, EINVAL for a question that is wrong, ENOMEM
 */
int series_answer(json_t *answer, const json_t *question, void *arg)
{
	return reply(answer, question, arg, SERIES_POINTS);
}


/* the loop has something else to do as well */
static int short_handler(json_t *answer, const json_t *question, void *arg)
{
	return reply(answer, question, arg, SERIES_ANSWER_MAX);
}


/**
 * Let the control answer with what was noted
 *
 * @param s Series, outlives the control
 * @param c Control
 *
 * @return 0 if success, otherwise errorcode
 */
int series_control(struct series *s, struct control *c)
{
	return control_command(c, "series", short_handler, s);
}
