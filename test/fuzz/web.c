/**
 * @file test/fuzz/web.c  Any request can be taken apart and judged
 *
 * The input is the method, the URI, Host and Authorization, a line each, and
 * the body. What is read of it lies within its bounds and has no
 * control characters, what is wrong is told in words, and without the token
 * nobody changes anything.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "common/json_out.h"
#include "proxy/admin/http/web_access.h"
#include "proxy/admin/http/web_problem.h"
#include "proxy/admin/http/web_question.h"

static const char token[] = "0123456789abcdef";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void must(bool ok)
{
	if (!ok)
		abort();
}


static void is_text(const struct web_uri *uri, const char *s)
{
	if (!*s) /* a value that is not there stands elsewhere */
		return;

	must(s >= uri->buf && s < uri->buf + sizeof(uri->buf));
	must(s + strlen(s) < uri->buf + sizeof(uri->buf));
	for (; *s; s++)
		must((unsigned char)*s >= ' ' && *s != 0x7f);
}


static void are_texts(const struct web_uri *uri)
{
	must(uri->segmentc <= WEB_SEGMENTS_MAX);
	must(uri->queryc <= WEB_QUERIES_MAX);
	for (size_t i = 0; i < uri->segmentc; i++)
		is_text(uri, uri->segmentv[i]);
	for (size_t i = 0; i < uri->queryc; i++) {
		is_text(uri, uri->queryv[i].name);
		is_text(uri, uri->queryv[i].value);
	}
	(void)web_route_suggest(uri);
}


static void judge(const struct web_route *route, const char *host,
		  const char *authorization)
{
	const struct web_guest near = {host, authorization, true},
			       far = {host, authorization, false},
			       nobody = {host, NULL, true};
	const char *why = NULL;
	unsigned status = web_access_judge(&why, route, &near, token);

	must(status ? why != NULL
		    : !authorization || strstr(authorization, token) != NULL);
	must(!web_access_judge(&why, route, &far, token) ==
	     (!status && (authorization || route->access == WEB_PUBLIC)));
	if (route->method != WEB_GET)
		must(web_access_judge(&why, route, &nobody, token) == 401);
}


static void problem(const char *why)
{
	char *text = web_problem_text(400, why);
	json_t *obj;

	must(text != NULL && json_out_is_utf8(text));
	obj = json_loads(text, 0, NULL);
	must(json_is_string(json_object_get(obj, "detail")));
	json_decref(obj);
	free(text);
}


static void ask(const struct web_route *route, const struct web_uri *uri,
		const char *body, size_t len)
{
	char why[WEB_WHY_MAX];
	json_t *q = NULL;
	int err = web_question_make(&q, why, route, uri, body, len);

	must(err ? !q : json_is_object(q));
	must(!err || err == EINVAL);
	must(!err || *why);
	if (err)
		problem(why);
	else if (route->command)
		must(!strcmp(json_string_value(json_object_get(q, "command")),
			     route->command));
	json_decref(q);
}


/* up to the next end of a line, which becomes a zero */
static char *line(char **p)
{
	char *text = *p, *end = strchr(text, '\n');

	*p = end ? end + 1 : text + strlen(text);
	if (end)
		*end = '\0';

	return text;
}


static void take(char *p, const char *end)
{
	const unsigned method = web_method_decode(line(&p));
	const char *raw = line(&p), *host = line(&p), *shown = line(&p);
	const struct web_route *route;
	struct web_uri uri;
	unsigned allowed;
	char allow[64];
	int err = web_uri_decode(&uri, raw);

	must(!err || err == EBADMSG || err == ENAMETOOLONG);
	(void)web_access_is_local(host);
	if (err)
		return;

	are_texts(&uri);
	route = web_route_find(&allowed, method, &uri);
	if (!route) {
		web_route_allow(allow, sizeof(allow), allowed);
		return;
	}

	must(route->method == method);
	judge(route, *host ? host : NULL, *shown ? shown : NULL);
	ask(route, &uri, p, (size_t)(end - p));
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	take(text, text + size);
	free(text);

	return 0;
}
