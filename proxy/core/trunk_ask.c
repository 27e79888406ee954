/**
 * @file trunk_ask.c  A request of our own to a trunk
 *
 * It begins with a timer, so that its asker is never called back before he
 * knows what he has asked.
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "proxy/core/trunk_ask.h"
#include "proxy/sip/agent.h"
#include "proxy/sip/resolve.h"

enum {
	LOGINS_MAX = 2, /* answers to challenges, one of them to a stale one */
	CONTACT_SIZE = 160,
	URI_SIZE = CONFIG_URI_MAX + CONFIG_NAME_MAX,
	EXTRA_SIZE = 512,
};

struct trunk_ask {
	struct trunk *t; /* not owned */
	struct trunk_question q;
	char met[16], callid[AGENT_TAG_SIZE], tag[AGENT_TAG_SIZE];
	char extra[EXTRA_SIZE];
	char ruri[CONFIG_URI_MAX];
	char contact[CONTACT_SIZE];
	struct sipuri uri; /* of ruri */
	struct timer tmr;
	uint32_t deadline_ms;
	struct resolve_query *query;
	struct hop *hopv;
	size_t hopc, hopn;
	struct flow *flow;
	struct client_txn *ct;
	uint64_t epoch; /* of the answer that is under way */
	unsigned logins;
	trunk_ask_h *h; /* NULL: it is over */
	void *arg;
};

static void next_hop(struct trunk_ask *a, int err);


static void drop_txn(struct trunk_ask *a)
{
	timer_cancel(&a->tmr);
	client_txn_forget(a->ct);
	a->ct = mem_deref(a->ct);
}


static void destructor(void *arg)
{
	struct trunk_ask *a = arg;

	drop_txn(a);
	mem_deref(a->query);
	mem_deref(a->hopv);
	mem_deref(a->flow);
}


static void finish(struct trunk_ask *a, int err, const struct message *resp)
{
	trunk_ask_h *h = a->h;

	a->h = NULL;
	drop_txn(a);
	if (h)
		h(err, resp, a->flow, a->arg);
}


static const struct trunks_conf *conf(const struct trunk_ask *a)
{
	return trunks_conf(a->t->all);
}


/* who asks: the user that we are there, or just we */
static int print_self(char *buf, size_t size, const struct trunk_ask *a)
{
	const char *user = a->t->peer->user;
	const struct sipuri *uri = &a->uri;
	struct pl pl;

	if (!user[0])
		user = "viaduct";
	pl_set_str(&pl, user);

	return re_snprintf(buf, size, "%r:%H@%s%r%s", &uri->scheme,
			   uri_user_escape, &pl, uri->ipv6 ? "[" : "",
			   &uri->host, uri->ipv6 ? "]" : "") < 0
		       ? EOVERFLOW
		       : 0;
}


static int print_contact(struct trunk_ask *a)
{
	const enum flow_proto proto = a->flow->proto;
	char token[TRUNK_TOKEN_SIZE];
	struct sa sa;

	if (!a->q.contact)
		return 0;

	trunk_token(token, a->t);
	transport_sentby(conf(a)->tp, a->flow, &sa);

	return re_snprintf(a->contact, sizeof(a->contact), "sip:%s@%J%s%s",
			   token, &sa, proto == FLOW_UDP ? "" : ";transport=",
			   proto == FLOW_UDP ? "" : flow_proto_param(proto)) <
			       0
		       ? EOVERFLOW
		       : 0;
}


static int print_extra(char *buf, size_t size, struct trunk_ask *a)
{
	const struct config_peer *peer = a->t->peer;
	struct pl met, uri;
	int n;

	n = re_snprintf(buf, size, "%s%s%s%s",
			a->q.contact ? "Contact: <" : "", a->contact,
			a->q.contact ? ">\r\n" : "", a->extra);
	if (n < 0)
		return EOVERFLOW;

	if (!a->q.login || !peer->user[0])
		return 0;

	pl_set_str(&met, a->met);
	pl_set_str(&uri, a->ruri);
	a->epoch = login_epoch(&a->t->login);

	return login_lines(buf + n, size - (size_t)n, &a->t->login, peer->user,
			   peer->password, &met, &uri);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg);


static int transmit(struct trunk_ask *a)
{
	char self[URI_SIZE], from[URI_SIZE + 40], to[URI_SIZE + 2];
	char extra[EXTRA_SIZE + CONTACT_SIZE + LOGIN_LINES_MAX];
	struct build_request rq = {.met = a->met};
	int err;

	err = print_self(self, sizeof(self), a);
	if (!err)
		err = print_contact(a);
	if (!err)
		err = print_extra(extra, sizeof(extra), a);
	if (err)
		return err;

	(void)re_snprintf(from, sizeof(from), "<%s>;tag=%s", self, a->tag);
	(void)re_snprintf(to, sizeof(to), "<%s>",
			  a->q.contact ? self : a->ruri);
	pl_set_str(&rq.ruri, a->ruri);
	pl_set_str(&rq.from, from);
	pl_set_str(&rq.to, to);
	pl_set_str(&rq.callid, a->callid);
	rq.cseq = ++*a->q.cseq;
	rq.extra = extra;

	return agent_send(&a->ct, trunks_agent(a->t->all), a->flow, &rq,
			  response_handler, a);
}


static void deadline_handler(void *arg)
{
	struct trunk_ask *a = arg;

	resolver_hop_failed(conf(a)->resolver, &a->hopv[a->hopn - 1]);
	next_hop(a, ETIMEDOUT);
}


static int send_it(struct trunk_ask *a)
{
	int err;

	drop_txn(a);
	err = transmit(a);
	if (!err)
		timer_start(conf(a)->timers, &a->tmr, a->deadline_ms,
			    deadline_handler, a);

	return err;
}


/* err: why the one before was of no use */
static void next_hop(struct trunk_ask *a, int err)
{
	drop_txn(a);
	while (a->hopn < a->hopc) {
		a->flow = mem_deref(a->flow);
		err = transport_flow_hop(&a->flow, conf(a)->tp,
					 &a->hopv[a->hopn++]);
		if (!err) {
			trunk_goes_to(a->t, &a->flow->peer);
			err = send_it(a);
		}
		if (!err)
			return;
	}

	finish(a, err ? err : EHOSTUNREACH, NULL);
}


/* true: it was sent once more */
static bool answers(struct trunk_ask *a, const struct message *resp)
{
	const struct config_peer *peer = a->t->peer;

	if ((resp->scode != 401 && resp->scode != 407) || !a->q.login ||
	    !peer->user[0] || a->logins >= LOGINS_MAX)
		return false;

	if (login_learn(&a->t->login, resp, a->epoch, peer->realm))
		return false;

	++a->logins;

	return !send_it(a);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	struct trunk_ask *a = arg;
	(void)ct;

	if (err) {
		resolver_hop_failed(conf(a)->resolver, &a->hopv[a->hopn - 1]);
		next_hop(a, err);
		return;
	}

	if (resp->scode < 200)
		return;

	if (resp->scode == 503 && a->hopn < a->hopc) {
		next_hop(a, ECONNREFUSED);
		return;
	}

	resolver_hop_works(conf(a)->resolver, &a->hopv[a->hopn - 1]);
	if (!answers(a, resp))
		finish(a, 0, resp);
}


static void resolve_handler(int err, const struct hop *hopv, size_t hopc,
			    void *arg)
{
	struct trunk_ask *a = arg;

	if (err) {
		finish(a, err, NULL);
		return;
	}

	a->hopv = mem_zalloc(hopc * sizeof(*hopv), NULL);
	if (!a->hopv) {
		finish(a, ENOMEM, NULL);
		return;
	}

	memcpy(a->hopv, hopv, hopc * sizeof(*hopv));
	a->hopc = hopc;
	next_hop(a, 0);
}


static void begin_handler(void *arg)
{
	struct trunk_ask *a = mem_ref(arg);
	int err;

	err = resolve(&a->query, conf(a)->resolver, &a->uri, resolve_handler,
		      a);
	if (err)
		finish(a, err, NULL);

	mem_deref(a);
}


static int copy_question(struct trunk_ask *a, const struct trunk_question *q)
{
	struct pl pl;

	if (strlen(q->met) >= sizeof(a->met) ||
	    strlen(q->callid) >= sizeof(a->callid) ||
	    strlen(q->tag) >= sizeof(a->tag) ||
	    strlen(q->extra) >= sizeof(a->extra))
		return EOVERFLOW;

	a->q = *q;
	(void)str_ncpy(a->met, q->met, sizeof(a->met));
	(void)str_ncpy(a->callid, q->callid, sizeof(a->callid));
	(void)str_ncpy(a->tag, q->tag, sizeof(a->tag));
	(void)str_ncpy(a->extra, q->extra, sizeof(a->extra));
	pl_set_str(&pl, a->ruri);

	return sipuri_decode(&a->uri, &pl);
}


/**
 * Send a request of our own to a trunk
 *
 * @param ap          Pointer to the ask, referenced
 * @param t           Trunk, must outlive it
 * @param q           What is asked
 * @param deadline_ms How long each of its hops may take
 * @param h           Handler of the answer
 * @param arg         Its argument
 *
 * @return 0 if success, otherwise errorcode
 */
int trunk_ask(struct trunk_ask **ap, struct trunk *t,
	      const struct trunk_question *q, uint32_t deadline_ms,
	      trunk_ask_h *h, void *arg)
{
	struct trunk_ask *a;
	int err;

	if (!ap || !t || !q || !h || !q->cseq)
		return EINVAL;

	a = mem_zalloc(sizeof(*a), destructor);
	if (!a)
		return ENOMEM;

	a->t = t;
	a->deadline_ms = deadline_ms;
	err = trunk_uri(a->ruri, t);
	if (!err)
		err = copy_question(a, q);
	if (err) {
		mem_deref(a);
		return err;
	}

	a->h = h;
	a->arg = arg;
	timer_start(conf(a)->timers, &a->tmr, 0, begin_handler, a);
	*ap = a;

	return 0;
}


/**
 * The Contact that was sent
 *
 * @param a Ask
 *
 * @return URI, "" if none was
 */
const char *trunk_ask_contact(const struct trunk_ask *a)
{
	return a ? a->contact : "";
}
