/**
 * @file process.h  What the system says of this process, for the operator
 */
#ifndef COMMON_PROCESS_H
#define COMMON_PROCESS_H

struct metrics;
struct process;

int process_alloc(struct process **pp, struct metrics *metrics);

/* quick: any thread, the main loop's too */
void process_look(struct process *p);

/* old systems count open files slowly: a metrics_collect_h */
void process_look_slowly(void *arg);

#endif
