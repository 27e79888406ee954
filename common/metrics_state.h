/**
 * @file metrics_state.h  The registry, for the files that fill and print it
 *
 * The list only grows, by release stores: readers walk it without a lock
 * while another thread registers. Its order is that of the text: a family's
 * names stand together.
 */
#ifndef COMMON_METRICS_STATE_H
#define COMMON_METRICS_STATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include "common/metric_family.h"
#include "common/metrics.h"

/** What all of the list have */
struct metric {
	_Atomic(struct metric *) next;      /* owned */
	const struct metric_family *family; /* NULL: nobody says what it is */
	char *name;                         /* with labels; owned */
	size_t family_len;                  /* of the name without labels */
};

struct counter {
	struct metric metric;
	atomic_uint_fast64_t value;
};

struct histogram {
	struct metric metric;
	atomic_uint_fast64_t sum;
	size_t boundc;
	atomic_uint_fast64_t countv[]; /* the last one: above all bounds */
};

struct metrics {
	_Atomic(struct metric *) head; /* owned */
	pthread_mutex_t lock;          /* of registration */
	uint32_t metricc;
	metrics_collect_h *collecth;
	void *arg;
};

#endif
