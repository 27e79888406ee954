/**
 * @file enquiry.h  A question put to the servers of a rotation, one by one
 *
 * An INVITE of ours that wants a redirect, not a call: each server has its
 * deadline, a silent or failing one rests and the next is asked. Answers that
 * come too late are cleaned up after: CANCEL, and BYE where something began.
 */
#ifndef PROXY_SIP_ENQUIRY_H
#define PROXY_SIP_ENQUIRY_H

#include "common/rotation.h"
#include "proxy/sip/agent.h"

struct enquirer;
struct enquiry;
struct log;

enum { ENQUIRY_ANY_SERVER = -1 };

/** Where one attempt goes */
struct enquiry_path {
	struct flow *flow;
	struct sa sentby; /* ours on that flow */
	const struct config_addr *server;
};

/* agent_send() of the question, with that handler and argument */
typedef int(enquiry_send_h)(struct client_txn **ctp,
			    const struct enquiry_path *path, client_txn_h *h,
			    void *harg, void *arg);

/* does that final end the enquiry? If not, the next server is asked */
typedef bool(enquiry_final_h)(const struct message *resp);

/*
 * err 0: resp is the final answer of that server. Otherwise resp is NULL:
 * ETIMEDOUT, ENOSPC (a server is short of something: 503), or what sending
 * said. Called once, never before enquiry_alloc() returned.
 */
typedef void(enquiry_h)(int err, const struct message *resp, size_t server,
			void *arg);

struct enquiry_conf {
	int server;    /* the only one to ask, or ENQUIRY_ANY_SERVER */
	bool bye_late; /* an unwanted 302 began a session: BYE */
	enquiry_send_h *sendh;
	enquiry_final_h *finalh;
	enquiry_h *h;
	void *arg;
};

int enquirer_alloc(struct enquirer **ep, const char *role, struct agent *agent,
		   struct rotation *rotation, uint32_t deadline_ms,
		   struct timers *timers, struct log *log);

/* ECONNREFUSED: every server rests. Dropped by mem_deref: no handler */
int enquiry_alloc(struct enquiry **qp, struct enquirer *e,
		  const struct enquiry_conf *conf);

#endif
