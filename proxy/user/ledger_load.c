/**
 * @file ledger_load.c  The location, as it was before the process
 */
#include <time.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/user/binding_json.h"
#include "proxy/user/ledger_state.h"


enum { LIFETIME_MAX_S = 30 * 24 * 3600 };

struct load {
	struct ledger *ld;
	struct transport *tp;
	int64_t now_s;
	uint32_t n, bad, reachable;
	int err;
};


/* a connection cannot be made again from here, and a phone behind NAT hears
 * that socket only that it has sent to */
static void find_way(struct load *l, struct binding *b, const struct sa *local)
{
	if (b->proto != FLOW_UDP || !sa_isset(local, SA_ALL) ||
	    !sa_isset(&b->source, SA_ALL))
		return;

	if (!transport_flow_back(&b->flow, l->tp, FLOW_UDP, local, &b->source))
		++l->reachable;
}


static int load(struct load *l, const struct store_item *it)
{
	const int64_t left_s = it->expires_at - l->now_s;
	struct binding *b = NULL;
	struct sa local;
	int err;

	err = binding_json_decode(&b, &local, it->key, it->data);
	if (err)
		return err;

	find_way(l, b, &local);
	err = location_put(l->ld->loc, b,
			   left_s < LIFETIME_MAX_S ? (uint32_t)left_s
						   : LIFETIME_MAX_S);
	mem_deref(b);

	return err;
}


/* they come in the order in which they were registered, for each AOR */
static void item_handler(const struct store_item *it, void *arg)
{
	struct load *l = arg;
	int err;

	if (it->expires_at <= l->now_s || l->err)
		return;

	err = load(l, it);
	if (!err) {
		++l->n;
	}
	else if (err == ENOMEM) {
		l->err = err;
	}
	else {
		++l->bad;
		log_warn(l->ld->log, "location.not_loaded",
			 KV_STR("aor", it->key), KV_STR("item", it->item),
			 KV_ERRNO("why", err));
	}
}


/**
 * Fill the location from the disk
 *
 * @param ld Ledger
 * @param tp Transport, with its listeners
 *
 * @return 0 if success, otherwise errorcode
 */
int ledger_load(struct ledger *ld, struct transport *tp)
{
	struct load l = {.ld = ld, .tp = tp, .now_s = (int64_t)time(NULL)};
	int err;

	if (!ld || !tp)
		return EINVAL;
	if (!ld->store)
		return 0;

	err = store_items_all(ld->store, l.now_s, item_handler, &l);
	if (!err)
		err = l.err;
	if (err)
		return err;

	counter_add(ld->loaded, l.n);
	log_info(ld->log, "location.loaded", KV_UINT("bindings", l.n),
		 KV_UINT("reachable", l.reachable), KV_UINT("refused", l.bad));

	return 0;
}
