/**
 * @file ctl_table_registration.c  Registered phones, as a table
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/command/ctl_table.h"
#include "proxy/command/ctl_table_registration.h"

static const struct ctl_column columnv[] = {
	{"USER", 12, 0, false},  {"LEFT", 0, 0, true}, {"PROTO", 0, 3, false},
	{"SOURCE", 0, 0, false}, {"NAT", 0, 1, false}, {"MAPPING", 0, 4, true},
	{"AGENT", 8, 2, false},
};


static const char *text(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}


static int add_seconds(struct ctl_table *t, const json_t *s)
{
	return s ? ctl_table_addf(t, "%lld s",
				  (long long)json_integer_value(s))
		 : ctl_table_add(t, NULL);
}


static int add_row(struct ctl_table *t, const json_t *row)
{
	int err;

	err = ctl_table_add(t, text(row, "aor"));
	err |= add_seconds(t, json_object_get(row, "expires_s"));
	err |= ctl_table_add(t, text(row, "protocol"));
	err |= ctl_table_add(t,
			     json_is_false(json_object_get(row, "reachable"))
				     ? "no way to it"
				     : text(row, "source"));
	err |= ctl_table_add(t, text(json_object_get(row, "nat"), "verdict"));
	err |= add_seconds(t, json_object_get(row, "mapping_s"));
	err |= ctl_table_add(t, text(row, "user_agent"));

	return err ? ENOMEM : 0;
}


/** A row in its order */
struct turn {
	const json_t *row;
};


static int compare(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;
	const char *p = text(x->row, "aor"), *q = text(y->row, "aor");

	return strcmp(p ? p : "", q ? q : "");
}


static int add_rows(struct ctl_table *t, const json_t *rows)
{
	const size_t n = json_array_size(rows);
	struct turn *v = calloc(n + 1, sizeof(*v));
	int err = v ? 0 : ENOMEM;

	for (size_t i = 0; i < n && !err; i++)
		v[i].row = json_array_get(rows, i);
	if (!err)
		qsort(v, n, sizeof(*v), compare);
	for (size_t i = 0; i < n && !err; i++)
		err = add_row(t, v[i].row);
	free(v);

	return err;
}


/**
 * Make a table of who is registered, in the order of their names
 *
 * @param tp     Pointer to allocated table
 * @param answer Answer of the server
 *
 * @return 0 if success, otherwise errorcode
 */
int ctl_table_registrations(struct ctl_table **tp, const json_t *answer)
{
	struct ctl_table *t = NULL;
	int err = ctl_table_alloc(&t, columnv, ARRAY_SIZE(columnv));

	if (!err)
		err = add_rows(t, json_object_get(answer, "registrations"));
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}
