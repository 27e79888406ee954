/**
 * @file ctl_print_call.c  Calls of a server, for people
 */
#include <string.h>
#include "proxy/command/ctl_print_call.h"


static const json_t *get(const json_t *obj, const char *key)
{
	return json_object_get(obj, key);
}


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(get(obj, key));
}


/* "12:05" of ms */
static void put_span(FILE *f, long long ms)
{
	const long long s = ms / 1000;

	if (s >= 3600)
		(void)fprintf(f, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60,
			      s % 60);
	else
		(void)fprintf(f, "%lld:%02lld", s / 60, s % 60);
}


/* "a 0.5% 4.3" */
static void put_brief(FILE *f, const char *name, const json_t *side)
{
	const json_t *loss = get(side, "loss"), *mos = get(side, "mos");

	if (loss)
		(void)fprintf(f, "  %s lost %.2f%%", name,
			      json_real_value(loss));
	if (mos)
		(void)fprintf(f, " mos %.2f", json_real_value(mos));
}


static void print_row(FILE *f, const json_t *row)
{
	ctl_put(f, row, "id");
	(void)fputs("  ", f);
	ctl_put(f, row, "state");
	(void)fputc(' ', f);
	put_span(f, number(row, "talked_ms"));
	(void)fputs("  ", f);
	ctl_put(f, row, "from");
	(void)fputs(" -> ", f);
	ctl_put(f, row, get(row, "uri") ? "uri" : "to");
	(void)fputs("  since ", f);
	ctl_put(f, row, "since");
	(void)fputs("  ", f);
	ctl_put(f, row, "media");
	(void)fputs(" (", f);
	ctl_put(f, row, "reason");
	(void)fputc(')', f);
	put_brief(f, "a", get(row, "a"));
	put_brief(f, "b", get(row, "b"));
	(void)fputc('\n', f);
}


/**
 * Print the table of calls
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_calls(FILE *f, const json_t *answer)
{
	const json_t *calls = get(answer, "calls");

	for (size_t i = 0; i < json_array_size(calls); i++)
		print_row(f, json_array_get(calls, i));
	if (!json_array_size(calls))
		(void)fputs("no call\n", f);
}


static void line(FILE *f, const char *label, const json_t *obj,
		 const char *key)
{
	if (!json_string_value(get(obj, key)))
		return;

	(void)fprintf(f, "%-10s", label);
	ctl_put(f, obj, key);
	(void)fputc('\n', f);
}


static void print_side(FILE *f, const char *label, const json_t *side)
{
	static const char *const keyv[] = {"account", "peer", "address",
					   "transport"};

	(void)fprintf(f, "%-9s", label);
	for (size_t i = 0; i < ARRAY_SIZE(keyv); i++) {
		if (!get(side, keyv[i]))
			continue;
		(void)fputc(' ', f);
		ctl_put(f, side, keyv[i]);
	}
	(void)fputc('\n', f);
}


static void print_strangers(FILE *f, const json_t *media)
{
	const json_t *array = get(media, "strangers");

	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *s = json_array_get(array, i);

		(void)fputs("             refused ", f);
		ctl_put(f, s, "source");
		(void)fprintf(f, ": %lld packets\n", number(s, "packets"));
	}
	if (!array && get(media, "refused_source")) {
		(void)fputs("             refused ", f);
		ctl_put(f, media, "refused_source");
		(void)fprintf(f, ": %lld packets\n", number(media, "refused"));
	}
}


static void print_rung(FILE *f, const json_t *media)
{
	if (get(media, "rung")) {
		(void)fputs("  by ", f);
		ctl_put(f, media, "rung");
	}
	if (get(media, "no_kernel")) {
		(void)fputs(" (not kernel: ", f);
		ctl_put(f, media, "no_kernel");
		(void)fputc(')', f);
	}
	(void)fputc('\n', f);
}


static void print_quality(FILE *f, const json_t *q)
{
	if (!q)
		return;

	(void)fputs("             ", f);
	ctl_put(f, q, "codec");
	(void)fprintf(f,
		      " lost %lld of %lld, late %lld, twice %lld, jitter "
		      "%lld us",
		      number(q, "lost"), number(q, "expected"),
		      number(q, "reordered"), number(q, "duplicates"),
		      number(q, "jitter_us"));
	if (get(q, "delay_us"))
		(void)fprintf(f, ", there and back %lld us",
			      number(q, "delay_us"));
	if (get(q, "mos"))
		(void)fprintf(f, ", mos %.2f", json_real_value(get(q, "mos")));
	if (get(q, "far_mos"))
		(void)fprintf(f, "; over there lost %lld, mos %.2f",
			      number(q, "far_lost"),
			      json_real_value(get(q, "far_mos")));
	(void)fputc('\n', f);
}


/* what one side has named, what stands for it, what came and went */
static void print_media(FILE *f, const char *name, const json_t *media)
{
	(void)fprintf(f, "  %s  sdp ", name);
	ctl_put(f, media, "sdp");
	if (get(media, "ours")) {
		(void)fputs("  shown as ", f);
		ctl_put(f, media, "ours");
	}
	if (!get(media, "rx_packets")) {
		(void)fputc('\n', f);
		return;
	}

	(void)fputs("  heard at ", f);
	if (get(media, "latched"))
		ctl_put(f, media, "latched");
	else
		(void)fputs("nowhere yet", f);
	(void)fprintf(f, "  in %lld  out %lld  lost %lld  refused %lld",
		      number(media, "rx_packets"), number(media, "tx_packets"),
		      number(media, "lost"), number(media, "refused"));
	print_rung(f, media);
	print_strangers(f, media);
	print_quality(f, get(media, "quality"));
}


static void print_stream(FILE *f, const json_t *stream)
{
	(void)fprintf(f, "stream %lld ", number(stream, "number"));
	ctl_put(f, stream, "kind");
	(void)fputc('\n', f);
	print_media(f, "a", get(stream, "a"));
	print_media(f, "b", get(stream, "b"));
}


static void print_warnings(FILE *f, const json_t *call)
{
	const json_t *array = get(call, "warnings");

	for (size_t i = 0; i < json_array_size(array); i++) {
		(void)fprintf(f, "%-10s", "warning");
		ctl_put(f, json_array_get(array, i), "text");
		(void)fputc('\n', f);
	}
}


static void print_call(FILE *f, const json_t *call)
{
	const json_t *streams = get(call, "streams");

	line(f, "id", call, "id");
	line(f, "call-id", call, "call_id");
	line(f, "state", call, "state");
	line(f, "from", call, "from");
	line(f, "to", call, "to");
	line(f, "asked for", call, "uri");
	line(f, "sent to", call, "sent_to");
	line(f, "diverted", call, "diverted");
	print_side(f, "a", get(call, "a"));
	print_side(f, "b", get(call, "b"));
	line(f, "started", call, "started");
	line(f, "answered", call, "answered");
	line(f, "media", call, "why_media");
	line(f, "recording", call, "recording");
	print_warnings(f, call);
	for (size_t i = 0; i < json_array_size(streams); i++)
		print_stream(f, json_array_get(streams, i));
}


/**
 * Print all that is known of a call
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_call(FILE *f, const json_t *answer)
{
	const json_t *calls = get(answer, "calls");

	for (size_t i = 0; i < json_array_size(calls); i++) {
		if (i)
			(void)fputc('\n', f);
		print_call(f, json_array_get(calls, i));
	}
}


/**
 * Print how many calls are being ended
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_hangup(FILE *f, const json_t *answer)
{
	const long long n = number(answer, "ended");

	(void)fprintf(f, "%lld %s\n", n, n == 1 ? "call ends" : "calls end");
}


/**
 * Print where a call is recorded
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_record(FILE *f, const json_t *answer)
{
	line(f, "recording", answer, "recording");
}
