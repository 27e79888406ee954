/**
 * @file ctl_print_server.c  What was changed of a server, for people
 */
#include "proxy/command/ctl_print_server.h"


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(json_object_get(obj, key));
}


static void print_relay(FILE *f, const json_t *relay)
{
	ctl_put(f, relay, "relay");
	(void)fputs("  ", f);
	ctl_put(f, relay, "state");
	if (number(relay, "rests_ms"))
		(void)fprintf(f, "  for %lld s",
			      (number(relay, "rests_ms") + 999) / 1000);
	if (json_object_get(relay, "sessions"))
		(void)fprintf(f, "  %lld sessions, %lld ports are free",
			      number(relay, "sessions"),
			      number(relay, "ports_free"));
	(void)fputc('\n', f);
}


/**
 * Print who relays
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_relays(FILE *f, const json_t *answer)
{
	const json_t *relays = json_object_get(answer, "relays");

	for (size_t i = 0; i < json_array_size(relays); i++)
		print_relay(f, json_array_get(relays, i));
}


/**
 * Print whether calls are taken
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_drain(FILE *f, const json_t *answer)
{
	const bool on = json_is_true(json_object_get(answer, "draining"));

	(void)fprintf(f,
		      on ? "no new calls are taken, %lld go on"
			 : "new calls are taken, %lld are up",
		      number(answer, "calls"));
	if (json_is_true(json_object_get(answer, "stopping")))
		(void)fprintf(f, ", the server ends in %lld s at the latest",
			      number(answer, "left_s"));
	(void)fputc('\n', f);
}


/**
 * Print what is logged
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_log(FILE *f, const json_t *answer)
{
	(void)fputs("level     ", f);
	ctl_put(f, answer, "level");
	(void)fputc('\n', f);
}
