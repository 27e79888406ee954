/**
 * @file lease.h  A relay session that a peer has on lease
 *
 * One call's session, found by the To tag that we gave it. Its owner is the
 * peer's address: nobody else refreshes or ends it. mem_deref ends it.
 */
#ifndef PROXY_MEDIA_LEASE_H
#define PROXY_MEDIA_LEASE_H

#include "proxy/media/resource.h"
#include "proxy/sip/message.h"

struct lease;
struct leases;
struct timers;
struct log;
struct metrics;

int leases_alloc(struct leases **lp, struct relay *relay,
		 struct timers *timers, struct log *log,
		 struct metrics *metrics);
uint32_t leases_count(const struct leases *ls);

/* owned by its leases; ENOSPC */
int lease_alloc(struct lease **lp, struct leases *ls,
		const struct message *req);
struct lease *lease_find(const struct leases *ls, const struct message *req);
const char *lease_tag(const struct lease *l);
const struct resource *lease_resource(const struct lease *l);

/* is it the From tag of one of its sides? */
bool lease_knows(const struct lease *l, const struct pl *from_tag);

/*
 * The addresses of the side that req's From tag names; ours facing the other
 * side, the caller's to release. ENOENT: a third tag; EPROTO: an old CSeq; as of resource_request.
 */
int lease_request(struct lease *l, const struct message *req,
		  struct resource_request *rq, struct resource_media **ours);

/* (re)starts: it ends by itself after that many seconds */
void lease_start(struct lease *l, uint32_t expires_s);

#endif
