/**
 * @file privilege.h  Capabilities that are needed only to open things
 *
 * Programs of the kernel and raw sockets go on working by their descriptors.
 * Capabilities are a thread's own: each thread drops them, the main thread
 * when all is open. A thread that starts later has none from the beginning.
 */
#ifndef COMMON_PRIVILEGE_H
#define COMMON_PRIVILEGE_H

#include <stdbool.h>

/* does this thread have it in effect? CAP_... of <linux/capability.h> */
bool privilege_has(unsigned cap);

/*
 * CAP_BPF, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN and CAP_PERFMON of this
 * thread: gone for good. keep_admin: CAP_NET_ADMIN is only put aside.
 */
void privilege_drop(bool keep_admin);

/* takes up what was put aside; does nothing where that was not so */
void privilege_take_admin(void);

#endif
