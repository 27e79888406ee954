/**
 * @file control_trace.h  What the control says of traces and flights
 */
#ifndef PROXY_ADMIN_CONTROL_TRACE_H
#define PROXY_ADMIN_CONTROL_TRACE_H

#include "proxy/admin/control.h"

struct control_trace;
struct shelf;
struct traces;

/* "trace", "traces", "flights"; flights NULL: none are kept. All outlive it,
 * it the control */
int control_trace_alloc(struct control_trace **tp, struct control *c,
			struct traces *traces, struct shelf *flights);

/* "flight", by a thread that may wait for a disk: opens the file that the
 * question names. arg: the flights' shelf */
int control_trace_open(int *fd, json_t *answer, const json_t *question,
		       void *arg);

#endif
