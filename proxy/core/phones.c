/**
 * @file phones.c  Where a user of ours is registered
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/phones.h"
#include "proxy/core/ruri.h"
#include "proxy/core/waking.h"
#include "proxy/sip/message.h"


static int copy_text(char **dst, const char *src)
{
	return src ? str_dup(dst, src) : 0;
}


/* the edge proxy that the phone is attached to: the flow that the REGISTER
 * came by where that leads there, else wherever the Path's first URI does */
static int edge(struct target *t, const struct binding *b)
{
	struct flow *flow = binding_flow(b);
	struct nameaddr na;
	struct pl rest, val;
	struct sa sa;

	pl_set_str(&rest, b->path);
	if (!message_value_cut(&rest, &val) || nameaddr_decode(&na, &val))
		return EBADMSG;

	if (flow && !sipuri_addr(&na.uri, &sa) &&
	    sa_cmp(&sa, &flow->peer, SA_ALL)) {
		t->flow = mem_ref(flow);
		return 0;
	}

	return pl_strdup(&t->next, &na.addr);
}


static int way(struct target *t, const struct binding *b)
{
	if (b->path)
		return edge(t, b);

	t->flow = mem_ref(binding_flow(b));

	return t->flow ? 0 : ENOTCONN;
}


/* with a Path it is not attached to us, but to an edge proxy */
static int binding_target(struct target **tp, const struct binding *b)
{
	struct target *t = NULL;
	struct pl contact;
	char *ruri = NULL;
	int err;

	pl_set_str(&contact, b->contact);
	err = ruri_of_contact(&ruri, &contact);
	if (err)
		return err;

	pl_set_str(&contact, ruri);
	err = target_alloc(&t, b->path ? TARGET_PROXY : TARGET_PHONE,
			   &contact);
	mem_deref(ruri);
	if (err)
		return err;

	t->q = b->q;
	t->verdict = b->verdict;
	if (b->verdict.media == NAT_RELAY)
		t->verdict.reason = NAT_CALLEE;
	t->reg_id = b->reg_id;
	err = way(t, b);
	err |= copy_text(&t->path, b->path);
	err |= copy_text(&t->instance, b->instance);
	err |= copy_text(&t->aor, b->aor);
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}


/* the bindings of another user of ours, whose address-of-record a Contact
 * is; NULL: it is a phone's */
static const struct list *other_user(const struct forwarding *fw,
				     const struct binding *b)
{
	char aor[SIPURI_AOR_MAX];
	struct sipuri uri;
	struct pl pl;

	pl_set_str(&pl, b->contact);
	if (sipuri_decode(&uri, &pl) || !served_is_domain(fw->px, &uri.host) ||
	    sipuri_aor(&uri, aor, sizeof(aor)) || !strcmp(aor, b->aor))
		return NULL;

	pl_set_str(&pl, aor);

	return location_get(fw->px->p.loc, &pl);
}


static void add_binding(struct forwarding *fw, const struct binding *b)
{
	struct target *t = NULL;

	/* it is a target when it has come */
	if (waking_wanted(fw, b))
		return;

	if (!binding_target(&t, b))
		(void)targets_add(&fw->targets, t);
	mem_deref(t);
}


static void add_bindings(struct forwarding *fw, const struct list *bindings)
{
	for (struct le *le = list_head(bindings); le; le = le->next)
		add_binding(fw, le->data);
}


/**
 * Add all places where a user of ours is registered
 *
 * Who has registered another user's address means that user's phones. Whoever
 * these name in turn is a phone: two who name each other do not go round (RFC
 * 5393 section 3).
 *
 * @param fw  Forwarding
 * @param aor Canonical address-of-record
 *
 * @return 0 if success, ENOENT if there is none that is new
 */
int phones_add(struct forwarding *fw, const struct pl *aor)
{
	const struct list *bindings = location_get(fw->px->p.loc, aor);
	const size_t before = fw->targets.count;

	for (struct le *le = list_head(bindings); le; le = le->next) {
		const struct list *other = other_user(fw, le->data);

		if (other)
			add_bindings(fw, other);
		else
			add_binding(fw, le->data);
	}

	return fw->targets.count > before ? 0 : ENOENT;
}


static bool is_binding_of(const struct binding *b, const struct target *t)
{
	return b->reg_id == t->reg_id && b->instance &&
	       !strcmp(b->instance, t->instance);
}


/**
 * A flow to a phone has failed: the binding that it was is gone
 *
 * Only of a phone that has others, or comes again soon, because it keeps its
 * flows alive.
 *
 * @param px Proxy
 * @param t  Target
 *
 * RFC 5626 section 5.3
 */
void phones_lost(struct proxy *px, const struct target *t)
{
	struct pl aor;
	struct le *le;

	if (!t->aor || !t->instance || !t->reg_id)
		return;

	pl_set_str(&aor, t->aor);
	for (le = list_head(location_get(px->p.loc, &aor)); le;
	     le = le->next) {
		struct binding *b = le->data;

		if (is_binding_of(b, t)) {
			location_del(px->p.loc, b);
			return;
		}
	}
}
