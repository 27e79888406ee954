/**
 * @file rehearsal.h  What would become of a call, without making it
 *
 * The functions that a call itself asks, with an INVITE that nobody has sent:
 * nothing leaves, nobody is woken, no limit counts it.
 */
#ifndef PROXY_CORE_REHEARSAL_H
#define PROXY_CORE_REHEARSAL_H

#include "proxy/core/forwarding.h"
#include "proxy/core/validate.h"
#include "proxy/media/call.h"

/** As far as it goes, also where it is refused */
struct rehearsal {
	struct forwarding *fw;      /* with its targets; NULL: not so far */
	const struct account *from; /* NULL: a peer, or nobody */
	const struct account *to;   /* whose name was dialled, or NULL */
	bool test;                  /* it is the test number */
	struct refusal refusal;     /* scode 0: it goes on */
	bool announced;             /* its caller hears why, before */
};

/** Who is said to call; both NULL: somebody without limits */
struct rehearsal_caller {
	const char *aor; /* of an account of ours, canonical */
	const struct config_peer *peer;
};

/* uri: a whole one. rehearsal_end() gives it up */
int rehearsal_run(struct rehearsal *r, struct proxy *px,
		  const struct rehearsal_caller *caller, const char *uri);
void rehearsal_end(struct rehearsal *r);

/* the next target, in the order in which they are tried; those of one group
 * ring at the same time. NULL: there are no more. Valid until the end */
const struct target *rehearsal_next(struct rehearsal *r, unsigned *group);

/* relay or direct, as far as it is known before there is an SDP */
void rehearsal_media(struct nat_verdict *v, const struct rehearsal *r,
		     const struct target *t);

#endif
