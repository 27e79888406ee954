/**
 * @file test/tool/chart.c  A drawing (SVG) of numbers in a text
 *
 *   chart <FILE >FILE.svg, where the text has lines of a word and the rest:
 *
 *   title TEXT, note TEXT       above it
 *   x TEXT, y TEXT              what the axes say, with their unit
 *   bars                        across, for names; else lines over numbers
 *   log x, log y                of lines: logarithmic
 *   series TEXT                 begins one
 *   colour N                    of it, from 0; its number if not said
 *   dashed                      it is
 *   at X Y                      a point of it, X up to 1000000
 *   bar VALUE TEXT              a bar of it, for that name
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/tool/chart/chart_text.h"

enum { WIDTH = 880, HEIGHT = 470, TOP = 74, BOTTOM = 62, LETTER = 7 };

/* of Okabe and Ito: told apart by all eyes, and on paper */
static const char *const colourv[] = {"#999999", "#555555", "#D55E00",
				      "#0072B2", "#009E73", "#CC79A7",
				      "#E69F00", "#56B4E9"};


static const char *colour_of(const struct chart_series *s)
{
	return colourv[s->colour % (sizeof(colourv) / sizeof(*colourv))];
}


static void put_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			(void)fputs("&lt;", stdout);
		else if (*text == '&')
			(void)fputs("&amp;", stdout);
		else
			(void)putchar(*text);
	}
}


static void text_at(double x, double y, const char *more, const char *text)
{
	(void)printf("<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, more);
	put_text(text);
	(void)printf("</text>\n");
}


static void line_at(double x1, double y1, double x2, double y2,
		    const char *more)
{
	(void)printf("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
		     "%s/>\n",
		     x1, y1, x2, y2, more);
}


static void number(char *buf, size_t size, double v)
{
	if (v >= 1e6)
		(void)snprintf(buf, size, "%gM", v / 1e6);
	else if (v >= 1e4)
		(void)snprintf(buf, size, "%gk", v / 1e3);
	else
		(void)snprintf(buf, size, "%g", v);
}


static void begin(const struct chart *c, double height)
{
	(void)printf(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		"height=\"%.0f\" viewBox=\"0 0 %d %.0f\" "
		"font-family=\"DejaVu Sans, Verdana, sans-serif\" "
		"font-size=\"12\" fill=\"#222\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
		WIDTH, height, WIDTH, height);
	text_at(24, 30, "font-size=\"17\" font-weight=\"bold\"", c->title);
	text_at(24, 50, "fill=\"#666\"", c->note);
}


/* the axis that runs across, with its lines up to TOP */
static void draw_across(const struct chart_axis *a, double bottom)
{
	char buf[32];

	for (unsigned i = 0; chart_tick(a, i) <= a->high * 1.0001; i++) {
		const double v = chart_tick(a, i);
		const double x = chart_at(a, v);

		line_at(x, TOP, x, bottom, "stroke=\"#e4e4e4\"");
		number(buf, sizeof(buf), v);
		text_at(x, bottom + 18, "text-anchor=\"middle\"", buf);
	}
	text_at((a->from + a->to) / 2, bottom + 42, "text-anchor=\"middle\"",
		a->name);
}


static void draw_up(const struct chart_axis *a, double left, double right)
{
	char buf[64];

	for (unsigned i = 0; chart_tick(a, i) <= a->high * 1.0001; i++) {
		const double v = chart_tick(a, i);
		const double y = chart_at(a, v);

		line_at(left, y, right, y, "stroke=\"#e4e4e4\"");
		number(buf, sizeof(buf), v);
		text_at(left - 8, y + 4, "text-anchor=\"end\"", buf);
	}
	(void)snprintf(buf, sizeof(buf),
		       "text-anchor=\"middle\" transform=\"rotate(-90 22 "
		       "%.0f)\"",
		       (a->from + a->to) / 2);
	text_at(22, (a->from + a->to) / 2, buf, a->name);
}


static void draw_line(const struct chart *c, const struct chart_series *s)
{
	(void)printf("<polyline fill=\"none\" stroke=\"%s\" "
		     "stroke-width=\"2\"%s points=\"",
		     colour_of(s),
		     s->dashed ? " stroke-dasharray=\"5 4\"" : "");
	for (size_t i = 0; i < s->n; i++)
		(void)printf("%.1f,%.1f ", chart_at(&c->x, s->v[i].x),
			     chart_at(&c->y, fmax(s->v[i].y, c->y.low)));
	(void)printf("\"/>\n");
	for (size_t i = 0; i < s->n; i++)
		(void)printf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" "
			     "fill=\"%s\"/>\n",
			     chart_at(&c->x, s->v[i].x),
			     chart_at(&c->y, fmax(s->v[i].y, c->y.low)),
			     colour_of(s));
}


static size_t longest(const struct chart *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n = c->v[i].n && strlen(c->v[i].name) > n
			    ? strlen(c->v[i].name)
			    : n;

	return n;
}


static void draw_lines(struct chart *c)
{
	const double right = WIDTH - 60 - (double)(longest(c) * LETTER);
	double y = TOP + 8;

	c->x.from = 84;
	c->x.to = right;
	c->y.from = HEIGHT - BOTTOM;
	c->y.to = TOP;
	begin(c, HEIGHT);
	draw_across(&c->x, HEIGHT - BOTTOM);
	draw_up(&c->y, 84, right);

	for (size_t i = 0; i < c->n; i++) {
		const struct chart_series *s = &c->v[i];
		char more[96];

		if (!s->n)
			continue;
		draw_line(c, s);
		(void)snprintf(more, sizeof(more),
			       "stroke=\"%s\" stroke-width=\"2\"%s",
			       colour_of(s),
			       s->dashed ? " stroke-dasharray=\"5 4\"" : "");
		line_at(right + 14, y, right + 38, y, more);
		text_at(right + 44, y + 4, "", s->name);
		y += 20;
	}
}


static void collect_names(struct chart *c)
{
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < c->v[i].n; k++) {
			size_t at = 0;

			while (at < c->namec &&
			       strcmp(c->names[at], c->v[i].v[k].name))
				++at;
			if (at == c->namec && c->namec < CHART_POINTS)
				c->names[c->namec++] = c->v[i].v[k].name;
		}
	}
}


static void draw_bar(const struct chart *c, const struct chart_series *s,
		     const char *name, double y)
{
	for (size_t i = 0; i < s->n; i++) {
		const double x = chart_at(&c->y, fmax(s->v[i].y, 0));
		char buf[32];

		if (strcmp(s->v[i].name, name))
			continue;
		(void)printf("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			     "height=\"14\" fill=\"%s\"/>\n",
			     c->y.from, y, x - c->y.from, colour_of(s));
		(void)snprintf(buf, sizeof(buf),
			       s->v[i].y < 1000 ? "%.3g" : "%.0f", s->v[i].y);
		text_at(x + 6, y + 11, "font-size=\"11\"", buf);
	}
}


static void draw_bars(struct chart *c)
{
	const double row = 18 * (double)c->n + 12;
	size_t letters = 0;
	double bottom, x;

	collect_names(c);
	for (size_t i = 0; i < c->namec; i++)
		letters = strlen(c->names[i]) > letters ? strlen(c->names[i])
							: letters;
	bottom = TOP + 26 + row * (double)c->namec;
	c->y.from = 40 + (double)(letters * LETTER);
	c->y.to = WIDTH - 70;
	begin(c, bottom + BOTTOM);
	draw_across(&c->y, bottom);

	x = c->y.from;
	for (size_t i = 0; i < c->n && c->n > 1; i++) {
		(void)printf("<rect x=\"%.1f\" y=\"%d\" width=\"11\" "
			     "height=\"11\" fill=\"%s\"/>\n",
			     x, TOP - 14, colour_of(&c->v[i]));
		text_at(x + 17, TOP - 4, "", c->v[i].name);
		x += 40 + (double)(strlen(c->v[i].name) * LETTER);
	}
	for (size_t i = 0; i < c->namec; i++) {
		const double y = TOP + 14 + row * (double)i;

		text_at(c->y.from - 10, y + row / 2 - 1, "text-anchor=\"end\"",
			c->names[i]);
		for (size_t k = 0; k < c->n; k++)
			draw_bar(c, &c->v[k], c->names[i], y + 18 * (double)k);
	}
}


int main(void)
{
	static struct chart chart;
	char line[CHART_LINE];

	while (fgets(line, sizeof(line), stdin))
		chart_read(&chart, line);
	chart_fit(&chart);
	if (chart.bars)
		draw_bars(&chart);
	else
		draw_lines(&chart);
	(void)printf("</svg>\n");

	return EXIT_SUCCESS;
}
