/**
 * @file identity.h  Who says who is calling, and who may know (RFC 3325), pure
 *
 * A phone's word counts for nothing: what names somebody, charges somebody or
 * tells of the way is taken off, and what we know by digest is put there. A
 * trusted peer's word is passed on, but not where the caller asked for privacy
 * and not to a peer that is not trusted.
 */
#ifndef PROXY_CORE_IDENTITY_H
#define PROXY_CORE_IDENTITY_H

#include "proxy/sip/message.h"

/* with one to spare */
enum { IDENTITY_STRIP_MAX = 18, IDENTITY_LINES_MAX = 1024 };

/** Priv-values of RFC 3323 section 4.2, RFC 3325 and RFC 7044 */
enum identity_privacy {
	PRIVACY_HEADER = 1,
	PRIVACY_SESSION = 2,
	PRIVACY_USER = 4,
	PRIVACY_NONE = 8,
	PRIVACY_CRITICAL = 16,
	PRIVACY_ID = 32,
	PRIVACY_HISTORY = 64,
	PRIVACY_OTHER = 128, /* one that we do not know */
};

/** Whom a message goes to */
enum identity_hop {
	IDENTITY_PHONE = 0,
	IDENTITY_PEER,    /* outside of the trust domain */
	IDENTITY_TRUSTED, /* a peer with trust = yes */
};

/** The account that has authenticated */
struct identity_account {
	const char *aor;  /* "alice@example.net" */
	const char *name; /* display name, or "" */
	bool tel;         /* a number is asserted as a tel URI, too */
};

/** Which lines leave a message, and which join it */
struct identity_change {
	enum hdr_id stripv[IDENTITY_STRIP_MAX];
	size_t stripc;
	bool asserted; /* the lines that we assert go along */
	bool private;  /* and a "Privacy: id" */
};

/* priv-values of all Privacy lines; 0: there is none */
unsigned identity_privacy(const struct message *m);

/* false: more was asked for than we can do, and critically: 500 */
bool identity_can(unsigned privacy);

/* nobody in particular: From of RFC 3323 section 4.1 */
bool identity_anonymous(const struct message *m);

/* the header lines that assert the account; EOVERFLOW */
int identity_assert(char *buf, size_t size,
		    const struct identity_account *acc);

/* what changes on the way; believed: it comes from a trusted peer */
void identity_change(struct identity_change *c, const struct message *m,
		     bool believed, enum identity_hop hop);

#endif
