/**
 * @file server_listeners.c  Listeners that come and go with a reload
 *
 * One that stays is not touched. One that goes takes nothing new, and is
 * closed when all that may come back by it has.
 */
#include <string.h>
#include "common/log.h"
#include "proxy/server_change.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/resolve.h"
#include "proxy/sip/transport.h"

/* longer than Timer C may be by default: all that rings has ended */
enum { LEAVE_MS = 200 * 1000 };


static enum flow_proto proto_of(const struct config_addr *a)
{
	return (enum flow_proto)a->proto;
}


/* the same listener in another configuration; its count: there is none */
static size_t find(const struct config *cfg, const struct config_addr *la)
{
	size_t i;

	for (i = 0; i < cfg->listenc; i++) {
		if (cfg->listenv[i].proto == la->proto &&
		    sa_cmp(&cfg->listenv[i].sa, &la->sa, SA_ALL))
			break;
	}

	return i;
}


static int open_listener(struct server *srv, struct server_change *ch,
			 size_t i)
{
	const struct config_addr *la = &ch->next->listenv[i];
	int err;

	err = transport_listen(srv->tp, proto_of(la), &la->sa, &ch->boundv[i]);
	if (err)
		(void)mbuf_printf(ch->why, "listen %s:%J: %m",
				  flow_proto_param(proto_of(la)), &la->sa,
				  err);
	else
		ch->openedv[i] = true;

	return err;
}


/* nobody has been heard there yet */
static void close_opened(struct server *srv, const struct server_change *ch)
{
	for (size_t i = 0; i < ch->next->listenc; i++) {
		if (ch->openedv[i])
			(void)transport_unlisten(
				srv->tp, proto_of(&ch->next->listenv[i]),
				&ch->boundv[i], 0);
	}
}


/**
 * Open the listeners that there were not
 *
 * @param srv Server
 * @param ch  Change
 *
 * @return 0 if success, otherwise errorcode: none is open then
 */
int server_prepare_listeners(struct server *srv, struct server_change *ch)
{
	int err = 0;

	for (size_t i = 0; !err && i < ch->next->listenc; i++) {
		const size_t old = find(srv->cfg, &ch->next->listenv[i]);

		if (old < srv->cfg->listenc)
			ch->boundv[i] = srv->boundv[old];
		else
			err = open_listener(srv, ch, i);
	}
	if (err)
		close_opened(srv, ch);

	return err;
}


static void leave(struct server *srv, const struct server_change *ch)
{
	const struct config *cfg = ch->before;

	for (size_t i = 0; i < cfg->listenc; i++) {
		const struct config_addr *la = &cfg->listenv[i];

		if (find(ch->next, la) < ch->next->listenc)
			continue;

		(void)transport_unlisten(srv->tp, proto_of(la),
					 &srv->boundv[i], LEAVE_MS);
		log_info(srv->log, "server.unlisten",
			 KV_STR("proto", flow_proto_param(proto_of(la))),
			 KV_SA("address", &srv->boundv[i]),
			 KV_UINT("closed_after_ms", LEAVE_MS));
	}
}


static void show(struct server *srv, const struct server_change *ch)
{
	memcpy(srv->boundv, ch->boundv, sizeof(srv->boundv));
	for (size_t i = 0; i < ch->next->listenc; i++) {
		const struct config_addr *la = &ch->next->listenv[i];
		const struct sa *bound = &srv->boundv[i];

		(void)transport_advertise(srv->tp, proto_of(la), bound,
					  sa_isset(&la->advertise, SA_ADDR)
						  ? &la->advertise
						  : bound);
		resolver_can_send(srv->resolver, proto_of(la), sa_af(bound));
		if (ch->openedv[i])
			server_log_listener(srv, la, bound);
	}
}


/**
 * Show the listeners that there are, and leave those that go
 *
 * @param srv Server
 * @param ch  Change
 */
void server_take_listeners(struct server *srv, struct server_change *ch)
{
	leave(srv, ch);
	show(srv, ch);
}
