/**
 * @file plan.c  What one REGISTER changes
 *
 * Beside the Contacts that are named, it removes what the same phone left
 * behind (kinship.h), and what was not refreshed for the longest time: above
 * the bound of ways to one phone, and above the bound for each user, of the
 * same kind of phone first. A phone that comes up with a new URI after each
 * power cut must not lock itself out.
 */
#include <string.h>
#include <re.h>
#include "proxy/media/nat.h"
#include "proxy/user/kinship.h"
#include "proxy/user/plan.h"


static void destructor(void *arg)
{
	struct plan *p = arg;

	for (size_t i = 0; i < p->n; i++)
		mem_deref(p->heldv[i]);
}


/* RFC 3261 section 10.3 step 7: a request that was overtaken changes nothing;
 * another Call-ID is another boot of the phone */
static bool overtaken(const struct registration *reg, const struct binding *b)
{
	return !strcmp(b->callid, reg->callid) && reg->req->cseq <= b->cseq;
}


/* what names it is kept */
static int plan_remove(struct plan *p, struct binding *b)
{
	struct location_change *chg = &p->chgv[p->n];

	if (p->n + CONTACT_MAX >= LOCATION_CHANGES_MAX)
		return ENOSPC;

	p->heldv[p->n++] = mem_ref(b);
	chg->b.contact = b->contact;
	chg->b.instance = b->instance;
	chg->b.reg_id = b->reg_id;
	chg->expires_s = 0;
	--p->stay;

	return 0;
}


static int plan_star(struct plan *p, const struct registration *reg,
		     const struct list *l)
{
	int err = 0;

	for (struct le *le = list_head(l); le && !err; le = le->next) {
		struct binding *b = le->data;

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
	b->registered_at = reg->now_ms;
	if (sipuri_addr(&c->uri, &sa))
		sa_init(&sa, AF_UNSPEC);
	via_addr(&reg->req->via, &via);
	nat_judge_contact(&b->verdict, &reg->req->src, &sa, &via);
}


/* is it what one of the planned changes names? */
static bool planned(const struct plan *p, const struct list *l,
		    const struct binding *b)
{
	for (size_t i = 0; i < p->n; i++) {
		if (binding_find(l, &p->chgv[i].b) == b)
			return true;
	}

	return false;
}


/* a URI without reg-id may name several ways, and a way an older binding */
static int plan_namesakes(struct plan *p, const struct list *l,
			  const struct binding *key)
{
	int err = 0;

	for (struct le *le = list_head(l); le && !err; le = le->next) {
		struct binding *b = le->data;

		if (binding_equal(b, key) && !planned(p, l, b))
			err = plan_remove(p, b);
	}

	return err;
}


static int plan_contact(struct plan *p, const struct registration *reg,
			size_t i, const struct list *l)
{
	struct location_change chg = {
		.expires_s = reg->contacts.v[i].expires_s};
	const struct binding *b;

	fill(&chg.b, reg, i);
	b = binding_find(l, &chg.b);
	if (b && overtaken(reg, b))
		return EPROTO;

	/* what is known of its NAT is written again */
	if (b && sa_cmp(&b->source, &chg.b.source, SA_ALL))
		chg.b.mapping_s = b->mapping_s;

	/* two names of one binding: the first one counts */
	if (b ? planned(p, l, b) : !chg.expires_s)
		return 0;

	p->chgv[p->n++] = chg;
	if (chg.expires_s && !b)
		++p->stay;
	else if (!chg.expires_s && b)
		--p->stay;

	return plan_namesakes(p, l, &chg.b);
}


static int plan_contacts(struct plan *p, const struct registration *reg,
			 const struct list *l)
{
	int err = 0;

	for (size_t i = 0; i < reg->contacts.n && !err; i++)
		err = plan_contact(p, reg, i, l);

	return err;
}


static int plan_moved(struct plan *p, const struct registration *reg,
		      const struct list *l)
{
	const size_t named = p->n;
	int err = 0;

	for (struct le *le = list_head(l); le && !err; le = le->next) {
		struct binding *b = le->data;

		for (size_t i = 0; i < named; i++) {
			if (!p->chgv[i].expires_s ||
			    !kinship_same_phone(b, &p->chgv[i].b) ||
			    planned(p, l, b))
				continue;
			err = overtaken(reg, b) ? EPROTO : plan_remove(p, b);
			break;
		}
	}

	return err;
}


static struct binding *oldest(const struct plan *p, const struct list *l,
			      const char *agent, const char *instance)
{
	for (struct le *le = list_tail(l); le; le = le->prev) {
		struct binding *b = le->data;

		if (agent && (!b->user_agent || strcmp(agent, b->user_agent)))
			continue;
		if (instance &&
		    (!b->instance || strcmp(instance, b->instance)))
			continue;
		if (!planned(p, l, b))
			return b;
	}

	return NULL;
}


/* the ways to one phone that would be there with all changes */
static size_t ways(const struct plan *p, const struct list *l,
		   const char *instance)
{
	size_t n = 0;

	for (struct le *le = list_head(l); le; le = le->next) {
		const struct binding *b = le->data;

		if (b->instance && !strcmp(b->instance, instance) &&
		    !planned(p, l, b))
			++n;
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct location_change *chg = &p->chgv[i];

		if (chg->expires_s && chg->b.instance &&
		    !strcmp(chg->b.instance, instance))
			++n;
	}

	return n;
}


/* a phone that counts its reg-id up with each boot fills nobody's list */
static int plan_ways(struct plan *p, const struct list *l)
{
	const size_t named = p->n;
	int err = 0;

	for (size_t i = 0; i < named && !err; i++) {
		const struct binding *b = &p->chgv[i].b;

		if (!p->chgv[i].expires_s || !b->instance)
			continue;

		while (!err && ways(p, l, b->instance) > PLAN_WAYS_MAX) {
			struct binding *old = oldest(p, l, NULL, b->instance);

			err = old ? plan_remove(p, old) : ENOSPC;
		}
	}

	return err;
}


static int plan_evictions(struct plan *p, const struct registration *reg,
			  const struct list *l, uint32_t contacts_max)
{
	while (p->stay > contacts_max) {
		struct binding *b = NULL;
		int err;

		if (reg->user_agent)
			b = oldest(p, l, reg->user_agent, NULL);
		if (!b)
			b = oldest(p, l, NULL, NULL);
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
			err = plan_ways(p, have);
		if (!err)
			err = plan_evictions(p, reg, have, contacts_max);
	}

	if (err)
		mem_deref(p);
	else
		*pp = p;

	return err;
}
