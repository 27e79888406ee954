/**
 * @file control_call.c  What the control says of calls
 *
 * A page of the table at a time, in the order of their beginning: the loop has
 * other work.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/admin/call_json.h"
#include "proxy/admin/control_call.h"
#include "proxy/core/dialog_end.h"
#include "proxy/media/call_record.h"
#include "proxy/media/call_report.h"

enum { PAGE = 500, FOUND_MAX = 16, CURSOR_SIZE = 64 };

/** A call's place in the order */
struct place {
	uint64_t began_ms, id;
};

struct places {
	struct place *v;
	size_t n, max, page;
	struct place after;
};


static int compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->began_ms != y->began_ms)
		return x->began_ms < y->began_ms ? -1 : 1;

	return x->id < y->id ? -1 : x->id > y->id;
}


static bool place_handler(struct call *call, void *arg)
{
	struct places *ps = arg;
	const struct place p = {call_began(call), call_id(call)};

	if (compare(&p, &ps->after) <= 0)
		return false;
	if (ps->n >= ps->max)
		return true;

	ps->v[ps->n++] = p;

	return false;
}


static void add_row(json_t *rows, const struct calls *calls, uint64_t id)
{
	struct call_report *r = NULL;
	json_t *row;

	if (call_report(&r, call_find(calls, id), NULL))
		return;

	row = call_json_row(r);
	if (row)
		(void)json_array_append_new(rows, row);
	mem_deref(r);
}


/* where the next page begins; what is none is the beginning */
static void read_cursor(struct place *p, const char *text)
{
	struct pl ms, id;

	memset(p, 0, sizeof(*p));
	if (!text || re_regex(text, strlen(text), "[0-9]+-[0-9]+", &ms, &id))
		return;

	p->began_ms = pl_u64(&ms);
	p->id = pl_u64(&id);
}


static int put_page(json_t *answer, const struct calls *calls,
		    const struct places *ps)
{
	const size_t n = ps->n < ps->page ? ps->n : ps->page;
	json_t *rows = json_array();
	char cursor[CURSOR_SIZE];

	for (size_t i = 0; i < n; i++)
		add_row(rows, calls, ps->v[i].id);

	if (n < ps->n && re_snprintf(cursor, sizeof(cursor), "%llu-%llu",
				     (unsigned long long)ps->v[n - 1].began_ms,
				     (unsigned long long)ps->v[n - 1].id) > 0)
		(void)json_object_set_new(answer, "next", json_string(cursor));
	(void)json_object_set_new(answer, "count",
				  json_integer(calls_count(calls)));

	return json_object_set_new(answer, "calls", rows) ? ENOMEM : 0;
}


static int calls_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct proxy *px = arg;
	const struct calls *calls = px->p.calls;
	const json_int_t limit = json_integer_value(
		json_object_get(question, "limit"));
	struct places ps = {
		.max = calls_count(calls),
		.page = limit > 0 && limit < PAGE ? (size_t)limit : PAGE,
	};
	int err;

	ps.v = mem_zalloc((ps.max + 1) * sizeof(*ps.v), NULL);
	if (!ps.v)
		return ENOMEM;

	read_cursor(&ps.after,
		    json_string_value(json_object_get(question, "after")));
	calls_apply(calls, place_handler, &ps);
	qsort(ps.v, ps.n, sizeof(*ps.v), compare);
	err = put_page(answer, calls, &ps);
	mem_deref(ps.v);

	return err;
}


/** Calls of one Call-ID */
struct search {
	struct pl callid;
	uint64_t idv[FOUND_MAX];
	size_t n;
};


static bool search_handler(struct call *call, void *arg)
{
	struct search *s = arg;

	if (s->n < FOUND_MAX && !call_id_is(call, &s->callid))
		return false;

	if (s->n < FOUND_MAX)
		s->idv[s->n++] = call_id(call);

	return s->n >= FOUND_MAX;
}


/* by its number, else by its Call-ID: a forked call has several. ENOENT */
static int find(struct search *s, const struct calls *calls, json_t *answer,
		const json_t *question)
{
	const char *text = json_string_value(json_object_get(question, "id"));
	uint64_t id;

	memset(s, 0, sizeof(*s));
	if (!text || !*text) {
		(void)json_object_set_new(answer, "error",
					  json_string("which call?"));
		return EINVAL;
	}

	if (!call_json_id_decode(&id, text) && call_find(calls, id)) {
		s->idv[s->n++] = id;
		return 0;
	}

	pl_set_str(&s->callid, text);
	calls_apply(calls, search_handler, s);
	if (s->n)
		return 0;

	(void)json_object_set_new(answer, "error",
				  json_string("no such call is up"));

	return ENOENT;
}


static int call_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct proxy *px = arg;
	struct search s;
	json_t *array;
	int err = find(&s, px->p.calls, answer, question);

	if (err)
		return err;

	array = json_array();
	for (size_t i = 0; i < s.n; i++) {
		struct call_report *r = NULL;

		if (call_report(&r, call_find(px->p.calls, s.idv[i]), NULL))
			continue;
		(void)json_array_append_new(array, call_json(r));
		mem_deref(r);
	}

	return json_object_set_new(answer, "calls", array) ? ENOMEM : 0;
}


static bool read_mode(bool *on, const json_t *question)
{
	const char *mode = json_string_value(
		json_object_get(question, "mode"));

	*on = mode && !strcmp(mode, "on");

	return mode && (*on || !strcmp(mode, "off"));
}


/* of a forked call any that can be recorded will do */
static int record_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct proxy *px = arg;
	const char *why = "";
	struct search s;
	bool on, done = false;
	int err;

	if (!read_mode(&on, question)) {
		(void)json_object_set_new(answer, "error",
					  json_string("on or off?"));
		return EINVAL;
	}

	err = find(&s, px->p.calls, answer, question);
	if (err)
		return err;

	for (size_t i = 0; i < s.n; i++) {
		struct call *call = call_find(px->p.calls, s.idv[i]);
		const int e = call_record(call, on, &why);

		done |= !e;
		err = e ? e : err;
		if (!e && call_record_name(call)[0])
			(void)json_object_set_new(
				answer, "recording",
				json_string(call_record_name(call)));
	}
	if (done)
		return 0;

	(void)json_object_set_new(answer, "error", json_string(why));

	return err;
}


static int hangup_handler(json_t *answer, const json_t *question, void *arg)
{
	struct proxy *px = arg;
	json_int_t ended = 0;
	struct search s;
	int err = find(&s, px->p.calls, answer, question);

	if (err)
		return err;

	/* the end of one may be that of the others */
	for (size_t i = 0; i < s.n; i++) {
		struct call *call = call_find(px->p.calls, s.idv[i]);

		if (!call)
			continue;
		(void)dialog_end(px, call, "hangup");
		++ended;
	}

	return json_object_set_new(answer, "ended", json_integer(ended))
		       ? ENOMEM
		       : 0;
}


/**
 * Let the control answer for calls
 *
 * @param c  Control
 * @param px Proxy, outlives it
 *
 * @return 0 if success, otherwise errorcode
 */
int control_call_add(struct control *c, struct proxy *px)
{
	int err;

	if (!px)
		return EINVAL;

	err = control_command(c, "calls", calls_handler, px);
	if (!err)
		err = control_command(c, "call", call_handler, px);
	if (!err)
		err = control_command(c, "record", record_handler, px);
	if (!err)
		err = control_command(c, "hangup", hangup_handler, px);

	return err;
}
