/**
 * @file push.h  Wakes sleeping phones (RFC 8599)
 *
 * A phone that gave push parameters with its Contact is woken by an HTTP POST
 * to the operator's hook, which speaks to the push service. It registers
 * then; until that, or for a bounded time, whoever wants to reach it waits.
 */
#ifndef PROXY_USER_PUSH_H
#define PROXY_USER_PUSH_H

#include "common/config.h"
#include "proxy/user/location.h"

struct push;
struct push_wait;
struct log;
struct metrics;

enum { PUSH_WAKES_MAX = 1000, PUSH_WAITS_MAX = 4000 };

/*
 * err 0: it is there, b leads to it. Otherwise b is NULL; ETIMEDOUT: it has not
 * come; EIO: the hook would not, or could not
 */
typedef void(push_h)(int err, const struct binding *b, void *arg);

/* nothing is woken without push { url = ... }; it listens to the location */
int push_alloc(struct push **pp, const struct config *cfg,
	       struct location *loc, struct timers *timers, struct log *log,
	       struct metrics *metrics);

/* is that phone asleep, as far as can be known, and can be woken? p NULL:
 * nobody wakes */
bool push_wanted(const struct push *p, const struct binding *b);

/*
 * The handler is called once, never before this returns. Several who want one
 * phone share one POST. mem_deref(*wp): not interested any more. ENOSPC.
 */
int push_wake(struct push_wait **wp, struct push *p, const struct binding *b,
	      const struct pl *callid, push_h *h, void *arg);

/* do we wake by that service? */
bool push_serves(const struct config *cfg, const struct pl *provider);

#endif
