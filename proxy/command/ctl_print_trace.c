/**
 * @file ctl_print_trace.c  Who is traced, and what the flight recorder has
 */
#include "proxy/command/ctl_print_trace.h"


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(json_object_get(obj, key));
}


static void print_trace(FILE *f, const json_t *trace)
{
	ctl_put(f, trace, "what");
	(void)fputs("  to ", f);
	ctl_put(f, trace, json_object_get(trace, "file") ? "file" : "to");
	(void)fprintf(f, "  messages %lld", number(trace, "messages"));
	if (number(trace, "lost"))
		(void)fprintf(f, "  lost %lld", number(trace, "lost"));
	(void)fprintf(f, "  ends in %lld s\n", number(trace, "left_s"));
}


/**
 * Print who is traced
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_traces(FILE *f, const json_t *answer)
{
	const json_t *traces = json_object_get(answer, "traces");

	for (size_t i = 0; i < json_array_size(traces); i++)
		print_trace(f, json_array_get(traces, i));
	if (!json_array_size(traces))
		(void)fputs("nobody is traced\n", f);
}


/**
 * Print what the flight recorder has
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_flights(FILE *f, const json_t *answer)
{
	const json_t *flights = json_object_get(answer, "flights");

	for (size_t i = 0; i < json_array_size(flights); i++) {
		const json_t *flight = json_array_get(flights, i);

		ctl_put(f, flight, "name");
		(void)fprintf(f, "  %lld octets\n", number(flight, "size"));
	}
	if (!json_array_size(flights))
		(void)fputs("nothing is kept\n", f);
}
