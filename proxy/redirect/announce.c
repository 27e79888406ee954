/**
 * @file announce.c  Tells the redirect servers whom we serve: REGISTER
 *
 * An announcement is one user at one server; announce_server.c has the queues.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/redirect/announce_state.h"


enum {
	BUCKETS = 4096,
	ANNOUNCEMENTS_MAX = 400000,
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
		announce_server_init(&a->serverv[a->serverc++], a,
				     &cfg->redirect.serverv[i]);

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
	announce_server_wants(s, an->ct ? NULL : an);
}


static bool has_server(const struct announce *a,
		       const struct config_addr *addr)
{
	for (size_t i = 0; a && i < a->serverc; i++) {
		if (a->serverv[i].addr.proto == addr->proto &&
		    sa_cmp(&a->serverv[i].addr.sa, &addr->sa, SA_ALL))
			return true;
	}

	return false;
}


/** Who leaves whom */
struct leaving {
	struct announce *a;
	const struct announce *next;
};


static bool leave_handler(struct le *le, void *arg)
{
	struct announcement *an = le->data;
	const struct leaving *l = arg;

	if (has_server(l->next, &an->server->addr)) {
		mem_deref(an);
		return false;
	}

	an->served = false;
	timer_cancel(&an->tmr);
	if (!an->ct && !an->qle.list)
		list_append(&an->server->queue, &an->qle, an);

	return false;
}


/**
 * Leave the servers that another announcer does not have
 *
 * @param a    Announcer, or NULL
 * @param next The other one, or NULL
 */
void announce_leave(struct announce *a, const struct announce *next)
{
	struct leaving l = {.a = a, .next = next};

	if (!a)
		return;

	(void)hash_apply(a->ht, leave_handler, &l);
	for (size_t i = 0; i < a->serverc; i++)
		announce_server_wants(&a->serverv[i], NULL);
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
