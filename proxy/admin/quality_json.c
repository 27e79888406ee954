/**
 * @file quality_json.c  How a call sounds, as JSON
 */
#include "proxy/admin/quality_json.h"

enum { TEXT_SIZE = 320 };


static void put_known(struct json_out *o, const char *key, uint64_t n)
{
	if (n && n != UINT64_MAX)
		json_out_number(o, key, n);
}


/* 0: nobody can tell */
static void put_mos(struct json_out *o, const char *key, uint32_t mos)
{
	if (mos)
		json_out_hundredths(o, key, mos);
}


static void put_far(struct json_out *o, const struct relay_quality *q)
{
	if (!q->far_expected)
		return;

	json_out_number(o, "far_lost", q->far_lost);
	json_out_number(o, "far_jitter_us", q->far_jitter_us);
	put_mos(o, "far_mos", q->far_mos);
}


/**
 * How what comes from a side sounds; nothing where nothing is known
 *
 * @param o   Writer
 * @param key Key
 * @param q   Quality
 */
void quality_json(struct json_out *o, const char *key,
		  const struct relay_quality *q)
{
	if (!q->expected && !q->codec[0] && !q->mos)
		return;

	json_out_object(o, key);
	json_out_text(o, "codec", q->codec);
	put_known(o, "clock", q->clock);
	put_known(o, "ptime_us", q->ptime_us);
	json_out_number(o, "expected", q->expected);
	json_out_number(o, "lost", q->lost);
	json_out_number(o, "reordered", q->reordered);
	json_out_number(o, "duplicates", q->duplicates);
	json_out_number(o, "bursts", q->bursts);
	json_out_number(o, "burst_lost", q->burst_lost);
	json_out_number(o, "jitter_us", q->jitter_us);
	json_out_number(o, "jitter_max_us", q->jitter_max_us);
	put_known(o, "delay_us", q->delay_us);
	put_mos(o, "mos", q->mos);
	put_far(o, q);
	if (q->silent_ms != UINT64_MAX)
		json_out_number(o, "silent_ms", q->silent_ms);
	json_out_object_end(o);
}


static void put_oneway(struct json_out *o, const struct call_oneway *w,
		       const char *side)
{
	static const char *const what[2][2] = {
		{"was not heard", "is not heard"},
		{"heard nothing", "hears nothing"},
	};
	char text[TEXT_SIZE];

	json_out_object(o, NULL);
	json_out_text(o, "kind", "one-way");
	json_out_text(o, "side", side);
	json_out_text(o, "cause", w->cause);
	json_out_number(o, "times", w->times);
	json_out_number(o, "silent_ms", w->silent_ms);
	json_out_bool(o, "now", w->now);
	if (re_snprintf(text, sizeof(text), "%s %s for %u s (%s): %s", side,
			what[w->deaf][w->now], (unsigned)(w->silent_ms / 1000),
			w->cause, w->remedy) > 0)
		json_out_text(o, "text", text);
	json_out_object_end(o);
}


/**
 * Whose audio was missing; nothing where nobody's was
 *
 * @param o   Writer
 * @param key Key
 * @param r   Report
 */
void quality_json_oneway(struct json_out *o, const char *key,
			 const struct call_report *r)
{
	if (!r->sidev[0].oneway.times && !r->sidev[1].oneway.times)
		return;

	json_out_array(o, key);
	for (size_t i = 0; i < 2; i++) {
		if (r->sidev[i].oneway.times)
			put_oneway(o, &r->sidev[i].oneway, i ? "b" : "a");
	}
	json_out_array_end(o);
}
