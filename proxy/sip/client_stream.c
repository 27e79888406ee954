/**
 * @file client_stream.c  A client transaction whose request is large
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/client_stream.h"
#include "proxy/sip/path_mtu.h"


/**
 * Give a request another sent-protocol and sent-by (RFC 3261 section 18.1.1)
 *
 * @param mbp    Pointer to the allocated request, pos 0
 * @param req    Request
 * @param proto  Protocol
 * @param sentby Address
 *
 * @return 0 if success, otherwise errorcode
 */
int client_stream_via(struct mbuf **mbp, const struct message *req,
		      enum flow_proto proto, const struct sa *sentby)
{
	const struct via *via;
	const char *all, *rest;
	struct mbuf *mb;
	size_t head;
	int err;

	if (!mbp || !req || !sentby || !req->via.transport.l)
		return EINVAL;

	via = &req->via;
	all = (const char *)req->mb->buf;
	head = (size_t)(via->transport.p - all);
	rest = via->params.l ? via->params.p : via->val.p + via->val.l;

	mb = mbuf_alloc(req->mb->end + 64);
	if (!mb)
		return ENOMEM;

	err = mbuf_write_mem(mb, req->mb->buf, head);
	err |= mbuf_printf(mb, "%s %J", flow_proto_name(proto), sentby);
	err |= mbuf_write_mem(mb, (const uint8_t *)rest,
			      req->mb->end - (size_t)(rest - all));
	mb->pos = 0;
	if (err)
		mem_deref(mb);
	else
		*mbp = mb;

	return err;
}


/* the transaction's request is that buffer from here on */
static int take(struct client_txn *ct, struct flow *flow, struct mbuf *mb)
{
	struct message *req = NULL;
	int err;

	err = message_decode(&req, &ct->txns->guard, mbuf_buf(mb),
			     mbuf_get_left(mb));
	if (err)
		return err;

	req->flow = mem_ref(flow);
	req->src = flow->local;
	ct->branch = req->via.branch;
	ct->met = req->met;
	mem_deref(ct->work->req);
	ct->work->req = req;
	mem_deref(ct->flow);
	ct->flow = mem_ref(flow);
	mem_deref(ct->work->mb);
	ct->work->mb = mem_ref(mb);

	return 0;
}


/**
 * Choose a stream where the request is too large for its datagram flow
 *
 * @param ct Client transaction that has not started
 */
void client_stream_begin(struct client_txn *ct)
{
	struct flow *stream = NULL, *small = ct->flow;
	struct mbuf *mb = NULL, *small_mb = ct->work->mb;
	struct sa sentby;

	if (path_mtu_stream(&stream, &sentby, small, mbuf_get_left(small_mb),
			    false))
		return;

	mem_ref(small);
	mem_ref(small_mb);
	if (client_machine_decode(ct) ||
	    client_stream_via(&mb, ct->work->req, stream->proto, &sentby) ||
	    take(ct, stream, mb)) {
		mem_deref(small);
		mem_deref(small_mb);
	}
	else {
		ct->work->small = small;
		ct->work->small_mb = small_mb;
	}
	mem_deref(mb);
	mem_deref(stream);
}


static void let_go(struct client_txn *ct)
{
	ct->work->small = mem_deref(ct->work->small);
	ct->work->small_mb = mem_deref(ct->work->small_mb);
}


/**
 * The flow has failed: is there another way?
 *
 * @param ct Client transaction
 *
 * @return True if the request is to be sent again
 */
bool client_stream_fails(struct client_txn *ct)
{
	int err;

	if (!ct->work->small || ct->state != CLIENT_CALLING)
		return false;

	path_mtu_result(ct->work->small, false);
	flow_unwatch(&ct->work->watch);
	err = take(ct, ct->work->small, ct->work->small_mb);
	let_go(ct);

	return !err;
}


/**
 * The peer has answered
 *
 * @param ct Client transaction
 */
void client_stream_works(struct client_txn *ct)
{
	if (!ct->work || !ct->work->small)
		return;

	path_mtu_result(ct->work->small, true);
	let_go(ct);
}
