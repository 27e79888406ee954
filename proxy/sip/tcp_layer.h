/**
 * @file tcp_layer.h  The lowest layer of a connection: its socket
 */
#ifndef PROXY_SIP_TCP_LAYER_H
#define PROXY_SIP_TCP_LAYER_H

#include "proxy/sip/layer.h"

struct connection;
struct sa;
struct tcp_sock;

extern const struct layer_ops tcp_layer_ops;

int tcp_layer_accept(struct connection *c, struct tcp_sock *ts);
int tcp_layer_connect(struct connection *c, const struct sa *local,
		      const struct sa *peer);

#endif
