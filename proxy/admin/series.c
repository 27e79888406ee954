/**
 * @file series.c  The last hours' numbers, for plots
 *
 * The main loop notes; others copy all of it under the lock and make JSON of
 * their copy: nobody holds the loop up for longer than a copy takes.
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <re.h>
#include "common/clock.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/admin/control.h"
#include "proxy/admin/series.h"

enum { COUNTERS_MAX = 4, P99 = 990 };

/* a counter as it is, or what it has grown by */
enum way { LEVEL, A_SECOND, A_MINUTE };

#define SENT(class)   "sip_responses_sent_total{class=\"" class "\"}"
#define FAILED(class) "calls_failed_total{class=\"" class "\"}"

/** Numbers of one counter, or of several together */
static const struct column {
	const char *name;
	enum way way;
	uint32_t parts; /* of the counters that are one here */
	const char *counterv[COUNTERS_MAX];
	const char *less; /* what does not count among them, or NULL */
} columnv[] = {
	{"calls", LEVEL, 1, {"calls_active"}, NULL},
	{"calls_per_minute", A_MINUTE, 1, {"calls_started_total"}, NULL},
	{"failed_per_minute",
	 A_MINUTE,
	 1,
	 {FAILED("3xx"), FAILED("4xx"), FAILED("5xx"), FAILED("6xx")},
	 NULL},
	{"registrations", LEVEL, 1, {"location_bindings"}, NULL},
	{"packets_per_s", A_SECOND, 1, {"relay_packets_total"}, NULL},
	{"octets_per_s", A_SECOND, 1, {"relay_received_bytes_total"}, NULL},
	/* to be asked for a password is no failure */
	{"replies_4xx_per_minute",
	 A_MINUTE,
	 1,
	 {SENT("4xx")},
	 "auth_challenged_total"},
	{"replies_5xx_per_minute", A_MINUTE, 1, {SENT("5xx")}, NULL},
	{"replies_6xx_per_minute", A_MINUTE, 1, {SENT("6xx")}, NULL},
	{"cpu_percent", A_SECOND, 10000, {"process_cpu_seconds_total"}, NULL},
	{"bans", LEVEL, 1, {"gate_bans"}, NULL},
};

/* behind those: what is made of several */
enum {
	PORTS_USED = ARRAY_SIZE(columnv),
	LOSS,
	MOS,
	LOOP_P99,
	COLUMNS,
};

static const char *const madev[] = {"ports_used", "loss_percent", "mos",
				    "loop_p99_ms"};

struct point {
	uint64_t at_ms;        /* since 1970 */
	float valuev[COLUMNS]; /* NAN: unknown */
};

/** All that is shared between threads */
struct ring {
	struct point pointv[SERIES_POINTS];
	size_t n, next;
};

struct series {
	struct counter *counterv[ARRAY_SIZE(columnv)][COUNTERS_MAX];
	struct counter *lessv[ARRAY_SIZE(columnv)];
	struct counter *ports, *ports_free, *packets, *lost;
	struct histogram *mos, *late; /* none of them owned */

	/* at the last point */
	uint64_t beforev[ARRAY_SIZE(columnv)];
	uint64_t less_beforev[ARRAY_SIZE(columnv)];
	uint64_t packets_before, lost_before;
	struct histogram_view mos_before, late_before;
	uint64_t before_ms;

	struct timers *timers;   /* not owned */
	struct metrics *metrics; /* referenced */
	struct timer tmr;
	pthread_mutex_t lock; /* of the ring */
	struct ring ring;
};


static void destructor(void *arg)
{
	struct series *s = arg;

	timer_cancel(&s->tmr);
	(void)pthread_mutex_destroy(&s->lock);
	mem_deref(s->metrics);
}


static uint64_t sum(const struct series *s, size_t column)
{
	uint64_t n = 0;

	for (size_t i = 0; i < COUNTERS_MAX; i++)
		n += counter_value(s->counterv[column][i]);

	return n;
}


/* since the last point */
static uint64_t gain(struct series *s, size_t i, uint64_t now)
{
	const uint64_t less = counter_value(s->lessv[i]);
	const uint64_t all = now - s->beforev[i];
	const uint64_t off = less - s->less_beforev[i];

	s->beforev[i] = now;
	s->less_beforev[i] = less;

	return all > off ? all - off : 0;
}


static double column_value(struct series *s, size_t i, uint64_t ms)
{
	static const double per_ms[] = {[A_SECOND] = 1000, [A_MINUTE] = 60000};
	const struct column *c = &columnv[i];
	const uint64_t now = sum(s, i);

	if (c->way == LEVEL)
		return (double)now / c->parts;

	return (double)gain(s, i, now) * per_ms[c->way] /
	       ((double)ms * c->parts);
}


/* of all that should have come */
static double loss_percent(struct series *s)
{
	const uint64_t packets = counter_value(s->packets);
	const uint64_t lost = counter_value(s->lost);
	const double missing = (double)(lost - s->lost_before);
	const double all = missing + (double)(packets - s->packets_before);

	s->packets_before = packets;
	s->lost_before = lost;

	return all > 0 ? 100 * missing / all : NAN;
}


/* the mean of calls that have ended, by direction */
static double mos(struct series *s)
{
	struct histogram_view now;
	double mean;

	histogram_read(s->mos, &now);
	mean = (double)(now.sum - s->mos_before.sum) /
	       (100 * (double)(now.n - s->mos_before.n));
	s->mos_before = now;

	return mean; /* NAN: none has */
}


static double loop_p99_ms(struct series *s)
{
	struct histogram_view now;
	uint64_t us;

	histogram_read(s->late, &now);
	us = histogram_quantile(s->late, &s->late_before, &now, P99);
	s->late_before = now;

	return (double)us / 1000;
}


static void note(struct series *s, struct point *p, uint64_t ms)
{
	p->at_ms = clock_wall_ms();
	for (size_t i = 0; i < ARRAY_SIZE(columnv); i++)
		p->valuev[i] = (float)column_value(s, i, ms);

	p->valuev[PORTS_USED] = (float)(counter_value(s->ports) -
					counter_value(s->ports_free));
	p->valuev[LOSS] = (float)loss_percent(s);
	p->valuev[MOS] = (float)mos(s);
	p->valuev[LOOP_P99] = (float)loop_p99_ms(s);
}


static void keep(struct series *s, const struct point *p)
{
	struct ring *r = &s->ring;

	(void)pthread_mutex_lock(&s->lock);
	r->pointv[r->next] = *p;
	r->next = (r->next + 1) % SERIES_POINTS;
	if (r->n < SERIES_POINTS)
		++r->n;
	(void)pthread_mutex_unlock(&s->lock);
}


static void note_handler(void *arg)
{
	struct series *s = arg;
	const uint64_t now = timers_now(s->timers);
	struct point p;

	if (now > s->before_ms) {
		note(s, &p, now - s->before_ms);
		keep(s, &p);
	}
	s->before_ms = now;
	timer_start(s->timers, &s->tmr, SERIES_STEP_MS, note_handler, s);
}


static void find_counters(struct series *s, struct metrics *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(columnv); i++) {
		for (size_t k = 0; k < COUNTERS_MAX; k++)
			s->counterv[i][k] = metrics_counter(
				m, columnv[i].counterv[k]);
		s->lessv[i] = metrics_counter(m, columnv[i].less);
	}
	s->ports = metrics_counter(m, "relay_ports");
	s->ports_free = metrics_counter(m, "relay_ports_free");
	s->packets = metrics_counter(m, "relay_packets_total");
	s->lost = metrics_counter(m, "relay_packets_lost_total");
	s->mos = metrics_histogram(m, "call_mos");
	s->late = metrics_histogram(m, "main_loop_late_seconds");
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
	struct point p;

	if (!sp || !metrics || !timers)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	(void)pthread_mutex_init(&s->lock, NULL);
	s->metrics = mem_ref(metrics);
	s->timers = timers;
	find_counters(s, metrics);
	s->before_ms = timers_now(timers);
	note(s, &p, 1);
	timer_start(timers, &s->tmr, SERIES_STEP_MS, note_handler, s);
	*sp = s;

	return 0;
}


/* oldest first; how many points are younger than that */
static size_t copy(struct series *s, struct ring *to, uint64_t since_ms)
{
	struct ring *r = &s->ring;
	size_t from, n = 0;

	(void)pthread_mutex_lock(&s->lock);
	from = (r->next + SERIES_POINTS - r->n) % SERIES_POINTS;
	for (size_t i = 0; i < r->n; i++) {
		const struct point *p = &r->pointv[(from + i) % SERIES_POINTS];

		if (p->at_ms > since_ms)
			to->pointv[n++] = *p;
	}
	(void)pthread_mutex_unlock(&s->lock);

	return n;
}


/* of what is known; two digits behind the point are enough for a plot */
static json_t *mean(const struct point *p, size_t n, size_t column)
{
	double all = 0, hundredths;
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (isfinite(p[i].valuev[column])) {
			all += (double)p[i].valuev[column];
			++known;
		}
	}
	if (!known)
		return json_null();

	hundredths = round(100 * all / (double)known);
	if (fmod(hundredths, 100) == 0)
		return json_integer((json_int_t)(hundredths / 100));

	return json_real(hundredths / 100);
}


static json_t *column_json(const struct ring *r, size_t group, size_t column)
{
	json_t *v = json_array();

	for (size_t i = 0; v && i < r->n; i += group)
		(void)json_array_append_new(
			v, mean(&r->pointv[i], min(group, r->n - i), column));

	return v;
}


/* a group is as old as its last point: the next question begins there */
static json_t *times_json(const struct ring *r, size_t group)
{
	json_t *v = json_array();

	for (size_t i = 0; v && i < r->n; i += group) {
		const struct point *p = &r->pointv[min(i + group, r->n) - 1];

		(void)json_array_append_new(
			v, json_integer((json_int_t)p->at_ms));
	}

	return v;
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
	struct ring *r = mem_alloc(sizeof(*r), NULL);
	json_t *obj = NULL, *v;
	size_t group;

	if (!s || !limit || !r)
		goto out;

	obj = json_object();
	v = json_object();
	r->n = copy(s, r, since_ms);
	group = r->n > limit ? (r->n + limit - 1) / limit : 1;
	for (size_t i = 0; i < COLUMNS; i++)
		(void)json_object_set_new(v,
					  i < PORTS_USED
						  ? columnv[i].name
						  : madev[i - PORTS_USED],
					  column_json(r, group, i));
	(void)json_object_set_new(obj, "step_ms",
				  json_integer(SERIES_STEP_MS));
	(void)json_object_set_new(obj, "times_ms", times_json(r, group));
	(void)json_object_set_new(obj, "series", v);

out:
	mem_deref(r);

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
