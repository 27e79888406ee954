/**
 * @file server.h  A whole server: all parts, wired
 */
#ifndef PROXY_SERVER_H
#define PROXY_SERVER_H

#include "common/config.h"

struct server;

/* says on stderr what failed; stopped by mem_deref */
int server_alloc(struct server **sp, struct config *cfg);

/* all is open: capabilities that only opening needed go (privilege.h) */
void server_drop_privileges(const struct server *srv);

/* how many it knows */
uint32_t server_accounts(const struct server *srv);

/* it is asked to end: when no call is up, or in time. The second time, both
 * ends of each call are told at once; the third time nothing is waited for */
void server_leave(struct server *srv);

void server_log_counters(const struct server *srv);
uint64_t server_counter(const struct server *srv, const char *name);

/* of the n-th listener; for tests that ask for port 0 */
int server_bound(const struct server *srv, size_t n, struct sa *bound);

#endif
