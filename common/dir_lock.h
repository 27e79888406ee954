/**
 * @file dir_lock.h  A directory that one process at a time may use
 *
 * Two servers on one database would each know half of the registrations. The
 * kernel gives the lock back when its holder ends, however that happens.
 */
#ifndef COMMON_DIR_LOCK_H
#define COMMON_DIR_LOCK_H

struct dir_lock;

/* EBUSY: somebody else has it. mem_deref() gives it back */
int dir_lock_alloc(struct dir_lock **lp, const char *dir);

#endif
