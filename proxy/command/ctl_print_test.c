/**
 * @file ctl_print_test.c  Calls to the test number, for people
 */
#include <time.h>
#include "proxy/command/ctl_print_test.h"


/* lines of it; everything else that moves a terminal stays behind */
static void put_text(FILE *f, const json_t *obj, const char *key)
{
	const char *s = json_string_value(json_object_get(obj, key));
	bool begins = true;

	for (; s && *s; s++) {
		if (begins)
			(void)fputs("  ", f);
		begins = *s == '\n';
		(void)fputc(begins || ((unsigned char)*s >= ' ' && *s != 0x7f)
				    ? *s
				    : '?',
			    f);
	}
}


static void put_time(FILE *f, const json_t *obj)
{
	const time_t t = (time_t)json_integer_value(
		json_object_get(obj, "time"));
	char buf[32] = "";
	struct tm tm;

	if (localtime_r(&t, &tm))
		(void)strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M:%S", &tm);
	(void)fputs(buf, f);
}


/**
 * Print the reports of the test number
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_tests(FILE *f, const json_t *answer)
{
	const json_t *tests = json_object_get(answer, "tests");
	size_t i;
	json_t *t;

	if (!json_array_size(tests))
		(void)fputs("nobody has called the test number\n", f);

	json_array_foreach(tests, i, t)
	{
		put_time(f, t);
		(void)fputs("  ", f);
		ctl_put(f, t, "caller");
		(void)fputs("  ", f);
		ctl_put(f, t, "agent");
		(void)fputs("  ended by ", f);
		ctl_put(f, t, "end");
		(void)fputc('\n', f);
		put_text(f, t, "text");
	}
}
