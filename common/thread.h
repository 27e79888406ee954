/**
 * @file thread.h  Threads beside the main loop
 *
 * Signals are the main thread's: all others have them blocked, so that a file
 * that may not grow is an error there and no SIGXFSZ. So are the capabilities
 * that privilege.h drops: the others begin without them.
 */
#ifndef COMMON_THREAD_H
#define COMMON_THREAD_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

/* the kernel keeps 15 octets of its name */
int thread_start(pthread_t *tp, const char *name, void *(*mainh)(void *),
		 void *arg);

/* a condition that is waited for by clock_us(), and a moment of it */
int thread_cond_init(pthread_cond_t *cond);
struct timespec thread_at(uint64_t us);

#endif
