/**
 * @file holder.h  Which socket here gets what comes for an address and port
 *
 * Asks the kernel (sock_diag), which looks as it would for a datagram of a
 * stranger: a program that steers datagrams is asked as well. For the main
 * thread.
 */
#ifndef RELAY_ENGINE_HOLDER_H
#define RELAY_ENGINE_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <re.h>

enum { HOLDER_ASK_MAX = 2 };

/* -1: the kernel does not tell; then a port is tried, which costs more */
int holder_open(void);

/* nobody has any of these */
bool holder_is_nobody(int fd, const struct sa *localv, size_t n);

/* a socket that is bound there hears what comes */
bool holder_is(int fd, int sock, const struct sa *local);

#endif
