/**
 * @file registration.h  What one REGISTER says, and what its 200 says
 *
 * Between the registrar, which answers, and the location, which keeps.
 */
#ifndef PROXY_USER_REGISTRATION_H
#define PROXY_USER_REGISTRATION_H

#include "proxy/user/contact.h"
#include "proxy/user/location_batch.h"

struct log;

enum { REGISTRATION_PATH_MAX = 2048 };

struct registration {
	const struct message *req; /* not owned */
	struct contacts contacts;  /* slices of req */
	bool outbound;             /* RFC 5626 applies */
	int64_t now_ms;            /* since 1970 */
	char *aor;
	char *callid;
	char *path;
	char *user_agent;
	char *contactv[CONTACT_MAX];
	char *instancev[CONTACT_MAX];
};

/* EBADMSG: Path, Call-ID or a Contact is unusable; ENOSPC: too many Contacts;
 * ERANGE: a lifetime is too brief; ENOLINK: as of outbound_judge() */
int registration_alloc(struct registration **rp, const struct message *req,
		       const char *aor, const struct contact_limits *lim);

/*
 * What it changes, ready to be committed; *bp stays NULL where that is
 * nothing. EPROTO: CSeq too low (RFC 3261 section 10.3 step 7); ENOSPC: too
 * many bindings; ENOMEM
 */
int registration_prepare(struct location_batch **bp,
			 const struct registration *reg, struct location *l,
			 uint32_t contacts_max);
void registration_log(const struct registration *reg,
		      const struct location_batch *lb, struct log *log);

/* whole lines for the 200: all Contacts, Path */
int registration_print(struct mbuf *mb, const struct registration *reg,
		       const struct location *l, uint64_t now_ms);

#endif
