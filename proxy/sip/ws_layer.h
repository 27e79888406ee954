/**
 * @file ws_layer.h  The layer of a connection that speaks WebSocket (RFC 7118)
 *
 * The server's side only: its handshake, then one SIP message a WebSocket
 * message. Pings the peer, so that NATs and proxies on the way keep the
 * connection, and a peer that is gone without a word is missed.
 */
#ifndef PROXY_SIP_WS_LAYER_H
#define PROXY_SIP_WS_LAYER_H

#include "common/timer.h"
#include "proxy/sip/layer.h"
#include "proxy/sip/ws_handshake.h"

struct counter;

/** Shared by all connections; outlives them. Zeroed: all origins, no ping */
struct ws_conf {
	struct ws_origins origins;
	uint32_t ping_ms; /* 0: never */
	struct counter *accepted, *refused, *silent;
};

/** What the layer tells whose connection it is; each may end it */
struct ws_hooks {
	/* something came: something whole? has a message begun? */
	void (*heardh)(bool progress, bool partial, void *arg);
	/* this handshake was refused; endh follows */
	void (*refusedh)(uint16_t status, const char *why, void *arg);
	/* 0: our last words are said, read no more; else: it is dead */
	void (*endh)(int err, void *arg);
};

int ws_layer_alloc(struct layer **lp, const struct ws_conf *conf,
		   struct timers *timers, const struct ws_hooks *hooks,
		   void *arg);

#endif
