/**
 * @file quality_json.c  How a call sounds, as JSON
 */
#include "common/json.h"
#include "proxy/admin/quality_json.h"

enum { TEXT_SIZE = 320 };


static void put_text(json_t *obj, const char *key, const char *text)
{
	if (text && *text)
		(void)json_object_set_new(obj, key, json_string(text));
}


static void put_number(json_t *obj, const char *key, uint64_t n)
{
	(void)json_object_set_new(obj, key, json_integer((json_int_t)n));
}


static void put_known(json_t *obj, const char *key, uint64_t n)
{
	if (n && n != UINT64_MAX)
		put_number(obj, key, n);
}


/* 0: nobody can tell */
static void put_mos(json_t *obj, const char *key, uint32_t mos)
{
	if (mos)
		(void)json_object_set_new(obj, key, json_real(mos / 100.0));
}


static void put_far(json_t *obj, const struct relay_quality *q)
{
	if (!q->far_expected)
		return;

	put_number(obj, "far_lost", q->far_lost);
	put_number(obj, "far_jitter_us", q->far_jitter_us);
	put_mos(obj, "far_mos", q->far_mos);
}


/**
 * How what comes from a side sounds
 *
 * @param q Quality
 *
 * @return Object, NULL: nothing is known, or no memory
 */
json_t *quality_json(const struct relay_quality *q)
{
	json_t *obj;

	if (!q->expected && !q->codec[0] && !q->mos)
		return NULL;

	obj = json_object();
	put_text(obj, "codec", q->codec);
	put_known(obj, "clock", q->clock);
	put_known(obj, "ptime_us", q->ptime_us);
	put_number(obj, "expected", q->expected);
	put_number(obj, "lost", q->lost);
	put_number(obj, "reordered", q->reordered);
	put_number(obj, "duplicates", q->duplicates);
	put_number(obj, "bursts", q->bursts);
	put_number(obj, "burst_lost", q->burst_lost);
	put_number(obj, "jitter_us", q->jitter_us);
	put_number(obj, "jitter_max_us", q->jitter_max_us);
	put_known(obj, "delay_us", q->delay_us);
	put_mos(obj, "mos", q->mos);
	put_far(obj, q);
	if (q->silent_ms != UINT64_MAX)
		put_number(obj, "silent_ms", q->silent_ms);

	return obj;
}


static json_t *oneway_of(const struct call_oneway *o, const char *side)
{
	static const char *const what[2][2] = {
		{"was not heard", "is not heard"},
		{"heard nothing", "hears nothing"},
	};
	json_t *obj = json_object();
	char text[TEXT_SIZE];

	put_text(obj, "kind", "one-way");
	put_text(obj, "side", side);
	put_text(obj, "cause", o->cause);
	put_number(obj, "times", o->times);
	put_number(obj, "silent_ms", o->silent_ms);
	(void)json_object_set_new(obj, "now", json_boolean(o->now));
	if (re_snprintf(text, sizeof(text), "%s %s for %u s (%s): %s", side,
			what[o->deaf][o->now], (unsigned)(o->silent_ms / 1000),
			o->cause, o->remedy) > 0)
		put_text(obj, "text", text);

	return obj;
}


/**
 * Whose audio was missing
 *
 * @param r Report
 *
 * @return Array, NULL: nobody's, or no memory
 */
json_t *quality_json_oneway(const struct call_report *r)
{
	json_t *array = NULL;

	for (size_t i = 0; i < 2; i++) {
		const struct call_oneway *o = &r->sidev[i].oneway;

		if (!o->times)
			continue;
		if (!array)
			array = json_array();
		(void)json_array_append_new(array,
					    oneway_of(o, i ? "b" : "a"));
	}

	return array;
}
