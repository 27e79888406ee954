/**
 * @file stack.c  A whole SIP stack on loopback: another server, by hand
 */
#include <string.h>
#include "test/mock/stack.h"
#include "test/test.h"

enum { STEPS = 20, STEPS_MAX = 3000 };


static void request_handler(struct message *req, void *arg)
{
	struct stack *st = arg;
	struct server_txn *txn = NULL;

	++st->requests;
	if (st->h) {
		st->h(req, st->arg);
		return;
	}

	if (!st->answer || message_is(req, "ACK"))
		return;

	ck_assert_int_eq(server_txn_alloc(&txn, st->txns, req, NULL, NULL), 0);
	ck_assert_int_eq(server_txn_reply(txn, st->answer, NULL, st->extra),
			 0);
	mem_deref(txn);
}


static void stray_handler(struct message *resp, void *arg)
{
	struct stack *st = arg;
	(void)resp;

	++st->strays;
}


static void message_handler(struct message *msg, void *arg)
{
	struct stack *st = arg;

	txns_input(st->txns, msg);
}


void stack_open(struct stack *st, struct timers *timers, const char *host,
		txns_request_h *h, void *arg)
{
	const struct transport_conf tconf = {
		.tcp_per_source = 10,
		.tcp_total = 10,
		.tcp_message_ms = 1000,
		.tcp_idle_ms = 10000,
		.tcp_connect_ms = 5000,
	};
	const struct txn_conf conf = {
		.t1 = 500,
		.t2 = 4000,
		.t4 = 5000,
		.timer_c = 185000,
		.max = 1000,
	};
	struct sa laddr;

	memset(st, 0, sizeof(*st));
	st->timers = timers;
	st->h = h;
	st->arg = arg;
	ck_assert_int_eq(sa_set_str(&laddr, host, 0), 0);
	ck_assert_int_eq(txns_alloc(&st->txns, timers, NULL, NULL, &conf,
				    request_handler, stray_handler, st),
			 0);
	ck_assert_int_eq(transport_alloc(&st->tp, timers, NULL, NULL, &tconf,
					 message_handler, st),
			 0);
	ck_assert_int_eq(transport_listen(st->tp, FLOW_UDP, &laddr, &st->addr),
			 0);
}


void stack_close(struct stack *st)
{
	st->txns = mem_deref(st->txns);
	st->tp = mem_deref(st->tp);
}


struct config_addr stack_server(const struct stack *st)
{
	struct config_addr addr = {.proto = CONFIG_UDP, .sa = st->addr};

	return addr;
}


static void step_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void step(struct timers *timers)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, 1, step_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
	timers_advance(timers, 1);
}


void stack_run(struct timers *timers, stack_done_h *done, void *arg)
{
	unsigned n = 0;

	if (!done) {
		while (n++ < STEPS)
			step(timers);
		return;
	}

	while (!done(arg)) {
		ck_assert_msg(n++ < STEPS_MAX, "it never came");
		step(timers);
	}
}


void stack_pass(const struct stack *st, unsigned seconds)
{
	while (seconds--) {
		timers_advance(st->timers, 1000);
		for (unsigned n = 0; n < 3 && txns_clients(st->txns); n++)
			step(st->timers);
	}
}


struct message *stack_message(const struct stack *st, const struct sa *src,
			      const char *text)
{
	static struct guard g;
	struct message *m = NULL;

	ck_assert_int_eq(
		message_decode(&m, &g, (const uint8_t *)text, strlen(text)),
		0);
	ck_assert_int_eq(transport_flow(&m->flow, st->tp, FLOW_UDP, src), 0);
	m->src = *src;

	return m;
}
