/**
 * @file peer_auth.h  Is that really the peer whose secret we know?
 */
#ifndef PROXY_REDIRECT_PEER_AUTH_H
#define PROXY_REDIRECT_PEER_AUTH_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/message.h"

enum { PEER_AUTH_CHALLENGE_SIZE = 1024 };

/*
 * Authorization by digest: username is the peer's name, realm as given. A peer
 * without a secret is trusted by its address. EACCES: answer 401 with the
 * header lines in challenge.
 */
int peer_auth_check(const struct message *req, const struct config_peer *peer,
		    const struct hash_key *nonce_key, uint64_t now_s,
		    const struct pl *realm,
		    char challenge[PEER_AUTH_CHALLENGE_SIZE]);

#endif
