/**
 * @file served.h  What this proxy works with, and whom it answers for
 *
 * All parts are made by the server and stay its own.
 */
#ifndef PROXY_CORE_SERVED_H
#define PROXY_CORE_SERVED_H

#include "common/config.h"
#include "common/hash.h"
#include "common/timer.h"
#include "proxy/core/peer.h"
#include "proxy/media/call.h"
#include "proxy/media/relay_server.h"
#include "proxy/redirect/redirect_query.h"
#include "proxy/redirect/redirect_server.h"
#include "proxy/sip/client_txn.h"
#include "proxy/sip/resolve.h"
#include "proxy/sip/server_txn.h"
#include "proxy/sip/transport.h"
#include "proxy/user/accounts.h"
#include "proxy/user/auth.h"
#include "proxy/user/location.h"
#include "proxy/user/reg_event.h"
#include "proxy/user/registrar.h"
#include "proxy/voice/desk.h"

/* what an OPTIONS to the server itself is told (RFC 3261 section 11.2) */
#define SERVED_OPTIONS                                                 \
	"Accept: application/sdp\r\n"                                  \
	"Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, "  \
	"UPDATE, INFO, REFER, SUBSCRIBE, NOTIFY, PUBLISH, MESSAGE\r\n" \
	"Supported: path, outbound, timer\r\n"

struct counter;
struct departure;
struct dialog_table;
struct forwarding_hooks;
struct limits;
struct relay;
struct resource_maker;

/** NULL: that role is not played */
struct proxy_parts {
	const struct config *cfg;
	struct timers *timers;
	struct log *log;
	struct metrics *metrics;
	struct transport *tp;
	struct txns *txns;
	struct store *store;
	struct accounts *accounts;
	struct auth *auth;
	struct location *loc;
	struct registrar *registrar;
	struct push *push;
	struct reg_event *reg_event;
	struct calls *calls;
	struct relay *relay;
	struct resource_maker *maker;
	struct resolver *resolver;
	struct redirect_client *redirect;
	struct redirect_server *redirect_server;
	struct relay_server *relay_server;
	struct desk *desk;
	/* told of each call that begins with an INVITE: then, when it is
	 * answered, and once it is over; or that it was none, by the number of
	 * its origin */
	void (*reporth)(const struct call_report *r, void *arg);
	void (*forgeth)(uint64_t id, void *arg);
	/* no call is waited for any more: the server may end */
	void (*goneh)(void *arg);
	void *report_arg;
	struct hash_key branch_key, route_key, flow_key, nonce_key, trunk_key;
};

struct peer_login;
struct trunks;

struct proxy {
	struct proxy_parts p;
	struct peers *peers;
	struct limits *limits; /* of accounts */
	struct peer_login *peer_login;
	struct trunks *trunks;
	struct dialog_table *dialogs;
	struct unique *ids;                   /* of calls and branches */
	struct list forwardl;                 /* struct forwarding */
	const struct forwarding_hooks *hooks; /* not owned; NULL: none */
	bool draining;                        /* no new calls, see drain.h */
	struct departure *departure;          /* the server goes, or not */
	struct counter *refused, *stray;
};

/* one of the configured domains; their realms bear the same names */
bool served_is_domain(const struct proxy *px, const struct pl *host);

/* the one in whose name a request is challenged */
void served_realm(struct pl *realm, const struct proxy *px,
		  const struct message *req);

/* is this host (of a URI) one that we answer for: a domain, or an address
 * of ours? */
bool served_is_ours(const struct proxy *px, const struct sipuri *uri);

/* "user@domain" of a URI that is ours; hint: another URI whose domain counts
 * where this one shows our bare address. ENOENT: no user */
int served_aor(const struct proxy *px, const struct sipuri *uri,
	       const struct sipuri *hint, char *buf, size_t size);

/* the account behind that: by its own name, or an alias or number of its. As
 * above where there is no such account (auth = no, or a stranger's name) */
int served_user(const struct proxy *px, const struct sipuri *uri,
		const struct sipuri *hint, char *buf, size_t size);

/* is that user (canonical) registered over the way that a request came? */
bool served_is_registered(const struct proxy *px, const char *aor,
			  const struct flow *flow);

/* which phone of that user it is that did; NULL: nobody knows */
const char *served_instance(const struct proxy *px, const char *aor,
			    const struct flow *flow);

/* may a request be sent there at all? */
bool served_may_reach(const struct proxy *px, const struct sa *dst);

#endif
