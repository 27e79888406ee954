/**
 * @file dialog_state.h  What it takes to speak to the ends of a call
 *
 * A proxy needs none of it until a call has to end that nobody ends: then it
 * sends a BYE to each end in the name of the other one (RFC 3261 section
 * 12.2.1.1). Each call that was answered keeps its own, one dialog for each
 * To tag: some 950 octets for an ordinary call. Bounded; nothing here sends.
 */
#ifndef PROXY_CORE_DIALOG_STATE_H
#define PROXY_CORE_DIALOG_STATE_H

#include "proxy/core/route.h"

enum {
	DIALOGS_MAX = 4,         /* To tags of a call */
	DIALOG_URI_MAX = 512,    /* octets of a URI or of a From */
	DIALOG_ROUTES_MAX = 2048 /* of a route set */
};

/** An end, as a request to it says it */
struct dialog_party {
	char *name;   /* From or To value, with its tag */
	char *target; /* its Contact's URI */
	char *routes; /* whole Route lines from us to it, or "" */
};

struct dialog {
	struct le le;
	char *tag; /* of end 1 */
	struct dialog_party endv[2];
};

/** Those of one call; the call keeps the reference */
struct dialogs {
	struct le he;
	uint64_t call;
	char *callid;
	/* of the requests that each end has sent, as the other one counts */
	uint32_t cseqv[2];
	struct route_token tok; /* its ends, as our cookie names them */
	struct list dialogl;
};

/** What begins or goes on with a message */
struct dialog_step {
	const struct message *req;  /* as it came */
	const struct message *resp; /* 2xx to it, as it came */
	const struct route_token *tok;
	int from;         /* end that sent the request */
	uint32_t shift;   /* its CSeq left so much higher */
	const char *uri;  /* where it went: Request-URI */
	struct pl routes; /* first Route that it left with; l == 0: none */
	route_local_h *localh;
	void *arg;
};

/* of no call yet, or in no table */
int dialogs_alloc(struct dialogs **dp, uint64_t call, const struct pl *callid);

/* one of which nothing else is known; ENOSPC */
int dialogs_add(struct dialog **dp, struct dialogs *ds, const struct pl *tag);

/* an INVITE outside of a dialog was answered with a 2xx; again with another To
 * tag. E2BIG, ENOSPC, ENOMEM: that one cannot be spoken to */
int dialogs_confirm(struct dialogs *ds, const struct dialog_step *s);

/* a request in a dialog leaves; one that is not known is learned from it */
int dialogs_request(struct dialogs *ds, const struct dialog_step *s);

/* a 2xx to an INVITE or UPDATE in a dialog: where its ends are now */
int dialogs_refresh(struct dialogs *ds, const struct dialog_step *s);

/* a BYE has ended the one of that tag; true: that was the last */
bool dialogs_over(struct dialogs *ds, const struct pl *tag);

/* the next number of an end */
uint32_t dialogs_cseq(struct dialogs *ds, int from);

#endif
