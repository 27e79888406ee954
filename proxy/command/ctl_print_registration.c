/**
 * @file ctl_print_registration.c  Registered phones, for people
 */
#include <stdlib.h>
#include <string.h>
#include "proxy/command/ctl_print_registration.h"


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(json_object_get(obj, key));
}


static bool has(const json_t *obj, const char *key)
{
	return json_object_get(obj, key) != NULL;
}


static void put_after(FILE *f, const char *before, const json_t *obj,
		      const char *key)
{
	if (!json_string_value(json_object_get(obj, key)))
		return;

	(void)fputs(before, f);
	ctl_put(f, obj, key);
}


/* the second line: why it is reached as it is */
static void print_nat(FILE *f, const json_t *row)
{
	const json_t *nat = json_object_get(row, "nat");

	put_after(f, "    ", nat, "text");
	if (number(row, "keepalive_s"))
		(void)fprintf(f, ", kept alive each %lld s",
			      number(row, "keepalive_s"));
	if (has(row, "mapping_s"))
		(void)fprintf(f, ", its mapping lives %lld s",
			      number(row, "mapping_s"));
	if (has(row, "mapping_died_s"))
		(void)fprintf(f, " and not %lld s",
			      number(row, "mapping_died_s"));
	if (number(row, "unanswered"))
		(void)fprintf(f, ", %lld not answered",
			      number(row, "unanswered"));
	(void)fputc('\n', f);
}


static void print_row(FILE *f, const json_t *row)
{
	ctl_put(f, row, "aor");
	put_after(f, "  ", row, "contact");
	put_after(f, "  ", row, "protocol");
	put_after(f, " ", row, "source");
	(void)fprintf(f, "  %lld s left", number(row, "expires_s"));
	if (json_is_false(json_object_get(row, "reachable")))
		(void)fputs("  no way to it now", f);
	put_after(f, "  ", row, "user_agent");
	(void)fputc('\n', f);
	put_after(f, "    by ", row, "path");
	if (has(row, "path"))
		(void)fputc('\n', f);
	print_nat(f, row);
}


/** A row in its order */
struct place {
	const char *aor;
	const json_t *row;
};


static int compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return strcmp(x->aor, y->aor);
}


/**
 * Print who is registered, in the order of their names
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_registrations(FILE *f, const json_t *answer)
{
	const json_t *rows = json_object_get(answer, "registrations");
	const size_t n = json_array_size(rows);
	struct place *placev = calloc(n + 1, sizeof(*placev));
	size_t k = 0;

	for (size_t i = 0; placev && i < n; i++) {
		placev[k].row = json_array_get(rows, i);
		placev[k].aor = json_string_value(
			json_object_get(placev[k].row, "aor"));
		k += placev[k].aor != NULL;
	}
	if (k)
		qsort(placev, k, sizeof(*placev), compare);
	for (size_t i = 0; i < k; i++)
		print_row(f, placev[i].row);
	free(placev);
	if (!n)
		(void)fputs("nobody is registered\n", f);
}


static void print_phone(FILE *f, const json_t *phone)
{
	const json_t *ms = json_object_get(phone, "ms");

	ctl_put(f, phone, "contact");
	put_after(f, "  ", phone, "protocol");
	put_after(f, " ", phone, "source");
	if (ms)
		(void)fprintf(f, "  %lld after %.1f ms",
			      number(phone, "status"), json_real_value(ms));
	put_after(f, "  ", phone, "error");
	put_after(f, "  ", phone, "user_agent");
	(void)fputc('\n', f);
}


/**
 * Print whether phones answer
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_ping(FILE *f, const json_t *answer)
{
	const json_t *phones = json_object_get(answer, "phones");

	for (size_t i = 0; i < json_array_size(phones); i++)
		print_phone(f, json_array_get(phones, i));
}
