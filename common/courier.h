/**
 * @file courier.h  HTTP POSTs on the loop, without waiting (libcurl)
 *
 * Bounded in number and in time; no redirect is followed, certificates are
 * verified. What the server says beside its status is not read.
 */
#ifndef COMMON_COURIER_H
#define COMMON_COURIER_H

#include <stdint.h>
#include <stddef.h>

struct courier;
struct delivery;
struct timers;

/* err 0: the server has answered with that status. Otherwise status is 0:
 * ETIMEDOUT, ECONNREFUSED (there is no way), EPROTO (no HTTP, no good TLS) */
typedef void(delivery_h)(int err, unsigned status, void *arg);

/* max: deliveries at once */
int courier_alloc(struct courier **cp, struct timers *timers, size_t max);

/*
 * Posts a JSON text, which is copied. The handler is called once, never before
 * this returns; mem_deref(*dp): it is given up. ENOSPC: too many.
 */
int courier_post(struct delivery **dp, struct courier *c, const char *url,
		 const char *json, uint32_t timeout_ms, delivery_h *h,
		 void *arg);

#endif
