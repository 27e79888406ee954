/**
 * @file server_listen.c  The addresses and certificates of a server
 */
#include <string.h>
#include "common/log.h"
#include "proxy/server_state.h"
#include "proxy/sip/resolve.h"
#include "proxy/sip/tls_store.h"

_Static_assert((int)CONFIG_UDP == (int)FLOW_UDP &&
		       (int)CONFIG_TCP == (int)FLOW_TCP &&
		       (int)CONFIG_TLS == (int)FLOW_TLS &&
		       (int)CONFIG_WS == (int)FLOW_WS &&
		       (int)CONFIG_WSS == (int)FLOW_WSS,
	       "protocols have the same numbers in a file and in a flow");
_Static_assert((int)CONFIG_CERT_MAX <= (int)TLS_CERT_MAX,
	       "all certificates of a file can be loaded");


enum { TCP_CONNECT_MS = 5000 };


static enum flow_proto proto_of(const struct config_addr *a)
{
	return (enum flow_proto)a->proto;
}


/**
 * How many connections there may be, and for how long
 *
 * @param tc  Result; it refers to the configuration
 * @param cfg Configuration
 */
void server_limits(struct transport_conf *tc, const struct config *cfg)
{
	memset(tc, 0, sizeof(*tc));
	tc->tcp_per_source = cfg->tcp.per_source;
	tc->tcp_total = cfg->tcp.total;
	tc->tcp_message_ms = cfg->tcp.message_timeout * 1000;
	tc->tcp_idle_ms = cfg->tcp.idle_timeout * 1000;
	tc->tcp_connect_ms = TCP_CONNECT_MS;
	tc->ws_origins.v = cfg->ws.originv;
	tc->ws_origins.n = cfg->ws.originc;
	tc->ws_ping_ms = cfg->ws.ping * 1000;
}


/**
 * What TLS is spoken with
 *
 * @param tls Result; it refers to the configuration
 * @param cfg Configuration
 *
 * @return True if anything listens to TLS
 */
bool server_tls(struct tls_conf *tls, const struct config *cfg)
{
	bool wanted = false;

	memset(tls, 0, sizeof(*tls));
	for (size_t i = 0; i < cfg->listenc; i++)
		wanted |= flow_proto_secure(proto_of(&cfg->listenv[i]));

	tls->certc = cfg->tls.certificatec;
	for (size_t i = 0; i < tls->certc; i++) {
		tls->certv[i].cert = cfg->tls.certificatev[i];
		if (i < cfg->tls.keyc)
			tls->certv[i].key = cfg->tls.keyv[i];
	}
	tls->ca = cfg->tls.ca;
	tls->client_ca = cfg->tls.client_ca;
	tls->verify = cfg->tls.verify;

	return wanted;
}


static int listen_on(struct server *srv, const struct config_addr *a,
		     struct sa *bound)
{
	int err;

	err = transport_listen(srv->tp, proto_of(a), &a->sa, bound);
	if (!err && sa_isset(&a->advertise, SA_ADDR))
		err = transport_advertise(srv->tp, proto_of(a), bound,
					  &a->advertise);

	return err;
}


/**
 * Say that a listener is open
 *
 * @param srv   Server
 * @param a     Listener
 * @param bound Its address
 */
void server_log_listener(const struct server *srv, const struct config_addr *a,
			 const struct sa *bound)
{
	const char *proto = flow_proto_param(proto_of(a));

	if (sa_isset(&a->advertise, SA_ADDR))
		log_info(srv->log, "server.listen", KV_STR("proto", proto),
			 KV_SA("address", bound),
			 KV_SA("advertised", &a->advertise));
	else
		log_info(srv->log, "server.listen", KV_STR("proto", proto),
			 KV_SA("address", bound));
}


/**
 * Listen on all addresses
 *
 * @param srv Server with its transport layer
 *
 * @return 0 if success, otherwise errorcode
 */
int server_listen(struct server *srv)
{
	const struct config *cfg = srv->cfg;

	for (size_t i = 0; i < cfg->listenc; i++) {
		const struct config_addr *a = &cfg->listenv[i];
		struct sa *bound = &srv->boundv[i];
		char what[80];
		int err;

		err = listen_on(srv, a, bound);
		if (err) {
			(void)re_snprintf(what, sizeof(what), "listen %s:%J",
					  flow_proto_param(proto_of(a)),
					  &a->sa);
			return server_fail(what, err);
		}
		resolver_can_send(srv->resolver, proto_of(a), sa_af(bound));
		server_log_listener(srv, a, bound);
	}

	if (!cfg->tls.verify)
		log_warn(srv->log, "server.open",
			 KV_STR("why", "tls verify = no: whoever answers in "
				       "the place of a peer is believed"));

	return 0;
}
