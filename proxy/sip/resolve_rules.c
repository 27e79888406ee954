/**
 * @file resolve_rules.c  What RFC 3263 section 4 makes of a URI
 *
 * Where the RFC leaves the choice: NAPTR records that nobody could fetch are
 * as good as none (there are servers of names that drop what they do not
 * know), SRV records that nobody could fetch are not (the address of the
 * domain is often that of its web server). Without NAPTR, UDP goes before TCP,
 * and a domain that offers neither may still offer TLS. Of a target with both
 * families IPv6 goes first (RFC 6724), where we can send by it; addresses of
 * one name begin with any of them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/sip/resolve_rules.h"


enum {
	TARGETS_MAX = 8, /* SRV targets of one service that are asked for */
	ADDRS_ALONE = 8, /* of one name and family */
	ADDRS_AMONG = 2, /* the same of several targets */
};

struct walk {
	const struct resolve_target *t;
	const struct resolve_rules *r;
	struct hops *hops;
	uint32_t state; /* of chance */
	bool pending, failed;
};


static bool can(const struct walk *w, enum flow_proto proto)
{
	return w->r->can4[proto] || w->r->can6[proto];
}


static bool can_to(const struct walk *w, enum flow_proto proto,
		   const struct sa *sa)
{
	return sa_af(sa) == AF_INET6 ? w->r->can6[proto] : w->r->can4[proto];
}


static int known(struct walk *w, const struct resolve_set **setp,
		 enum resolve_type type, const char *name)
{
	int err = w->r->knownh(setp, type, name, w->r->arg);

	if (err == EINPROGRESS)
		w->pending = true;
	else if (err && err != ENOENT)
		w->failed = true;

	return err;
}


static void hop_add(struct walk *w, enum flow_proto proto,
		    const struct sa *addr, uint16_t port)
{
	struct hops *hops = w->hops;
	struct hop *hop;
	struct sa sa = *addr;

	sa_set_port(&sa, port ? port : flow_proto_port(proto));
	for (size_t i = 0; i < hops->c; i++) {
		if (hops->v[i].proto == proto &&
		    sa_cmp(&hops->v[i].addr, &sa, SA_ALL))
			return;
	}

	if (hops->c >= HOP_MAX)
		return;

	hop = &hops->v[hops->c++];
	hop->proto = proto;
	hop->addr = sa;
	(void)str_ncpy(hop->host, w->t->host, sizeof(hop->host));
}


static void family_add(struct walk *w, enum resolve_type type,
		       const char *name, enum flow_proto proto, uint16_t port,
		       size_t max)
{
	const struct resolve_set *set;
	size_t first;

	if (known(w, &set, type, name))
		return;

	first = resolve_chance(&w->state, (uint32_t)set->rrc);
	for (size_t i = 0; i < set->rrc && i < max; i++) {
		const size_t k = (first + i) % set->rrc;

		hop_add(w, proto, &set->rrv[k].addr, port);
	}
}


/* the AAAA and A records of a name, as far as we can send there */
static void addrs_add(struct walk *w, const char *name, enum flow_proto proto,
		      uint16_t port, size_t max)
{
	if (w->r->can6[proto])
		family_add(w, RESOLVE_AAAA, name, proto, port, max);
	if (w->r->can4[proto])
		family_add(w, RESOLVE_A, name, proto, port, max);
}


static int service_add(struct walk *w, const char *name, enum flow_proto proto)
{
	const struct resolve_rr *v[RESOLVE_RR_MAX];
	const struct resolve_set *set;
	size_t n = 0;
	int err;

	err = known(w, &set, RESOLVE_SRV, name);
	if (err)
		return err;

	/* "." says that there is no such service: decidedly, so no A either */
	for (size_t i = 0; i < set->rrc && n < RESOLVE_RR_MAX; i++) {
		if (*set->rrv[i].name)
			v[n++] = &set->rrv[i];
	}

	resolve_srv_order(v, n, &w->state);
	for (size_t i = 0; i < n && i < TARGETS_MAX; i++)
		addrs_add(w, v[i]->name, proto, v[i]->port,
			  n > 1 ? ADDRS_AMONG : ADDRS_ALONE);

	return 0;
}


/* ENOENT too where the domain is too long to have such a service */
static int service_of(struct walk *w, const char *prefix,
		      enum flow_proto proto)
{
	char name[RESOLVE_NAME_MAX];
	int n;

	if (!can(w, proto))
		return ENOENT;

	n = snprintf(name, sizeof(name), "%s.%s", prefix, w->t->name);
	if (n < 0 || (size_t)n >= sizeof(name))
		return ENOENT;

	return service_add(w, name, proto);
}


/* section 4.1: what is used where nothing says more */
static enum flow_proto proto_default(const struct walk *w)
{
	if (w->t->transport)
		return w->t->proto;
	if (w->t->sips)
		return FLOW_TLS;
	if (can(w, FLOW_UDP))
		return FLOW_UDP;

	return can(w, FLOW_TCP) ? FLOW_TCP : FLOW_TLS;
}


static void domain_add(struct walk *w, enum flow_proto proto)
{
	addrs_add(w, w->t->name, proto, w->t->port, ADDRS_ALONE);
}


/* 0: there is one, whatever became of it */
static int first_error(int a, int b)
{
	if (!a || !b)
		return 0;

	return a == ENOENT ? b : a;
}


/* section 4.2 where the transport is given; WebSocket has no SRV of its own
 * (RFC 7118 section 8 knows NAPTR only) */
static void given_add(struct walk *w)
{
	const enum flow_proto proto = w->t->proto;
	int err = ENOENT;

	if (proto == FLOW_UDP)
		err = service_of(w, "_sip._udp", proto);
	else if (proto == FLOW_TCP)
		err = service_of(w, "_sip._tcp", proto);
	else if (proto == FLOW_TLS)
		err = service_of(w, "_sips._tcp", proto);

	if (err == ENOENT)
		domain_add(w, proto);
}


/* section 4.1 without NAPTR: what has SRV records is supported */
static void services_add(struct walk *w)
{
	int err;

	if (w->t->sips) {
		err = service_of(w, "_sips._tcp", FLOW_TLS);
	}
	else {
		err = service_of(w, "_sip._udp", FLOW_UDP);
		err = first_error(err, service_of(w, "_sip._tcp", FLOW_TCP));
		if (err)
			err = first_error(
				err, service_of(w, "_sips._tcp", FLOW_TLS));
	}

	if (err == ENOENT)
		domain_add(w, proto_default(w));
}


/* what both sides can, by order and preference; RFC 3403 section 4.1: of the
 * first order that fits, no other */
static size_t naptr_sort(const struct walk *w, const struct resolve_rr **v,
			 const struct resolve_set *set)
{
	size_t n = 0;

	for (size_t i = 0; i < set->rrc && n < RESOLVE_RR_MAX; i++) {
		const struct resolve_rr *rr = &set->rrv[i];
		size_t k;

		if (!can(w, rr->proto) ||
		    (w->t->sips && !flow_proto_secure(rr->proto)))
			continue;
		if (n && rr->order > v[0]->order)
			continue;
		if (n && rr->order < v[0]->order)
			n = 0;

		for (k = n++; k && rr->preference < v[k - 1]->preference; k--)
			v[k] = v[k - 1];
		v[k] = rr;
	}

	return n;
}


static int naptr_add(struct walk *w)
{
	const struct resolve_rr *v[RESOLVE_RR_MAX];
	const struct resolve_set *set;
	int err, found = ENOENT;
	size_t n;

	err = known(w, &set, RESOLVE_NAPTR, w->t->name);
	if (err == EINPROGRESS)
		return 0;

	n = err ? 0 : naptr_sort(w, v, set);
	for (size_t i = 0; i < n; i++)
		found = first_error(found,
				    service_add(w, v[i]->name, v[i]->proto));

	if (n && found == ENOENT)
		domain_add(w, v[0]->proto);

	return n ? 0 : ENOENT;
}


static int numeric(struct walk *w)
{
	const struct sa *sa = &w->t->addr;
	enum flow_proto proto = proto_default(w);

	if (!w->t->transport && !w->t->sips && !can_to(w, proto, sa))
		proto = can_to(w, FLOW_TCP, sa) ? FLOW_TCP : FLOW_TLS;
	if (!can_to(w, proto, sa))
		return EAFNOSUPPORT;

	hop_add(w, proto, sa, w->t->port);

	return 0;
}


/**
 * Go through the rules as far as it is known
 *
 * @param hops  Next hops in the order to try; those found so far where it is
 *              not all known
 * @param t     What is asked for
 * @param rules What we can, and who knows
 *
 * @return 0 if success, EINPROGRESS where something is not known yet, ENOENT,
 *         EAFNOSUPPORT, ETIMEDOUT
 */
int resolve_rules(struct hops *hops, const struct resolve_target *t,
		  const struct resolve_rules *rules)
{
	struct walk w = {.t = t, .r = rules, .hops = hops};

	if (!hops || !t || !rules || !rules->knownh)
		return EINVAL;

	hops->c = 0;
	w.state = rules->seed;

	if (!can(&w, proto_default(&w)))
		return EAFNOSUPPORT;

	if (!t->name[0])
		return numeric(&w);

	if (t->port || t->file)
		domain_add(&w, proto_default(&w));
	else if (t->transport)
		given_add(&w);
	else if (naptr_add(&w))
		services_add(&w);

	if (w.pending)
		return EINPROGRESS;
	if (hops->c)
		return 0;

	return w.failed ? ETIMEDOUT : ENOENT;
}
