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
 * Allocate an empty binding
 *
 * @param bp  Binding
 * @param aor Its canonical address-of-record
 *
 * @return 0 if success, otherwise errorcode
 */
int binding_alloc(struct binding **bp, const char *aor)
{
	struct binding *b = mem_zalloc(sizeof(*b), destructor);

	if (!b)
		return ENOMEM;

	if (str_dup(&b->aor, aor)) {
		mem_deref(b);
		return ENOMEM;
	}
	*bp = b;

	return 0;
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
	struct binding *b;
	int err;

	err = binding_alloc(&b, aor);
	if (err)
		return err;

	err = copy_text(&b->contact, src->contact);
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
	b->proto = src->flow ? src->flow->proto : src->proto;
	b->source = src->source;
	b->verdict = src->verdict;
	b->verdict.host.p = NULL; /* a slice of the message */
	b->verdict.host.l = 0;
	b->mapping_s = src->mapping_s;
	b->registered_at = src->registered_at;
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
	b->proto = fresh->proto;
	sa_init(&b->before, AF_UNSPEC);
	if (!sa_cmp(&b->source, &fresh->source, SA_ALL)) {
		b->mapping_s = 0; /* another NAT, or another mapping of it */
		b->before = b->source;
	}
	b->source = fresh->source;
	b->verdict = fresh->verdict;
	b->registered_at = fresh->registered_at;
}


/**
 * The flow that leads to a binding now
 *
 * @param b Binding
 *
 * @return Open flow, not referenced; NULL if there is none
 */
struct flow *binding_flow(const struct binding *b)
{
	return b && b->flow && !b->flow->closed ? b->flow : NULL;
}


static bool uri_equal(const char *a, const char *b)
{
	struct sipuri ua, ub;
	struct pl pl;

	if (!a || !b)
		return false;
	if (!strcmp(a, b))
		return true;

	pl_set_str(&pl, a);
	if (sipuri_decode(&ua, &pl))
		return false;
	pl_set_str(&pl, b);

	return !sipuri_decode(&ub, &pl) && sipuri_equal(&ua, &ub);
}


static bool is_outbound(const struct binding *b)
{
	return b->reg_id && b->instance;
}


/**
 * Do both name the same binding?
 *
 * @param a Binding; contact, instance and reg_id count
 * @param b Binding
 *
 * @return True if so: by instance and reg-id where both have them (RFC 5626
 *         section 6), else by URI (RFC 3261 sections 10.3 step 7 and 19.1.4)
 */
bool binding_equal(const struct binding *a, const struct binding *b)
{
	if (!a || !b)
		return false;

	if (is_outbound(a) && is_outbound(b))
		return a->reg_id == b->reg_id &&
		       !strcmp(a->instance, b->instance);

	return uri_equal(a->contact, b->contact);
}


/**
 * Find the binding that a key names; of the key's own kind first
 *
 * @param bindingl List of bindings
 * @param key      Contact, and instance and reg_id where there are some
 *
 * @return Binding, NULL if there is none
 */
struct binding *binding_find(const struct list *bindingl,
			     const struct binding *key)
{
	struct binding *other = NULL;

	if (!key)
		return NULL;

	for (struct le *le = list_head(bindingl); le; le = le->next) {
		struct binding *b = le->data;

		if (!binding_equal(b, key))
			continue;
		if (is_outbound(b) == is_outbound(key))
			return b;
		if (!other)
			other = b;
	}

	return other;
}
