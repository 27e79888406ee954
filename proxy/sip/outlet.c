/**
 * @file outlet.c  By which flows and from which addresses messages leave
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/sip/client_stream.h"
#include "proxy/sip/transport_state.h"


/**
 * A flow towards a next hop
 *
 * @param fp  Pointer to the referenced flow
 * @param t   Transport layer
 * @param hop Next hop
 *
 * @return 0 if success, EAFNOSUPPORT where no listener fits, EACCES for an
 *         address that is no host's, otherwise errorcode
 */
int transport_flow_hop(struct flow **fp, struct transport *t,
		       const struct hop *hop)
{
	const struct listener *l;
	int err;

	if (!fp || !t || !hop)
		return EINVAL;
	if (!listener_may_send(&hop->addr))
		return EACCES;

	l = listener_towards(&t->listenerl, hop->proto, &hop->addr);
	if (!l)
		return EAFNOSUPPORT;

	if (hop->proto != FLOW_UDP)
		return tcp_pool_flow(fp, t->tcp, &l->addr, hop);

	err = udp_listener_flow(fp, l->udp, &hop->addr);
	if (!err)
		path_mtu_attach(t->path, *fp);

	return err;
}


/**
 * A stream to a peer that we reach by datagrams
 *
 * @param fp     Pointer to the referenced flow
 * @param sentby Pointer to what messages show for it
 * @param peer   Its address, the same by TCP (RFC 3261 section 18.1.1)
 * @param arg    Transport layer
 *
 * @return 0 if success, otherwise errorcode as transport_flow_hop()
 */
int transport_open_stream(struct flow **fp, struct sa *sentby,
			  const struct sa *peer, void *arg)
{
	struct transport *t = arg;
	int err;

	err = transport_flow(fp, t, FLOW_TCP, peer);
	if (err)
		return err;

	connection_hurry((*fp)->owner, PATH_MTU_CONNECT_MS);
	transport_sentby(t, *fp, sentby);

	return 0;
}


static int send_large(struct transport *t, struct flow *stream,
		      const struct sa *sentby, const struct mbuf *small)
{
	struct message *req = NULL;
	struct mbuf *mb = NULL;
	int err;

	err = message_decode(&req, &t->guard, mbuf_buf(small),
			     mbuf_get_left(small));
	if (!err)
		err = client_stream_via(&mb, req, stream->proto, sentby);
	if (!err)
		err = flow_send(stream, mb);
	mem_deref(mb);
	mem_deref(req);

	return err;
}


/**
 * Send a request that has no transaction
 *
 * @param t    Transport layer
 * @param flow Flow that it was built for
 * @param mb   Request
 *
 * @return 0 if success, otherwise errorcode
 */
int transport_send(struct transport *t, struct flow *flow, struct mbuf *mb)
{
	struct flow *stream = NULL;
	struct sa sentby;
	int err;

	if (!t || !flow || !mb)
		return EINVAL;

	if (path_mtu_stream(&stream, &sentby, flow, mbuf_get_left(mb), true))
		return flow_send(flow, mb);

	err = send_large(t, stream, &sentby, mb);
	mem_deref(stream);

	return err ? flow_send(flow, mb) : 0;
}


/**
 * A flow towards a destination that has no name
 *
 * @param fp    Pointer to the referenced flow
 * @param t     Transport layer
 * @param proto Protocol
 * @param dst   Destination
 *
 * @return 0 if success, otherwise errorcode as transport_flow_hop()
 */
int transport_flow(struct flow **fp, struct transport *t,
		   enum flow_proto proto, const struct sa *dst)
{
	struct hop hop = {.proto = proto};

	if (!dst)
		return EINVAL;

	hop.addr = *dst;

	return transport_flow_hop(fp, t, &hop);
}


/**
 * The flow that a peer was seen on, as far as it still exists
 *
 * @param fp    Pointer to the referenced flow
 * @param t     Transport layer
 * @param proto Protocol
 * @param local Our address on it
 * @param peer  The peer's
 *
 * @return 0 if success, ENOTCONN if it is gone
 */
int transport_flow_back(struct flow **fp, struct transport *t,
			enum flow_proto proto, const struct sa *local,
			const struct sa *peer)
{
	const struct listener *l;

	if (!fp || !t || !local || !peer)
		return EINVAL;

	if (proto != FLOW_UDP)
		return tcp_pool_find(fp, t->tcp, proto, peer);

	l = listener_find(&t->listenerl, proto, local, SA_ALL);

	return l ? udp_listener_flow(fp, l->udp, peer) : ENOTCONN;
}


/* whom its certificate named is who must be there again */
static void verified_host(struct hop *hop, const struct flow *flow)
{
	const char *names = flow->names ? flow->names : "";

	(void)re_snprintf(hop->host, sizeof(hop->host), "%b", names,
			  strcspn(names, " "));
}


/**
 * The way back of a response whose request's connection is gone
 *
 * @param fp  Pointer to the referenced flow
 * @param req Request
 * @param arg Transport layer
 *
 * @return 0 if success, ENOTCONN where nobody can be dialled, otherwise
 *         errorcode as transport_flow_hop()
 *
 * RFC 3261 section 18.2.2
 */
int transport_flow_return(struct flow **fp, const struct message *req,
			  void *arg)
{
	struct transport *t = arg;
	struct hop hop;

	if (!fp || !t || !req || !req->flow)
		return EINVAL;

	memset(&hop, 0, sizeof(hop));
	hop.proto = req->flow->proto;
	if (hop.proto != FLOW_TCP && hop.proto != FLOW_TLS)
		return ENOTCONN;

	hop.addr = req->src;
	sa_set_port(&hop.addr, req->via.port ? req->via.port
					     : flow_proto_port(hop.proto));
	verified_host(&hop, req->flow);

	return transport_flow_hop(fp, t, &hop);
}


/**
 * Is it one of our listening addresses, of any protocol?
 *
 * @param t  Transport layer
 * @param sa Address, as bound or as advertised; port 0: the default one
 *
 * @return True if so
 */
bool transport_is_local(const struct transport *t, const struct sa *sa)
{
	struct sa full;

	if (!t || !sa)
		return false;

	full = *sa;
	addr_unmap(&full);

	return listener_is_local(&t->listenerl, &full, SA_ALL);
}


/**
 * Is it the host of one of our listening addresses?
 *
 * @param t  Transport layer
 * @param sa Address; its port does not count
 *
 * @return True if so
 */
bool transport_is_local_host(const struct transport *t, const struct sa *sa)
{
	struct sa host;

	if (!t || !sa)
		return false;

	host = *sa;
	addr_unmap(&host);

	return listener_is_local(&t->listenerl, &host, SA_ADDR);
}


/**
 * The address that Via, Record-Route and Contact show for a flow
 *
 * @param t    Transport layer
 * @param flow Flow
 * @param sa   Pointer to the listener's address as it is advertised, also
 *             for a connection that we opened
 */
void transport_sentby(const struct transport *t, const struct flow *flow,
		      struct sa *sa)
{
	const struct listener *l;

	l = listener_find(&t->listenerl, flow->proto, &flow->local, SA_ALL);
	if (!l)
		l = listener_find(&t->listenerl, flow->proto, &flow->local,
				  SA_ADDR);

	*sa = l ? l->shown : flow->local;
}
