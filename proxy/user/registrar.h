/**
 * @file registrar.h  REGISTER (RFC 3261 section 10.3), Path (RFC 3327)
 */
#ifndef PROXY_USER_REGISTRAR_H
#define PROXY_USER_REGISTRAR_H

#include "common/config.h"
#include "proxy/sip/server_txn.h"
#include "proxy/sip/transport.h"
#include "proxy/user/accounts.h"
#include "proxy/user/auth.h"
#include "proxy/user/ledger.h"
#include "proxy/user/location.h"

struct registrar;

struct registrar_parts {
	const struct config *cfg;
	struct auth *auth;         /* NULL with auth = no */
	struct accounts *accounts; /* NULL: no name is another one's alias */
	struct location *loc;
	struct ledger *ledger; /* NULL: in memory only */
	struct transport *tp;
	struct txns *txns;
	struct timers *timers;
	struct log *log;
	struct metrics *metrics;
};

int registrar_alloc(struct registrar **rp,
		    const struct registrar_parts *parts);

/* a REGISTER for one of our domains: challenge without state, or answer */
void registrar_request(struct registrar *r, struct message *req);

#endif
