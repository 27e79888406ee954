/**
 * @file agent.c  The user agent in us: requests of our own to other servers
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/agent.h"
#include "proxy/sip/branch.h"


enum { VIA_SIZE = 160 };

struct agent {
	struct transport *tp; /* not owned */
	struct txns *txns;    /* not owned */
	struct hash_key branch_key;
};


/**
 * Allocate an agent
 *
 * @param ap         Pointer to the allocated agent
 * @param tp         Transport (not owned)
 * @param txns       Transactions (not owned)
 * @param branch_key Key of the branches' MAC
 *
 * @return 0 if success, otherwise errorcode
 */
int agent_alloc(struct agent **ap, struct transport *tp, struct txns *txns,
		const struct hash_key *branch_key)
{
	struct agent *a;

	if (!ap || !tp || !txns || !branch_key)
		return EINVAL;

	a = mem_zalloc(sizeof(*a), NULL);
	if (!a)
		return ENOMEM;

	a->tp = tp;
	a->txns = txns;
	a->branch_key = *branch_key;

	*ap = a;
	return 0;
}


/**
 * Find the flow to a server
 *
 * @param fp     Pointer to the flow, referenced
 * @param sentby The address that we show on that flow
 * @param a      Agent
 * @param server The server's address
 *
 * @return 0 if success, otherwise errorcode
 */
int agent_flow(struct flow **fp, struct sa *sentby, const struct agent *a,
	       const struct config_addr *server)
{
	struct flow *flow = NULL;
	int err;

	if (!fp || !sentby || !a || !server)
		return EINVAL;

	err = transport_flow(&flow, a->tp,
			     server->proto == CONFIG_TCP ? FLOW_TCP : FLOW_UDP,
			     &server->sa);
	if (err)
		return err;

	transport_sentby(a->tp, flow, sentby);
	*fp = flow;
	return 0;
}


static void via_print(char via[VIA_SIZE], const struct agent *a,
		      const struct flow *flow)
{
	char branch[BRANCH_SIZE];
	struct sa sentby;

	transport_sentby(a->tp, flow, &sentby);
	branch_encode(branch, &a->branch_key, rand_u64(), 0);
	(void)re_snprintf(via, VIA_SIZE, "SIP/2.0/%s %J;rport;branch=%s",
			  flow_proto_name(flow->proto), &sentby, branch);
}


static int request_build(struct mbuf **mbp, const struct agent *a,
			 const struct flow *flow,
			 const struct build_request *rq)
{
	struct build_request req = *rq;
	char via[VIA_SIZE];

	via_print(via, a, flow);
	pl_set_str(&req.via, via);

	return build_request(mbp, &req);
}


/**
 * Say what call requests of ours are for the sake of
 *
 * @param a    Agent
 * @param own  Call-ID that they have
 * @param call Call-ID of the call
 */
void agent_tie(const struct agent *a, const char *own, const struct pl *call)
{
	struct pl pl;

	if (!a || !own)
		return;

	pl_set_str(&pl, own);
	transport_tie(a->tp, &pl, call);
}


/**
 * Send a request of our own in a client transaction
 *
 * @param ctp  Pointer to the transaction, referenced; NULL: not wanted
 * @param a    Agent
 * @param flow Flow where it leaves
 * @param rq   The request; via is filled in
 * @param h    Response handler, NULL: nobody waits
 * @param arg  Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int agent_send(struct client_txn **ctp, const struct agent *a,
	       struct flow *flow, const struct build_request *rq,
	       client_txn_h *h, void *arg)
{
	struct client_txn *ct = NULL;
	struct mbuf *mb = NULL;
	int err;

	if (!a || !flow || !rq)
		return EINVAL;

	err = request_build(&mb, a, flow, rq);
	if (err)
		return err;

	err = client_txn_alloc(&ct, a->txns, flow, mb, h, arg);
	mem_deref(mb);
	if (err)
		return err;

	if (ctp)
		*ctp = ct;
	else
		mem_deref(ct);

	return 0;
}


static void ack_send(const struct agent *a, struct flow *flow,
		     struct build_request *rq)
{
	struct mbuf *mb = NULL;

	rq->met = "ACK";
	if (request_build(&mb, a, flow, rq))
		return;

	(void)flow_send(flow, mb);
	mem_deref(mb);
}


/**
 * End what a response to an INVITE of ours has begun
 *
 * @param a    Agent
 * @param flow Flow that the INVITE took
 * @param resp The 2xx (acknowledged first), or a 302 of a relay server
 *
 * @return 0 if success, otherwise errorcode
 */
int agent_bye(const struct agent *a, struct flow *flow,
	      const struct message *resp)
{
	struct build_request rq = {.cseq = 0};
	struct nameaddr na;
	struct pl val;

	if (!a || !flow || !resp)
		return EINVAL;

	rq.ruri = resp->to.addr;
	if (!message_value(resp, HDR_CONTACT, 0, &val) &&
	    !nameaddr_decode(&na, &val))
		rq.ruri = na.addr;
	rq.from = resp->from.val;
	rq.to = resp->to.val;
	rq.callid = resp->callid;
	rq.cseq = resp->cseq;
	if (resp->scode / 100 == 2)
		ack_send(a, flow, &rq);

	rq.met = "BYE";
	rq.cseq = resp->cseq + 1;

	return agent_send(NULL, a, flow, &rq, NULL, NULL);
}


/**
 * The URI of an address of record
 *
 * @param buf  Buffer
 * @param size Its size in octets
 * @param aor  "user@host", the user without escapes
 *
 * @return 0 if success, otherwise errorcode
 */
int agent_aor_uri(char *buf, size_t size, const struct pl *aor)
{
	struct pl user, host;
	const char *at;

	if (!buf || !pl_isset(aor))
		return EINVAL;

	at = pl_strrchr(aor, '@');
	if (!at || at == aor->p || at + 1 == aor->p + aor->l)
		return EBADMSG;

	user.p = aor->p;
	user.l = (size_t)(at - aor->p);
	host.p = at + 1;
	host.l = aor->l - user.l - 1;

	return re_snprintf(buf, size, "sip:%H@%r", uri_user_escape, &user,
			   &host) < 0
		       ? EBADMSG
		       : 0;
}


/**
 * A tag of ours
 *
 * @param buf    Buffer
 * @param prefix Its first letter
 */
void agent_tag(char buf[AGENT_TAG_SIZE], char prefix)
{
	(void)snprintf(buf, AGENT_TAG_SIZE, "%c%016llx", prefix,
		       (unsigned long long)rand_u64());
}
