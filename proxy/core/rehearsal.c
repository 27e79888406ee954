/**
 * @file rehearsal.c  What would become of a call, without making it
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/announcing.h"
#include "proxy/core/attend.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/drain.h"
#include "proxy/core/forward.h"
#include "proxy/core/legs.h"
#include "proxy/core/limits.h"
#include "proxy/core/rehearsal.h"
#include "proxy/sip/agent.h"
#include "proxy/sip/guard.h"
#include "proxy/voice/notice.h"

enum { TEXT_SIZE = 2048 };


static int make_invite(struct message **mp, const struct proxy *px,
		       const struct rehearsal_caller *caller, const char *uri)
{
	char text[TEXT_SIZE], from[AGENT_URI_SIZE];
	struct guard *g;
	struct pl aor;
	int err, n;

	pl_set_str(&aor, caller->aor ? caller->aor : "");
	if (!caller->aor || agent_aor_uri(from, sizeof(from), &aor))
		(void)re_snprintf(from, sizeof(from), "sip:%s",
				  px->p.cfg->domainv[0]);

	n = re_snprintf(text, sizeof(text),
			"INVITE %s SIP/2.0\r\n"
			"Via: SIP/2.0/UDP invalid;branch=z9hG4bKrehearsal\r\n"
			"From: <%s>;tag=r\r\nTo: <%s>\r\n"
			"Call-ID: rehearsal\r\nCSeq: 1 INVITE\r\n"
			"Max-Forwards: 70\r\n\r\n",
			uri, from, uri);
	if (n < 0)
		return EOVERFLOW;

	g = mem_zalloc(sizeof(*g), NULL);
	if (!g)
		return ENOMEM;

	err = message_decode(mp, g, (const uint8_t *)text, (size_t)n);
	mem_deref(g);

	return err;
}


static const struct account *find_account(const struct proxy *px,
					  const char *aor)
{
	struct pl pl;

	if (!aor)
		return NULL;

	pl_set_str(&pl, aor);

	return accounts_find(px->p.accounts, &pl);
}


static const struct account *find_callee(const struct proxy *px,
					 const struct sipuri *uri)
{
	char aor[SIPURI_AOR_MAX];

	if (!served_is_ours(px, uri) ||
	    served_user(px, uri, NULL, aor, sizeof(aor)))
		return NULL;

	return find_account(px, aor);
}


/* what its sender alone is refused for; the order is proxy.c's */
static int check_caller(struct rehearsal *r, const struct proxy *px,
			const struct message *req)
{
	if (drain_refuses(px, req))
		return refuse(&r->refusal, 503, "Draining");
	if (r->from && r->from->set.disabled)
		return refuse(&r->refusal, 403, "Account Disabled");
	if (!r->from || dialplan_is_emergency(px->p.cfg, &req->uri.user))
		return 0;

	switch (limits_room(px->limits, r->from)) {
	case 0:
		return 0;
	case EBUSY:
		return refuse(&r->refusal, 486, "Too Many Calls At Once");
	default:
		return refuse(&r->refusal, 503, "Too Many Calls A Minute");
	}
}


static int begin(struct rehearsal *r, struct proxy *px, struct message *req,
		 const struct rehearsal_caller *caller)
{
	struct sender s;
	int err;

	memset(&s, 0, sizeof(s));
	s.peer = caller->peer;
	err = caller->aor ? str_dup(&s.aor, caller->aor) : 0;
	if (!err && attend_wants(px, req, &s))
		r->test = true;
	else if (!err)
		err = forwarding_alloc(&r->fw, px, req, &s);
	mem_deref(s.aor);
	if (err || r->test)
		return err;

	r->fw->own = true;
	r->fw->rehearsed = true;
	if (forward_find(r->fw, &r->refusal) == ENOMEM)
		return ENOMEM;

	return 0;
}


static void find_announcement(struct rehearsal *r, const struct proxy *px)
{
	const char *name = r->fw ? r->fw->announcement : NULL;

	r->announced = r->from && px->p.desk &&
		       (name ||
			notice_exists(px->p.desk, r->refusal.scode, ""));
}


/**
 * See what would become of a call
 *
 * @param r      Result; rehearsal_end() gives it up
 * @param px     Proxy
 * @param caller Who is said to call
 * @param uri    Whom he calls
 *
 * @return 0 if success, also where it is refused; EBADMSG: no URI to call
 */
int rehearsal_run(struct rehearsal *r, struct proxy *px,
		  const struct rehearsal_caller *caller, const char *uri)
{
	struct message *req = NULL;
	int err;

	if (!r || !px || !caller || !uri)
		return EINVAL;

	memset(r, 0, sizeof(*r));
	err = make_invite(&req, px, caller, uri);
	if (err)
		return err;

	r->from = find_account(px, caller->aor);
	r->to = find_callee(px, &req->uri);
	if (!validate_request(req, &r->refusal) && !check_caller(r, px, req))
		err = begin(r, px, req, caller);
	if (!err && r->refusal.scode)
		find_announcement(r, px);
	mem_deref(req);
	if (err)
		rehearsal_end(r);

	return err;
}


/**
 * Give up a rehearsal
 *
 * @param r Rehearsal
 */
void rehearsal_end(struct rehearsal *r)
{
	if (!r)
		return;

	forwarding_done(r->fw);
	r->fw = NULL;
}


/**
 * Take the next target
 *
 * @param r     Rehearsal
 * @param group Counts the groups, 0 at first
 *
 * @return Target, NULL if there are no more
 */
const struct target *rehearsal_next(struct rehearsal *r, unsigned *group)
{
	struct targets *ts = r && r->fw ? &r->fw->targets : NULL;
	struct target *t;

	if (!ts || r->refusal.scode)
		return NULL;

	if (!ts->groupl.head) {
		if (!targets_group(ts, r->fw->px->p.cfg->proxy.fork))
			return NULL;
		++*group;
	}

	t = targets_take(ts);
	targets_done(ts, t, true);

	return t;
}


/* what the caller's own registration has shown, unless it was direct: then its
 * SDP has the word */
static void set_caller(struct call_leg *leg, const struct rehearsal *r)
{
	const struct proxy *px = r->fw->px;
	const struct list *bindings;
	const struct binding *b;
	struct pl pl;

	if (!r->from || leg->verdict.media != NAT_UNDECIDED)
		return;

	pl_set_str(&pl, r->from->aor);
	bindings = location_get(px->p.loc, &pl);
	b = bindings ? list_ledata(list_head(bindings)) : NULL;
	if (b)
		leg->verdict = b->verdict;
	else
		leg->verdict.reason = NAT_NO_SDP;
}


/**
 * Would the call be relayed?
 *
 * @param v Verdict; the addresses are those of registrations
 * @param r Rehearsal
 * @param t Target of it
 */
void rehearsal_media(struct nat_verdict *v, const struct rehearsal *r,
		     const struct target *t)
{
	struct call_leg a, b;

	if (!v || !r || !r->fw || !t)
		return;

	legs_expect(&a, &b, r->fw, t);
	set_caller(&a, r);
	nat_combine(v, &a.verdict, &b.verdict);
	if (a.record || b.record)
		nat_recorded(v);
}
