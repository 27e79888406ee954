/**
 * @file turn.c  One change of an address-of-record at a time
 */
#include <string.h>
#include <re.h>
#include "proxy/user/ledger_state.h"


/* whose turn it is now hears so */
static void call_first(struct desk *d)
{
	struct turn *t = list_ledata(list_head(&d->turnl));

	if (t && !d->ld->closed)
		t->h(t->arg);
}


/* what it has begun to write is written all the same */
static void destructor(void *arg)
{
	struct turn *t = arg;
	struct desk *d = t->desk;
	struct ledger *ld;
	bool first;

	if (!d)
		return;

	ld = mem_ref(d->ld);
	mem_ref(d);
	first = list_head(&d->turnl) == &t->le;
	list_unlink(&t->le);
	--ld->waiting;
	if (d->writer == t)
		d->writer = NULL;
	if (first && !d->batch)
		call_first(d);
	ledger_desk_settle(d);
	mem_deref(d);
	mem_deref(ld);
}


/**
 * Take a turn at changing an address-of-record
 *
 * @param tp  Turn
 * @param ld  Ledger
 * @param aor Canonical address-of-record
 * @param h   Called when it is its turn, unless it is at once
 * @param arg Handler's argument
 *
 * @return 0 if success, otherwise errorcode; ENOSPC: too many wait
 */
int turn_alloc(struct turn **tp, struct ledger *ld, const char *aor, turn_h *h,
	       void *arg)
{
	struct desk *d;
	struct turn *t;
	int err;

	if (!tp || !ld || !aor || !h)
		return EINVAL;
	if (ld->waiting >= LEDGER_WAITING_MAX)
		return ENOSPC;

	err = ledger_desk_make(&d, ld, aor);
	if (err)
		return err;
	if (list_count(&d->turnl) >= LEDGER_TURNS_MAX)
		return ENOSPC;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t) {
		ledger_desk_settle(d);
		return ENOMEM;
	}

	t->desk = d;
	t->h = h;
	t->arg = arg;
	list_append(&d->turnl, &t->le, t);
	++ld->waiting;
	*tp = t;

	return 0;
}


/**
 * Is it this one's turn?
 *
 * @param t Turn
 *
 * @return True if so
 */
bool turn_is_now(const struct turn *t)
{
	return t && t->desk && list_head(&t->desk->turnl) == &t->le &&
	       !t->desk->batch;
}


/* memory follows the disk; the next one's turn comes with the end of this
 * one, which its owner decides, or at once where the owner is gone */
static void finish(struct desk *d, int err)
{
	struct location_batch *lb = d->batch;
	struct turn *t;

	d->committing = true;
	if (!err)
		location_commit(lb);
	d->committing = false;
	d->batch = NULL;
	mem_deref(lb);

	t = d->writer;
	d->writer = NULL;
	if (!t)
		call_first(d);
	else if (!d->ld->closed)
		t->writtenh(err, t->arg);
}


static void done_handler(int err, void *arg)
{
	struct desk *d = mem_ref(arg);
	struct ledger *ld = mem_ref(d->ld);

	d->write = mem_deref(d->write);
	ledger_note(ld, d->aor, err);
	finish(d, err);
	ledger_desk_settle(d);
	mem_deref(d);
	mem_deref(ld);
}


static void count_handler(const struct binding *b, uint32_t expires_s,
			  void *arg)
{
	size_t *n = arg;
	(void)b;
	(void)expires_s;

	++*n;
}


static int write_items(struct desk *d, const struct location_batch *lb)
{
	struct ledger_items li = {.n = 0};
	size_t max = 0;
	int err;

	location_batch_result(lb, count_handler, &max);
	err = ledger_items_alloc(&li, max);
	if (err)
		return err;

	location_batch_result(lb, ledger_items_add, &li);
	err = li.err;
	if (!err)
		err = store_items_replace(&d->write, d->ld->store, d->aor,
					  li.itemv, li.n, done_handler, d);
	ledger_items_reset(&li);

	return err;
}


/**
 * Write a batch, then commit it
 *
 * @param t  Turn; it is its turn
 * @param lb Batch of its address-of-record; referenced until it is committed
 * @param h  Called when that is done, or has failed and nothing has changed;
 *           before this returns where nothing is kept on disk
 *
 * @return 0 if success, otherwise errorcode and nothing has changed
 */
int turn_write(struct turn *t, struct location_batch *lb, turn_written_h *h)
{
	struct desk *d;
	int err;

	if (!turn_is_now(t) || !lb || !h)
		return EINVAL;

	d = t->desk;
	if (d->ld->store) {
		err = write_items(d, lb);
		if (err) {
			ledger_note(d->ld, d->aor, err);
			return err;
		}
	}

	t->writtenh = h;
	d->writer = t;
	d->batch = mem_ref(lb);
	if (!d->ld->store) {
		mem_ref(d);
		finish(d, 0);
		mem_deref(d);
	}

	return 0;
}
