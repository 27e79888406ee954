/**
 * @file control_registration.c  What the control says of registered phones
 *
 * A page of the table at a time, of so many rows, out of so many users: the
 * loop has other work, also while somebody searches among many.
 */
#include <errno.h>
#include <string.h>
#include "proxy/admin/control_registration.h"
#include "proxy/admin/operand.h"
#include "proxy/admin/phone_ping.h"
#include "proxy/admin/registration_json.h"
#include "proxy/core/proxy.h"
#include "proxy/sip/agent.h"
#include "proxy/sip/syntax.h"

enum { USERS = 1000, CURSOR_SIZE = 16 };

struct control_registration {
	struct proxy *px;          /* not owned */
	const struct keepalive *k; /* not owned */
	struct agent *agent;
};

/** One answer */
struct page {
	const struct control_registration *r;
	struct json_out out;
	const char *search;
	size_t rows, limit;
};


static void destructor(void *arg)
{
	struct control_registration *r = arg;

	mem_deref(r->agent);
}


static bool user_handler(const char *aor, const struct list *bindingl,
			 void *arg)
{
	struct page *p = arg;
	(void)aor;

	for (struct le *le = list_head(bindingl); le; le = le->next) {
		struct binding *b = le->data;

		if (!registration_has(b, p->search))
			continue;

		registration_json(&p->out, b, p->r->k,
				  timers_now(p->r->px->p.timers));
		++p->rows;
	}

	return p->rows < p->limit;
}


/* "limit" as a number, or as text out of a query */
static size_t read_number(const json_t *question, const char *key,
			  size_t otherwise)
{
	const json_t *v = json_object_get(question, key);
	uint32_t n;
	struct pl pl;

	if (json_is_integer(v) && json_integer_value(v) > 0)
		return (size_t)json_integer_value(v);
	if (!json_is_string(v))
		return otherwise;

	pl_set_str(&pl, json_string_value(v));

	return syntax_u32(&n, &pl, UINT32_MAX) ? otherwise : n;
}


static int put_rows(json_t *answer, const struct mbuf *mb)
{
	json_t *rows = json_loadb((const char *)mb->buf, mb->end, 0, NULL);

	return rows ? json_object_set_new(answer, "registrations", rows)
		    : ENOMEM;
}


static int list(json_t *answer, struct page *p, uint32_t from)
{
	struct mbuf *mb = mbuf_alloc(4096);
	char cursor[CURSOR_SIZE];
	int err;

	if (!mb)
		return ENOMEM;

	json_out_init(&p->out, mb);
	json_out_array(&p->out, NULL);
	from = location_walk(p->r->px->p.loc, from, USERS, user_handler, p);
	json_out_array_end(&p->out);
	err = p->out.err ? p->out.err : put_rows(answer, mb);
	mem_deref(mb);
	if (!err && from) {
		(void)re_snprintf(cursor, sizeof(cursor), "%u", from);
		(void)json_object_set_new(answer, "next", json_string(cursor));
	}

	return err;
}


static int registrations_handler(json_t *answer, const json_t *question,
				 void *arg)
{
	const char *search = json_string_value(
		json_object_get(question, "search"));
	struct page p = {
		.r = arg,
		.search = search ? search : "",
		.limit = read_number(question, "limit",
				     CONTROL_REGISTRATIONS_MAX),
	};
	const size_t from = read_number(question, "after", 0);

	if (!p.limit || p.limit > CONTROL_REGISTRATIONS_MAX)
		p.limit = CONTROL_REGISTRATIONS_MAX;

	(void)json_object_set_new(
		answer, "count", json_integer(location_count(p.r->px->p.loc)));

	return list(answer, &p, (uint32_t)from);
}


static int fail(json_t *answer, int err, const char *why)
{
	(void)json_object_set_new(answer, "error", json_string(why));

	return err;
}


static int ping_handler(struct control_request *rq, json_t *answer,
			const json_t *question, void *arg)
{
	const struct control_registration *r = arg;
	const char *text = json_string_value(json_object_get(question, "aor"));
	char buf[SIPURI_AOR_MAX], aor[SIPURI_AOR_MAX];
	const struct list *bindings;
	struct sipuri uri;
	struct pl pl;

	if (!text || operand_user(&uri, buf, sizeof(buf), r->px, text) ||
	    !served_is_ours(r->px, &uri) ||
	    served_user(r->px, &uri, NULL, aor, sizeof(aor)))
		return fail(answer, EINVAL, "not an address of ours");

	pl_set_str(&pl, aor);
	bindings = location_get(r->px->p.loc, &pl);
	if (!bindings)
		return fail(answer, ENOENT, "nobody is registered there");

	return phone_ping(rq, r->px, r->agent, bindings);
}


/**
 * Let the control answer for registrations
 *
 * @param rp Pointer to what it needs for that
 * @param c  Control
 * @param px Proxy, outlives it
 * @param k  Keepalive, outlives it; or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int control_registration_alloc(struct control_registration **rp,
			       struct control *c, struct proxy *px,
			       const struct keepalive *k)
{
	struct control_registration *r;
	int err;

	if (!rp || !c || !px)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->px = px;
	r->k = k;
	err = agent_alloc(&r->agent, px->p.tp, px->p.txns, &px->p.branch_key);
	if (!err)
		err = control_command(c, "registrations",
				      registrations_handler, r);
	if (!err)
		err = control_command_later(c, "ping", ping_handler, r);
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}
