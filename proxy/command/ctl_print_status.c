/**
 * @file ctl_print_status.c  How the server is, for people
 */
#include "proxy/command/ctl_print_status.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(json_object_get(obj, key));
}


static void print_uptime(FILE *f, long long s)
{
	(void)fputs("up        ", f);
	if (s >= DAY)
		(void)fprintf(f, "%lld days ", s / DAY);
	(void)fprintf(f, "%lld:%02lld:%02lld\n", s % DAY / HOUR,
		      s % HOUR / MINUTE, s % MINUTE);
}


static void print_reason(FILE *f, const json_t *plane, const char *key,
			 const char *rung)
{
	if (!json_object_get(plane, key))
		return;

	(void)fprintf(f, "          not %s: ", rung);
	ctl_put(f, plane, key);
	(void)fputc('\n', f);
}


static void print_plane(FILE *f, const json_t *plane)
{
	(void)fputs("packets   by ", f);
	ctl_put(f, plane, "rung");
	if (json_object_get(plane, "attached")) {
		(void)fputs(" (", f);
		ctl_put(f, plane, "attached");
		(void)fprintf(f, "), which forwards %lld directions now",
			      number(plane, "flows"));
	}
	(void)fputc('\n', f);
	print_reason(f, plane, "no_kernel", "kernel");
	print_reason(f, plane, "no_sk_lookup", "sk_lookup");
}


/* what a server that can say it says of itself */
static void print_state(FILE *f, const json_t *answer)
{
	if (!json_object_get(answer, "state"))
		return;

	(void)fputs("state     ", f);
	ctl_put(f, answer, "state");
	if (json_is_true(json_object_get(answer, "draining")))
		(void)fputs(", no new calls are taken", f);
	if (json_is_true(json_object_get(answer, "stopping")))
		(void)fprintf(f, ", it ends in %lld s at the latest",
			      number(answer, "left_s"));
	(void)fputs(", log ", f);
	ctl_put(f, answer, "log");
	(void)fprintf(f, "\nusers     %lld accounts, %lld registrations\n",
		      number(answer, "accounts"),
		      number(answer, "registrations"));
}


static void print_overload(FILE *f, const json_t *o)
{
	if (!json_is_true(json_object_get(o, "on")))
		return;

	(void)fprintf(f,
		      "overload  for %lld s: %lld %% of the new calls are "
		      "refused, messages wait %lld ms\n",
		      number(o, "since_s"), number(o, "refused_percent"),
		      number(o, "delay_ms"));
}


static void print_warnings(FILE *f, const json_t *answer)
{
	const json_t *v = json_object_get(answer, "warnings");

	for (size_t i = 0; i < json_array_size(v); i++) {
		const char *s = json_string_value(json_array_get(v, i));

		(void)fprintf(f, "warning   %s\n", s ? s : "");
	}
}


/**
 * Print how the server is
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_status(FILE *f, const json_t *answer)
{
	const json_t *plane = json_object_get(answer, "plane");
	size_t i;
	json_t *w;

	(void)fputs("version   ", f);
	ctl_put(f, answer, "version");
	(void)fputc('\n', f);
	print_uptime(f, number(answer, "uptime_s"));
	print_state(f, answer);
	(void)fprintf(f, "calls     %lld\n", number(answer, "calls"));
	print_overload(f, json_object_get(answer, "overload"));
	print_warnings(f, answer);
	if (!plane)
		return;

	(void)fprintf(f, "relay     %lld sessions, %lld ports are free\n",
		      number(answer, "sessions"),
		      number(answer, "ports_free"));
	print_plane(f, plane);
	json_array_foreach(json_object_get(answer, "workers"), i, w)
	{
		(void)fprintf(f,
			      "worker %zu  %lld sessions, %lld packets/s, "
			      "%lld %% busy\n",
			      i, number(w, "sessions"),
			      number(w, "packets_per_s"),
			      number(w, "busy_percent"));
	}
}
