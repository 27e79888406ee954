/**
 * @file sampler.c  What the counters say since they were looked at last
 */
#include <errno.h>
#include <math.h>
#include <re.h>
#include "common/clock.h"
#include "common/metrics.h"
#include "proxy/admin/sampler.h"

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

_Static_assert((int)COLUMNS == (int)SAMPLE_VALUES,
	       "what a sample has room for");

static const char *const madev[] = {"ports_used", "loss_percent", "mos",
				    "loop_p99_ms"};

struct sampler {
	struct metrics *metrics; /* referenced: it owns these */
	struct counter *counterv[ARRAY_SIZE(columnv)][COUNTERS_MAX];
	struct counter *lessv[ARRAY_SIZE(columnv)];
	struct counter *ports, *ports_free, *packets, *lost;
	struct histogram *mos, *late;

	/* when they were looked at last */
	uint64_t beforev[ARRAY_SIZE(columnv)];
	uint64_t less_beforev[ARRAY_SIZE(columnv)];
	uint64_t packets_before, lost_before;
	struct histogram_view mos_before, late_before;
};


static void destructor(void *arg)
{
	struct sampler *s = arg;

	mem_deref(s->metrics);
}


static uint64_t sum(const struct sampler *s, size_t column)
{
	uint64_t n = 0;

	for (size_t i = 0; i < COUNTERS_MAX; i++)
		n += counter_value(s->counterv[column][i]);

	return n;
}


/* since the last point */
static uint64_t gain(struct sampler *s, size_t i, uint64_t now)
{
	const uint64_t less = counter_value(s->lessv[i]);
	const uint64_t all = now - s->beforev[i];
	const uint64_t off = less - s->less_beforev[i];

	s->beforev[i] = now;
	s->less_beforev[i] = less;

	return all > off ? all - off : 0;
}


static double column_value(struct sampler *s, size_t i, uint64_t ms)
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
static double loss_percent(struct sampler *s)
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
static double mos(struct sampler *s)
{
	struct histogram_view now;
	double mean;

	histogram_read(s->mos, &now);
	mean = (double)(now.sum - s->mos_before.sum) /
	       (100 * (double)(now.n - s->mos_before.n));
	s->mos_before = now;

	return mean; /* NAN: none has */
}


static double loop_p99_ms(struct sampler *s)
{
	struct histogram_view now;
	uint64_t us;

	histogram_read(s->late, &now);
	us = histogram_quantile(s->late, &s->late_before, &now, P99);
	s->late_before = now;

	return (double)us / 1000;
}


/**
 * Look at the counters
 *
 * @param s  Sampler
 * @param p  Set to what they say
 * @param ms Since it looked last
 */
void sampler_look(struct sampler *s, struct sample *p, uint64_t ms)
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


static void find_counters(struct sampler *s, struct metrics *m)
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
 * Allocate a sampler, which has looked at the counters once
 *
 * @param sp      Pointer to allocated sampler
 * @param metrics Registry
 *
 * @return 0 if success, otherwise errorcode
 */
int sampler_alloc(struct sampler **sp, struct metrics *metrics)
{
	struct sampler *s;
	struct sample p;

	if (!sp || !metrics)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->metrics = mem_ref(metrics);
	find_counters(s, metrics);
	sampler_look(s, &p, 1);
	*sp = s;

	return 0;
}


/**
 * What a value of a sample is called
 *
 * @param i Which
 *
 * @return Name, NULL: there is no such value
 */
const char *sample_name(size_t i)
{
	if (i < PORTS_USED)
		return columnv[i].name;

	return i < COLUMNS ? madev[i - PORTS_USED] : NULL;
}
