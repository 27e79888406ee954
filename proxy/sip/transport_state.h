/**
 * @file transport_state.h  What the transport layer is made of
 *
 * Inside the room: transport.c takes messages in, inlet.c knows on which
 * addresses, outlet.c by which flows and from which addresses they leave.
 */
#ifndef PROXY_SIP_TRANSPORT_STATE_H
#define PROXY_SIP_TRANSPORT_STATE_H

#include "common/hash.h"
#include "proxy/sip/census.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/lobby.h"
#include "proxy/sip/listener.h"
#include "proxy/sip/outbox.h"
#include "proxy/sip/path_mtu.h"
#include "proxy/sip/refuse.h"
#include "proxy/sip/tcp.h"
#include "proxy/sip/traffic.h"
#include "proxy/sip/transport.h"

struct transport {
	struct timers *timers; /* referenced */
	struct list listenerl; /* in the order of configuration */
	struct tcp_pool *tcp;
	struct tls_context *tls; /* NULL: no TLS */
	struct path_mtu *path;
	struct refuse *refuse;
	struct traffic *traffic;
	struct onlooker *onlooker;
	struct outbox *box; /* of all UDP listeners */
	struct lobby *lobby;
	struct gate *gate;  /* referenced; NULL: all are heard */
	struct guard guard; /* scratch: decoding */
	struct guard frame; /* scratch: framing */
	struct hash_key key;
	uint32_t leaving; /* listeners that are */
	struct log *log;  /* referenced */
	struct metrics *metrics;
	struct census census;
	struct counter *foreign, *stuns;
	transport_msg_h *msgh; /* NULL once closed */
	void *arg;
};

/* inlet.c: it would begin something where nothing begins; it was answered */
bool transport_refuse_late(struct transport *t, const struct message *req);

/* outlet.c: by TCP to a peer that we reach by datagrams */
path_mtu_open_h transport_open_stream;

/* transport_stun.c */
void transport_stun(struct transport *t, struct flow *flow, const uint8_t *p,
		    size_t len);

#endif
