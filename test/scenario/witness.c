/**
 * @file scenario/witness.c  Notes what a server answers, and has it judged
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include "common/json.h"
#include "test/scenario/witness.h"
#include "test/test.h"


void witness_note(struct witness *w, const char *method, const char *route)
{
	const char *type = strstr(w->wc.head, "\r\nContent-Type: ");
	json_t *body = json_loads(w->wc.body, 0, NULL), *line;
	FILE *f = fopen(w->file, "a");

	ck_assert_ptr_nonnull(type);
	ck_assert_ptr_nonnull(f);
	type += strlen("\r\nContent-Type: ");
	if (!body)
		body = json_string(w->wc.body);
	if (!body) /* it is no text */
		body = json_null();
	line = json_pack("{s:s,s:s,s:I,s:s%,s:o}", "method", method, "route",
			 route, "status", (json_int_t)w->wc.status, "type",
			 type, strcspn(type, "\r"), "body", body);
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(json_dumpf(line, f, JSON_COMPACT), 0);
	(void)fputs("\n", f);
	(void)fclose(f);
	json_decref(line);
}


/* path: "" for the route's own */
void witness_ask(struct witness *w, const char *method, const char *route,
		 const char *path, const char *body, long status)
{
	(void)webclient_ask(&w->wc, method, *path ? path : route, body);
	ck_assert_msg(w->wc.status == status, "%s %s: %ld %s", method, route,
		      w->wc.status, w->wc.body);
	witness_note(w, method, route);
}


void witness_get(struct witness *w, const char *route, const char *path)
{
	witness_ask(w, "GET", route, path, NULL, 200);
}


/* the value of a member in an object of the last answer's array, or its own */
const char *witness_value(struct witness *w, const char *array,
			  const char *key)
{
	json_t *obj = json_loads(w->wc.body, 0, NULL);
	const json_t *from = array ? json_array_get(
					     json_object_get(obj, array), 0)
				   : obj;
	const char *s = json_string_value(json_object_get(from, key));

	(void)str_ncpy(w->value, s ? s : "", sizeof(w->value));
	json_decref(obj);

	return w->value;
}


/* 0: all is well; what is not is in said */
int witness_judge(const struct witness *w, const char *more, char *said,
		  size_t size)
{
	char line[WITNESS_PATH_SIZE * 2];
	FILE *f;
	size_t n;

	(void)snprintf(line, sizeof(line),
		       "python3 test/tool/answers.py "
		       "proxy/admin/http/openapi.json "
		       "test/data/openapi/schema-3.1.json %s %s 2>&1",
		       w->file, more);
	f = popen(line, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(said, 1, size - 1, f);
	said[n] = '\0';
	while (fgetc(f) != EOF)
		;

	return WEXITSTATUS(pclose(f));
}
