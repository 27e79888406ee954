/**
 * @file announce_state.h  An announcer and its servers, as announce*.c share it
 */
#ifndef PROXY_REDIRECT_ANNOUNCE_STATE_H
#define PROXY_REDIRECT_ANNOUNCE_STATE_H

#include "proxy/redirect/announce.h"
#include "proxy/redirect/announcement.h"

struct announce_server {
	struct announce *a; /* not owned: it owns us */
	struct config_addr addr;
	struct list queue; /* struct announcement */
	uint32_t active, limit;
	uint32_t backoff_ms;
	struct timer pause;
};

struct announce {
	struct agent *agent;
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	struct hash_key key;
	struct hash *ht;
	uint32_t count;
	struct announce_server serverv[CONFIG_SERVER_MAX];
	size_t serverc;
	char name[CONFIG_NAME_MAX]; /* ours as a peer there */
	char secret[CONFIG_NAME_MAX];
	struct counter *sent, *failed;
};

/* announce_server.c */
void announce_server_init(struct announce_server *s, struct announce *a,
			  const struct config_addr *addr);

/* an is to be sent, if not NULL; what may leave leaves */
void announce_server_wants(struct announce_server *s, struct announcement *an);

#endif
