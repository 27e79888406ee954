/**
 * @file resolve.h  From a URI to next hops (RFC 3263), without waiting
 *
 * NAPTR, SRV, A and AAAA by c-ares, with a cache (also of what does not
 * exist), a deadline for the whole, and rest for hops that failed. Never ask
 * for a request whose sender has not shown who it is: the caller sees to that.
 */
#ifndef PROXY_SIP_RESOLVE_H
#define PROXY_SIP_RESOLVE_H

#include "proxy/sip/hop.h"
#include "proxy/sip/sipuri.h"

struct resolver;
struct resolver_change;
struct resolve_query;
struct timers;
struct log;
struct metrics;

struct resolver_conf {
	struct sa serverv[4]; /* none: the system's */
	size_t serverc;
	uint32_t deadline_ms; /* for a whole question, 3000 */
	uint32_t negative_s;  /* what does not exist is believed at most, 60 */
	uint32_t ttl_max_s;   /* a record is believed at most, 3600 */
	uint32_t stale_s;     /* an expired record serves while the DNS is
			       * silent (RFC 8767), 86400; 0: never */
	uint32_t rest_ms;     /* a hop that failed rests, 60000 */
	uint32_t cache_max;   /* names, 10000 */
	uint32_t pending_max; /* questions under way, 1000 */
	/* the protocols that we can send by, by family: what cannot be sent is
	 * not offered */
	bool can4[FLOW_PROTO_MAX], can6[FLOW_PROTO_MAX];
	const char *hosts;         /* like "/etc/hosts", read once; or NULL */
	uint32_t (*randomh)(void); /* NULL: libre's, for the weights */
};

/*
 * hopv: in the order to try, hopc > 0 where err is 0. ENOENT: there is no such
 * name or service; ETIMEDOUT; EAFNOSUPPORT: only ways that we do not have.
 */
typedef void(resolve_h)(int err, const struct hop *hopv, size_t hopc,
			void *arg);

/* serverv and hosts are copied; randomh stays */
int resolver_alloc(struct resolver **rp, const struct resolver_conf *conf,
		   struct timers *timers, struct log *log,
		   struct metrics *metrics);

/* other servers of names and times, of a conf as above: made ready, and then
 * in force for what is asked from then on. What we can send by, the numbers
 * of names and questions, and hosts stay as they were */
int resolver_change_alloc(struct resolver_change **cp, struct resolver *r,
			  const struct resolver_conf *conf);
void resolver_change_take(struct resolver_change *c);

/* there is a listener for that protocol and family */
void resolver_can_send(struct resolver *r, enum flow_proto proto, int af);

/*
 * Of a numeric host, or what is in the cache, the handler is called before
 * this returns 0, and *qp stays NULL. Otherwise *qp is the asker's: he lets go
 * of it (mem_deref) before, in or after the handler, which is called once at
 * most, within the deadline; never after he let go, and never when this
 * returned an errno: ENOSPC (too many questions), EINVAL (no SIP URI with a
 * host), ENOMEM. sips: TLS (WSS) only.
 */
int resolve(struct resolve_query **qp, struct resolver *r,
	    const struct sipuri *uri, resolve_h *h, void *arg);

/* it timed out, refused or said 503: others first for a while; and it works */
void resolver_hop_failed(struct resolver *r, const struct hop *hop);
void resolver_hop_works(struct resolver *r, const struct hop *hop);

#endif
