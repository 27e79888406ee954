/**
 * @file outgoing.c  A forwarded request as it leaves (RFC 3261 section 16.6)
 *
 * Via with our branch, Record-Route with our cookie, the Routes that remain,
 * and nothing that was meant for us alone.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "common/ink.h"
#include "common/unique.h"
#include "proxy/core/outgoing.h"
#include "proxy/core/outgoing_lines.h"
#include "proxy/core/trunk.h"
#include "proxy/core/validate.h"
#include "proxy/sip/branch.h"
#include "proxy/sip/build.h"

enum { VIA_MAX = 192 };


/**
 * Is a Via of ours over the very same request? (RFC 3261 section 16.3 step 4)
 *
 * @param px  Proxy
 * @param req Request
 *
 * @return true if it has come round
 */
bool outgoing_loops(const struct proxy *px, const struct message *req)
{
	struct value_iter it;
	uint32_t hash = 0;
	bool hashed = false;
	struct pl val;

	message_values(&it, req, HDR_VIA);
	while (message_values_next(&it, &val)) {
		struct via via;
		uint64_t id;
		uint32_t loop;

		if (via_decode(&via, &val) ||
		    branch_decode(&px->p.branch_key, &via.branch, &id, &loop))
			continue;
		if (!hashed)
			hash = branch_loop_hash(&px->p.branch_key, req);
		hashed = true;
		if (loop == hash)
			return true;
	}

	return false;
}


static uint32_t now_h(void)
{
	return (uint32_t)(time(NULL) / 3600);
}


static void set_end(struct route_end *end, const struct flow *flow, bool phone)
{
	memset(end, 0, sizeof(*end));
	end->phone = phone;
	end->proto = flow->proto;
	sa_cpy(&end->local, &flow->local);
	sa_cpy(&end->peer, &flow->peer);
}


static bool wants_record_route(const struct forwarding *fw)
{
	static const char *const outside[] = {"MESSAGE", "OPTIONS", "PUBLISH",
					      "REGISTER", "BYE"};

	if (fw->sender.dialog)
		return false;

	for (size_t i = 0; i < ARRAY_SIZE(outside); i++) {
		if (message_is(fw->req, outside[i]))
			return false;
	}

	return true;
}


static uint32_t name_of(const struct proxy *px, const struct config_peer *peer)
{
	const struct trunk *t = trunks_of(px->trunks, peer);

	return t ? trunk_hash(t) : 0;
}


/**
 * What our cookie says of the dialog that an attempt may begin
 *
 * @param tok Result
 * @param at  Attempt, its flow is known
 */
void outgoing_token(struct route_token *tok, const struct attempt *at)
{
	const struct forwarding *fw = at->fw;

	memset(tok, 0, sizeof(*tok));
	tok->call = at->call;
	set_end(&tok->endv[0], fw->req->flow, !fw->sender.peer);
	set_end(&tok->endv[1], at->flow, at->target->kind == TARGET_PHONE);
	tok->endv[0].name = name_of(fw->px, fw->sender.peer);
	tok->endv[1].name = name_of(fw->px, at->peer);
	tok->shift = at->shift;
}


/* two values where the transport or our address changes on the way */
static int record_route(struct build_forward *bf, char rrv[2][ROUTE_VALUE_MAX],
			const struct attempt *at)
{
	const struct forwarding *fw = at->fw;
	const struct flow *in = fw->req->flow, *out = at->flow;
	const bool sips = !pl_strcasecmp(&fw->uri.scheme, "sips");
	char text[ROUTE_TOKEN_MAX];
	struct route_token tok;
	struct sa sin, sout;
	int err;

	outgoing_token(&tok, at);
	err = route_token_encode(text, sizeof(text), &fw->px->p.route_key,
				 &tok, now_h(), &fw->req->callid,
				 &fw->req->from_tag);
	if (err)
		return err;

	transport_sentby(fw->px->p.tp, out, &sout);
	transport_sentby(fw->px->p.tp, in, &sin);

	err = route_record(rrv[0], ROUTE_VALUE_MAX, &sout, out->proto, sips,
			   text);
	if (err)
		return err;
	pl_set_str(&bf->rrv[bf->rrc++], rrv[0]);

	if (sa_cmp(&sin, &sout, SA_ALL) && in->proto == out->proto)
		return 0;

	err = route_record(rrv[1], ROUTE_VALUE_MAX, &sin, in->proto, sips,
			   text);
	if (!err)
		pl_set_str(&bf->rrv[bf->rrc++], rrv[1]);

	return err;
}


/* an ACK has no transaction: its branch is the same for each repetition */
static uint64_t branch_id(const struct forwarding *fw)
{
	const struct via *via = &fw->req->via;

	if (fw->st || fw->own)
		return unique_next(fw->px->ids);

	return hash_sip(&fw->px->p.branch_key, via->val.p, via->val.l);
}


static int make_via(char *buf, size_t size, const struct attempt *at)
{
	const struct forwarding *fw = at->fw;
	const struct proxy_parts *p = &fw->px->p;
	char branch[BRANCH_SIZE];
	struct sa sentby;
	struct ink k;

	branch_encode(branch, &p->branch_key, branch_id(fw),
		      branch_loop_hash(&p->branch_key, fw->req));
	transport_sentby(p->tp, at->flow, &sentby);

	ink_init(&k, buf, size);
	ink_text(&k, "SIP/2.0/");
	ink_text(&k, flow_proto_name(at->flow->proto));
	ink_text(&k, " ");
	ink_sa(&k, &sentby);
	ink_text(&k, ";branch=");
	ink_text(&k, branch);
	ink_text(&k, ";rport");

	return ink_end(&k);
}


/* a next hop without ;lr is a strict router (16.6 step 6) */
static void strict_route(struct build_forward *bf, struct nameaddr *na,
			 const struct forwarding *fw)
{
	struct pl lr;

	if (!fw->sender.rs.next.l || nameaddr_decode(na, &fw->sender.rs.next))
		return;

	if (!sipuri_param(&na->uri, "lr", &lr))
		return;

	bf->route_last = bf->ruri;
	bf->ruri = na->addr;
	++bf->route_skip;
}


/**
 * Build the request as it leaves
 *
 * @param mbp  Request, pos 0
 * @param at   Attempt, its flow is known
 * @param body New body, or NULL: as it came
 *
 * @return 0 if success, otherwise errorcode
 */
int outgoing_build(struct mbuf **mbp, const struct attempt *at,
		   const struct mbuf *body)
{
	char via[VIA_MAX], rrv[2][ROUTE_VALUE_MAX];
	const struct forwarding *fw = at->fw;
	const struct message *req = fw->req;
	struct build_forward bf;
	struct mbuf *extra = NULL;
	struct nameaddr na;
	int err;

	memset(&bf, 0, sizeof(bf));

	err = make_via(via, sizeof(via), at);
	if (!err && wants_record_route(fw))
		err = record_route(&bf, rrv, at);
	if (err)
		return err;

	pl_set_str(&bf.via, via);
	pl_set_str(&bf.ruri, at->target->ruri);
	if (at->target->path)
		pl_set_str(&bf.routev[bf.routec++], at->target->path);
	bf.route_skip = fw->sender.rs.skip;
	bf.route_drop_last = fw->sender.rs.drop_last;
	bf.maxfwd = req->has_maxfwd ? req->maxfwd - 1 : VALIDATE_MAXFWD;
	bf.fix_via = true;
	if (fw->own)
		bf.stripv[bf.stripc++] = HDR_VIA;
	strict_route(&bf, &na, fw);
	err = outgoing_lines(&extra, &bf, at);
	if (body) {
		bf.new_body = true;
		bf.body.p = (const char *)body->buf;
		bf.body.l = body->end;
	}

	if (!err)
		err = build_forward(mbp, req, &bf);
	mem_deref(extra);

	return err;
}
