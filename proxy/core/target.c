/**
 * @file target.c  One place that a request may go to
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/core/target.h"


static void destructor(void *arg)
{
	struct target *t = arg;

	list_unlink(&t->le);
	mem_deref(t->flow);
	mem_deref(t->trunk);
	mem_deref(t->ruri);
	mem_deref(t->path);
	mem_deref(t->next);
	mem_deref(t->instance);
	mem_deref(t->aor);
}


/**
 * Make a target
 *
 * @param tp   Pointer to allocated target
 * @param kind How it is reached
 * @param ruri Request-URI that a request to it gets
 *
 * @return 0 if success, otherwise errorcode
 */
int target_alloc(struct target **tp, enum target_kind kind,
		 const struct pl *ruri)
{
	struct target *t;

	if (!tp || !ruri || !ruri->l)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->kind = kind;
	t->q = 1000;
	if (pl_strdup(&t->ruri, ruri)) {
		mem_deref(t);
		return ENOMEM;
	}

	*tp = t;

	return 0;
}


/**
 * Are they two flows to one phone?
 *
 * @param a Target
 * @param b Other target
 *
 * @return true if both name the same instance
 *
 * RFC 5626 section 5.3
 */
bool target_same_instance(const struct target *a, const struct target *b)
{
	return a && b && a->instance && b->instance &&
	       !strcmp(a->instance, b->instance);
}


static bool same_uri(const char *a, const char *b)
{
	struct sipuri ua, ub;
	struct pl pa, pb;

	pl_set_str(&pa, a);
	pl_set_str(&pb, b);
	if (sipuri_decode(&ua, &pa) || sipuri_decode(&ub, &pb))
		return !strcmp(a, b);

	return sipuri_equal(&ua, &ub);
}


/**
 * Would a request go to the same place twice?
 *
 * The URIs decide (RFC 3261 section 19.1.4). A phone with several flows
 * registers one URI for all of them: there the flow counts as well.
 *
 * @param a Target
 * @param b Other target
 *
 * @return true if they are one target
 *
 * RFC 3261 section 16.5
 */
bool target_equal(const struct target *a, const struct target *b)
{
	if (!a || !b || !same_uri(a->ruri, b->ruri))
		return false;

	if (a->reg_id && b->reg_id && target_same_instance(a, b))
		return a->reg_id == b->reg_id;

	return true;
}
