/**
 * @file puppet.h  A relay without packets: answers at once, speaks as told
 */
#ifndef TEST_MOCK_PUPPET_H
#define TEST_MOCK_PUPPET_H

#include "proxy/media/resource.h"
#include "proxy/sip/flow.h"

struct puppet {
	struct resource_maker maker; /* first: it is what the calls know */

	/* of each resource that is made; all optional */
	int (*stats)(const struct resource *r, unsigned stream,
		     enum relay_side side, struct relay_stats *st);
	int (*tap)(struct resource *r, struct relay_tap *tap);
	void (*goneh)(void);

	/* whom the resource that was made last tells of its events */
	resource_event_h *eventh;
	void *eventarg;
};

void puppet_init(struct puppet *p);

/* the two phones' ways to us: 198.51.100.7 and 198.51.100.8 by UDP */
void puppet_phones(struct flow *flowv[2]);

/* for call_pass(): it must succeed */
void puppet_passed(int err, struct mbuf *body, void *arg);

#endif
