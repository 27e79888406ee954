/**
 * @file edge.c  The edge proxy: phones that register elsewhere, through us
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/edge.h"
#include "proxy/media/nat.h"
#include "proxy/user/flow_token.h"


static bool is_home(const struct config_peer *peer, const struct pl *host)
{
	for (size_t i = 0; i < peer->domainc; i++) {
		if (!pl_strcasecmp(host, peer->domainv[i]))
			return true;
	}

	return false;
}


/**
 * The home of a REGISTER's domain
 *
 * @param px  Proxy
 * @param req REGISTER
 *
 * @return Peer, NULL if none is configured
 */
const struct config_peer *edge_home(const struct proxy *px,
				    const struct message *req)
{
	const struct config *cfg = px->p.cfg;

	for (size_t i = 0; i < cfg->peerc; i++) {
		if (is_home(&cfg->peerv[i], &req->uri.host))
			return &cfg->peerv[i];
	}

	return NULL;
}


/**
 * The flow that our Route names
 *
 * @param fp Flow, referenced
 * @param px Proxy
 * @param rs Routes of a request
 *
 * @return 0 if success; ENOENT: it names none; EACCES: not by us; ENOTCONN:
 *         the flow is dead, and no other one is as good
 *
 * RFC 5626 section 5.3
 */
int edge_flow(struct flow **fp, const struct proxy *px,
	      const struct route_set *rs)
{
	struct flow_token tok;
	struct flow *flow = NULL;
	int err;

	if (!rs->flow.l)
		return ENOENT;

	err = flow_token_decode(&tok, &px->p.flow_key, &rs->flow);
	if (err)
		return err;

	err = transport_flow_back(&flow, px->p.tp, tok.proto, &tok.local,
				  &tok.peer);
	if (err)
		return ENOTCONN;

	/* its port may be somebody else's by now */
	if (tok.id && tok.id != flow->id) {
		mem_deref(flow);
		return ENOTCONN;
	}
	*fp = flow;

	return 0;
}


/* by its URI where it has one, else by its first address */
static int home_uri(char *buf, size_t size, const struct config_peer *peer)
{
	struct sa sa;

	if (peer->uri[0])
		return re_snprintf(buf, size, "%s", peer->uri) < 0 ? ENOSPC
								   : 0;
	if (!peer->addrc)
		return ENOENT;

	sa = peer->addrv[0];
	if (!sa_port(&sa))
		sa_set_port(&sa, 5060);

	return re_snprintf(buf, size, "sip:%J", &sa) < 0 ? ENOSPC : 0;
}


static int add(struct forwarding *fw, struct target *t)
{
	const int err = targets_add(&fw->targets, t);

	mem_deref(t);

	return err;
}


/**
 * The home is the target
 *
 * @param fw Forwarding of a REGISTER
 *
 * @return 0 if success, otherwise errorcode
 */
int edge_find_home(struct forwarding *fw)
{
	char uri[FLOW_TOKEN_URI_MAX + CONFIG_URI_MAX];
	struct target *t = NULL;
	struct pl ruri;
	int err;

	err = home_uri(uri, sizeof(uri), fw->sender.home);
	if (err)
		return err;

	pl_set_str(&ruri, fw->ruri);
	err = target_alloc(&t, TARGET_PROXY, &ruri);
	if (!err)
		err = str_dup(&t->next, uri);
	if (err) {
		mem_deref(t);
		return err;
	}

	t->q = 1000;

	return add(fw, t);
}


/**
 * The phone's flow is the target, and nothing else
 *
 * @param fw Forwarding of a request that our Path has led here
 *
 * @return 0 if success, otherwise errorcode
 */
int edge_find_flow(struct forwarding *fw)
{
	struct flow *flow = fw->sender.flow;
	struct target *t = NULL;
	struct sa contact;
	struct pl ruri;
	int err;

	pl_set_str(&ruri, fw->ruri);
	err = target_alloc(&t, TARGET_PHONE, &ruri);
	if (err)
		return err;

	t->q = 1000;
	t->flow = mem_ref(flow);
	if (sipuri_addr(&fw->uri, &contact))
		sa_init(&contact, AF_UNSPEC);
	nat_judge_contact(&t->verdict, &flow->peer, &contact, &contact);
	if (t->verdict.media == NAT_RELAY)
		t->verdict.reason = NAT_CALLEE;
	t->verdict.host = pl_null;

	return add(fw, t);
}


static bool is_first_hop(const struct message *req)
{
	struct pl val;

	return message_value(req, HDR_VIA, 1, &val) != 0;
}


/**
 * The Path of a REGISTER that leaves: ours on top of all others
 *
 * @param mb Buffer for whole lines
 * @param fw Forwarding
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3327 section 5.2, RFC 5626 section 5.1
 */
int edge_path(struct mbuf *mb, const struct forwarding *fw)
{
	const struct flow *flow = fw->req->flow;
	const bool udp = flow->proto == FLOW_UDP;
	char token[FLOW_TOKEN_MAX];
	const struct hdr *h;
	struct sa us;
	int err;

	err = flow_token_encode(token, sizeof(token), &fw->px->p.flow_key,
				flow);
	if (err)
		return err;

	/* its home comes back by the listener that it knows */
	transport_sentby(fw->px->p.tp, flow, &us);
	err = mbuf_printf(mb, "Path: <sip:%s@%J%s%s;lr%s>\r\n", token, &us,
			  udp ? "" : ";transport=",
			  udp ? "" : flow_proto_param(flow->proto),
			  is_first_hop(fw->req) ? ";ob" : "");
	for (h = message_hdr(fw->req, HDR_PATH); h && !err;
	     h = message_hdr_next(fw->req, h))
		err = mbuf_printf(mb, "Path: %r\r\n", &h->val);

	return err;
}
