/**
 * @file redirect_query.c  Asks a redirect server where a callee is served
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/redirect/redirect_cache.h"
#include "proxy/redirect/redirect_contact.h"
#include "proxy/redirect/redirect_query.h"
#include "proxy/sip/enquiry.h"


enum {
	CACHE_MAX = 10000,
	REST_MS = 10000,
	CALLID_SIZE = AGENT_TAG_SIZE,
};

struct redirect_client {
	struct agent *agent;
	struct rotation *rotation;
	struct enquirer *enquirer;
	struct redirect_cache *cache;
	struct log *log; /* not owned */
	uint32_t cache_max_s;
	struct counter *found, *refused, *failed, *cached;
};

struct redirect_query {
	struct redirect_client *rc;
	struct enquiry *enquiry;
	char *aor;
	char uri[AGENT_URI_SIZE];
	char callid[CALLID_SIZE];
	char tag[AGENT_TAG_SIZE];
	redirect_query_h *h;
	void *arg;
};


static void client_destructor(void *arg)
{
	struct redirect_client *rc = arg;

	mem_deref(rc->cache);
	mem_deref(rc->enquirer);
	mem_deref(rc->rotation);
	mem_deref(rc->agent);
}


static void destructor(void *arg)
{
	struct redirect_query *q = arg;

	mem_deref(q->enquiry);
	mem_deref(q->aor);
	mem_deref(q->rc);
}


static int client_init(struct redirect_client *rc,
		       const struct redirect_client_conf *conf,
		       struct transport *tp, struct txns *txns,
		       struct timers *timers)
{
	int err;

	err = agent_alloc(&rc->agent, tp, txns, &conf->branch_key);
	if (err)
		return err;

	err = rotation_alloc(&rc->rotation, conf->serverv, conf->serverc,
			     REST_MS, timers);
	if (err)
		return err;

	err = redirect_cache_alloc(&rc->cache, timers, CACHE_MAX);
	if (err)
		return err;

	return enquirer_alloc(&rc->enquirer, "redirect", rc->agent,
			      rc->rotation, conf->deadline_ms, timers,
			      rc->log);
}


/**
 * Allocate a client of redirect servers
 *
 * @param rcp     Pointer to the allocated client
 * @param conf    Servers and times
 * @param tp      Transport (not owned)
 * @param txns    Transactions (not owned)
 * @param timers  Timers (not owned)
 * @param log     Log or NULL (not owned)
 * @param metrics Metrics or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int redirect_client_alloc(struct redirect_client **rcp,
			  const struct redirect_client_conf *conf,
			  struct transport *tp, struct txns *txns,
			  struct timers *timers, struct log *log,
			  struct metrics *metrics)
{
	struct redirect_client *rc;
	int err;

	if (!rcp || !conf || !conf->deadline_ms)
		return EINVAL;

	rc = mem_zalloc(sizeof(*rc), client_destructor);
	if (!rc)
		return ENOMEM;

	rc->log = log;
	rc->cache_max_s = conf->cache_max_s;
	rc->found = metrics_counter(metrics, "redirect_found_total");
	rc->refused = metrics_counter(metrics, "redirect_refused_total");
	rc->failed = metrics_counter(metrics, "redirect_failed_total");
	rc->cached = metrics_counter(metrics, "redirect_cached_total");

	err = client_init(rc, conf, tp, txns, timers);
	if (err) {
		mem_deref(rc);
		return err;
	}

	*rcp = rc;
	return 0;
}


static int invite_send(struct client_txn **ctp,
		       const struct enquiry_path *path, client_txn_h *h,
		       void *harg, void *arg)
{
	const struct redirect_query *q = arg;
	struct build_request rq = {.met = "INVITE", .cseq = 1};
	char from[128], to[AGENT_URI_SIZE + 2], contact[96];

	if (re_snprintf(from, sizeof(from), "<sip:viaduct@%J>;tag=%s",
			&path->sentby, q->tag) < 0 ||
	    re_snprintf(to, sizeof(to), "<%s>", q->uri) < 0 ||
	    re_snprintf(contact, sizeof(contact),
			"Contact: <sip:viaduct@%J>\r\n", &path->sentby) < 0)
		return EINVAL;

	pl_set_str(&rq.ruri, q->uri);
	pl_set_str(&rq.from, from);
	pl_set_str(&rq.to, to);
	pl_set_str(&rq.callid, q->callid);
	rq.extra = contact;

	return agent_send(ctp, q->rc->agent, path->flow, &rq, h, harg);
}


/* what says something of the callee; the rest says it of the server */
static bool is_final(const struct message *resp)
{
	switch (resp->scode) {
	case 401:
	case 407:
	case 408:
	case 487:
		return false;
	}

	return resp->scode / 100 != 5;
}


/* the last thing: the query may be gone after it */
static void done(struct redirect_query *q, int err, uint16_t scode,
		 const struct pl *contact)
{
	const struct redirect_client *rc = q->rc;

	counter_inc(err ? rc->failed : contact ? rc->found : rc->refused);
	log_info(rc->log, "redirect.answer", KV_STR("callee", q->aor),
		 KV_UINT("status", scode),
		 KV_PL("contact", contact ? contact : &pl_null),
		 KV_ERRNO("err", err));

	q->h(err, scode, contact, q->arg);
}


static void redirected(struct redirect_query *q, const struct message *resp)
{
	struct pl aor, uri;
	uint32_t expires_s;

	if (redirect_contact_best(&uri, &expires_s, resp)) {
		done(q, 0, 502, NULL);
		return;
	}

	if (expires_s > q->rc->cache_max_s)
		expires_s = q->rc->cache_max_s;

	pl_set_str(&aor, q->aor);
	(void)redirect_cache_put(q->rc->cache, &aor, &uri, expires_s);
	done(q, 0, 302, &uri);
}


static void answer_handler(int err, const struct message *resp, size_t server,
			   void *arg)
{
	struct redirect_query *q = arg;
	(void)server;

	q->enquiry = mem_deref(q->enquiry);
	if (err)
		done(q, ETIMEDOUT, 0, NULL);
	else if (resp->scode / 100 == 3)
		redirected(q, resp);
	else
		done(q, 0, resp->scode, NULL);
}


static int query_alloc(struct redirect_query **qp, struct redirect_client *rc,
		       const struct pl *aor)
{
	struct redirect_query *q;
	int err;

	q = mem_zalloc(sizeof(*q), destructor);
	if (!q)
		return ENOMEM;

	q->rc = mem_ref(rc);
	agent_tag(q->tag, 'q');
	agent_tag(q->callid, 'q');

	err = pl_strdup(&q->aor, aor);
	if (!err)
		err = agent_aor_uri(q->uri, sizeof(q->uri), aor);
	if (err) {
		mem_deref(q);
		return err;
	}

	*qp = q;
	return 0;
}


static bool answer_cached(struct redirect_client *rc, const struct pl *aor,
			  redirect_query_h *h, void *arg)
{
	const char *contact = redirect_cache_get(rc->cache, aor);
	struct pl pl;
	char *copy;

	if (!contact || str_dup(&copy, contact))
		return false;

	counter_inc(rc->cached);
	pl_set_str(&pl, copy);
	h(0, 302, &pl, arg);
	mem_deref(copy); /* the handler may have forgotten the entry */

	return true;
}


static int start(struct redirect_query *q)
{
	const struct enquiry_conf conf = {
		.server = ENQUIRY_ANY_SERVER,
		.sendh = invite_send,
		.finalh = is_final,
		.h = answer_handler,
		.arg = q,
	};

	return enquiry_alloc(&q->enquiry, q->rc->enquirer, &conf);
}


/**
 * Ask where a callee is served
 *
 * @param qp  Pointer to the query; NULL when it is answered from the cache
 * @param rc  Client of redirect servers
 * @param aor  The callee, "user@host"
 * @param call Call-ID of the call that this is for
 * @param h    Answer handler, may be called before this returns
 * @param arg  Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int redirect_query(struct redirect_query **qp, struct redirect_client *rc,
		   const struct pl *aor, const struct pl *call,
		   redirect_query_h *h, void *arg)
{
	struct redirect_query *q;
	int err;

	if (!qp || !rc || !pl_isset(aor) || !h)
		return EINVAL;

	*qp = NULL;
	if (answer_cached(rc, aor, h, arg))
		return 0;

	err = query_alloc(&q, rc, aor);
	if (err)
		return err;

	q->h = h;
	q->arg = arg;
	agent_tie(rc->agent, q->callid, call);
	*qp = q;
	if (start(q))
		done(q, ETIMEDOUT, 0, NULL);

	return 0;
}


/**
 * The second proxy did not answer: ask again next time
 *
 * @param rc  Client of redirect servers
 * @param aor The callee, "user@host"
 */
void redirect_forget(struct redirect_client *rc, const struct pl *aor)
{
	if (rc)
		redirect_cache_del(rc->cache, aor);
}
