/**
 * @file ways.h  Inside of way.c and way_news.c
 */
#ifndef RELAY_KERNEL_WAYS_H
#define RELAY_KERNEL_WAYS_H

#include "common/hash.h"
#include "relay/kernel/routing.h"
#include "relay/kernel/spare.h"
#include "relay/kernel/way.h"

struct way {
	struct le le;       /* of all, the longest not asked for first */
	struct le dst_le;   /* by target */
	struct le gate_le;  /* by gateway, while it has one */
	struct le stale_le; /* to be asked for anew */
	struct ways *ws;    /* not owned */
	uint32_t refs;
	uint32_t index;
	uint32_t link_mtu;
	struct sa out, dst;
	struct sa gateway;
	struct flow_way *shared; /* not owned */
};

enum { WAYS_LINKS = 8 };

struct ways {
	struct list all, stale;
	struct hash *ht_dst, *ht_gate;
	struct hash_key key;
	struct spare *spare;
	struct flow_way *wayv; /* not owned */
	int asks, news;        /* descriptors */

	/* interfaces, as they were when it was last told of one */
	struct {
		uint32_t ifindex; /* 0: unused */
		struct routing_link link;
	} linkv[WAYS_LINKS];
};

/* asks for it anew; errorcode: nothing goes there now */
int way_resolve(struct way *w);

/* nothing goes there until it was asked for anew; or: by whatever route */
void way_block(struct way *w);
void way_doubt(struct way *w);

/* mac: NULL: it is not known */
void way_set_mac(struct way *w, const uint8_t *mac);

/* is asked for once; or nothing is known of interfaces any more */
int ways_link(struct ways *ws, struct routing_link *link, uint32_t ifindex);
void ways_forget_links(struct ways *ws);

/* reads what the kernel told, a bounded part of it; true: there may be more */
bool ways_hear(struct ways *ws);

#endif
