/**
 * @file contact.h  The Contacts of a REGISTER, checked as a whole: pure
 */
#ifndef PROXY_USER_CONTACT_H
#define PROXY_USER_CONTACT_H

#include "proxy/sip/message.h"

enum { CONTACT_MAX = 16, CONTACT_INSTANCE_MAX = 128 };

struct contact {
	struct pl text; /* the URI's, a slice of the message */
	struct sipuri uri;
	uint32_t expires_s; /* within the limits; 0: remove it */
	uint16_t q;         /* 0-1000 */
	struct pl instance; /* +sip.instance without quotes, l == 0: none */
	uint32_t reg_id;    /* 0: none */
};

struct contacts {
	bool star; /* all are to be removed */
	struct contact v[CONTACT_MAX];
	size_t n; /* 0 without star: a query */
};

/** In s, but for jitter */
struct contact_limits {
	uint32_t expires_default, expires_min, expires_max;
	uint32_t jitter; /* percent that is taken off at most, at random */
};

/* EBADMSG: 400; ENOSPC: too many; ERANGE: 423. Of two equal URIs the later
 * one counts */
int contacts_decode(struct contacts *cs, const struct message *req,
		    const struct contact_limits *lim);

/* ";q=" values: "0.5" is 500 */
int contact_decode_q(uint16_t *q, const struct pl *val);

#endif
