/**
 * @file bench/smooth/calls.h  A server in a process of its own, and its calls
 */
#ifndef TEST_BENCH_SMOOTH_CALLS_H
#define TEST_BENCH_SMOOTH_CALLS_H

#include <stdatomic.h>
#include <sys/types.h>
#include <re.h>
#include "test/bench/smooth/streams.h"

enum { TEXT_MAX = 8192, USERS = 2000 };

/** What the server and we share */
struct shared {
	atomic_bool slow; /* its disk */
	struct sa us;
};

struct calls {
	struct shared *shared;
	pid_t pid;
	char data[64];
	int callee, caller;
	char text[TEXT_MAX]; /* the last message received */
};

void calls_serve(struct calls *c);
void calls_open(struct calls *c, struct streams *s);
void calls_close(struct calls *c);

void send_text(int fd, const struct sa *dst, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
