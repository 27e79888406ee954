/**
 * @file ctl_print_setting.c  The configuration in force, for people
 *
 * As it would stand in a file; what only the default says has a comment.
 */
#include <string.h>
#include "proxy/command/ctl_print_setting.h"


static const char *text(const json_t *obj, const char *key)
{
	const char *s = json_string_value(json_object_get(obj, key));

	return s ? s : "";
}


static void put_value(FILE *f, const json_t *v)
{
	const char *s = json_string_value(v);
	size_t i;
	json_t *one;

	if (json_is_array(v)) {
		(void)fputs("{ ", f);
		json_array_foreach(v, i, one)
		{
			(void)fputs(i ? ", " : "", f);
			put_value(f, one);
		}
		(void)fputs(" }", f);
		return;
	}

	(void)fputc('"', f);
	for (; s && *s; s++) {
		if (*s == '"' || *s == '\\')
			(void)fputc('\\', f);
		(void)fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s,
			    f);
	}
	(void)fputc('"', f);
}


static void print_setting(FILE *f, const json_t *s)
{
	const json_t *value = json_object_get(s, "value");

	if (json_is_null(value))
		return;

	(void)fprintf(f, "%s%s%s = ", text(s, "section"),
		      *text(s, "section") ? "." : "", text(s, "key"));
	/* a list's default is written as one */
	if (*text(s, "value") == '{')
		ctl_put(f, s, "value");
	else
		put_value(f, value);
	if (*text(s, "unit"))
		(void)fprintf(f, " %s", text(s, "unit"));
	if (!json_is_true(json_object_get(s, "set")))
		(void)fputs("  # not set", f);
	if (!strcmp(text(s, "reload"), "restart"))
		(void)fputs(json_is_true(json_object_get(s, "set"))
				    ? "  # restart"
				    : ", restart",
			    f);
	(void)fputc('\n', f);
}


static void print_section(FILE *f, const json_t *sec)
{
	const char *key;
	json_t *v;

	json_object_foreach(json_object_get(sec, "keys"), key, v)
	{
		ctl_put(f, sec, "section");
		(void)fputc(' ', f);
		ctl_put(f, sec, "title");
		(void)fprintf(f, ".%s = ", key);
		put_value(f, v);
		(void)fputc('\n', f);
	}
}


/**
 * Print the configuration in force
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_settings(FILE *f, const json_t *answer)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(answer, "settings"), i, one)
	{
		print_setting(f, one);
	}
	json_array_foreach(json_object_get(answer, "sections"), i, one)
	{
		print_section(f, one);
	}
}


static size_t print_lines(FILE *f, const json_t *lines, const char *begin,
			  const char *end)
{
	size_t i;
	json_t *line;

	json_array_foreach(lines, i, line)
	{
		const char *s = json_string_value(line);

		(void)fputs(begin, f);
		for (; s && *s; s++)
			(void)fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?'
									  : *s,
				    f);
		(void)fputs(end, f);
	}

	return json_array_size(lines);
}


/**
 * Print what a reload has changed
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_reload(FILE *f, const json_t *answer)
{
	size_t n;

	(void)print_lines(f, json_object_get(answer, "warnings"), "", "\n");
	n = print_lines(f, json_object_get(answer, "changed"), "changed  ",
			"\n");
	n += print_lines(f, json_object_get(answer, "restart"), "",
			 " needs a restart\n");
	if (!n)
		(void)fputs("nothing has changed\n", f);
}
