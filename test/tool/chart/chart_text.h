/**
 * @file tool/chart/chart_text.h  What a drawing shall show
 */
#ifndef TEST_TOOL_CHART_TEXT_H
#define TEST_TOOL_CHART_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CHART_TEXT = 96,
	CHART_SERIES = 32,
	CHART_POINTS = 64,
	CHART_LINE = 256
};

struct chart_point {
	char name[CHART_TEXT];
	double x, y;
};

struct chart_series {
	char name[CHART_TEXT];
	struct chart_point v[CHART_POINTS];
	size_t n, colour;
	bool dashed;
};

struct chart_axis {
	double low, high, step;
	bool log;
	double from, to; /* on the paper */
	char name[CHART_TEXT];
};

struct chart {
	char title[CHART_TEXT], note[CHART_LINE];
	struct chart_axis x, y;
	struct chart_series v[CHART_SERIES];
	size_t n;
	bool bars;
	const char *names[CHART_POINTS]; /* of bars, each once */
	size_t namec;
};

void chart_read(struct chart *c, char *line);
void chart_fit(struct chart *c);
double chart_at(const struct chart_axis *a, double v);
double chart_tick(const struct chart_axis *a, unsigned i);

#endif
