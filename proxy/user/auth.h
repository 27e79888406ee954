/**
 * @file auth.h  Who sent this request? Digest, without state for strangers
 */
#ifndef PROXY_USER_AUTH_H
#define PROXY_USER_AUTH_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/message.h"
#include "proxy/user/account.h"

struct auth;
struct accounts;
struct timers;
struct log;
struct metrics;

int auth_alloc(struct auth **ap, struct accounts *accounts,
	       const struct hash_key *nonce_key, struct timers *timers,
	       struct log *log, struct metrics *metrics);

/*
 * registrar: Authorization and 401, else Proxy-Authorization and 407; realm:
 * the domain asked for. 0: acc is filled. EACCES: answer 401/407 with the
 * lines in challenge (whole header lines, one for each algorithm, preferred
 * first). EPERM: 403, the account is disabled. EIO: 500. The same answer for
 * unknown users as for wrong passwords.
 */
int auth_check(struct auth *a, const struct message *req, bool registrar,
	       const struct pl *realm, struct account *acc, char *challenge,
	       size_t size);

#endif
