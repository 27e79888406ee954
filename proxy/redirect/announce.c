/**
 * @file announce.c  Tells the redirect servers whom we serve: REGISTER
 *
 * An announcement is one user at one server. Those of a server wait in its
 * queue and leave by a bounded number at once; a server that fails is left
 * alone for a while that doubles, and is then tried with one.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/redirect/announce.h"
#include "proxy/redirect/announcement.h"


enum {
	BUCKETS = 4096,
	ANNOUNCEMENTS_MAX = 400000,
	ACTIVE_MAX = 50, /* requests under way to one server */
	EXPIRES_S = 600, /* asked for */
	EXPIRES_MIN = 60,
	EXPIRES_MAX = 86400,
	BACKOFF_MIN_MS = 2000,
	BACKOFF_MAX_MS = 120000,
	REFUSED_MS = 300000, /* this user again */
};

struct announce_server {
	struct announce *a; /* not owned: it owns us */
	struct config_addr addr;
	struct list queue; /* struct announcement */
	uint32_t active, limit;
	uint32_t backoff_ms;
	struct timer pause;
};

struct announce {
	struct agent *agent;
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	struct hash_key key;
	struct hash *ht;
	uint32_t count;
	struct announce_server serverv[CONFIG_SERVER_MAX];
	size_t serverc;
	char name[CONFIG_NAME_MAX]; /* ours as a peer there */
	char secret[CONFIG_NAME_MAX];
	struct counter *sent, *failed;
};

static void announcement_destructor(void *arg)
{
	struct announcement *an = arg;

	timer_cancel(&an->tmr);
	client_txn_forget(an->ct);
	mem_deref(an->ct);
	mem_deref(an->flow);
	if (an->he.list)
		--an->server->a->count;
	hash_unlink(&an->he);
	list_unlink(&an->qle);
	mem_deref(an->aor);
}


static void destructor(void *arg)
{
	struct announce *a = arg;

	for (size_t i = 0; i < a->serverc; i++)
		timer_cancel(&a->serverv[i].pause);
	hash_flush(a->ht);
	mem_deref(a->ht);
	mem_deref(a->agent);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg);


static struct announcement_path server_path(const struct announce_server *s)
{
	return (struct announcement_path){
		.agent = s->a->agent,
		.server = &s->addr,
		.name = s->a->name,
		.secret = s->a->secret,
	};
}


static int begin(struct announcement *an)
{
	const struct announcement_path path = server_path(an->server);
	int err;

	err = announcement_send(an, &path, response_handler);
	if (!err)
		counter_inc(an->server->a->sent);

	return err;
}


static void enqueue(struct announcement *an)
{
	timer_cancel(&an->tmr);
	if (!an->qle.list)
		list_append(&an->server->queue, &an->qle, an);
}


static void pump(struct announce_server *s);


static void pause_handler(void *arg)
{
	pump(arg);
}


/* one probe after a pause that doubles */
static void server_pause(struct announce_server *s, int err, uint16_t scode)
{
	s->limit = 1;
	s->backoff_ms = s->backoff_ms ? s->backoff_ms * 2 : BACKOFF_MIN_MS;
	if (s->backoff_ms > BACKOFF_MAX_MS)
		s->backoff_ms = BACKOFF_MAX_MS;

	counter_inc(s->a->failed);
	log_warn(s->a->log, "announce.server_failed",
		 KV_SA("server", &s->addr.sa), KV_ERRNO("err", err),
		 KV_UINT("status", scode), KV_UINT("pause_ms", s->backoff_ms));
	timer_start(s->a->timers, &s->pause, s->backoff_ms, pause_handler, s);
}


static void user_drop(struct announcement *an, int err)
{
	log_warn(an->server->a->log, "announce.dropped",
		 KV_STR("user", an->aor), KV_ERRNO("err", err));
	mem_deref(an);
}


static void pump(struct announce_server *s)
{
	while (s->active < s->limit && !timer_isrunning(&s->pause)) {
		struct announcement *an = list_ledata(list_head(&s->queue));
		int err;

		if (!an)
			return;

		err = begin(an);
		if (err == EINVAL) {
			user_drop(an, err); /* no message can be made of it */
			continue;
		}
		if (err) {
			server_pause(s, err, 0);
			return;
		}

		list_unlink(&an->qle);
		++s->active;
	}
}


static void refresh_handler(void *arg)
{
	struct announcement *an = arg;

	enqueue(an);
	pump(an->server);
}


/* half of what was granted, less a bit so that they do not come in waves */
static void refresh_in(struct announcement *an, uint32_t expires_s)
{
	uint32_t half_ms = expires_s * 500;

	timer_start(an->server->a->timers, &an->tmr,
		    half_ms - rand_u32() % (half_ms / 4 + 1), refresh_handler,
		    an);
}


static void succeeded(struct announcement *an, const struct message *resp)
{
	struct announce_server *s = an->server;
	const struct announcement_path path = server_path(s);

	s->limit = ACTIVE_MAX;
	s->backoff_ms = 0;
	timer_cancel(&s->pause);

	if (an->served != an->sent)
		enqueue(an);
	else if (an->served)
		refresh_in(an, announcement_granted(an, &path, resp));
	else
		mem_deref(an);
}


/* this user is not welcome there: perhaps later */
static void refused(struct announcement *an, uint16_t scode)
{
	struct announce *a = an->server->a;

	counter_inc(a->failed);
	log_warn(a->log, "announce.refused", KV_STR("user", an->aor),
		 KV_SA("server", &an->server->addr.sa),
		 KV_UINT("status", scode));

	if (!an->served)
		mem_deref(an);
	else
		timer_start(a->timers, &an->tmr, REFUSED_MS, refresh_handler,
			    an);
}


static void failed(struct announcement *an, int err, uint16_t scode)
{
	struct announce_server *s = an->server;

	enqueue(an);
	if (!timer_isrunning(&s->pause))
		server_pause(s, err, scode);
}


static void conclude(struct announcement *an, int err,
		     const struct message *resp)
{
	uint16_t scode = err ? 0 : resp->scode;

	if (scode / 100 == 2)
		succeeded(an, resp);
	else if (err || scode == 408 || scode / 100 == 5)
		failed(an, err, scode);
	else
		refused(an, scode);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	struct announcement *an = arg;
	struct announce_server *s = an->server;
	const struct announcement_path path = server_path(s);

	if (!err && resp->scode < 200)
		return;

	client_txn_forget(ct);
	an->ct = mem_deref(an->ct);
	if (!err && (resp->scode == 401 || resp->scode == 407) &&
	    !announcement_authorize(an, &path, resp, response_handler))
		return;

	--s->active;
	conclude(an, err, resp);
	pump(s);
}


static void server_init(struct announce *a, const struct config_addr *addr)
{
	struct announce_server *s = &a->serverv[a->serverc++];

	s->a = a;
	s->addr = *addr;
	s->limit = ACTIVE_MAX;
}


static int announce_init(struct announce *a, const struct config *cfg,
			 const struct hash_key *branch_key,
			 struct transport *tp, struct txns *txns)
{
	int err;

	hash_key_random(&a->key);
	str_ncpy(a->name, cfg->redirect.name, sizeof(a->name));
	str_ncpy(a->secret, cfg->redirect.secret, sizeof(a->secret));
	for (size_t i = 0; cfg->redirect.announce && i < cfg->redirect.serverc;
	     i++)
		server_init(a, &cfg->redirect.serverv[i]);

	err = hash_alloc(&a->ht, BUCKETS);
	if (err)
		return err;

	return agent_alloc(&a->agent, tp, txns, branch_key);
}


/**
 * Allocate the announcer; silent unless the configuration wants it
 *
 * @param ap         Pointer to the allocated announcer
 * @param cfg        Configuration
 * @param branch_key Key of the branches' MAC
 * @param tp         Transport (not owned)
 * @param txns       Transactions (not owned)
 * @param timers     Timers (not owned)
 * @param log        Log or NULL (not owned)
 * @param metrics    Metrics or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int announce_alloc(struct announce **ap, const struct config *cfg,
		   const struct hash_key *branch_key, struct transport *tp,
		   struct txns *txns, struct timers *timers, struct log *log,
		   struct metrics *metrics)
{
	struct announce *a;
	int err;

	if (!ap || !cfg || !branch_key || !timers)
		return EINVAL;

	a = mem_zalloc(sizeof(*a), destructor);
	if (!a)
		return ENOMEM;

	a->timers = timers;
	a->log = log;
	a->sent = metrics_counter(metrics, "announce_sent_total");
	a->failed = metrics_counter(metrics, "announce_failed_total");

	err = announce_init(a, cfg, branch_key, tp, txns);
	if (err) {
		mem_deref(a);
		return err;
	}

	*ap = a;
	return 0;
}


static int announcement_alloc(struct announcement **anp,
			      struct announce_server *s, const struct pl *aor)
{
	struct announce *a = s->a;
	struct announcement *an;
	int err;

	if (a->count >= ANNOUNCEMENTS_MAX)
		return ENOSPC;

	an = mem_zalloc(sizeof(*an), announcement_destructor);
	if (!an)
		return ENOMEM;

	an->server = s;
	err = announcement_init(an, aor);
	if (err) {
		mem_deref(an);
		return err;
	}

	hash_append(a->ht, hash_pl(&a->key, aor), &an->he, an);
	++a->count;
	*anp = an;
	return 0;
}


/** What to look for */
struct wanted {
	const struct announce_server *server;
	const struct pl *aor;
};


static bool match(struct le *le, void *arg)
{
	const struct announcement *an = le->data;
	const struct wanted *w = arg;

	return an->server == w->server && !pl_strcmp(w->aor, an->aor);
}


static void announce_to(struct announce_server *s, const struct pl *aor,
			bool served)
{
	struct announce *a = s->a;
	struct wanted w = {.server = s, .aor = aor};
	struct announcement *an;
	int err;

	an = list_ledata(hash_lookup(a->ht, hash_pl(&a->key, aor), match, &w));
	if (!an && !served)
		return;

	err = an ? 0 : announcement_alloc(&an, s, aor);
	if (err) {
		log_warn(a->log, "announce.dropped", KV_PL("user", aor),
			 KV_ERRNO("err", err));
		return;
	}

	an->served = served;
	if (!an->ct)
		enqueue(an);
	pump(s);
}


/**
 * Announce that a user is served here, or no more
 *
 * @param a      Announcer
 * @param aor    The user, "user@host"
 * @param served True if it is served here; kept up by refreshes
 */
void announce_user(struct announce *a, const struct pl *aor, bool served)
{
	if (!a || !pl_isset(aor))
		return;

	for (size_t i = 0; i < a->serverc; i++)
		announce_to(&a->serverv[i], aor, served);
}
