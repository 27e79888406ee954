/**
 * @file ledger_items.c  Bindings as items of the store
 */
#include <time.h>
#include <re.h>
#include "proxy/user/binding_json.h"
#include "proxy/user/ledger_state.h"


enum { NAME_SIZE = 8 };


/**
 * Make room for items
 *
 * @param li  Items, zeroed
 * @param max How many
 *
 * @return 0 if success, otherwise errorcode
 */
int ledger_items_alloc(struct ledger_items *li, size_t max)
{
	li->itemv = mem_zalloc((max + 1) * sizeof(*li->itemv), NULL);
	if (!li->itemv)
		return ENOMEM;

	li->max = max;

	return 0;
}


/* the names sort as the bindings are old; they mean nothing */
static int item_fill(struct store_item *it, size_t n, const struct binding *b,
		     uint32_t left_s)
{
	char *name, *data = NULL;
	int err;

	name = mem_zalloc(NAME_SIZE, NULL);
	if (!name)
		return ENOMEM;

	(void)re_snprintf(name, NAME_SIZE, "%04zu", n);
	err = binding_json_encode(&data, b);
	if (err) {
		mem_deref(name);
		return err;
	}

	it->item = name;
	it->data = data;
	it->expires_at = (int64_t)time(NULL) + left_s;

	return 0;
}


/**
 * Add a binding to the items
 *
 * @param b      Binding
 * @param left_s Its lifetime in s; 0: nothing is added
 * @param arg    struct ledger_items; err is set where it fails
 */
void ledger_items_add(const struct binding *b, uint32_t left_s, void *arg)
{
	struct ledger_items *li = arg;

	if (li->err || !left_s)
		return;

	if (li->n >= li->max) {
		li->err = ENOSPC;
		return;
	}

	li->err = item_fill(&li->itemv[li->n], li->n, b, left_s);
	if (!li->err)
		++li->n;
}


/**
 * Give up items
 *
 * @param li Items
 */
void ledger_items_reset(struct ledger_items *li)
{
	for (size_t i = 0; i < li->n; i++) {
		mem_deref((void *)(uintptr_t)li->itemv[i].item);
		mem_deref((void *)(uintptr_t)li->itemv[i].data);
	}
	li->itemv = mem_deref(li->itemv);
	li->n = 0;
}
