/**
 * @file relay_dialog.c  What a relay client says to its server: INVITE, BYE
 */
#include <ctype.h>
#include <string.h>
#include <re.h>
#include "proxy/media/relay_dialog.h"
#include "proxy/media/relay_protocol.h"


/** Everything of a request but its method, body and extra lines */
struct heads {
	char ruri[96], from[128], to[160];
};


static int heads_print(struct heads *hd, const struct relay_dialog *d,
		       enum relay_side side, const struct enquiry_path *path)
{
	if (re_snprintf(hd->ruri, sizeof(hd->ruri),
			"sip:" RELAY_PROTOCOL_USER "@%J",
			&path->server->sa) < 0 ||
	    re_snprintf(hd->from, sizeof(hd->from), "<sip:viaduct@%J>;tag=%s",
			&path->sentby, d->sidev[side].tag) < 0)
		return EINVAL;

	return re_snprintf(hd->to, sizeof(hd->to), "<%s>%s%s", hd->ruri,
			   d->to_tag ? ";tag=" : "",
			   d->to_tag ? d->to_tag : "") < 0
		       ? EINVAL
		       : 0;
}


static void request_fill(struct build_request *rq, const struct heads *hd,
			 struct relay_dialog *d, enum relay_side side)
{
	pl_set_str(&rq->ruri, hd->ruri);
	pl_set_str(&rq->from, hd->from);
	pl_set_str(&rq->to, hd->to);
	pl_set_str(&rq->callid, d->callid);
	rq->cseq = ++d->sidev[side].cseq;
}


/**
 * Begin a dialog with a relay server that is still to be found
 *
 * @param d  Dialog
 * @param id Call-ID of the call, or NULL
 */
void relay_dialog_init(struct relay_dialog *d, const struct pl *id)
{
	size_t n;

	agent_tag(d->sidev[RELAY_A].tag, 'a');
	agent_tag(d->sidev[RELAY_B].tag, 'b');
	agent_tag(d->callid, 'c');

	n = strlen(d->callid);
	for (size_t i = 0; id && i < id->l; i++) {
		char c = id->p[i];

		if (n + 1 >= sizeof(d->callid))
			break;
		d->callid[n++] = isalnum((unsigned char)c) || c == '-' ? c
								       : '.';
	}
	d->callid[n] = '\0';
}


/**
 * Send a side's INVITE
 *
 * @param ctp     Pointer to the transaction, referenced
 * @param d       Dialog
 * @param agent   Sends it
 * @param path    Where to
 * @param rq      The side's addresses
 * @param lease_s Lease that is asked for, in seconds
 * @param h       Response handler
 * @param arg     Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_dialog_invite(struct client_txn **ctp, struct relay_dialog *d,
			const struct agent *agent,
			const struct enquiry_path *path,
			const struct resource_request *rq, uint32_t lease_s,
			client_txn_h *h, void *arg)
{
	struct build_request req = {.met = "INVITE",
				    .ctype = "application/sdp"};
	struct mbuf *body = NULL;
	struct heads hd;
	char extra[160];
	int err;

	if (re_snprintf(extra, sizeof(extra),
			"Contact: <sip:viaduct@%J>\r\nExpires: %u\r\n",
			&path->sentby, lease_s) < 0)
		return EINVAL;

	err = heads_print(&hd, d, rq->side, path);
	if (err)
		return err;

	err = relay_protocol_encode_request(&body, rq);
	if (err)
		return err;

	request_fill(&req, &hd, d, rq->side);
	req.extra = extra;
	pl_set_mbuf(&req.body, body);
	err = agent_send(ctp, agent, path->flow, &req, h, arg);
	mem_deref(body);

	return err;
}


/**
 * Send the BYE; nobody waits for its answer
 *
 * @param d      Dialog
 * @param agent  Sends it
 * @param server Where to
 * @param side   A side that the server knows
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_dialog_bye(struct relay_dialog *d, const struct agent *agent,
		     const struct config_addr *server, enum relay_side side)
{
	struct build_request req = {.met = "BYE"};
	struct enquiry_path path = {.server = server};
	struct heads hd;
	int err;

	err = agent_flow(&path.flow, &path.sentby, agent, server);
	if (err)
		return err;

	err = heads_print(&hd, d, side, &path);
	if (!err) {
		request_fill(&req, &hd, d, side);
		err = agent_send(NULL, agent, path.flow, &req, NULL, NULL);
	}
	mem_deref(path.flow);

	return err;
}
