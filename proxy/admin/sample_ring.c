/**
 * @file sample_ring.c  Samples of some hours, the oldest give way
 */
#include <math.h>
#include <re.h>
#include "proxy/admin/sample_ring.h"


/**
 * Add a sample
 *
 * @param r Ring
 * @param p Sample
 */
void sample_ring_add(struct sample_ring *r, const struct sample *p)
{
	r->pointv[r->next] = *p;
	r->next = (r->next + 1) % SAMPLE_RING_POINTS;
	if (r->n < SAMPLE_RING_POINTS)
		++r->n;
}


/**
 * Copy what is younger than a moment, the oldest first
 *
 * @param r        Ring
 * @param to       Set to it
 * @param since_ms Moment, ms since 1970
 */
void sample_ring_copy(const struct sample_ring *r, struct sample_ring *to,
		      uint64_t since_ms)
{
	const size_t from = (r->next + SAMPLE_RING_POINTS - r->n) %
			    SAMPLE_RING_POINTS;

	to->n = 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct sample *p =
			&r->pointv[(from + i) % SAMPLE_RING_POINTS];

		if (p->at_ms > since_ms)
			to->pointv[to->n++] = *p;
	}
	to->next = to->n % SAMPLE_RING_POINTS;
}


/* of what is known; two digits behind the point are enough for a plot */
static json_t *mean(const struct sample *p, size_t n, size_t column)
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


static json_t *column_json(const struct sample_ring *r, size_t group,
			   size_t column)
{
	json_t *v = json_array();

	for (size_t i = 0; v && i < r->n; i += group)
		(void)json_array_append_new(
			v, mean(&r->pointv[i], min(group, r->n - i), column));

	return v;
}


/* a group is as old as its last point: the next question begins there */
static json_t *times_json(const struct sample_ring *r, size_t group)
{
	json_t *v = json_array();

	for (size_t i = 0; v && i < r->n; i += group) {
		const struct sample *p = &r->pointv[min(i + group, r->n) - 1];

		(void)json_array_append_new(
			v, json_integer((json_int_t)p->at_ms));
	}

	return v;
}


/**
 * Samples as JSON: where there are more than limit, means of several
 *
 * @param r     Copy of a ring, the oldest first
 * @param limit How many points at most, not 0
 *
 * @return {"times_ms": [...], "series": {...}}, NULL: no memory
 */
json_t *sample_ring_json(const struct sample_ring *r, size_t limit)
{
	const size_t group = r->n > limit ? (r->n + limit - 1) / limit : 1;
	json_t *obj = json_object(), *v = json_object();

	for (size_t i = 0; i < SAMPLE_VALUES; i++)
		(void)json_object_set_new(v, sample_name(i),
					  column_json(r, group, i));
	(void)json_object_set_new(obj, "times_ms", times_json(r, group));
	(void)json_object_set_new(obj, "series", v);

	return obj;
}
