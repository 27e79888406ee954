/**
 * @file ws_connection.h  A connection gets its WebSocket layer
 */
#ifndef PROXY_SIP_WS_CONNECTION_H
#define PROXY_SIP_WS_CONNECTION_H

struct connection;

/* into c->ws; EAFNOSUPPORT for one that we open */
int ws_connection_layer(struct connection *c);

#endif
