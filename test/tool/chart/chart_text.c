/**
 * @file tool/chart/chart_text.c  What a drawing shall show
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/tool/chart/chart_text.h"


static void copy(char *buf, size_t size, const char *text)
{
	(void)snprintf(buf, size, "%s", text);
}


static void read_point(struct chart_series *s, const char *word,
		       const char *rest)
{
	struct chart_point *p = &s->v[s->n];
	int used = 0;

	if (s->n == CHART_POINTS)
		return;
	if (!strcmp(word, "at")) {
		s->n += sscanf(rest, "%lf %lf", &p->x, &p->y) == 2;
	}
	else if (sscanf(rest, "%lf %n", &p->y, &used) == 1) {
		copy(p->name, sizeof(p->name), rest + used);
		++s->n;
	}
}


static void read_series(struct chart *c, const char *word, const char *rest)
{
	struct chart_series *s = c->n ? &c->v[c->n - 1] : NULL;

	if (!strcmp(word, "series") && c->n < CHART_SERIES) {
		s = &c->v[c->n++];
		s->colour = c->n - 1;
		copy(s->name, sizeof(s->name), rest);
	}
	else if (s && !strcmp(word, "colour")) {
		s->colour = strtoul(rest, NULL, 10);
	}
	else if (s && !strcmp(word, "dashed")) {
		s->dashed = true;
	}
	else if (s && (!strcmp(word, "at") || !strcmp(word, "bar"))) {
		read_point(s, word, rest);
	}
}


/**
 * Read a line
 *
 * @param c    Chart
 * @param line What it says, of the words in tool/chart.c; changed
 */
void chart_read(struct chart *c, char *line)
{
	char *rest = line + strcspn(line, " \n");
	struct chart_axis *axis;

	line[strcspn(line, "\n")] = '\0';
	if (*rest)
		*rest++ = '\0';

	if (!strcmp(line, "title")) {
		copy(c->title, sizeof(c->title), rest);
	}
	else if (!strcmp(line, "note")) {
		copy(c->note, sizeof(c->note), rest);
	}
	else if (!strcmp(line, "bars")) {
		c->bars = true;
	}
	else if (!strcmp(line, "log")) {
		axis = *rest == 'x' ? &c->x : &c->y;
		axis->log = true;
	}
	else if (!strcmp(line, "x") || !strcmp(line, "y")) {
		axis = *line == 'x' ? &c->x : &c->y;
		copy(axis->name, sizeof(axis->name), rest);
	}
	else {
		read_series(c, line, rest);
	}
}
