/**
 * @file ladder_json.c  The messages of a call, as JSON
 */
#include <errno.h>
#include <string.h>
#include "proxy/admin/ladder_json.h"
#include "proxy/admin/trace/glimpse.h"
#include "proxy/admin/trace/plain.h"
#include "proxy/admin/trace/secrecy.h"

enum { SIDES_MAX = LADDER_RUNGS + 1, ADDR_SIZE = 64, NAME_MAX_LEN = 128 };

/** Who takes part; an address that is not set: ourselves */
struct sides {
	struct sa v[SIDES_MAX];
	size_t n;
};


static size_t side_of(struct sides *s, const struct sa *sa)
{
	for (size_t i = 0; i < s->n; i++) {
		if (sa_cmp(&s->v[i], sa, SA_ALL))
			return i;
	}

	s->v[s->n] = *sa;

	return s->n++;
}


static size_t ourselves(const struct sides *s)
{
	size_t i = 0;

	while (i < s->n && sa_isset(&s->v[i], SA_ADDR))
		++i;

	return i;
}


/* who spoke first stands left; we between him and the others */
static void collect(struct sides *s, const struct ladder_call *c)
{
	const struct rung *first = list_ledata(c->rungl.head);
	const struct le *le;

	memset(s, 0, sizeof(*s));
	if (!first)
		return;

	if (!first->sent)
		s->v[s->n++] = first->peer;
	++s->n; /* us */
	LIST_FOREACH(&c->rungl, le)
	{
		const struct rung *r = le->data;

		(void)side_of(s, &r->peer);
	}
}


static void put_sa(json_t *obj, const char *key, const struct sa *sa)
{
	char buf[ADDR_SIZE];

	(void)re_snprintf(buf, sizeof(buf), "%J", sa);
	(void)json_object_set_new(obj, key, json_string(buf));
}


static void put_text(json_t *obj, const char *key, const struct pl *pl)
{
	if (pl->l)
		(void)json_object_set_new(obj, key, plain_json(pl->p, pl->l));
}


/* the INVITE that it sent first, or that was sent to it */
static const struct rung *first_invite(const struct ladder_call *c,
				       const struct sa *sa)
{
	const struct le *le;

	LIST_FOREACH(&c->rungl, le)
	{
		const struct rung *r = le->data;

		if (r->kept > 7 && !memcmp(r->text, "INVITE ", 7) &&
		    sa_cmp(&r->peer, sa, SA_ALL))
			return r;
	}

	return NULL;
}


/* "alice@example.net" of a caller, "bob" of who is called */
static void put_user(json_t *obj, const struct rung *r)
{
	struct pl user, host, name;
	struct glimpse g;

	glimpse(&g, r->text, r->kept);
	glimpse_who(&user, &host, r->sent ? &g.uri : &g.from);
	name = user;
	if (!r->sent && user.l && host.l)
		name.l = (size_t)(host.p + host.l - user.p);
	if (name.l > NAME_MAX_LEN)
		name.l = NAME_MAX_LEN;
	put_text(obj, "name", &name);
	(void)json_object_set_new(obj, "role",
				  json_string(r->sent ? "callee" : "caller"));
}


static void put_name(json_t *obj, const struct ladder_call *c,
		     const struct sa *sa, const char *peer)
{
	const struct rung *r = first_invite(c, sa);

	if (r)
		put_user(obj, r);
	if (peer)
		(void)json_object_set_new(obj, "name", json_string(peer));
	if (peer && !r)
		(void)json_object_set_new(obj, "role", json_string("peer"));
}


static void put_us(json_t *obj, const struct ladder_call *c)
{
	const struct rung *r = c->rungl.head->data;

	put_sa(obj, "address", &r->local);
	(void)json_object_set_new(obj, "name", json_string("viaduct"));
	(void)json_object_set_new(obj, "role", json_string("server"));
}


static json_t *participants(const struct sides *s, const struct ladder_call *c,
			    ladder_peer_h *peerh, void *arg)
{
	json_t *array = json_array();

	for (size_t i = 0; i < s->n; i++) {
		json_t *obj = json_object();

		if (i == ourselves(s)) {
			put_us(obj, c);
		}
		else {
			put_sa(obj, "address", &s->v[i]);
			put_name(obj, c, &s->v[i],
				 peerh ? peerh(&s->v[i], arg) : NULL);
		}
		(void)json_array_append_new(array, obj);
	}

	return array;
}


static void put_glimpse(json_t *obj, const struct rung *r)
{
	struct glimpse g;

	glimpse(&g, r->text, r->kept);
	put_text(obj, "method", &g.method);
	if (g.status)
		(void)json_object_set_new(obj, "status",
					  json_integer(g.status));
	put_text(obj, "reason", &g.reason);
	put_text(obj, "cseq", &g.cseq);
	(void)json_object_set_new(obj, "sdp", json_boolean(g.sdp));
}


static int put_content(json_t *obj, const struct rung *r)
{
	char *copy = mem_alloc(r->kept + 1, NULL);

	if (!copy)
		return ENOMEM;

	memcpy(copy, r->text, r->kept);
	secrecy_hide(copy, r->kept);
	(void)json_object_set_new(obj, "text", plain_json(copy, r->kept));
	mem_deref(copy);

	return 0;
}


static int put_message(json_t *array, unsigned n, const struct rung *r,
		       const struct rung *first, struct sides *s)
{
	const size_t us = ourselves(s), peer = side_of(s, &r->peer);
	json_t *obj = json_object();

	(void)json_object_set_new(obj, "n", json_integer(n));
	(void)json_object_set_new(
		obj, "at_ms", json_integer((json_int_t)(r->wall_us / 1000)));
	(void)json_object_set_new(
		obj, "after_ms",
		json_integer((json_int_t)((r->at_us - first->at_us) / 1000)));
	(void)json_object_set_new(
		obj, "from", json_integer((json_int_t)(r->sent ? us : peer)));
	(void)json_object_set_new(
		obj, "to", json_integer((json_int_t)(r->sent ? peer : us)));
	(void)json_object_set_new(obj, "protocol",
				  json_string(flow_proto_name(r->proto)));
	(void)json_object_set_new(obj, "size",
				  json_integer((json_int_t)r->len));
	(void)json_object_set_new(obj, "retransmission",
				  json_boolean(r->again));
	(void)json_object_set_new(obj, "cut", json_boolean(r->kept < r->len));
	put_glimpse(obj, r);
	if (json_array_append_new(array, obj))
		return ENOMEM;

	return put_content(obj, r);
}


/**
 * Write the messages of a call
 *
 * @param answer Object that they are put into
 * @param c      Call
 * @param only   Number of the one that is wanted, 0: all
 * @param peerh  Names peers, or NULL
 * @param arg    Its argument
 *
 * @return 0 if success, ENOENT: there is no such message, otherwise errorcode
 */
int ladder_json(json_t *answer, const struct ladder_call *c, unsigned only,
		ladder_peer_h *peerh, void *arg)
{
	json_t *array;
	struct sides s;
	const struct le *le;
	unsigned n = 0;
	int err = 0;

	if (!answer || !c)
		return EINVAL;
	if (only > c->rungs || !c->rungs)
		return ENOENT;

	collect(&s, c);
	put_text(answer, "call_id", &c->callid);
	(void)json_object_set_new(answer, "forgotten",
				  json_integer(c->forgotten));
	(void)json_object_set_new(answer, "participants",
				  participants(&s, c, peerh, arg));
	(void)json_object_set_new(answer, "one", json_boolean(only > 0));
	array = json_array();
	LIST_FOREACH(&c->rungl, le)
	{
		if (++n == only || !only)
			err |= put_message(array, n, le->data,
					   c->rungl.head->data, &s);
	}

	return json_object_set_new(answer, "messages", array) || err ? ENOMEM
								     : 0;
}
