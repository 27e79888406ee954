/**
 * @file ctl_table_call.c  Calls of a server, as a table
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/command/ctl_table.h"
#include "proxy/command/ctl_table_call.h"

static const struct ctl_column columnv[] = {
	{"ID", 0, 0, false},     {"STATE", 0, 0, false},
	{"TIME", 0, 0, true},    {"FROM", 12, 0, false},
	{"TO", 12, 0, false},    {"MEDIA", 0, 2, false},
	{"REASON", 6, 5, false}, {"A LOST", 0, 3, true},
	{"A MOS", 0, 4, true},   {"B LOST", 0, 3, true},
	{"B MOS", 0, 4, true},
};


static const char *text(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}


static int add_time(struct ctl_table *t, const json_t *row)
{
	const long long s = (long long)json_integer_value(
				    json_object_get(row, "talked_ms")) /
			    1000;

	return s >= 3600 ? ctl_table_addf(t, "%lld:%02lld:%02lld", s / 3600,
					  s / 60 % 60, s % 60)
			 : ctl_table_addf(t, "%lld:%02lld", s / 60, s % 60);
}


/* "sip:" is what they all begin with */
static int add_uri(struct ctl_table *t, const char *uri)
{
	return ctl_table_add(t,
			     uri && !strncmp(uri, "sip:", 4) ? uri + 4 : uri);
}


static int add_side(struct ctl_table *t, const json_t *side)
{
	const json_t *loss = json_object_get(side, "loss");
	const json_t *mos = json_object_get(side, "mos");
	int err;

	err = loss ? ctl_table_addf(t, "%.2f%%", json_number_value(loss))
		   : ctl_table_add(t, NULL);
	err |= mos ? ctl_table_addf(t, "%.2f", json_number_value(mos))
		   : ctl_table_add(t, NULL);

	return err;
}


static int add_row(struct ctl_table *t, const json_t *row)
{
	const char *uri = text(row, "uri");
	int err;

	err = ctl_table_add(t, text(row, "id"));
	err |= ctl_table_add(t, text(row, "state"));
	err |= add_time(t, row);
	err |= add_uri(t, text(row, "from"));
	err |= add_uri(t, uri ? uri : text(row, "to"));
	err |= ctl_table_add(t, text(row, "media"));
	err |= ctl_table_add(t, text(row, "reason"));
	err |= add_side(t, json_object_get(row, "a"));
	err |= add_side(t, json_object_get(row, "b"));

	return err ? ENOMEM : 0;
}


/**
 * Make a table of calls
 *
 * @param tp     Pointer to allocated table
 * @param answer Answer of the server
 *
 * @return 0 if success, otherwise errorcode
 */
int ctl_table_calls(struct ctl_table **tp, const json_t *answer)
{
	const json_t *calls = json_object_get(answer, "calls");
	struct ctl_table *t = NULL;
	int err = ctl_table_alloc(&t, columnv, ARRAY_SIZE(columnv));

	for (size_t i = 0; i < json_array_size(calls) && !err; i++)
		err = add_row(t, json_array_get(calls, i));
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}
