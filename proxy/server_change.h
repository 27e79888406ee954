/**
 * @file server_change.h  What a reload makes ready, and brings into force then
 *
 * Each part has two functions. The first makes ready all that can fail, out of
 * the next configuration; nobody sees anything of it. The second cannot fail
 * and takes it, when that configuration is in force.
 */
#ifndef PROXY_SERVER_CHANGE_H
#define PROXY_SERVER_CHANGE_H

#include "proxy/admin/http/web_token.h"
#include "proxy/server_state.h"

struct announce_round;
struct peers;
struct relay_change;
struct repertoire;
struct resolver_change;
struct tls_store;
struct trunk_change;

/** What is ready; each NULL where the part need not change */
struct server_change {
	const struct config *next;   /* what is to be in force, and then is */
	const struct config *before; /* in force when parts are taken: what was
				      * in force; else NULL */
	struct mbuf *why;            /* a sentence, of a part that failed */

	struct tls_store *store;
	struct peers *peers;
	struct trunk_change *trunks;
	struct resolver_change *names;
	struct hep_sender *hep;
	struct redirect_client *redirect;
	struct announce *announce;
	struct announce_round *round;
	struct redirect_server *redirect_server;
	struct resource_maker *maker;
	struct relay_change *relay;
	struct repertoire *sounds; /* read before, by another thread */
	struct push *push;
	struct account_eviction *eviction;
	char token[WEB_TOKEN_SIZE]; /* of HTTP */
	struct sa boundv[CONFIG_LISTEN_MAX];
	bool openedv[CONFIG_LISTEN_MAX]; /* by us */
};

/* does a section say something else than what is in force? */
bool server_differs(const struct server *srv, const struct server_change *ch,
		    const char *section);

int server_prepare_listeners(struct server *srv, struct server_change *ch);
void server_take_listeners(struct server *srv, struct server_change *ch);
int server_prepare_names(struct server *srv, struct server_change *ch);
void server_take_names(struct server *srv, struct server_change *ch);
int server_prepare_trace(struct server *srv, struct server_change *ch);
void server_take_trace(struct server *srv, struct server_change *ch);
int server_prepare_users(struct server *srv, struct server_change *ch);
void server_take_users(struct server *srv, struct server_change *ch);
int server_prepare_redirect(struct server *srv, struct server_change *ch);
void server_take_redirect(struct server *srv, struct server_change *ch);
int server_prepare_relay(struct server *srv, struct server_change *ch);
void server_take_relay(struct server_change *ch);
void server_take_records(struct server *srv, struct server_change *ch);
int server_prepare_http(struct server *srv, struct server_change *ch);
void server_take_http(struct server *srv, struct server_change *ch);
int server_prepare_media(struct server *srv, struct server_change *ch);
void server_take_media(struct server *srv, struct server_change *ch);

#endif
