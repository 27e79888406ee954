/**
 * @file plan.c  What one REGISTER changes
 *
 * Beside the Contacts that are named, it removes what the same phone left
 * behind:
 *
 * - the same +sip.instance and reg-id (RFC 5626 section 6), whatever the URI;
 * - the same Call-ID and Contact user, come over another way: the phone has
 *   moved or its NAT has forgotten it, the old way leads nowhere;
 * - above the bound for each user, what was not refreshed for the longest
 *   time, of the same kind of phone first. A phone that comes up with a new
 *   URI after each power cut must not lock itself out.
 */
#include <string.h>
#include <re.h>
#include "proxy/media/nat.h"
#include "proxy/user/plan.h"


static void destructor(void *arg)
{
	struct plan *p = arg;

	for (size_t i = 0; i < p->n; i++)
		mem_deref(p->textv[i]);
}


/* RFC 3261 section 10.3 step 7: a request that was overtaken changes nothing;
 * another Call-ID is another boot of the phone */
static bool overtaken(const struct registration *reg, const struct binding *b)
{
	return !strcmp(b->callid, reg->callid) && reg->req->cseq <= b->cseq;
}


/* its text is kept for the log: the binding itself will be gone */
static int plan_remove(struct plan *p, const struct binding *b)
{
	if (p->n >= LOCATION_CHANGES_MAX)
		return ENOSPC;

	p->textv[p->n] = mem_ref(b->contact);
	p->chgv[p->n].b.contact = p->textv[p->n];
	p->chgv[p->n++].expires_s = 0;
	--p->stay;

	return 0;
}


static int plan_star(struct plan *p, const struct registration *reg,
		     const struct list *l)
{
	int err = 0;

	for (struct le *le = list_head(l); le && !err; le = le->next) {
		const struct binding *b = le->data;

		err = overtaken(reg, b) ? EPROTO : plan_remove(p, b);
	}

	return err;
}


static void fill(struct binding *b, const struct registration *reg, size_t i)
{
	const struct contact *c = &reg->contacts.v[i];
	struct sa sa, via;

	b->contact = reg->contactv[i];
	b->path = reg->path;
	b->callid = reg->callid;
	b->user_agent = reg->user_agent;
	b->instance = reg->instancev[i];
	b->reg_id = c->reg_id;
	b->cseq = reg->req->cseq;
	b->q = c->q;
	b->flow = reg->req->flow;
	b->source = reg->req->src;
	if (sipuri_addr(&c->uri, &sa))
		sa_init(&sa, AF_UNSPEC);
	via_addr(&reg->req->via, &via);
	nat_judge_contact(&b->verdict, &reg->req->src, &sa, &via);
}


static int plan_contacts(struct plan *p, const struct registration *reg,
			 const struct list *l)
{
	for (size_t i = 0; i < reg->contacts.n; i++) {
		const struct contact *c = &reg->contacts.v[i];
		const struct binding *b = binding_find(l, reg->contactv[i]);

		if (b && overtaken(reg, b))
			return EPROTO;

		fill(&p->chgv[p->n].b, reg, i);
		p->chgv[p->n++].expires_s = c->expires_s;
		if (c->expires_s && !b)
			++p->stay;
		else if (!c->expires_s && b)
			--p->stay;
	}

	return 0;
}


static bool planned(const struct plan *p, const struct binding *b)
{
	struct sipuri have, want;
	struct pl pl;

	pl_set_str(&pl, b->contact);
	if (sipuri_decode(&have, &pl))
		return false;

	for (size_t i = 0; i < p->n; i++) {
		pl_set_str(&pl, p->chgv[i].b.contact);
		if (!sipuri_decode(&want, &pl) && sipuri_equal(&have, &want))
			return true;
	}

	return false;
}


static bool same_user(const char *a, const char *b)
{
	struct sipuri ua, ub;
	struct pl pl;

	pl_set_str(&pl, a);
	if (sipuri_decode(&ua, &pl))
		return false;
	pl_set_str(&pl, b);

	return !sipuri_decode(&ub, &pl) && !pl_cmp(&ua.user, &ub.user);
}


/* does b belong to the phone that registers this one now? */
static bool left_behind(const struct binding *b, const struct binding *now)
{
	if (b->instance && now->instance)
		return !strcmp(b->instance, now->instance) &&
		       b->reg_id == now->reg_id;

	return !strcmp(b->callid, now->callid) && b->cseq < now->cseq &&
	       !sa_cmp(&b->source, &now->source, SA_ALL) &&
	       same_user(b->contact, now->contact);
}


static int plan_moved(struct plan *p, const struct registration *reg,
		      const struct list *l)
{
	const size_t named = p->n;
	int err = 0;

	for (struct le *le = list_head(l); le && !err; le = le->next) {
		const struct binding *b = le->data;

		for (size_t i = 0; i < named; i++) {
			if (!p->chgv[i].expires_s ||
			    !left_behind(b, &p->chgv[i].b) || planned(p, b))
				continue;
			err = overtaken(reg, b) ? EPROTO : plan_remove(p, b);
			break;
		}
	}

	return err;
}


static const struct binding *oldest(const struct plan *p, const struct list *l,
				    const char *agent)
{
	for (struct le *le = list_tail(l); le; le = le->prev) {
		const struct binding *b = le->data;

		if (agent && (!b->user_agent || strcmp(agent, b->user_agent)))
			continue;
		if (!planned(p, b))
			return b;
	}

	return NULL;
}


static int plan_evictions(struct plan *p, const struct registration *reg,
			  const struct list *l, uint32_t contacts_max)
{
	while (p->stay > contacts_max) {
		const struct binding *b = NULL;
		int err;

		if (reg->user_agent)
			b = oldest(p, l, reg->user_agent);
		if (!b)
			b = oldest(p, l, NULL);
		if (!b)
			return ENOSPC;

		err = plan_remove(p, b);
		if (err)
			return err;
	}

	return 0;
}


/**
 * Plan the changes; nothing is changed yet
 *
 * @param pp           Plan
 * @param reg          Registration; must live as long
 * @param have         Bindings of its user, or NULL
 * @param contacts_max Bindings of one user at most
 *
 * @return 0 if success; EPROTO: overtaken; ENOSPC: too many; ENOMEM
 */
int plan_alloc(struct plan **pp, const struct registration *reg,
	       const struct list *have, uint32_t contacts_max)
{
	struct plan *p;
	int err;

	if (!pp || !reg)
		return EINVAL;

	p = mem_zalloc(sizeof(*p), destructor);
	if (!p)
		return ENOMEM;

	p->stay = list_count(have);
	if (reg->contacts.star) {
		err = plan_star(p, reg, have);
	}
	else {
		err = plan_contacts(p, reg, have);
		if (!err)
			err = plan_moved(p, reg, have);
		if (!err)
			err = plan_evictions(p, reg, have, contacts_max);
	}

	if (err)
		mem_deref(p);
	else
		*pp = p;

	return err;
}
