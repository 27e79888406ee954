/**
 * @file redirect_cache.h  What redirect servers said, as long as it holds
 */
#ifndef PROXY_REDIRECT_REDIRECT_CACHE_H
#define PROXY_REDIRECT_REDIRECT_CACHE_H

#include <re.h>

struct redirect_cache;
struct timers;

/* bounded: the oldest entry goes when it is full */
int redirect_cache_alloc(struct redirect_cache **cp, struct timers *timers,
			 uint32_t max);
int redirect_cache_put(struct redirect_cache *c, const struct pl *aor,
		       const struct pl *contact, uint32_t expires_s);

/* the URI, as long as nothing is put or deleted; NULL */
const char *redirect_cache_get(const struct redirect_cache *c,
			       const struct pl *aor);
void redirect_cache_del(struct redirect_cache *c, const struct pl *aor);
uint32_t redirect_cache_count(const struct redirect_cache *c);

#endif
