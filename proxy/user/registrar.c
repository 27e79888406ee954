/**
 * @file registrar.c  REGISTER (RFC 3261 section 10.3)
 *
 * Check (visit_check), plan, write (ledger), answer (visit). Once the phone is
 * known a server transaction absorbs its retransmissions, and the visit waits:
 * for the turn of its address-of-record, then for the disk. A 200 says that it
 * is written; where that failed nothing has changed.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/user/registrar_state.h"


static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct registrar *r = arg;

	(void)ev;
	(void)b;
	counter_set(r->bindings, location_count(r->loc));
}


static void destructor(void *arg)
{
	struct registrar *r = arg;

	ledger_close(r->ledger);
	list_flush(&r->visitl);
	location_unlisten(r->loc, location_handler, r);
	mem_deref(r->ledger);
	mem_deref(r->auth);
	mem_deref(r->accounts);
	mem_deref(r->loc);
	mem_deref(r->tp);
	mem_deref(r->txns);
	mem_deref(r->timers);
	mem_deref(r->log);
}


static void visit_destructor(void *arg)
{
	struct visit *v = arg;
	struct turn *turn = v->turn;

	list_unlink(&v->le);
	mem_deref(v->reg);
	mem_deref(v->st);
	mem_deref(v->req);
	mem_deref(turn); /* last: the next visit may begin here */
}


static void written_handler(int err, void *arg)
{
	struct visit *v = arg;

	if (err)
		visit_refuse_errno(v, err);
	else
		visit_accept(v);
	mem_deref(v);
}


/* the visit may be gone afterwards */
static void change(struct visit *v)
{
	struct registrar *r = v->r;
	struct location_batch *lb = NULL;
	int err;

	err = registration_prepare(&lb, v->reg, r->loc,
				   r->cfg->registrar.contacts_max);
	if (!err && !lb) {
		visit_accept(v);
		mem_deref(v);
		return;
	}

	if (!err) {
		registration_log(v->reg, lb, r->log);
		err = turn_write(v->turn, lb, written_handler);
	}
	if (err) {
		visit_refuse_errno(v, err);
		mem_deref(v);
	}
	mem_deref(lb);
}


static void turn_handler(void *arg)
{
	change(arg);
}


/* from the stack to where it can wait */
static int keep(struct visit **vp, const struct visit *v)
{
	struct visit *kept = mem_zalloc(sizeof(*kept), visit_destructor);
	int err;

	if (!kept)
		return ENOMEM;

	kept->r = v->r;
	kept->req = mem_ref(v->req);
	kept->st = mem_ref(v->st);
	kept->reg = mem_ref(v->reg);
	(void)str_ncpy(kept->aor, v->aor, sizeof(kept->aor));
	err = turn_alloc(&kept->turn, v->r->ledger, v->aor, turn_handler,
			 kept);
	if (err) {
		mem_deref(kept);
		return err;
	}

	list_append(&v->r->visitl, &kept->le, kept);
	*vp = kept;

	return 0;
}


static int read_wish(struct visit *v)
{
	const struct config *cfg = v->r->cfg;
	const struct contact_limits lim = {
		.expires_default = cfg->registrar.expires_default,
		.expires_min = cfg->registrar.expires_min,
		.expires_max = cfg->registrar.expires_max,
		.jitter = cfg->registrar.jitter,
	};
	const int err = registration_alloc(&v->reg, v->req, v->aor, &lim);

	if (!err)
		return visit_check_wish(v);

	visit_refuse_errno(v, err == ENOSPC ? E2BIG : err);

	return err;
}


static void serve(struct visit *v)
{
	struct visit *kept;
	int err;

	if (read_wish(v))
		return;

	/* step 6: a query changes nothing, and waits for nothing */
	if (!v->reg->contacts.n && !v->reg->contacts.star) {
		visit_accept(v);
		return;
	}

	err = keep(&kept, v);
	if (err)
		visit_refuse_errno(v, err);
	else if (turn_is_now(kept->turn))
		change(kept);
}


/**
 * Answer a REGISTER for one of our domains
 *
 * @param r   Registrar
 * @param req REGISTER
 */
void registrar_request(struct registrar *r, struct message *req)
{
	struct visit v = {.r = r, .req = req};
	int err;

	if (!r || !req || !req->flow)
		return;

	counter_inc(r->requests);
	if (visit_check_sender(&v))
		return;

	err = server_txn_alloc(&v.st, r->txns, req, NULL, NULL);
	if (err) {
		visit_refuse_errno(&v, err);
		return;
	}

	serve(&v);
	mem_deref(v.reg);
	mem_deref(v.st);
}


static int start(struct registrar *r, struct ledger *ledger)
{
	int err = 0;

	if (ledger)
		r->ledger = mem_ref(ledger);
	else
		err = ledger_alloc(&r->ledger, NULL, r->loc, r->timers, r->log,
				   NULL);

	return err ? err : location_listen(r->loc, location_handler, r);
}


/**
 * Allocate the registrar
 *
 * @param rp    Registrar
 * @param parts What it works with; cfg must outlive it, auth may be NULL with
 *              auth = no, ledger NULL keeps nothing on disk
 *
 * @return 0 if success, otherwise errorcode
 */
int registrar_alloc(struct registrar **rp, const struct registrar_parts *parts)
{
	struct registrar *r;
	int err;

	if (!rp || !parts || !parts->cfg || !parts->loc || !parts->tp ||
	    !parts->txns || !parts->timers ||
	    (parts->cfg->auth && !parts->auth))
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->cfg = parts->cfg;
	r->auth = mem_ref(parts->auth);
	r->accounts = mem_ref(parts->accounts);
	r->loc = mem_ref(parts->loc);
	r->tp = mem_ref(parts->tp);
	r->txns = mem_ref(parts->txns);
	r->timers = mem_ref(parts->timers);
	r->log = mem_ref(parts->log);
	r->requests = metrics_counter(parts->metrics,
				      "register_requests_total");
	r->accepted = metrics_counter(parts->metrics,
				      "register_accepted_total");
	r->refused = metrics_counter(parts->metrics, "register_refused_total");
	r->bindings = metrics_counter(parts->metrics, "location_bindings");
	err = start(r, parts->ledger);
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}
