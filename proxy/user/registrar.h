/**
 * @file registrar.h  REGISTER (RFC 3261 section 10.3), Path (RFC 3327)
 */
#ifndef PROXY_USER_REGISTRAR_H
#define PROXY_USER_REGISTRAR_H

#include "common/config.h"
#include "proxy/sip/server_txn.h"
#include "proxy/sip/transport.h"
#include "proxy/user/auth.h"
#include "proxy/user/location.h"

struct registrar;

int registrar_alloc(struct registrar **rp, const struct config *cfg,
		    struct auth *auth, struct location *loc,
		    struct transport *tp, struct txns *txns,
		    struct timers *timers, struct log *log,
		    struct metrics *metrics);

/* a REGISTER for one of our domains: challenge without state, or answer */
void registrar_request(struct registrar *r, struct message *req);

#endif
