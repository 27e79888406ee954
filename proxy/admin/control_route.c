/**
 * @file control_route.c  What the control says of routes and peers
 *
 * Asks the functions that the calls themselves ask.
 */
#include <errno.h>
#include <string.h>
#include "proxy/admin/control_route.h"
#include "proxy/admin/operand.h"
#include "proxy/core/dialing.h"
#include "proxy/core/trunk.h"
#include "proxy/core/trunk_register.h"


static void put(json_t *obj, const char *key, const char *text)
{
	if (text && *text)
		(void)json_object_set_new(obj, key, json_string(text));
}


static void put_number(json_t *obj, const char *key, uint64_t n)
{
	(void)json_object_set_new(obj, key, json_integer((json_int_t)n));
}


static void put_bool(json_t *obj, const char *key, bool b)
{
	(void)json_object_set_new(obj, key, json_boolean(b));
}


static const char *state_name(const struct trunk *t)
{
	if (t->down)
		return "down";

	return trunk_rests(t) ? "rests" : "up";
}


static const char *text_of(const json_t *question, const char *key)
{
	return json_string_value(json_object_get(question, key));
}


static const struct account *find_account(const struct proxy *px,
					  const struct sipuri *uri)
{
	char aor[SIPURI_AOR_MAX];
	struct pl pl;

	if (!served_is_ours(px, uri) ||
	    served_aor(px, uri, NULL, aor, sizeof(aor)))
		return NULL;

	pl_set_str(&pl, aor);

	return accounts_find_alias(px->p.accounts, &pl);
}


static void put_ways(json_t *answer, const struct dialing *d)
{
	json_t *ways = json_array();

	for (size_t i = 0; i < d->wayc; i++) {
		const struct dialing_way *w = &d->wayv[i];
		json_t *way = json_object();
		char uri[CONFIG_URI_MAX + NUMBER_MAX * 3] = "";

		(void)trunk_number_uri(uri, sizeof(uri), w->trunk, w->num);
		put(way, "peer", w->trunk->peer->name);
		put(way, "number", w->num);
		put(way, "uri", w->num[0] ? uri : "");
		put(way, "state", state_name(w->trunk));
		put(way, "not_tried", w->skip);
		put_number(way, "calls", w->trunk->calls);
		(void)json_array_append_new(ways, way);
	}

	(void)json_object_set_new(answer, "peers", ways);
}


static int explain(json_t *answer, const struct proxy *px,
		   const struct sipuri *uri, const struct account *from)
{
	const struct dialing_caller caller = {.allow = from ? from->set.allow
							    : NULL};
	struct dialing d;
	const int err = dialing_find(&d, px->p.cfg, px->trunks, &uri->user,
				     &caller);

	put(answer, "number", d.num);
	if (err == ENOENT) {
		put_number(answer, "status", 404);
		put(answer, "refused",
		    d.num[0] ? "No user and no route takes this number"
			     : "No user, and not a number");
		return 0;
	}

	put(answer, "route", d.route->name);
	put(answer, "pattern", d.pattern);
	put(answer, "becomes", d.sent);
	put_bool(answer, "emergency", d.route->emergency);
	put_ways(answer, &d);
	if (err) {
		put_number(answer, "status", d.scode);
		put(answer, "refused", d.why);
	}

	return 0;
}


/* where a call to that number would go now */
static int route_handler(json_t *answer, const json_t *question, void *arg)
{
	const char *number = text_of(question, "number");
	const char *from = text_of(question, "from");
	const struct account *acc, *caller = NULL;
	const struct proxy *px = arg;
	char buf[SIPURI_AOR_MAX];
	struct sipuri uri;

	if (!number || operand_user(&uri, buf, sizeof(buf), px, number)) {
		put(answer, "error", "not a number and not an address");
		return EINVAL;
	}

	acc = find_account(px, &uri);
	if (acc) {
		put(answer, "user", acc->aor);
		return 0;
	}
	if (!served_is_ours(px, &uri)) {
		put(answer, "error", "not a domain of ours");
		return ENOENT;
	}

	if (from) {
		char fbuf[SIPURI_AOR_MAX];
		struct sipuri furi;

		if (!operand_user(&furi, fbuf, sizeof(fbuf), px, from))
			caller = find_account(px, &furi);
		if (!caller) {
			put(answer, "error", "no such account");
			return ENOENT;
		}
	}

	return explain(answer, px, &uri, caller);
}


static json_t *describe(const struct trunk *t)
{
	json_t *obj = json_object();
	char uri[CONFIG_URI_MAX];

	put(obj, "peer", t->peer->name);
	put(obj, "state", state_name(t));
	put_bool(obj, "probed", t->peer->probe > 0);
	if (!trunk_uri(uri, t))
		put(obj, "uri", uri);
	put_number(obj, "calls", t->calls);
	put_number(obj, "calls_max", t->peer->calls);
	if (t->reg) {
		put_bool(obj, "registered", trunk_is_registered(t->reg));
		put_number(obj, "registered_s", trunk_registered_for(t->reg));
		put_number(obj, "register_status",
			   trunk_register_status(t->reg));
	}

	return obj;
}


static int peers_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct proxy *px = arg;
	json_t *peers = json_array();
	const struct trunk *t;
	(void)question;

	for (size_t i = 0; (t = trunks_at(px->trunks, i)) != NULL; i++)
		(void)json_array_append_new(peers, describe(t));

	return json_object_set_new(answer, "peers", peers) ? ENOMEM : 0;
}


/**
 * Let the control answer for routes and peers
 *
 * @param c  Control
 * @param px Proxy, outlives it
 *
 * @return 0 if success, otherwise errorcode
 */
int control_route_add(struct control *c, const struct proxy *px)
{
	int err;

	if (!px)
		return EINVAL;

	err = control_command(c, "route", route_handler, (void *)px);
	if (!err)
		err = control_command(c, "peers", peers_handler, (void *)px);

	return err;
}
