/**
 * @file enquiry.c  A question put to the servers of a rotation, one by one
 *
 * An attempt is one server's INVITE. It belongs to the enquirer, not to the
 * enquiry: it outlives an enquiry that went on to the next server or was
 * dropped, until its transaction ends, so that a late answer finds somebody.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/timer.h"
#include "proxy/sip/enquiry.h"


struct enquirer {
	const char *role; /* for the log */
	struct agent *agent;
	struct rotation *rotation;
	uint32_t deadline_ms;
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	struct list attemptl;
};

struct attempt {
	struct le le;
	struct enquirer *e;    /* not owned: it owns us */
	struct enquiry *q;     /* not owned; NULL: given up */
	struct client_txn *ct; /* NULL while it is being sent */
	struct flow *flow;
	size_t server;
	bool bye_late;
};

struct enquiry {
	struct enquiry_conf conf;
	struct enquirer *e;
	struct attempt *attempt; /* not owned; NULL: between two */
	struct timer deadline;
	int err; /* what the servers so far said */
};


static void attempt_destructor(void *arg)
{
	struct attempt *at = arg;

	list_unlink(&at->le);
	client_txn_forget(at->ct);
	mem_deref(at->ct);
	mem_deref(at->flow);
}


static void enquirer_destructor(void *arg)
{
	struct enquirer *e = arg;

	list_flush(&e->attemptl);
	mem_deref(e->rotation);
	mem_deref(e->agent);
}


/* nobody waits for it any more; its transaction ends by itself */
static void attempt_abandon(struct attempt *at)
{
	at->q = NULL;
	(void)client_txn_cancel(at->ct, NULL);
}


static void destructor(void *arg)
{
	struct enquiry *q = arg;

	timer_cancel(&q->deadline);
	if (q->attempt) {
		rotation_release(q->e->rotation, q->attempt->server);
		attempt_abandon(q->attempt);
	}
	mem_deref(q->e);
}


static void server_failed(struct enquirer *e, size_t server, int err,
			  uint16_t scode)
{
	const struct config_addr *addr = rotation_server(e->rotation, server);

	rotation_fail(e->rotation, server);
	log_warn(e->log, "server.failed", KV_STR("role", e->role),
		 KV_SA("server", &addr->sa), KV_ERRNO("err", err),
		 KV_UINT("status", scode));
}


static bool attempt_wants_bye(const struct attempt *at,
			      const struct message *resp)
{
	if (resp->scode / 100 == 2)
		return true;

	return !at->q && at->bye_late && resp->scode == 302;
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg);


static int attempt_alloc(struct attempt **atp, struct enquiry *q, size_t i)
{
	struct enquiry_path path;
	struct attempt *at;
	int err;

	at = mem_zalloc(sizeof(*at), attempt_destructor);
	if (!at)
		return ENOMEM;

	at->e = q->e;
	at->q = q;
	at->server = i;
	at->bye_late = q->conf.bye_late;

	path.server = rotation_server(q->e->rotation, i);
	err = agent_flow(&at->flow, &path.sentby, q->e->agent, path.server);
	if (err)
		goto out;

	path.flow = at->flow;
	err = q->conf.sendh(&at->ct, &path, response_handler, at, q->conf.arg);
	if (err)
		goto out;

	list_append(&q->e->attemptl, &at->le, at);
	*atp = at;
out:
	if (err)
		mem_deref(at);
	return err;
}


static void deadline_handler(void *arg);


/* a full table or no memory is our own trouble, not the server's */
static bool is_ours(int err)
{
	return err == ENOMEM || err == ENOSPC || err == EINVAL;
}


static int ask_one(struct enquiry *q, size_t i)
{
	int err = attempt_alloc(&q->attempt, q, i);

	if (err) {
		if (is_ours(err))
			rotation_release(q->e->rotation, i);
		else
			server_failed(q->e, i, err, 0);
		return err;
	}

	timer_start(q->e->timers, &q->deadline, q->e->deadline_ms,
		    deadline_handler, q);
	return 0;
}


/* asks the first usable server from index from on; errno when none is left */
static int ask_from(struct enquiry *q, size_t from)
{
	int err = q->err ? q->err : ECONNREFUSED;

	for (size_t i; !rotation_next(&i, q->e->rotation, from);
	     from = i + 1) {
		err = ask_one(q, i);
		if (!err || is_ours(err))
			return err;
	}

	return err;
}


static void finish(struct enquiry *q, int err, const struct message *resp,
		   size_t server)
{
	timer_cancel(&q->deadline);
	q->attempt = NULL;
	q->conf.h(err, resp, server, q->conf.arg);
}


/* what is said when no server is left: short of ports tells more than silence
 */
static void remember(struct enquiry *q, int err)
{
	if (q->err != ENOSPC)
		q->err = err;
}


static void ask_next(struct enquiry *q, size_t failed, int why)
{
	int err;

	timer_cancel(&q->deadline);
	q->attempt = NULL;
	remember(q, why);

	err = q->conf.server == ENQUIRY_ANY_SERVER ? ask_from(q, failed + 1)
						   : q->err;
	if (err)
		finish(q, err, NULL, failed);
}


static void deadline_handler(void *arg)
{
	struct enquiry *q = arg;
	struct attempt *at = q->attempt;
	size_t server = at->server;

	server_failed(q->e, server, ETIMEDOUT, 0);
	attempt_abandon(at);
	ask_next(q, server, ETIMEDOUT);
}


static void judge(struct enquiry *q, struct enquirer *e, size_t server,
		  int err, const struct message *resp)
{
	if (!err && resp->scode / 100 != 2 && q->conf.finalh(resp)) {
		rotation_succeed(e->rotation, server);
		finish(q, 0, resp, server);
		return;
	}

	server_failed(e, server, err, err ? 0 : resp->scode);
	if (!err)
		err = resp->scode == 503 ? ENOSPC : ETIMEDOUT;
	ask_next(q, server, err);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	struct attempt *at = arg;
	struct enquirer *e = at->e;
	struct enquiry *q = at->q;
	size_t server = at->server;
	(void)ct;

	if (!err && resp->scode < 200)
		return;

	if (!err && attempt_wants_bye(at, resp))
		(void)agent_bye(e->agent, at->flow, resp);

	mem_deref(at);
	if (q)
		judge(q, e, server, err, resp);
}


/**
 * Allocate an enquirer: the common ground of enquiries to the same servers
 *
 * @param ep          Pointer to the allocated enquirer
 * @param role        What the servers are, for the log
 * @param agent       Sends the requests
 * @param rotation    The servers
 * @param deadline_ms How long each server may take, in milliseconds
 * @param timers      Timers (not owned)
 * @param log         Log or NULL (not owned)
 *
 * @return 0 if success, otherwise errorcode
 */
int enquirer_alloc(struct enquirer **ep, const char *role, struct agent *agent,
		   struct rotation *rotation, uint32_t deadline_ms,
		   struct timers *timers, struct log *log)
{
	struct enquirer *e;

	if (!ep || !role || !agent || !rotation || !timers)
		return EINVAL;

	e = mem_zalloc(sizeof(*e), enquirer_destructor);
	if (!e)
		return ENOMEM;

	e->role = role;
	e->agent = mem_ref(agent);
	e->rotation = mem_ref(rotation);
	e->deadline_ms = deadline_ms;
	e->timers = timers;
	e->log = log;

	*ep = e;
	return 0;
}


static int ask_only(struct enquiry *q, size_t i)
{
	if (i >= rotation_count(q->e->rotation))
		return EINVAL;

	return ask_one(q, i);
}


/**
 * Put a question to the servers
 *
 * @param qp   Pointer to the allocated enquiry
 * @param e    Enquirer
 * @param conf The question, and who hears the answer
 *
 * @return 0 if success, ECONNREFUSED when every server rests, otherwise
 *         errorcode
 */
int enquiry_alloc(struct enquiry **qp, struct enquirer *e,
		  const struct enquiry_conf *conf)
{
	struct enquiry *q;
	int err;

	if (!qp || !e || !conf || !conf->sendh || !conf->finalh || !conf->h)
		return EINVAL;

	q = mem_zalloc(sizeof(*q), destructor);
	if (!q)
		return ENOMEM;

	q->conf = *conf;
	q->e = mem_ref(e);

	err = conf->server == ENQUIRY_ANY_SERVER
		      ? ask_from(q, 0)
		      : ask_only(q, (size_t)conf->server);
	if (err) {
		mem_deref(q);
		return err;
	}

	*qp = q;
	return 0;
}
