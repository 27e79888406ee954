/**
 * @file phone_ping.c  Asks a user's phones whether they answer
 *
 * The ping belongs to the request that wants it, and so do its questions.
 */
#include <errno.h>
#include <string.h>
#include "common/clock.h"
#include "proxy/admin/phone_ping.h"
#include "proxy/core/proxy.h"
#include "proxy/core/ruri.h"
#include "proxy/sip/agent.h"

enum { TEXT_SIZE = 160, ROUTE_SIZE = 1024 };

struct ping_all {
	struct control_request *rq; /* not owned: it owns this */
	struct proxy *px;           /* not owned */
	struct agent *agent;        /* referenced */
	struct list askl;           /* struct ask */
	size_t waiting;
	struct timer tmr;
};

/** One phone */
struct ask {
	struct le le;
	struct ping_all *all; /* not owned */
	struct binding *b;
	struct client_txn *ct;
	json_t *row; /* of the answer */
	uint64_t at; /* us */
};


static void ask_destructor(void *arg)
{
	struct ask *a = arg;

	list_unlink(&a->le);
	client_txn_forget(a->ct);
	mem_deref(a->ct);
	mem_deref(a->b);
	json_decref(a->row);
}


static void destructor(void *arg)
{
	struct ping_all *all = arg;

	timer_cancel(&all->tmr);
	list_flush(&all->askl);
	mem_deref(all->agent);
}


static void put(json_t *obj, const char *key, const char *text)
{
	json_t *v = text ? json_string(text) : NULL;

	/* what a phone says of itself need not be UTF-8 */
	if (text && !v)
		v = json_string("?");
	if (v)
		(void)json_object_set_new(obj, key, v);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	struct ask *a = arg;
	struct ping_all *all = a->all;
	const double ms = (double)(clock_us() - a->at) / 1000;
	(void)ct;

	if (!err && resp->scode < 200)
		return;

	if (err) {
		put(a->row, "error", strerror(err));
	}
	else {
		(void)json_object_set_new(a->row, "status",
					  json_integer(resp->scode));
		(void)json_object_set_new(a->row, "ms", json_real(ms));
	}

	a->ct = mem_deref(a->ct);
	if (!--all->waiting)
		control_request_done(all->rq, 0);
}


static void timeout_handler(void *arg)
{
	const struct ping_all *all = arg;

	for (struct le *le = all->askl.head; le; le = le->next) {
		const struct ask *a = le->data;

		if (a->ct)
			put(a->row, "error", "no answer");
	}
	control_request_done(all->rq, 0);
}


static int build_and_send(struct ask *a, const char *ruri)
{
	const struct binding *b = a->b;
	char from[TEXT_SIZE], to[SIPURI_MAX + 2], route[ROUTE_SIZE];
	char tag[AGENT_TAG_SIZE], callid[AGENT_TAG_SIZE];
	struct build_request rq = {.met = "OPTIONS", .cseq = 1};

	agent_tag(tag, 'p');
	agent_tag(callid, 'p');
	if (re_snprintf(from, sizeof(from), "<sip:%s>;tag=%s",
			a->all->px->p.cfg->domainv[0], tag) < 0 ||
	    re_snprintf(to, sizeof(to), "<%s>", ruri) < 0 ||
	    re_snprintf(route, sizeof(route), "Route: %s\r\n",
			b->path ? b->path : "") < 0)
		return EOVERFLOW;

	pl_set_str(&rq.ruri, ruri);
	pl_set_str(&rq.from, from);
	pl_set_str(&rq.to, to);
	pl_set_str(&rq.callid, callid);
	rq.extra = b->path ? route : NULL;
	a->at = clock_us();

	return agent_send(&a->ct, a->all->agent, binding_flow(b), &rq,
			  response_handler, a);
}


static int ask_phone(struct ask *a)
{
	char *ruri = NULL;
	struct pl pl;
	int err;

	pl_set_str(&pl, a->b->contact);
	err = ruri_of_contact(&ruri, &pl);
	if (!err)
		err = build_and_send(a, ruri);
	mem_deref(ruri);

	return err;
}


static int add_ask(struct ping_all *all, json_t *phones, struct binding *b)
{
	struct ask *a = mem_zalloc(sizeof(*a), ask_destructor);
	char source[64] = "";

	if (!a)
		return ENOMEM;

	(void)re_snprintf(source, sizeof(source), "%J", &b->source);
	a->all = all;
	a->b = mem_ref(b);
	a->row = json_object();
	list_append(&all->askl, &a->le, a);
	(void)json_array_append(phones, a->row);
	put(a->row, "contact", b->contact);
	put(a->row, "source", source);
	put(a->row, "protocol", flow_proto_name(b->proto));
	put(a->row, "user_agent", b->user_agent);

	return 0;
}


/* sending may close a flow, which takes its binding away */
static void ask_phones(struct ping_all *all)
{
	for (struct le *le = all->askl.head; le; le = le->next) {
		struct ask *a = le->data;
		const int err = binding_flow(a->b) ? ask_phone(a) : ENOTCONN;

		if (err == ENOTCONN)
			put(a->row, "error",
			    "no way to it until it registers again");
		else if (err)
			put(a->row, "error", strerror(err));
		else
			++all->waiting;
	}
}


/**
 * Ask all phones of a user
 *
 * @param rq       Request that is answered
 * @param px       Proxy
 * @param agent    Who asks
 * @param bindings The phones, one at least
 *
 * @return EINPROGRESS: the request is answered later; 0: it is already,
 *         otherwise errorcode
 */
int phone_ping(struct control_request *rq, struct proxy *px,
	       struct agent *agent, const struct list *bindings)
{
	struct ping_all *all = mem_zalloc(sizeof(*all), destructor);
	json_t *phones = json_array();
	int err = 0;

	if (!all) {
		json_decref(phones);
		return ENOMEM;
	}

	all->rq = rq;
	all->px = px;
	all->agent = mem_ref(agent);
	control_request_work(rq, all);
	(void)json_object_set_new(control_request_answer(rq), "phones",
				  phones);
	for (struct le *le = list_head(bindings); le && !err; le = le->next)
		err = add_ask(all, phones, le->data);
	if (!err)
		ask_phones(all);
	if (err || !all->waiting)
		return err;

	timer_start(px->p.timers, &all->tmr, PHONE_PING_MS, timeout_handler,
		    all);

	return EINPROGRESS;
}
