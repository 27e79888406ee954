/**
 * @file ctl_print_metrics.c  The counters of a server, for Prometheus
 */
#include "proxy/command/ctl_print_metrics.h"


/**
 * Print all counters as they stand in the answer: lines of text
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_metrics(FILE *f, const json_t *answer)
{
	const char *s = json_string_value(json_object_get(answer, "text"));

	for (; s && *s; s++)
		(void)fputc(
			*s != '\n' && ((unsigned char)*s < ' ' || *s == 0x7f)
				? '?'
				: *s,
			f);
}
