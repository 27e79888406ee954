/**
 * @file puppet.c  A relay without packets: answers at once, speaks as told
 */
#include <string.h>
#include "test/mock/puppet.h"
#include "test/test.h"


struct strung {
	struct resource res; /* first */
	const struct puppet *p;
};


static void destructor(void *data)
{
	const struct strung *s = data;

	if (s->p->goneh)
		s->p->goneh();
}


static int request(struct resource *r, const struct resource_request *rq,
		   resource_h *h, void *arg)
{
	struct resource_media *ours = NULL;
	(void)r;

	ck_assert_int_eq(resource_media_alloc(&ours, 1), 0);
	ours->v[0].used = true;
	(void)sa_set_str(&ours->v[0].rtp, "203.0.113.1",
			 rq->side == RELAY_A ? 20000 : 30000);
	h(0, ours, arg);
	mem_deref(ours);

	return 0;
}


static int alloc(struct resource **rp, struct resource_maker *maker,
		 const struct pl *id, resource_event_h *h, void *arg)
{
	struct puppet *p = (struct puppet *)maker;
	struct strung *s = mem_zalloc(sizeof(*s), destructor);
	(void)id;

	ck_assert_ptr_nonnull(s);
	s->p = p;
	s->res.request = request;
	s->res.stats = p->stats;
	s->res.tap = p->tap;
	p->eventh = h;
	p->eventarg = arg;
	*rp = &s->res;

	return 0;
}


/**
 * Make a maker of such resources
 *
 * @param p Puppet, outlives them
 */
void puppet_init(struct puppet *p)
{
	memset(p, 0, sizeof(*p));
	p->maker.name = "fake";
	p->maker.alloc = alloc;
}


static int no_send(struct flow *flow, struct mbuf *mb)
{
	(void)flow;
	(void)mb;

	return 0;
}


/**
 * Make the flows of two phones
 *
 * @param flowv Flows
 */
void puppet_phones(struct flow *flowv[2])
{
	static const char *const addrv[] = {"198.51.100.7", "198.51.100.8"};
	struct sa us, peer;

	(void)sa_set_str(&us, "203.0.113.1", 5060);
	for (int i = 0; i < 2; i++) {
		(void)sa_set_str(&peer, addrv[i], 5060);
		ck_assert_int_eq(flow_alloc(&flowv[i], FLOW_UDP, &us, &peer,
					    no_send, NULL),
				 0);
	}
}


/**
 * Hear that a body passed
 *
 * @param err  Must be 0
 * @param body New body, unused
 * @param arg  Unused
 */
void puppet_passed(int err, struct mbuf *body, void *arg)
{
	(void)body;
	(void)arg;
	ck_assert_int_eq(err, 0);
}
