/**
 * @file bench/media/trial.h  One measurement of one contender
 */
#ifndef TEST_BENCH_MEDIA_TRIAL_H
#define TEST_BENCH_MEDIA_TRIAL_H

#include "test/bench/media/contender.h"
#include "test/bench/media/idle.h"

/** What is asked */
struct trial_terms {
	uint32_t calls;
	double rate;    /* packets a second, all calls and both ways */
	double seconds; /* measured */
	double warm;    /* seconds before that, 0: as long as it takes */
	bool burst;
	double strangers; /* packets a second of them */
};

/** What a call takes, of the relay and of the kernel under it */
struct footprint {
	double memory, kernel; /* octets */
	double descriptors;
	double setup, removal; /* CPU time of the relay's process [us] */
};

/** What came out; counts are of the packets that were measured */
struct trial {
	struct trial_terms terms;
	char name[CONTENDER_NAME];
	uint64_t sent, unsent, got, twice, reordered;
	uint64_t misrouted, foreign, corrupted, checksum;
	uint64_t buffer;           /* lost in front of the phones */
	uint32_t dead;             /* ends that heard nothing */
	double p50, p90, p99, max; /* delay [us] */
	double jitter;             /* mean of the ends [us] */
	double behind;             /* the most that a sender was late [ms] */
	struct idle_time time;
	double relay;          /* CPU time of its process [s] */
	double phones;         /* CPU time of the bench [s] */
	struct footprint foot; /* where it was looked at */
};

void trial_run(struct trial *r, struct idle *idle, struct contender *c,
	       struct talk *t, const struct trial_terms *terms);
double trial_cost(const struct trial *r);
double trial_loss(const struct trial *r);

#endif
