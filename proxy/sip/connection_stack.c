/**
 * @file connection_stack.c  Which layers a connection has
 */
#include <errno.h>
#include "proxy/sip/connection.h"
#include "proxy/sip/connection_stack.h"
#include "proxy/sip/sip_layer.h"
#include "proxy/sip/tcp_layer.h"
#include "proxy/sip/tls_layer.h"
#include "proxy/sip/ws_connection.h"


/**
 * Are there layers for a protocol?
 *
 * @param conf  What all connections share
 * @param proto Protocol
 *
 * @return True if so
 */
bool connection_can(const struct connection_conf *conf, enum flow_proto proto)
{
	if (!conf || proto == FLOW_UDP || proto >= FLOW_PROTO_MAX)
		return false;

	return !flow_proto_secure(proto) || conf->tls;
}


/**
 * Put the layers of a connection on each other, from the lowest up
 *
 * @param c Connection with its flow
 *
 * @return 0 if success, EPROTONOSUPPORT, otherwise errorcode
 */
int connection_stack(struct connection *c)
{
	struct layer *below = &c->bottom;
	int err;

	c->bottom.ops = &tcp_layer_ops;
	c->bottom.owner = c;
	c->top.ops = &sip_layer_ops;
	c->top.owner = c;

	if (!connection_can(c->conf, c->flow->proto))
		return EPROTONOSUPPORT;

	if (flow_proto_secure(c->flow->proto)) {
		err = tls_layer_alloc(&c->tls, c->conf->tls, c->flow, c->host);
		if (err)
			return err;
		layer_put_on(below, c->tls);
		below = c->tls;
	}
	if (flow_proto_web(c->flow->proto)) {
		err = ws_connection_layer(c);
		if (err)
			return err;
		layer_put_on(below, c->ws);
		below = c->ws;
	}
	layer_put_on(below, &c->top);

	return 0;
}
