/**
 * @file tls_layer.h  The layer that encrypts
 */
#ifndef PROXY_SIP_TLS_LAYER_H
#define PROXY_SIP_TLS_LAYER_H

#include "proxy/sip/flow.h"
#include "proxy/sip/layer.h"
#include "proxy/sip/tls_context.h"

/*
 * host: NULL on a connection that we accepted; otherwise the name that the
 * peer's certificate must have, "" for its address. flow outlives the layer;
 * its names are set when the peer was verified.
 */
int tls_layer_alloc(struct layer **lp, struct tls_context *ctx,
		    struct flow *flow, const char *host);

/* what is spoken inside: "sip", or "http/1.1" for WebSocket */
const char *tls_layer_alpn(const SSL *ssl);

#endif
