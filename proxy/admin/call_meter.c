/**
 * @file call_meter.c  What calls that are over add to the counters
 */
#include <string.h>
#include "common/metrics.h"
#include "proxy/admin/call_meter.h"

enum { FIRST_CLASS = 3, LOSS_PARTS = 10000 };


/**
 * Find the counters
 *
 * @param m       Meter
 * @param metrics Registry, or NULL
 */
void call_meter_init(struct call_meter *m, struct metrics *metrics)
{
	for (unsigned i = 0; i < CALL_METER_CLASSES; i++) {
		char class[] = "3xx";

		class[0] = (char)('0' + FIRST_CLASS + i);
		m->failedv[i] = metrics_labelled(metrics, "calls_failed_total",
						 "class", class);
	}
	m->duration = metrics_histogram(metrics, "call_duration_seconds");
	m->loss = metrics_histogram(metrics, "call_loss_ratio");
	m->jitter = metrics_histogram(metrics, "call_jitter_seconds");
	m->mos = metrics_histogram(metrics, "call_mos");
}


static void add_side(const struct call_meter *m, const struct relay_quality *q)
{
	if (!q->expected)
		return;

	histogram_observe(m->loss, q->lost * LOSS_PARTS / q->expected);
	histogram_observe(m->jitter, q->jitter_us);
	if (q->mos)
		histogram_observe(m->mos, q->mos);
}


static void add_answered(const struct call_meter *m,
			 const struct call_report *r)
{
	histogram_observe(m->duration, r->talked_ms / 1000);
	for (size_t i = 0; i < 2 * r->streamc; i++) {
		const struct call_report_stream *s = &r->streamv[i / 2];

		if (s->sidev[i & 1].counted && !strcmp(s->kind, "audio"))
			add_side(m, &s->sidev[i & 1].stats.quality);
	}
}


/**
 * Add a call
 *
 * @param m Meter
 * @param r Report of its end
 */
void call_meter_add(const struct call_meter *m, const struct call_report *r)
{
	const unsigned i = r->scode / 100u - FIRST_CLASS;

	if (r->answered_ms)
		add_answered(m, r);
	else if (i < CALL_METER_CLASSES)
		counter_inc(m->failedv[i]);
}
