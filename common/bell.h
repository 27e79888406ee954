/**
 * @file bell.h  An eventfd by which a thread wakes another one's loop
 */
#ifndef COMMON_BELL_H
#define COMMON_BELL_H

#include <stdint.h>
#include <unistd.h>
#include <sys/eventfd.h>

/* its descriptor; -1: errno says why */
static inline int bell_open(void)
{
	return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}


static inline void bell_ring(int fd)
{
	const uint64_t one = 1;

	/* full means that it rings already */
	(void)!write(fd, &one, sizeof(one));
}


/* it was heard: silent until it is rung again */
static inline void bell_hush(int fd)
{
	uint64_t rings;

	(void)!read(fd, &rings, sizeof(rings));
}

#endif
