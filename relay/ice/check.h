/**
 * @file check.h  A STUN message on a media port: is it a connectivity check?
 *
 * Pure. Read in one linear pass without allocation; only what names our login
 * goes on to libre's codec, and then its size and its attributes are bounded.
 */
#ifndef RELAY_ICE_CHECK_H
#define RELAY_ICE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum {
	CHECK_MAX = 1500,     /* octets; no agent's check is as long */
	CHECK_ATTRS_MAX = 24, /* agents send six to ten */
};

struct check {
	const uint8_t *p; /* the message, not owned */
	size_t len;
	uint16_t class, method; /* of libre's */
	struct pl username;     /* unset: none */
	size_t integrity;       /* where MESSAGE-INTEGRITY begins; 0: none */
	bool alone;             /* nothing but FINGERPRINT is behind it */
	bool fingerprint;       /* is there, and last */
	bool nominates;         /* USE-CANDIDATE */
	bool controlled;        /* says that it is the controlled one */
	bool has_priority;
	uint32_t priority;
	struct stun_unknown_attr unknown; /* of those it must not ignore */
};

/* EBADMSG: no STUN, or too much of it */
int check_read(struct check *c, const uint8_t *p, size_t len);

/* EPROTO: there is none; EBADMSG: a wrong one */
int check_fingerprint(const struct check *c);
int check_integrity(const struct check *c, const char *pwd);

const uint8_t *check_tid(const struct check *c);

#endif
