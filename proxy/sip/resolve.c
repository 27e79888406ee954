/**
 * @file resolve.c  From a URI to next hops (RFC 3263), without waiting
 *
 * The rules are gone through with what is known (resolve_rules). What is not
 * known is asked for, and they are gone through again with each answer; at the
 * deadline once more, with what is known by then and with what was known
 * before it expired. The order is that of the rules, those that rest last.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/resolve_state.h"


enum { ASKED_MAX = 48 /* by one question */ };


static void query_leave(struct resolve_query *q)
{
	if (q->r && q->le.list)
		--q->r->queries;
	list_unlink(&q->le);
	timer_cancel(&q->deadline);
	list_flush(&q->waitl);
	q->r = NULL;
}


static void query_destructor(void *arg)
{
	query_leave(arg);
}


static void wake_handler(void *arg);


static int known_by_file(const struct resolve_set **setp,
			 const struct resolver *r, enum resolve_type type,
			 const char *name)
{
	if (type != RESOLVE_A && type != RESOLVE_AAAA)
		return EAGAIN;
	if (!resolve_hosts_has(r->hosts, name))
		return EAGAIN;

	*setp = resolve_hosts_get(r->hosts, type, name);

	return *setp ? 0 : ENOENT;
}


/* EINPROGRESS: it is being asked for, and we wait */
static int ask(struct resolve_query *q, struct resolve_entry *e)
{
	int err;

	if (q->full || q->asked >= ASKED_MAX)
		return ENOSPC;

	err = resolve_entry_wait(e, &q->waitl, wake_handler, q);
	if (!err && !e->pending) {
		++q->asked;
		err = resolve_lookup(q->r->lookups, e);
	}

	return err ? err : EINPROGRESS;
}


static int known_handler(const struct resolve_set **setp,
			 enum resolve_type type, const char *name, void *arg)
{
	struct resolve_query *q = arg;
	struct resolve_entry *e;
	int err;

	err = known_by_file(setp, q->r, type, name);
	if (err != EAGAIN)
		return err;

	err = resolve_cache_entry(&e, q->r->cache, type, name);
	if (err)
		return err;

	err = resolve_entry_known(setp, e, timers_now(q->r->timers),
				  q->last || q->full);
	if (err != EINPROGRESS)
		return err;

	q->missed = true;

	return q->last ? ETIMEDOUT : ask(q, e);
}


static int walk(struct resolve_query *q, struct hops *hops)
{
	const struct resolve_rules rules = {
		.can4 = q->r->conf.can4,
		.can6 = q->r->conf.can6,
		.seed = q->seed,
		.knownh = known_handler,
		.arg = q,
	};
	int err = EINVAL;

	q->walking = true;
	do {
		q->again = false;
		err = resolve_rules(hops, &q->target, &rules);
	} while (err == EINPROGRESS && q->again);
	q->walking = false;

	return err;
}


static const char *reason(int err)
{
	switch (err) {
	case ENOENT:
		return "there is no such name or service";
	case EAFNOSUPPORT:
		return "only ways that we do not have";
	case ETIMEDOUT:
		return "the DNS does not say";
	default:
		return strerror(err);
	}
}


/* the query may be gone behind this */
static void deliver(struct resolve_query *q, int err, struct hops *hops)
{
	struct resolver *r = q->r;
	resolve_h *h = q->h;
	void *arg = q->arg;

	if (err) {
		counter_inc(r->count.failed);
		log_info(r->log, "dns.nowhere", KV_STR("name", q->target.name),
			 KV_STR("why", reason(err)));
	}
	else {
		resolve_rest_order(r->rest, hops, timers_now(r->timers));
	}

	query_leave(q);
	h(err, err ? NULL : hops->v, err ? 0 : hops->c, arg);
}


static void wake_handler(void *arg)
{
	struct resolve_query *q = arg;
	struct hops hops;
	int err;

	/* an answer that came while it was being asked for */
	if (q->walking) {
		q->again = true;
		return;
	}

	err = walk(q, &hops);
	if (err != EINPROGRESS)
		deliver(q, err, &hops);
}


static void deadline_handler(void *arg)
{
	struct resolve_query *q = arg;
	struct hops hops;
	int err;

	q->last = true;
	err = walk(q, &hops);
	deliver(q, err, &hops);
}


static uint32_t chance(const struct resolver *r)
{
	return r->conf.randomh ? r->conf.randomh() : rand_u32();
}


static int query_alloc(struct resolve_query **qp, struct resolver *r,
		       const struct sipuri *uri, resolve_h *h, void *arg)
{
	struct resolve_query *q;
	int err;

	q = mem_zalloc(sizeof(*q), query_destructor);
	if (!q)
		return ENOMEM;

	q->h = h;
	q->arg = arg;
	err = resolve_target_decode(&q->target, uri);
	if (err) {
		mem_deref(q);
		return err;
	}

	q->r = r;
	q->seed = chance(r);
	q->full = r->queries >= r->conf.pending_max;
	q->target.file = resolve_hosts_has(r->hosts, q->target.name);
	*qp = q;

	return 0;
}


static bool is_never(const char *name)
{
	const size_t n = strlen(name);

	/* RFC 7118 section 5 writes it where there is no name (RFC 6761) */
	return n >= 7 && !strcmp(name + n - 7, "invalid") &&
	       (n == 7 || name[n - 8] == '.');
}


/**
 * Find the next hops of a URI
 *
 * @param qp  Pointer to the question, set only where it is not answered yet
 * @param r   Resolver
 * @param uri sip or sips URI
 * @param h   Gets the answer, perhaps before this returns
 * @param arg Its argument
 *
 * @return 0 if success, ENOSPC for too many questions, otherwise errorcode
 */
int resolve(struct resolve_query **qp, struct resolver *r,
	    const struct sipuri *uri, resolve_h *h, void *arg)
{
	struct resolve_query *q;
	struct hops hops;
	int err;

	if (!qp || !r || !uri || !h)
		return EINVAL;

	*qp = NULL;
	err = query_alloc(&q, r, uri, h, arg);
	if (err == EAFNOSUPPORT) {
		h(err, NULL, 0, arg);
		return 0;
	}
	if (err)
		return err;

	if (q->target.name[0])
		counter_inc(r->count.questions);

	err = is_never(q->target.name) ? ENOENT : walk(q, &hops);
	if (err == EINPROGRESS) {
		list_append(&r->queryl, &q->le, q);
		++r->queries;
		timer_start(r->timers, &q->deadline, r->conf.deadline_ms,
			    deadline_handler, q);
		*qp = q;
		return 0;
	}

	if (q->full && q->missed && err) {
		counter_inc(r->count.refused);
		mem_deref(q);
		return ENOSPC;
	}

	if (q->target.name[0] && !q->missed)
		counter_inc(r->count.cached);
	deliver(q, err, &hops);
	mem_deref(q);

	return 0;
}
