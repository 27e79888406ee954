/**
 * @file control_explain.c  What would become of a call, told without making it
 *
 * The way is that of a rehearsal, which asks what calls themselves ask; here
 * it is only put into words.
 */
#include <errno.h>
#include <string.h>
#include "proxy/admin/control_explain.h"
#include "proxy/admin/operand.h"
#include "proxy/core/dialing.h"
#include "proxy/core/diversion.h"
#include "proxy/core/divert.h"
#include "proxy/core/limits.h"
#include "proxy/core/rehearsal.h"
#include "proxy/core/trunk.h"
#include "proxy/core/waking.h"

enum { TEXT_SIZE = 256 };


/* what stands in a registration need not be UTF-8 */
static void put(json_t *obj, const char *key, const char *text)
{
	json_t *v = text && *text ? json_string(text) : NULL;

	if (text && *text)
		(void)json_object_set_new(obj, key, v ? v : json_string("?"));
}


static void put_number(json_t *obj, const char *key, uint64_t n)
{
	(void)json_object_set_new(obj, key, json_integer((json_int_t)n));
}


static int fail(json_t *answer, int err, const char *why)
{
	put(answer, "error", why);

	return err;
}


static void put_media(json_t *obj, const struct rehearsal *r,
		      const struct target *t)
{
	struct nat_verdict v;
	char text[TEXT_SIZE] = "";

	memset(&v, 0, sizeof(v));
	rehearsal_media(&v, r, t);
	(void)re_snprintf(text, sizeof(text), "%H", nat_print, &v);
	put(obj, "media", nat_media_name(v.media));
	put(obj, "reason", nat_reason_name(v.reason));
	put(obj, "why", text);
}


static const char *kind_name(const struct target *t)
{
	if (t->trunk)
		return "peer";

	switch (t->kind) {
	case TARGET_PHONE:
		return "phone";
	case TARGET_QUERY:
		return "redirect";
	default:
		return t->path ? "edge" : "proxy";
	}
}


static json_t *target_json(const struct rehearsal *r, const struct target *t,
			   unsigned group)
{
	json_t *obj = json_object();
	char text[TEXT_SIZE] = "";

	put_number(obj, "group", group);
	put(obj, "kind", kind_name(t));
	put(obj, "uri", t->ruri);
	if (t->trunk)
		put(obj, "peer", t->trunk->peer->name);
	if (t->flow)
		(void)re_snprintf(text, sizeof(text), "%s %J",
				  flow_proto_name(t->flow->proto),
				  &t->flow->peer);
	put(obj, "by", t->flow ? text : t->next);
	put(obj, "aor", t->aor);
	(void)json_object_set_new(obj, "q", json_real(t->q / 1000.0));
	if (t->kind != TARGET_QUERY)
		put_media(obj, r, t);

	return obj;
}


static void put_targets(json_t *answer, struct rehearsal *r)
{
	json_t *targets = json_array();
	const struct target *t;
	unsigned group = 0;

	while ((t = rehearsal_next(r, &group)) != NULL)
		(void)json_array_append_new(targets, target_json(r, t, group));

	(void)json_object_set_new(answer, "targets", targets);
}


/* "<sip:bob@example.net>;reason=unconditional", oldest first */
static void put_diverted(json_t *answer, const struct rehearsal *r)
{
	static const char name[] = "Diversion: ";
	const char *p = diversion_lines(r->fw);
	json_t *by = json_array();

	while (*p) {
		const size_t len = strcspn(p, "\r\n");
		const size_t skip = sizeof(name) - 1;

		(void)json_array_insert_new(
			by, 0, json_stringn(p + skip, len - skip));
		p += len + strspn(p + len, "\r\n");
	}

	if (json_array_size(by))
		(void)json_object_set_new(answer, "diverted", by);
	else
		json_decref(by);
}


/* what else its callee has said, for when nobody answers */
static void put_forwards(json_t *answer, const struct account *to)
{
	json_t *obj = json_object();

	put(obj, "busy", divert_to(&to->set, DIVERT_BUSY));
	put(obj, "noanswer", divert_to(&to->set, DIVERT_NOANSWER));
	put(obj, "offline", divert_to(&to->set, DIVERT_OFFLINE));
	if (divert_noanswer_ms(&to->set))
		put_number(obj, "noanswer_s",
			   divert_noanswer_ms(&to->set) / 1000);
	if (json_object_size(obj))
		(void)json_object_set_new(answer, "forwards", obj);
	else
		json_decref(obj);
}


static void put_sleepers(json_t *answer, const struct rehearsal *r)
{
	const struct proxy *px = r->fw->px;
	uint64_t n = 0;
	struct pl pl;

	pl_set_str(&pl, r->to->aor);
	for (struct le *le = list_head(location_get(px->p.loc, &pl)); le;
	     le = le->next)
		n += waking_wanted(r->fw, le->data);
	if (n)
		put_number(answer, "woken", n);
}


/* the numbers that the dial plan takes; a user of ours goes before it */
static void put_dialing(json_t *answer, const struct rehearsal *r,
			const struct proxy *px)
{
	const struct dialing_caller caller = {
		.peer = r->fw->sender.peer,
		.allow = r->from ? r->from->set.allow : NULL,
	};
	struct dialing d;
	int err;

	if (r->to || !r->fw->ours)
		return;

	err = dialing_find(&d, px->p.cfg, px->trunks, &r->fw->uri.user,
			   &caller);
	if (err && err != EACCES)
		return;

	put(answer, "route", d.route->name);
	put(answer, "pattern", d.pattern);
	put(answer, "becomes", d.sent);
	(void)json_object_set_new(answer, "emergency",
				  json_boolean(d.route->emergency));
	for (size_t i = 0; i < d.wayc; i++) {
		json_t *skipped;

		if (!d.wayv[i].skip)
			continue;

		skipped = json_object_get(answer, "not_tried");
		if (!skipped) {
			skipped = json_object();
			(void)json_object_set_new(answer, "not_tried",
						  skipped);
		}
		put(skipped, d.wayv[i].trunk->peer->name, d.wayv[i].skip);
	}
}


static void put_caller(json_t *answer, const struct rehearsal *r,
		       const struct proxy *px)
{
	if (!r->from)
		return;

	put(answer, "caller", r->from->aor);
	put_number(answer, "calls", limits_calls(px->limits, r->from->aor));
	put_number(answer, "calls_max", limits_max(px->limits, r->from));
}


static void tell(json_t *answer, struct rehearsal *r, const struct proxy *px)
{
	put_caller(answer, r, px);
	if (r->to)
		put(answer, "user", r->to->aor);
	(void)json_object_set_new(answer, "test_number",
				  json_boolean(r->test));
	if (r->fw) {
		put_dialing(answer, r, px);
		put_diverted(answer, r);
		if (r->to)
			put_forwards(answer, r->to);
		if (r->to)
			put_sleepers(answer, r);
	}
	if (r->refusal.scode) {
		put_number(answer, "status", r->refusal.scode);
		put(answer, "refused", r->refusal.reason);
		(void)json_object_set_new(answer, "announced",
					  json_boolean(r->announced));
	}
	put_targets(answer, r);
}


static const struct config_peer *find_peer(const struct proxy *px,
					   const char *name)
{
	const struct trunk *t = trunks_find(px->trunks, name);

	return t ? t->peer : NULL;
}


/* an account, or a peer by its name; without one anybody who may call */
static int find_caller(struct rehearsal_caller *caller, char *aor, size_t size,
		       const struct proxy *px, const char *from)
{
	char buf[SIPURI_AOR_MAX];
	struct sipuri uri;
	struct pl pl;

	memset(caller, 0, sizeof(*caller));
	if (!from || !*from)
		return 0;

	caller->peer = find_peer(px, from);
	if (caller->peer)
		return 0;

	if (operand_user(&uri, buf, sizeof(buf), px, from) ||
	    !served_is_ours(px, &uri) ||
	    served_user(px, &uri, NULL, aor, size))
		return ENOENT;

	pl_set_str(&pl, aor);
	caller->aor = aor;

	return px->p.cfg->auth && !accounts_find(px->p.accounts, &pl) ? ENOENT
								      : 0;
}


static int explain_handler(json_t *answer, const json_t *question, void *arg)
{
	const char *to = json_string_value(json_object_get(question, "to"));
	const char *from = json_string_value(
		json_object_get(question, "from"));
	char aor[SIPURI_AOR_MAX], buf[SIPURI_AOR_MAX];
	struct proxy *px = arg;
	struct rehearsal_caller caller;
	struct rehearsal r;
	struct sipuri uri;
	int err;

	if (!to || operand_user(&uri, buf, sizeof(buf), px, to))
		return fail(answer, EINVAL,
			    "to: not a number and not an address");
	if (find_caller(&caller, aor, sizeof(aor), px, from))
		return fail(answer, ENOENT, "from: no such account or peer");

	err = rehearsal_run(&r, px, &caller, buf);
	if (err)
		return fail(answer, err == ENOMEM ? err : EINVAL,
			    "to: nothing that can be called");

	put(answer, "to", buf);
	if (caller.peer)
		put(answer, "peer", caller.peer->name);
	tell(answer, &r, px);
	rehearsal_end(&r);

	return 0;
}


/**
 * Let the control explain calls
 *
 * @param c  Control
 * @param px Proxy, outlives it
 *
 * @return 0 if success, otherwise errorcode
 */
int control_explain_add(struct control *c, struct proxy *px)
{
	return px ? control_command(c, "explain", explain_handler, px)
		  : EINVAL;
}
