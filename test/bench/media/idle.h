/**
 * @file bench/media/idle.h  What is left of the machine's CPU time
 */
#ifndef TEST_BENCH_MEDIA_IDLE_H
#define TEST_BENCH_MEDIA_IDLE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* one for each core that we may use */
enum { IDLE_CORES = 64 };

struct idle {
	struct idle_shared *shared;
	pid_t pid;
	size_t cores;
	double rate; /* turns in a second of one core that is idle */
};

/** A moment, to see what happened since */
struct idle_mark {
	uint64_t at; /* ns */
	uint64_t turns;
	uint64_t tasks; /* CPU time of all tasks [ns], 0: not known */
	uint64_t ours;  /* of the counter, us and ksoftirqd [ns] */
};

/** What happened between two moments [s] */
struct idle_time {
	double wall;
	double busy;    /* of all cores, without the counter */
	double foreign; /* of those who are none of ours */
};

void idle_start(struct idle *idle);
void idle_calibrate(struct idle *idle);
void idle_mark(const struct idle *idle, struct idle_mark *m, pid_t relay);
void idle_since(const struct idle *idle, const struct idle_mark *m,
		struct idle_time *t, pid_t relay);
uint64_t idle_process(pid_t pid);

#endif
