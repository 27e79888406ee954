/**
 * @file ctl_past.c  Past calls, which the database tells and not the server
 */
#include "common/json.h"
#include <string.h>
#include <time.h>
#include "common/config.h"
#include "proxy/admin/history/history_reader.h"
#include "proxy/command/ctl_past.h"

enum { ID_LEN = 16, TIME_SIZE = 32 };


static bool is_id(const char *text)
{
	return text && strlen(text) == ID_LEN &&
	       strspn(text, "0123456789abcdef") == ID_LEN;
}


/**
 * Ask for past calls
 *
 * @param cfg      Configuration of the server that keeps them
 * @param question "search", the number of a call or a part of what is known
 *
 * @return Answer, NULL: no memory
 */
json_t *ctl_past_ask(const struct config *cfg, const json_t *question)
{
	const char *text = json_string_value(
		json_object_get(question, "search"));
	struct history_reader *r = NULL;
	json_t *answer = json_object();
	int err = history_reader_alloc(&r, cfg->data);

	if (!err && is_id(text))
		err = history_one(r, text, answer);
	else if (!err)
		err = history_search(r, question, answer);
	if (err && !json_object_get(answer, "error"))
		(void)json_object_set_new(answer, "error",
					  json_string(strerror(err)));
	(void)json_object_set_new(answer, "ok", json_boolean(!err));
	mem_deref(r);

	return answer;
}


static void put_time(FILE *f, const json_t *row)
{
	const time_t s = (time_t)(json_integer_value(
					  json_object_get(row, "started_ms")) /
				  1000);
	char buf[TIME_SIZE] = "";
	struct tm tm;

	if (localtime_r(&s, &tm))
		(void)strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M:%S", &tm);
	(void)fputs(buf, f);
}


static void put_number(FILE *f, const char *label, const json_t *row,
		       const char *key)
{
	const json_t *value = json_object_get(row, key);

	if (json_is_integer(value))
		(void)fprintf(f, " %s%lld", label,
			      (long long)json_integer_value(value));
	else if (json_is_real(value))
		(void)fprintf(f, " %s%.2f", label, json_real_value(value));
}


static void print_row(FILE *f, const json_t *row)
{
	put_time(f, row);
	(void)fputs("  ", f);
	ctl_put(f, row, "id");
	(void)fputs("  ", f);
	ctl_put(f, row, "from");
	(void)fputs(" -> ", f);
	ctl_put(f, row, json_object_get(row, "uri") ? "uri" : "to");
	(void)fprintf(f, "  %lld s  ",
		      (long long)json_integer_value(
			      json_object_get(row, "talked_ms")) /
			      1000);
	ctl_put(f, row, json_object_get(row, "why") ? "why" : "state");
	put_number(f, "", row, "status");
	put_number(f, "mos a ", row, "a_mos");
	put_number(f, "b ", row, "b_mos");
	(void)fputs(json_is_true(json_object_get(row, "bad")) ? "  bad\n"
							      : "\n",
		    f);
}


static void print_one(FILE *f, const json_t *call)
{
	const char *key;
	json_t *value, *copy = json_deep_copy(call);

	json_object_foreach(copy, key, value)
	{
		if (json_is_object(value) || !strcmp(key, "ok"))
			continue;
		(void)fprintf(f, "%-14s", key);
		if (json_is_string(value))
			ctl_put(f, call, key);
		else if (json_is_boolean(value))
			(void)fputs(json_is_true(value) ? "yes" : "no", f);
		else
			put_number(f, "", call, key);
		(void)fputc('\n', f);
	}
	json_decref(copy);
}


/**
 * Print past calls, or one of them
 *
 * @param f      Where to
 * @param answer Answer
 */
void ctl_past_print(FILE *f, const json_t *answer)
{
	const json_t *calls = json_object_get(answer, "calls");

	if (!calls) {
		print_one(f, answer);
		return;
	}

	for (size_t i = 0; i < json_array_size(calls); i++)
		print_row(f, json_array_get(calls, i));
	if (!json_array_size(calls))
		(void)fputs("no such call\n", f);
}
