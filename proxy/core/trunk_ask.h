/**
 * @file trunk_ask.h  A request of our own to a trunk: OPTIONS, REGISTER
 *
 * Its name is resolved, its hops are tried in order, its challenge is
 * answered. One at a time for each asker.
 */
#ifndef PROXY_CORE_TRUNK_ASK_H
#define PROXY_CORE_TRUNK_ASK_H

#include "proxy/core/trunk.h"
#include "proxy/sip/build.h"
#include "proxy/sip/flow.h"

struct trunk_ask;

/** All texts are copied */
struct trunk_question {
	const char *met;
	const char *callid;
	const char *tag;   /* of From */
	uint32_t *cseq;    /* the asker's, counts on */
	bool login;        /* answer challenges */
	bool contact;      /* show our token's address */
	const char *extra; /* whole lines, or "" */
};

/*
 * err 0: resp is the final answer, over that flow. Otherwise ETIMEDOUT,
 * EHOSTUNREACH and the like. Called once, never before trunk_ask() returned;
 * the ask is over then.
 */
typedef void(trunk_ask_h)(int err, const struct message *resp,
			  struct flow *flow, void *arg);

/* mem_deref(*ap): not wanted any more */
int trunk_ask(struct trunk_ask **ap, struct trunk *t,
	      const struct trunk_question *q, uint32_t deadline_ms,
	      trunk_ask_h *h, void *arg);

/* what it is: "<sip:token@host:port;transport=tcp>", as it was sent */
const char *trunk_ask_contact(const struct trunk_ask *a);

#endif
