/**
 * @file hangup.c  Ends a call that the callee has accepted and we cannot serve
 *
 * The one place where the proxy speaks for somebody else: the caller gets an
 * error, so nobody but us will ever acknowledge the callee's 2xx.
 */
#include <string.h>
#include "proxy/core/hangup.h"
#include "proxy/sip/branch.h"
#include "proxy/sip/build.h"

enum { VIA_MAX = 192, ROUTES_MAX = 4096, VALUES_MAX = 16 };


/* the callee's Record-Route without ours: its order as the caller sees it is
 * from the last to the first */
static void routes(char *buf, size_t size, const struct message *resp,
		   const struct proxy *px)
{
	struct pl valv[VALUES_MAX], val;
	struct value_iter it;
	size_t n = 0, pos = 0;

	buf[0] = '\0';
	message_values(&it, resp, HDR_RECORD_ROUTE);
	while (n < VALUES_MAX && message_values_next(&it, &val)) {
		struct nameaddr na;
		struct sa sa;

		/* from ours on, the hops are on the caller's side */
		if (nameaddr_decode(&na, &val) ||
		    (!sipuri_addr(&na.uri, &sa) &&
		     transport_is_local(px->p.tp, &sa)))
			break;

		valv[n++] = val;
	}

	while (n--) {
		int k = re_snprintf(&buf[pos], size - pos, "Route: %r\r\n",
				    &valv[n]);

		if (k < 0)
			break;
		pos += (size_t)k;
	}
}


static int request(struct mbuf **mbp, const struct attempt *at,
		   const struct message *resp, const char *met, uint32_t cseq)
{
	const struct forwarding *fw = at->fw;
	const struct proxy_parts *p = &fw->px->p;
	char via[VIA_MAX], branch[BRANCH_SIZE], extra[ROUTES_MAX];
	struct build_request br;
	struct nameaddr contact;
	struct sa sentby;
	struct pl val;

	memset(&br, 0, sizeof(br));
	br.ruri = fw->req->ruri;
	if (!message_value(resp, HDR_CONTACT, 0, &val) &&
	    !nameaddr_decode(&contact, &val))
		br.ruri = contact.addr;

	transport_sentby(p->tp, at->flow, &sentby);
	branch_encode(branch, &p->branch_key, rand_u64(), 0);
	if (re_snprintf(via, sizeof(via), "SIP/2.0/%s %J;branch=%s;rport",
			flow_proto_name(at->flow->proto), &sentby, branch) < 0)
		return ENOSPC;

	routes(extra, sizeof(extra), resp, fw->px);
	pl_set_str(&br.via, via);
	br.met = met;
	br.from = resp->from.val;
	br.to = resp->to.val;
	br.callid = resp->callid;
	br.cseq = cseq;
	br.extra = extra;

	return build_request(mbp, &br);
}


/**
 * Acknowledge a callee's 2xx and hang up at once
 *
 * @param at   Attempt of the INVITE
 * @param resp The 2xx
 */
void hangup_callee(struct attempt *at, const struct message *resp)
{
	struct client_txn *ct = NULL;
	struct mbuf *mb = NULL;

	if (!request(&mb, at, resp, "ACK", resp->cseq))
		(void)flow_send(at->flow, mb);
	mb = mem_deref(mb);

	if (!request(&mb, at, resp, "BYE", resp->cseq + 1) &&
	    !client_txn_alloc(&ct, at->fw->px->p.txns, at->flow, mb, NULL,
			      NULL))
		client_txn_forget(ct);

	mem_deref(ct);
	mem_deref(mb);
}
