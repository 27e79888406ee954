/**
 * @file ctl_print_explain.c  What would become of a call, for people
 */
#include "proxy/command/ctl_print_explain.h"


static const json_t *get(const json_t *obj, const char *key)
{
	return json_object_get(obj, key);
}


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(get(obj, key));
}


static void label(FILE *f, const char *name)
{
	(void)fprintf(f, "%-10s", name);
}


static void line(FILE *f, const char *name, const json_t *obj, const char *key)
{
	if (!json_string_value(get(obj, key)))
		return;

	label(f, name);
	ctl_put(f, obj, key);
	(void)fputc('\n', f);
}


static void print_caller(FILE *f, const json_t *answer)
{
	line(f, "peer", answer, "peer");
	if (!get(answer, "caller"))
		return;

	label(f, "caller");
	ctl_put(f, answer, "caller");
	(void)fprintf(f, ", %lld calls", number(answer, "calls"));
	if (number(answer, "calls_max"))
		(void)fprintf(f, " of %lld", number(answer, "calls_max"));
	(void)fputc('\n', f);
}


static void print_dialing(FILE *f, const json_t *answer)
{
	const json_t *skipped = get(answer, "not_tried");
	const char *peer;
	json_t *why;

	line(f, "route", answer, "route");
	line(f, "pattern", answer, "pattern");
	line(f, "becomes", answer, "becomes");
	if (json_is_true(get(answer, "emergency")))
		(void)fputs("emergency no limit refuses it\n", f);
	json_object_foreach((json_t *)skipped, peer, why)
	{
		label(f, "not tried");
		(void)fprintf(f, "%s: ", peer);
		ctl_put(f, skipped, peer);
		(void)fputc('\n', f);
	}
}


/* by others that the callee has named */
static void print_forwards(FILE *f, const json_t *answer)
{
	const json_t *by = get(answer, "diverted");
	const json_t *later = get(answer, "forwards");

	for (size_t i = 0; i < json_array_size(by); i++) {
		const char *s = json_string_value(json_array_get(by, i));

		label(f, "diverted");
		(void)fprintf(f, "by %s\n", s ? s : "");
	}
	line(f, "if busy", later, "busy");
	if (get(later, "noanswer")) {
		label(f, "if silent");
		ctl_put(f, later, "noanswer");
		(void)fprintf(f, " after %lld s\n",
			      number(later, "noanswer_s"));
	}
	line(f, "if away", later, "offline");
	if (number(answer, "woken"))
		(void)fprintf(f, "woken     %lld phones by a push\n",
			      number(answer, "woken"));
}


static void print_target(FILE *f, const json_t *t)
{
	(void)fprintf(f, "  %lld. ", number(t, "group"));
	ctl_put(f, t, "kind");
	if (get(t, "peer")) {
		(void)fputc(' ', f);
		ctl_put(f, t, "peer");
	}
	(void)fputs("  ", f);
	ctl_put(f, t, "uri");
	if (get(t, "by")) {
		(void)fputs("  by ", f);
		ctl_put(f, t, "by");
	}
	(void)fputc('\n', f);
	if (get(t, "why")) {
		(void)fputs("     ", f);
		ctl_put(f, t, "why");
		(void)fputc('\n', f);
	}
}


static void print_refusal(FILE *f, const json_t *answer)
{
	if (!get(answer, "refused"))
		return;

	(void)fprintf(f, "refused   %lld ", number(answer, "status"));
	ctl_put(f, answer, "refused");
	if (json_is_true(get(answer, "announced")))
		(void)fputs(", after an announcement", f);
	(void)fputc('\n', f);
}


/**
 * Print what would become of a call
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_explain(FILE *f, const json_t *answer)
{
	const json_t *targets = get(answer, "targets");

	print_caller(f, answer);
	line(f, "to", answer, "to");
	line(f, "user", answer, "user");
	if (json_is_true(get(answer, "test_number")))
		(void)fputs("it is the test number, we answer ourselves\n", f);
	print_dialing(f, answer);
	print_forwards(f, answer);
	if (json_array_size(targets))
		(void)fputs("tried, those of one number at the same time\n",
			    f);
	for (size_t i = 0; i < json_array_size(targets); i++)
		print_target(f, json_array_get(targets, i));
	print_refusal(f, answer);
}
