/**
 * @file mock/stack.h  A whole SIP stack on loopback: another server, by hand
 */
#ifndef TEST_MOCK_STACK_H
#define TEST_MOCK_STACK_H

#include <stdbool.h>
#include <re.h>
#include "common/config.h"
#include "common/timer.h"
#include "proxy/sip/server_txn.h"
#include "proxy/sip/transport.h"

struct stack {
	struct timers *timers; /* not owned; virtual */
	struct transport *tp;
	struct txns *txns;
	struct sa addr;
	txns_request_h *h; /* NULL: silent */
	void *arg;
	unsigned requests; /* that reached the handler */
	unsigned strays;   /* responses without a transaction */
	uint16_t answer;   /* with h NULL: this status; 0: silence */
	const char *extra; /* lines for it */
};

/* UDP on any port of that host */
void stack_open(struct stack *st, struct timers *timers, const char *host,
		txns_request_h *h, void *arg);
void stack_close(struct stack *st);
struct config_addr stack_server(const struct stack *st);

/*
 * Runs the main loop until done() says so; the virtual clock follows the real
 * one, a ms a step. Fails the test after a while. NULL: for some steps.
 */
typedef bool(stack_done_h)(void *arg);
void stack_run(struct timers *timers, stack_done_h *done, void *arg);

/* virtual seconds pass; what leaves meanwhile is answered as it leaves */
void stack_pass(const struct stack *st, unsigned seconds);

/* as if it had come from there; the caller's */
struct message *stack_message(const struct stack *st, const struct sa *src,
			      const char *text);

#endif
