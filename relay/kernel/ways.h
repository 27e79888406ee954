/**
 * @file ways.h  Inside of way.c and way_news.c
 */
#ifndef RELAY_WAYS_H
#define RELAY_WAYS_H

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

struct ways {
	struct list all, stale;
	struct hash *ht_dst, *ht_gate;
	struct hash_key key;
	struct spare *spare;
	struct flow_way *wayv; /* not owned */
	int asks, news;        /* descriptors */
};

/* asks for it anew; errorcode: nothing goes there now */
int way_resolve(struct way *w);

/* nothing goes there until it was asked for anew; or: by whatever route */
void way_block(struct way *w);
void way_doubt(struct way *w);

/* mac: NULL: it is not known */
void way_set_mac(struct way *w, const uint8_t *mac);

/* reads what the kernel told, a bounded part of it */
void ways_hear(struct ways *ws);

#endif
