/**
 * @file branch.h  Branches of ours: unique, recognisable, loop-marking
 *
 * z9hG4bK-vd-<id>-<loop>-<mac>: 64-bit id, 32-bit loop hash (RFC 3261
 * section 16.6 step 8), 64-bit MAC over both. Pure.
 */
#ifndef PROXY_SIP_BRANCH_H
#define PROXY_SIP_BRANCH_H

#include "common/hash.h"
#include "proxy/sip/message.h"

enum { BRANCH_SIZE = 64 };

/* hash of what a loop repeats: R-URI, tags, Call-ID, CSeq, Route,
 * Proxy-Require, Proxy-Authorization */
uint32_t branch_loop_hash(const struct hash_key *key,
			  const struct message *req);
void branch_encode(char buf[BRANCH_SIZE], const struct hash_key *key,
		   uint64_t id, uint32_t loop);
/* EBADMSG: not ours; EACCES: looks like ours, MAC wrong */
int branch_decode(const struct hash_key *key, const struct pl *branch,
		  uint64_t *id, uint32_t *loop);

#endif
