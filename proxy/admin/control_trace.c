/**
 * @file control_trace.c  What the control says of traces and flights
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "proxy/admin/control_trace.h"
#include "proxy/admin/trace/shelf.h"
#include "proxy/admin/trace/traces.h"

enum { FLIGHTS_SHOWN = 500 };

struct control_trace {
	struct traces *traces;
	struct shelf *flights;
};


static int refuse(json_t *answer, int err)
{
	const char *why = err == EINVAL    ? "whose? USER@DOMAIN or an address"
			  : err == EEXIST  ? "it is traced already"
			  : err == ENOENT  ? "it is not traced"
			  : err == ENOTSUP ? "there are no files: size is 0"
			  : err == ENOSPC  ? "too many are traced"
					   : NULL;

	if (why)
		(void)json_object_set_new(answer, "error", json_string(why));

	return err;
}


/* true, "on" */
static bool read_on(bool *on, const json_t *question)
{
	const json_t *val = json_object_get(question, "on");
	const char *text = json_string_value(val);

	*on = json_is_true(val) || (text && !strcmp(text, "on"));

	return *on || json_is_false(val) || (text && !strcmp(text, "off"));
}


static int wrong(json_t *answer, const char *why)
{
	(void)json_object_set_new(answer, "error", json_string(why));

	return EINVAL;
}


static int trace_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct control_trace *ct = arg;
	const char *what = json_string_value(
		json_object_get(question, "what"));
	const char *to = json_string_value(json_object_get(question, "to"));
	bool on;

	if (!read_on(&on, question))
		return wrong(answer, "on or off?");
	if (to && strcmp(to, "log") != 0 && strcmp(to, "pcap") != 0)
		return wrong(answer, "to log or to pcap?");

	return refuse(answer, on ? traces_begin(ct->traces, what,
						to && !strcmp(to, "log"))
				 : traces_end(ct->traces, what));
}


static void put_trace(const struct trace_state *st, void *arg)
{
	json_t *obj = json_object();

	(void)json_object_set_new(obj, "what", json_string(st->what));
	(void)json_object_set_new(obj, "to",
				  json_string(st->to_log ? "log" : "pcap"));
	if (st->file[0])
		(void)json_object_set_new(obj, "file", json_string(st->file));
	(void)json_object_set_new(obj, "messages",
				  json_integer((json_int_t)st->messages));
	(void)json_object_set_new(obj, "lost",
				  json_integer((json_int_t)st->lost));
	(void)json_object_set_new(obj, "left_s",
				  json_integer((json_int_t)st->left_s));
	(void)json_array_append_new(arg, obj);
}


static int traces_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct control_trace *ct = arg;
	json_t *array = json_array();
	(void)question;

	traces_apply(ct->traces, put_trace, array);

	return json_object_set_new(answer, "traces", array) ? ENOMEM : 0;
}


static bool put_flight(const struct shelf_file *f, void *arg)
{
	json_t *obj = json_object();

	(void)json_object_set_new(obj, "name", json_string(f->name));
	(void)json_object_set_new(obj, "size",
				  json_integer((json_int_t)f->bytes));
	(void)json_object_set_new(obj, "written_ms",
				  json_integer((json_int_t)f->time_s * 1000));
	(void)json_array_append_new(arg, obj);

	return json_array_size(arg) >= FLIGHTS_SHOWN;
}


static int flights_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct control_trace *ct = arg;
	json_t *array = json_array();
	(void)question;

	shelf_apply(ct->flights, put_flight, array);

	return json_object_set_new(answer, "flights", array) ? ENOMEM : 0;
}


/**
 * Let the control answer for traces and flights
 *
 * @param tp      Pointer to what answers
 * @param c       Control
 * @param traces  Traces
 * @param flights Files of the flight recorder, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int control_trace_alloc(struct control_trace **tp, struct control *c,
			struct traces *traces, struct shelf *flights)
{
	struct control_trace *ct;
	int err;

	if (!tp || !traces)
		return EINVAL;

	ct = mem_zalloc(sizeof(*ct), NULL);
	if (!ct)
		return ENOMEM;

	ct->traces = traces;
	ct->flights = flights;
	err = control_command(c, "trace", trace_handler, ct);
	if (!err)
		err = control_command(c, "traces", traces_handler, ct);
	if (!err)
		err = control_command(c, "flights", flights_handler, ct);
	if (err)
		mem_deref(ct);
	else
		*tp = ct;

	return err;
}


/**
 * Open a file of the flight recorder
 *
 * @param fd       Its descriptor
 * @param answer   Name and type
 * @param question Its name
 * @param arg      The flights' shelf
 *
 * @return 0 if success, ENOENT: there is no such file, otherwise errorcode
 */
int control_trace_open(int *fd, json_t *answer, const json_t *question,
		       void *arg)
{
	const char *name = json_string_value(
		json_object_get(question, "name"));
	int err = shelf_open(fd, arg, name);

	if (err)
		return err;

	(void)json_object_set_new(answer, "name", json_string(name));
	(void)json_object_set_new(answer, "type",
				  json_string("application/vnd.tcpdump.pcap"));

	return 0;
}
