/**
 * @file lease.c  A relay session that a peer has on lease
 */
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "common/hash.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/media/lease.h"
#include "proxy/media/relay_local.h"
#include "proxy/sip/agent.h"


enum { LEASES_MAX = 20000, BUCKETS = 1024 };

struct leases {
	struct resource_maker *local;
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	struct hash_key key;
	struct hash *ht;
	uint32_t count;
	struct counter *expired;
};

struct lease_side {
	char *tag; /* NULL: not asked yet */
	uint32_t cseq;
};

struct lease {
	struct le he;
	struct leases *ls; /* not owned: it owns us */
	char *callid;
	char tag[AGENT_TAG_SIZE];
	struct sa owner;
	struct lease_side sidev[2];
	struct resource *resource;
	struct timer tmr;
};


static void lease_destructor(void *arg)
{
	struct lease *l = arg;

	timer_cancel(&l->tmr);
	if (l->he.list)
		--l->ls->count;
	hash_unlink(&l->he);
	mem_deref(l->resource);
	mem_deref(l->sidev[RELAY_A].tag);
	mem_deref(l->sidev[RELAY_B].tag);
	mem_deref(l->callid);
}


static void leases_destructor(void *arg)
{
	struct leases *ls = arg;

	hash_flush(ls->ht);
	mem_deref(ls->ht);
	mem_deref(ls->local);
}


/**
 * Allocate the table of leases
 *
 * @param lp      Pointer to the allocated table
 * @param relay   The relay in this process
 * @param timers  Timers (not owned)
 * @param log     Log or NULL (not owned)
 * @param metrics Metrics or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int leases_alloc(struct leases **lp, struct relay *relay,
		 struct timers *timers, struct log *log,
		 struct metrics *metrics)
{
	struct leases *ls;
	int err;

	if (!lp || !relay || !timers)
		return EINVAL;

	ls = mem_zalloc(sizeof(*ls), leases_destructor);
	if (!ls)
		return ENOMEM;

	ls->timers = timers;
	ls->log = log;
	ls->expired = metrics_counter(metrics, "relay_leases_expired_total");
	hash_key_random(&ls->key);

	err = hash_alloc(&ls->ht, BUCKETS);
	if (err)
		goto out;

	err = relay_local_alloc(&ls->local, relay);
	if (err)
		goto out;

	*lp = ls;
out:
	if (err)
		mem_deref(ls);
	return err;
}


/**
 * Number of leases
 *
 * @param ls Table of leases
 *
 * @return Number of leases that run
 */
uint32_t leases_count(const struct leases *ls)
{
	return ls ? ls->count : 0;
}


static void expired(void *arg)
{
	struct lease *l = arg;

	log_info(l->ls->log, "lease.expired", KV_STR("call", l->callid),
		 KV_SA("peer", &l->owner));
	counter_inc(l->ls->expired);
	mem_deref(l);
}


/* no media: the lease ends now, its client learns it at the next refresh */
static void event_handler(enum relay_event ev, const struct relay_info *info,
			  void *arg)
{
	struct lease *l = arg;
	(void)info;

	if (ev == RELAY_TIMEOUT)
		timer_start(l->ls->timers, &l->tmr, 0, expired, l);
}


/**
 * Allocate a lease for the first INVITE of a call
 *
 * @param lp  Pointer to the lease, owned by the table
 * @param ls  Table of leases
 * @param req The INVITE; its source becomes the owner
 *
 * @return 0 if success, ENOSPC if the table is full, otherwise errorcode
 */
int lease_alloc(struct lease **lp, struct leases *ls,
		const struct message *req)
{
	struct lease *l;
	struct pl tag;
	int err;

	if (!lp || !ls || !req)
		return EINVAL;

	if (ls->count >= LEASES_MAX)
		return ENOSPC;

	l = mem_zalloc(sizeof(*l), lease_destructor);
	if (!l)
		return ENOMEM;

	l->ls = ls;
	l->owner = req->src;
	agent_tag(l->tag, 'r');
	pl_set_str(&tag, l->tag);

	err = pl_strdup(&l->callid, &req->callid);
	if (err)
		goto out;

	err = ls->local->alloc(&l->resource, ls->local, &req->callid,
			       event_handler, l);
	if (err)
		goto out;

	hash_append(ls->ht, hash_pl(&ls->key, &tag), &l->he, l);
	++ls->count;
	*lp = l;
out:
	if (err)
		mem_deref(l);
	return err;
}


static bool match(struct le *le, void *arg)
{
	const struct lease *l = le->data;
	const struct message *const *req = arg;

	return !pl_strcmp(&(*req)->to_tag, l->tag) &&
	       !pl_strcmp(&(*req)->callid, l->callid) &&
	       addr_same_host(&(*req)->src, &l->owner);
}


/**
 * Find the lease of a later request
 *
 * @param ls  Table of leases
 * @param req re-INVITE or BYE
 *
 * @return Lease, NULL if there is none of that owner
 */
struct lease *lease_find(const struct leases *ls, const struct message *req)
{
	if (!ls || !req)
		return NULL;

	return list_ledata(hash_lookup(ls->ht, hash_pl(&ls->key, &req->to_tag),
				       match, &req));
}


/**
 * The To tag of a lease
 *
 * @param l Lease
 *
 * @return Tag
 */
const char *lease_tag(const struct lease *l)
{
	return l ? l->tag : NULL;
}


/**
 * The relay resource behind a lease
 *
 * @param l Lease
 *
 * @return Resource, or NULL
 */
const struct resource *lease_resource(const struct lease *l)
{
	return l ? l->resource : NULL;
}


/**
 * Is it the From tag of one of its sides?
 *
 * @param l        Lease
 * @param from_tag From tag
 *
 * @return True if so
 */
bool lease_knows(const struct lease *l, const struct pl *from_tag)
{
	for (int i = RELAY_A; l && i <= RELAY_B; i++) {
		if (l->sidev[i].tag && !pl_strcmp(from_tag, l->sidev[i].tag))
			return true;
	}

	return false;
}


/* the first From tag is one side, the second is the other */
static int find_side(enum relay_side *side, const struct lease *l,
		     const struct pl *from_tag)
{
	for (int i = RELAY_A; i <= RELAY_B; i++) {
		const char *tag = l->sidev[i].tag;

		if (tag && pl_strcmp(from_tag, tag))
			continue;

		*side = (enum relay_side)i;
		return 0;
	}

	return ENOENT;
}


/* a CSeq that is not higher is an old request that came late */
static int take_side(struct lease_side *s, const struct message *req)
{
	if (s->tag && req->cseq <= s->cseq)
		return EPROTO;

	s->cseq = req->cseq;

	return s->tag ? 0 : pl_strdup(&s->tag, &req->from_tag);
}


/** What relay_local says at once */
struct outcome {
	int err;
	struct resource_media *ours; /* referenced */
};


static void resource_handler(int err, struct resource_media *ours, void *arg)
{
	struct outcome *oc = arg;

	oc->err = err;
	oc->ours = mem_ref(ours);
}


/**
 * New addresses of a side
 *
 * @param l    Lease
 * @param req  Request; its From tag names the side
 * @param rq   The side's addresses; which side is filled in
 * @param ours Pointer to our addresses that face the other side
 *
 * @return 0 if success, ENOENT for a third side, EPROTO for an old request,
 *         otherwise errorcode
 */
int lease_request(struct lease *l, const struct message *req,
		  struct resource_request *rq, struct resource_media **ours)
{
	struct outcome oc = {.err = ENOMEM};
	int err;

	if (!l || !req || !rq || !ours)
		return EINVAL;

	err = find_side(&rq->side, l, &req->from_tag);
	if (err)
		return err;

	err = take_side(&l->sidev[rq->side], req);
	if (err)
		return err;

	err = l->resource->request(l->resource, rq, resource_handler, &oc);

	if (!err)
		err = oc.err;
	if (!err)
		*ours = oc.ours;

	return err;
}


/**
 * Start a lease, or start it anew
 *
 * @param l         Lease
 * @param expires_s How long it runs, in seconds
 */
void lease_start(struct lease *l, uint32_t expires_s)
{
	if (l)
		timer_start(l->ls->timers, &l->tmr, (uint64_t)expires_s * 1000,
			    expired, l);
}
