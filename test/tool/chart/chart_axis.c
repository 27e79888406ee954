/**
 * @file tool/chart/chart_axis.c  From where to where, and in which steps
 */
#include <math.h>
#include "test/tool/chart/chart_text.h"


/* 1, 2 or 5 times a power of ten, so that there are some five of them */
static void axis_linear(struct chart_axis *a)
{
	const double raw = a->high / 5;
	const double power = pow(10, floor(log10(raw)));
	const double m = raw / power;

	a->low = 0;
	a->step = power * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10);
	a->high = ceil(a->high / a->step) * a->step;
}


static void axis_fit(struct chart_axis *a)
{
	if (a->high <= 0)
		a->high = 1;
	if (!a->log) {
		axis_linear(a);
		return;
	}
	a->low = pow(10, floor(log10(a->low) + 1e-9));
	a->high = pow(10, ceil(log10(a->high) - 1e-9));
}


/**
 * Where a value is on the paper
 *
 * @param a Axis
 * @param v Value
 *
 * @return Where
 */
double chart_at(const struct chart_axis *a, double v)
{
	const double share = a->log ? log(v / a->low) / log(a->high / a->low)
				    : (v - a->low) / (a->high - a->low);

	return a->from + share * (a->to - a->from);
}


/**
 * The values that are written next to an axis
 *
 * @param a Axis
 * @param i Which, from 0
 *
 * @return Value
 */
double chart_tick(const struct chart_axis *a, unsigned i)
{
	return a->log ? a->low * pow(10, i) : a->low + a->step * i;
}


/**
 * Find from where to where the axes go
 *
 * @param c Chart that was read
 */
void chart_fit(struct chart *c)
{
	c->x.low = c->y.low = 1e30;
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < c->v[i].n; k++) {
			const struct chart_point *p = &c->v[i].v[k];

			c->x.high = fmax(c->x.high, p->x);
			c->y.high = fmax(c->y.high, p->y);
			c->x.low = fmin(c->x.low, fmax(p->x, 1e-6));
			c->y.low = fmin(c->y.low, fmax(p->y, 1e-6));
		}
	}
	axis_fit(&c->x);
	axis_fit(&c->y);
}
