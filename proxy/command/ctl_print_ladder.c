/**
 * @file ctl_print_ladder.c  The messages of a call as a picture of text
 *
 * A column for each participant, a line for each message:
 *
 *              alice@example.net          viaduct                 bob
 *              198.51.100.7:1024     203.0.113.1:5060      192.0.2.7:5060
 *   1    0.000         |--- INVITE SDP -------->|                   |
 *   2    0.004         |                        |--- INVITE SDP --->|
 */
#include <string.h>
#include "proxy/command/ctl_print_ladder.h"

enum {
	WIDTH = 100,
	LEFT = 13,    /* number and time */
	GAP_MIN = 21, /* an IPv4 address with its port */
	GAP_MAX = 40,
	LABEL_MAX = 96,
};

/** The picture's measures */
struct picture {
	FILE *f;
	const json_t *sides;
	size_t n;   /* columns */
	size_t gap; /* from one to the next */
};


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(json_object_get(obj, key));
}


static const char *text(const json_t *obj, const char *key)
{
	const char *s = json_string_value(json_object_get(obj, key));

	return s ? s : "";
}


static size_t column(const struct picture *pic, size_t i)
{
	return LEFT + pic->gap / 2 + i * pic->gap;
}


/* what a terminal would take for a command is shown as one octet */
static void blot(char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || (unsigned char)*s > '~')
			*s = '?';
	}
}


static void print_line(const struct picture *pic, char *line)
{
	size_t n = strlen(line);

	while (n && line[n - 1] == ' ')
		line[--n] = '\0';
	(void)fprintf(pic->f, "%s\n", line);
}


/* in the middle of its column */
static void print_head(const struct picture *pic, const char *key)
{
	char line[WIDTH + GAP_MAX + 1], name[GAP_MAX];

	memset(line, ' ', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	for (size_t i = 0; i < pic->n; i++) {
		size_t n;

		(void)str_ncpy(name, text(json_array_get(pic->sides, i), key),
			       pic->gap);
		blot(name);
		n = strlen(name);
		memcpy(line + column(pic, i) - n / 2, name, n);
	}
	print_line(pic, line);
}


static void make_label(char label[LABEL_MAX], const json_t *m)
{
	const long long status = number(m, "status");
	int n;

	if (status)
		n = snprintf(label, LABEL_MAX, "%lld %.40s", status,
			     text(m, "reason"));
	else
		n = snprintf(label, LABEL_MAX, "%.40s", text(m, "method"));
	if (n < 0)
		label[0] = '\0';
	blot(label);
}


/* "|--- INVITE SDP --->|" from one column to another */
static void draw_arrow(char *line, size_t from, size_t to, const json_t *m)
{
	const size_t left = from < to ? from : to;
	const size_t width = (from < to ? to - from : from - to) - 1;
	char label[LABEL_MAX], marked[LABEL_MAX + 16];
	size_t n;

	make_label(label, m);
	(void)snprintf(marked, sizeof(marked), " %s%s%s ", label,
		       json_is_true(json_object_get(m, "sdp")) ? " SDP" : "",
		       json_is_true(json_object_get(m, "retransmission"))
			       ? " again"
			       : "");
	memset(line + left + 1, '-', width);
	n = strlen(marked);
	if (n > width - 3)
		n = width - 3;
	memcpy(line + left + 1 + (width - n) / 2, marked, n);
	line[from < to ? to - 1 : to + 1] = from < to ? '>' : '<';
}


static void print_message(const struct picture *pic, const json_t *m)
{
	const size_t from = (size_t)number(m, "from");
	const size_t to = (size_t)number(m, "to");
	char line[WIDTH + GAP_MAX + 1], when[64];
	long long ms = number(m, "after_ms");

	memset(line, ' ', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	if (snprintf(when, sizeof(when), "%2lld%5lld.%03lld", number(m, "n"),
		     ms / 1000, ms % 1000) > 0)
		memcpy(line, when, strlen(when));
	for (size_t i = 0; i < pic->n; i++)
		line[column(pic, i)] = '|';
	if (from < pic->n && to < pic->n && from != to)
		draw_arrow(line, column(pic, from), column(pic, to), m);
	print_line(pic, line);
}


/* more columns than there is room for */
static void print_row(FILE *f, const json_t *sides, const json_t *m)
{
	const long long ms = number(m, "after_ms");
	char label[LABEL_MAX];

	make_label(label, m);
	(void)fprintf(f, "%2lld%5lld.%03lld  ", number(m, "n"), ms / 1000,
		      ms % 1000);
	ctl_put(f, json_array_get(sides, (size_t)number(m, "from")),
		"address");
	(void)fputs(" -> ", f);
	ctl_put(f, json_array_get(sides, (size_t)number(m, "to")), "address");
	(void)fprintf(f, "  %s%s%s\n", label,
		      json_is_true(json_object_get(m, "sdp")) ? " SDP" : "",
		      json_is_true(json_object_get(m, "retransmission"))
			      ? " again"
			      : "");
}


static void print_picture(FILE *f, const json_t *sides, const json_t *messages)
{
	struct picture pic = {f, sides, json_array_size(sides), 0};

	pic.gap = pic.n ? (WIDTH - LEFT) / pic.n : 0;
	if (pic.gap > GAP_MAX)
		pic.gap = GAP_MAX;
	if (pic.gap >= GAP_MIN) {
		print_head(&pic, "name");
		print_head(&pic, "address");
	}
	for (size_t i = 0; i < json_array_size(messages); i++) {
		const json_t *m = json_array_get(messages, i);

		if (pic.gap >= GAP_MIN)
			print_message(&pic, m);
		else
			print_row(f, sides, m);
	}
}


static void print_text(FILE *f, const json_t *m)
{
	const char *s = text(m, "text");

	for (; *s; s++) {
		if (*s == '\n' || *s == '\t' || (unsigned char)*s >= ' ')
			(void)fputc(*s, f);
	}
	if (json_is_true(json_object_get(m, "cut")))
		(void)fprintf(f, "\n(cut: it has %lld octets)\n",
			      number(m, "size"));
}


/**
 * Print the messages of a call, or the text of one
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_ladder(FILE *f, const json_t *answer)
{
	const json_t *messages = json_object_get(answer, "messages");
	const json_t *sides = json_object_get(answer, "participants");
	const long long forgotten = number(answer, "forgotten");

	if (json_is_true(json_object_get(answer, "one"))) {
		print_text(f, json_array_get(messages, 0));
		return;
	}

	(void)fputs("call-id ", f);
	ctl_put(f, answer, "call_id");
	(void)fputc('\n', f);
	print_picture(f, sides, messages);
	if (forgotten)
		(void)fprintf(f, "%lld in between are not kept any more\n",
			      forgotten);
}
