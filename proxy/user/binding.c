/**
 * @file binding.c  One Contact of a user, with the way to it
 */
#include <string.h>
#include <re.h>
#include "proxy/user/binding.h"


static void destructor(void *arg)
{
	struct binding *b = arg;

	timer_cancel(&b->tmr);
	flow_unwatch(&b->watch);
	list_unlink(&b->le);
	mem_deref(b->aor);
	mem_deref(b->contact);
	mem_deref(b->path);
	mem_deref(b->callid);
	mem_deref(b->user_agent);
	mem_deref(b->instance);
	mem_deref(b->flow);
}


static int copy_text(char **dst, const char *src)
{
	return src ? str_dup(dst, src) : 0;
}


/**
 * Copy a binding with all that it points to; it belongs to no user yet
 *
 * @param bp  Copy
 * @param src Binding
 * @param aor Its canonical address-of-record
 *
 * @return 0 if success, otherwise errorcode
 */
int binding_copy(struct binding **bp, const struct binding *src,
		 const char *aor)
{
	struct binding *b = mem_zalloc(sizeof(*b), destructor);
	int err;

	if (!b)
		return ENOMEM;

	err = copy_text(&b->aor, aor);
	err |= copy_text(&b->contact, src->contact);
	err |= copy_text(&b->path, src->path);
	err |= copy_text(&b->callid, src->callid);
	err |= copy_text(&b->user_agent, src->user_agent);
	err |= copy_text(&b->instance, src->instance);
	if (err) {
		mem_deref(b);
		return err;
	}

	b->reg_id = src->reg_id;
	b->cseq = src->cseq;
	b->q = src->q;
	b->flow = mem_ref(src->flow);
	b->source = src->source;
	b->verdict = src->verdict;
	b->verdict.host.p = NULL; /* a slice of the message */
	b->verdict.host.l = 0;
	*bp = b;

	return 0;
}


static void swap_text(char **a, char **b)
{
	char *t = *a;

	*a = *b;
	*b = t;
}


/**
 * Take over what a fresh copy holds; what was there goes with the copy
 *
 * @param b     Binding; keeps its address-of-record and its place
 * @param fresh Copy
 */
void binding_absorb(struct binding *b, struct binding *fresh)
{
	struct flow *flow = b->flow;

	flow_unwatch(&b->watch);
	swap_text(&b->contact, &fresh->contact);
	swap_text(&b->path, &fresh->path);
	swap_text(&b->callid, &fresh->callid);
	swap_text(&b->user_agent, &fresh->user_agent);
	swap_text(&b->instance, &fresh->instance);
	b->reg_id = fresh->reg_id;
	b->cseq = fresh->cseq;
	b->q = fresh->q;
	b->flow = fresh->flow;
	fresh->flow = flow;
	b->source = fresh->source;
	b->verdict = fresh->verdict;
}


/**
 * Find the binding whose Contact URI is equal by the rules of RFC 3261
 * section 19.1.4 (section 10.3 step 7)
 *
 * @param bindingl List of bindings
 * @param contact  URI's text
 *
 * @return Binding, NULL if there is none
 */
struct binding *binding_find(const struct list *bindingl, const char *contact)
{
	struct sipuri want, have;
	struct pl pl;

	if (!contact)
		return NULL;

	pl_set_str(&pl, contact);
	if (sipuri_decode(&want, &pl))
		return NULL;

	for (struct le *le = list_head(bindingl); le; le = le->next) {
		struct binding *b = le->data;

		pl_set_str(&pl, b->contact);
		if (!sipuri_decode(&have, &pl) && sipuri_equal(&want, &have))
			return b;
	}

	return NULL;
}
