/**
 * @file bench/smooth/streams.h  RTP in good time, and how late it comes
 */
#ifndef TEST_BENCH_SMOOTH_STREAMS_H
#define TEST_BENCH_SMOOTH_STREAMS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <re.h>

enum {
	CALLS = 200,
	ENDS = 2 * CALLS,
	BARE = 40, /* streams by the bare process */
	ALL = ENDS + 2 * BARE,
};

struct end {
	int fd;
	struct sa relay; /* where it sends to */
	uint16_t seq;
};

struct delays {
	uint32_t *v; /* us */
	atomic_size_t c;
	atomic_size_t sent;
};

struct streams {
	/* those of calls; then of the bare process, who sends and who hears */
	struct end endv[ALL];
	struct delays calls, bare;
	atomic_bool measuring, stop;
	int epfd;
};

void must(bool ok, const char *what);
void sleep_for(uint64_t *at, uint64_t ns);
int open_socket(const char *host);
uint16_t port_of(int fd);

/* a process that does no more than recv() and sendto() */
pid_t streams_bare(struct streams *s);

void *streams_send(void *arg);
void *streams_receive(void *arg);

/* all sockets are open */
void streams_watch(struct streams *s);

void streams_begin(struct streams *s);
/* returns what 99 of 100 packets did not take longer than [us] */
uint32_t streams_show(const char *what, struct delays *d);

#endif
