/**
 * @file announcement.h  One user at one redirect server: its REGISTER
 *
 * Inside of announce only.
 */
#ifndef PROXY_REDIRECT_ANNOUNCEMENT_H
#define PROXY_REDIRECT_ANNOUNCEMENT_H

#include "common/config.h"
#include "common/timer.h"
#include "proxy/sip/agent.h"

struct announce_server;

struct announcement {
	struct le he;
	struct le qle;                  /* in its server's queue */
	struct announce_server *server; /* not owned */
	char *aor;
	char uri[AGENT_URI_SIZE];
	char callid[AGENT_TAG_SIZE];
	char tag[AGENT_TAG_SIZE];
	uint32_t cseq;
	bool served;
	bool sent;             /* what the last request said of it */
	bool authorized;       /* with an answer to a challenge */
	struct client_txn *ct; /* under way */
	struct flow *flow;
	struct sa sentby; /* ours on that flow */
	struct timer tmr; /* next refresh */
};

/** Who asks whom */
struct announcement_path {
	const struct agent *agent;
	const struct config_addr *server;
	const char *name, *secret; /* ours there */
};

int announcement_init(struct announcement *an, const struct pl *aor);

/* the handler's argument is the announcement */
int announcement_send(struct announcement *an,
		      const struct announcement_path *path, client_txn_h *h);

/* the same once more, with the answer to a challenge: EACCES when there is
 * none or it was given already */
int announcement_authorize(struct announcement *an,
			   const struct announcement_path *path,
			   const struct message *resp, client_txn_h *h);

/* how long the server keeps it, in seconds */
uint32_t announcement_granted(const struct announcement *an,
			      const struct announcement_path *path,
			      const struct message *resp);

#endif
