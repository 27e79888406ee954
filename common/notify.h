/**
 * @file notify.h  What the service manager is told (sd_notify(3))
 *
 * A datagram of KEY=value lines to the socket that NOTIFY_SOCKET names. That
 * protocol is promised to stay as it is, and a library for it would be one
 * more that the binary needs. Nobody waits: what the manager does not take now
 * is EAGAIN. A NULL notify swallows all.
 */
#ifndef COMMON_NOTIFY_H
#define COMMON_NOTIFY_H

#include <stdint.h>

struct notify;

/* path: of a file, or "@name" of an abstract socket */
int notify_alloc(struct notify **np, const char *path);

int notify_ready(const struct notify *n);
/* until the next notify_ready(), whether the new configuration was taken or
 * not */
int notify_reloading(const struct notify *n);
int notify_stopping(const struct notify *n);
/* one line for "systemctl status" */
int notify_status(const struct notify *n, const char *text);
/* a sign of life, for WatchdogSec= */
int notify_alive(const struct notify *n);
/* starting or stopping takes so long from now on, at most */
int notify_more_time(const struct notify *n, uint32_t ms);

/* how often the manager wants a sign of life, by WATCHDOG_USEC and
 * WATCHDOG_PID (each may be NULL); 0: never, or not of this process */
uint64_t notify_watchdog_ms(const char *usec, const char *pid);

#endif
