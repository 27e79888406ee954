/**
 * @file web_question.c  A control question of a request, pure
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/config_draft.h"
#include "proxy/admin/http/web_question.h"

enum { DIGITS_MAX = 15, NAME_SIZE = 32, SHOWN_MAX = 48, RANGE_SIZE = 64 };


static const struct web_param *find_param(const struct web_param *v,
					  const char *name)
{
	for (; v->type != WEB_NOTHING; v++) {
		if (!strcmp(v->name, name))
			return v;
	}

	return NULL;
}


static int unknown(char why[WEB_WHY_MAX], const char *what,
		   const struct web_param *v, const char *name)
{
	const char *wordv[WEB_PARAMS_MAX + 1] = {NULL}, *near;

	for (size_t i = 0; v[i].type != WEB_NOTHING; i++)
		wordv[i] = v[i].name;
	near = config_suggest(name, wordv);
	(void)snprintf(why, WEB_WHY_MAX, "%s \"%.*s\" is not known%s%s%s",
		       what, SHOWN_MAX, name, near ? ", is \"" : "",
		       near ? near : "", near ? "\" meant?" : "");

	return EINVAL;
}


static int wrong(char why[WEB_WHY_MAX], const struct web_param *p)
{
	char range[RANGE_SIZE] = "";
	static const char *const takesv[] = {
		[WEB_TEXT] = "a text",
		[WEB_NUMBER] = "a whole number",
		[WEB_BOOL] = "true or false",
		[WEB_ON_OFF] = "true or false",
	};

	if (p->max)
		(void)snprintf(range, sizeof(range), " from %lld to %lld",
			       (long long)p->min, (long long)p->max);
	(void)snprintf(why, WEB_WHY_MAX, "\"%s\" takes %s%s", p->name,
		       takesv[p->type], range);

	return EINVAL;
}


/* NULL: it is too small or too large */
static json_t *number(const struct web_param *p, json_int_t n)
{
	return n < p->min || (p->max && n > p->max) ? NULL : json_integer(n);
}


/* NULL: it is none */
static json_t *decode_text(const struct web_param *p, const char *text)
{
	const size_t len = strlen(text);
	const bool yes = !strcmp(text, "true") || !strcmp(text, "1");

	switch (p->type) {
	case WEB_TEXT:
		return json_string(text);
	case WEB_NUMBER:
		if (!len || len > DIGITS_MAX ||
		    strspn(text, "0123456789") != len)
			return NULL;
		return number(p, strtoll(text, NULL, 10));
	case WEB_BOOL:
		if (!yes && strcmp(text, "false") && strcmp(text, "0"))
			return NULL;
		return json_boolean(yes);
	default:
		return NULL;
	}
}


static json_t *decode_value(const struct web_param *p, json_t *value)
{
	switch (p->type) {
	case WEB_TEXT:
		return json_is_string(value) ? json_incref(value) : NULL;
	case WEB_NUMBER:
		return json_is_integer(value)
			       ? number(p, json_integer_value(value))
			       : NULL;
	case WEB_BOOL:
		return json_is_boolean(value) ? json_incref(value) : NULL;
	case WEB_ON_OFF:
		return json_is_boolean(value)
			       ? json_string(json_is_true(value) ? "on"
								 : "off")
			       : NULL;
	default:
		return NULL;
	}
}


static int put(json_t *q, char why[WEB_WHY_MAX], const struct web_param *p,
	       json_t *value)
{
	if (!value)
		return wrong(why, p);

	return json_object_set_new(q, p->member ? p->member : p->name, value)
		       ? ENOMEM
		       : 0;
}


/* the segments in braces are members of that name */
static int put_path(json_t *q, char why[WEB_WHY_MAX], const char *path,
		    const struct web_uri *uri)
{
	for (size_t i = 0; i < uri->segmentc; i++) {
		const size_t len = strcspn(++path, "/");
		char name[NAME_SIZE] = "";
		const struct web_param p = {.name = name, .type = WEB_TEXT};
		int err;

		if (*path == '{' && len < sizeof(name)) {
			memcpy(name, path + 1, len - 2);
			err = put(q, why, &p, json_string(uri->segmentv[i]));
			if (err)
				return err;
		}
		path += len;
	}

	return 0;
}


static int put_query(json_t *q, char why[WEB_WHY_MAX],
		     const struct web_route *route, const struct web_uri *uri)
{
	for (size_t i = 0; i < uri->queryc; i++) {
		const char *name = uri->queryv[i].name;
		const struct web_param *p = find_param(route->queryv, name);
		int err;

		if (!p)
			return unknown(why, "the parameter", route->queryv,
				       name);
		err = put(q, why, p, decode_text(p, uri->queryv[i].value));
		if (err)
			return err;
	}

	return 0;
}


static int put_members(json_t *q, char why[WEB_WHY_MAX],
		       const struct web_route *route, json_t *body)
{
	const char *name;
	json_t *value;
	int err = 0;

	json_object_foreach(body, name, value)
	{
		const struct web_param *p = find_param(route->bodyv, name);

		if (!p)
			return unknown(why, "the member", route->bodyv, name);
		err = put(q, why, p, decode_value(p, value));
		if (err)
			return err;
	}

	return 0;
}


static int put_body(json_t *q, char why[WEB_WHY_MAX],
		    const struct web_route *route, const char *text,
		    size_t len)
{
	json_t *body = len ? json_loadb(text, len, JSON_REJECT_DUPLICATES,
					NULL)
			   : json_object();
	int err;

	if (!json_is_object(body)) {
		(void)snprintf(why, WEB_WHY_MAX, "the body is no JSON object");
		err = EINVAL;
	}
	else if (route->whole) {
		err = json_object_set(q, "body", body) ? ENOMEM : 0;
	}
	else {
		err = put_members(q, why, route, body);
	}
	json_decref(body);

	return err;
}


static int check_needed(const json_t *q, char why[WEB_WHY_MAX],
			const struct web_param *v)
{
	for (; v->type != WEB_NOTHING; v++) {
		if (!v->needed ||
		    json_object_get(q, v->member ? v->member : v->name))
			continue;

		(void)snprintf(why, WEB_WHY_MAX, "\"%s\" is missing", v->name);
		return EINVAL;
	}

	return 0;
}


static int put_fixed(json_t *q, const struct web_route *route)
{
	const char *always = route->always;
	const bool no = always && *always == '!';
	int err = 0;

	if (route->command)
		err = json_object_set_new(q, "command",
					  json_string(route->command));
	if (!err && always)
		err = json_object_set_new(q, always + no, json_boolean(!no));

	return err ? ENOMEM : 0;
}


/**
 * Make the question that a request asks
 *
 * @param qp    Pointer to the question
 * @param why   What is wrong with the request
 * @param route Its route
 * @param uri   Its URI
 * @param body  Its body
 * @param len   Octets of it
 *
 * @return 0 if success; EINVAL: why says it; otherwise errorcode
 */
int web_question_make(json_t **qp, char why[WEB_WHY_MAX],
		      const struct web_route *route, const struct web_uri *uri,
		      const char *body, size_t len)
{
	json_t *q;
	int err;

	if (!qp || !why || !route || !uri || (len && !body))
		return EINVAL;

	why[0] = '\0';
	q = json_object();
	if (!q)
		return ENOMEM;

	err = put_fixed(q, route);
	if (!err)
		err = put_path(q, why, route->path, uri);
	if (!err)
		err = put_query(q, why, route, uri);
	if (!err)
		err = put_body(q, why, route, body, len);
	if (!err)
		err = check_needed(q, why, route->queryv);
	if (!err)
		err = check_needed(q, why, route->bodyv);

	if (err)
		json_decref(q);
	else
		*qp = q;

	return err;
}
