/**
 * @file forwarding.c  A request that is under way, from its start to its end
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "common/log.h"
#include "proxy/core/attempt.h"
#include "proxy/core/chronicle.h"
#include "proxy/core/dialog_end.h"
#include "proxy/core/forwarding.h"
#include "proxy/core/ruri.h"


enum { BREADTH_DEFAULT = 60 };


static bool is_bye(const struct forwarding *fw)
{
	return fw->sender.dialog && !fw->own && message_is(fw->req, "BYE");
}


/* whatever became of a BYE, its sender has hung up */
static void destructor(void *arg)
{
	struct forwarding *fw = arg;

	if (fw->own)
		dialog_told(fw);
	if (is_bye(fw) && !fw->challenged)
		forwarding_end_call(fw, "bye");
	if (!fw->final)
		chronicle_final(fw, 0);

	list_unlink(&fw->le);
	timer_cancel(&fw->tmr);
	timer_cancel(&fw->tmr_ring);
	timer_cancel(&fw->tmr_group);
	list_flush(&fw->wakel);
	list_flush(&fw->attemptl);
	targets_flush(&fw->targets);
	mem_deref(fw->diversion);
	mem_deref(fw->hint);
	mem_deref(fw->announcing);
	mem_deref(fw->report);
	mem_deref(fw->origin);
	server_txn_forget(fw->st);
	mem_deref(fw->st);
	mem_deref(fw->ruri);
	mem_deref(fw->sender.tok);
	mem_deref(fw->sender.aor);
	mem_deref(fw->sender.asserted);
	mem_deref(fw->sender.inbound);
	mem_deref(fw->sender.slot);
	config_peer_release(fw->sender.peer);
	config_peer_release(fw->sender.home);
	mem_deref(fw->announcement);
	mem_deref(fw->req);
}


/**
 * The forwarding is over
 *
 * @param fw Forwarding
 */
void forwarding_done(struct forwarding *fw)
{
	if (!fw || fw->over)
		return;

	fw->over = true;
	mem_deref(fw);
}


static bool is_busy(const struct forwarding *fw)
{
	for (const struct le *le = fw->attemptl.head; le; le = le->next) {
		const struct attempt *at = le->data;

		if (at->respl.head)
			return true;
	}

	return false;
}


/**
 * Its caller has his 2xx: keep no more of it than others that come need
 *
 * @param fw Forwarding
 */
void forwarding_rest(struct forwarding *fw)
{
	if (fw->final / 100 != 2 || fw->own || fw->stateless || fw->over ||
	    !message_is(fw->req, "INVITE") || is_busy(fw))
		return;

	fw->req = mem_deref(fw->req);
	server_txn_rest(fw->st);
}


/**
 * Something has come for it, or its time has: it has its request again
 *
 * @param fw Forwarding
 *
 * @return 0 if success, ENOMEM
 */
int forwarding_wake(struct forwarding *fw)
{
	if (!fw->req)
		fw->req = mem_ref(server_txn_request(fw->st));

	return fw->req ? 0 : ENOMEM;
}


/**
 * Is it the request that begins a call?
 *
 * @param fw Forwarding
 *
 * @return true for an INVITE outside a dialog
 */
bool forwarding_is_initial_invite(const struct forwarding *fw)
{
	return message_is(fw->req, "INVITE") && !fw->sender.dialog;
}


/**
 * Was the request answered?
 *
 * @param fw Forwarding
 *
 * @return true if a final response was sent
 */
bool forwarding_answered(const struct forwarding *fw)
{
	return fw->final != 0;
}


/**
 * The call that a request in a dialog belongs to is over
 *
 * @param fw  Forwarding
 * @param why Reason, one word
 */
void forwarding_end_call(const struct forwarding *fw, const char *why)
{
	struct call *call;
	bool left;

	if (!fw->sender.dialog || fw->own)
		return;

	call = call_find(fw->px->p.calls, fw->sender.tok->call);
	/* the others of several that answered its INVITE go on */
	left = call_leave(call, (enum call_side)fw->sender.from, fw->req);
	if (!dialog_is_last(fw) || left)
		return;

	chronicle_end(fw, call);
	call_end(call, why);
}


/**
 * Write one line of the call's ladder
 *
 * @param fw   Forwarding
 * @param m    Message
 * @param from Where it came from
 * @param to   Where it goes
 */
void forwarding_ladder(const struct forwarding *fw, const struct message *m,
		       const struct sa *from, const struct sa *to)
{
	struct log *log = fw->px->p.log;

	if (m->req)
		log_debug(log, "sip.ladder", KV_PL("call", &m->callid),
			  KV_PL("what", &m->met), KV_SA("from", from),
			  KV_SA("to", to));
	else
		log_debug(log, "sip.ladder", KV_PL("call", &m->callid),
			  KV_UINT("what", m->scode), KV_PL("of", &m->met),
			  KV_SA("from", from), KV_SA("to", to));
}


static void end_handler(void *arg)
{
	forwarding_done(arg);
}


/* without a transaction that would tell: a 2xx may come more than once */
static void end_stateless(struct forwarding *fw)
{
	struct proxy *px = fw->px;
	const bool again = message_is(fw->req, "INVITE") && fw->final < 300;

	timer_start(px->p.timers, &fw->tmr,
		    again ? 64 * px->p.cfg->timer.t1 : 0, end_handler, fw);
}


static void note_final(struct forwarding *fw, uint16_t scode)
{
	if (scode < 200 || fw->final)
		return;

	fw->final = scode;
	chronicle_final(fw, scode);
	fw->sender.slot = mem_deref(fw->sender.slot);
	timer_cancel(&fw->tmr);
	timer_cancel(&fw->tmr_ring);
	timer_cancel(&fw->tmr_group);
	if (fw->stateless || fw->own)
		end_stateless(fw);
}


/**
 * Send a response to whom it is for
 *
 * @param fw    Forwarding
 * @param scode Its status code
 * @param mb    The whole response
 */
void forwarding_send(struct forwarding *fw, uint16_t scode, struct mbuf *mb)
{
	/* of an INVITE more 2xx may follow the first (RFC 6026) */
	const bool late = fw->final && (fw->final >= 300 || scode >= 300 ||
					!message_is(fw->req, "INVITE"));

	if (late || (fw->final && scode < 200))
		return;

	note_final(fw, scode);
	if (fw->own)
		return;
	if (fw->stateless)
		(void)flow_send(fw->req->flow, mb);
	else
		(void)server_txn_send(fw->st, scode, mb);
}


/**
 * Answer ourselves
 *
 * @param fw     Forwarding
 * @param scode  Status code
 * @param reason Reason phrase
 * @param extra  Whole lines, or NULL
 */
void forwarding_reply(struct forwarding *fw, uint16_t scode,
		      const char *reason, const char *extra)
{
	struct proxy *px = fw->px;

	if (fw->final || !fw->st)
		return;

	note_final(fw, scode);
	if (fw->stateless)
		(void)transport_reply(px->p.tp, fw->req, scode, reason, extra);
	else
		(void)server_txn_reply(fw->st, scode, reason, extra);
}


/* 60 where nobody has said anything (RFC 5393 section 5.3.3); what is no
 * number says nothing */
static uint32_t read_breadth(const struct message *req)
{
	uint32_t n;

	return message_u32(req, HDR_MAX_BREADTH, UINT32_MAX, &n) ||
			       n > BREADTH_DEFAULT
		       ? BREADTH_DEFAULT
		       : n;
}


static int set_uri(struct forwarding *fw, char *ruri)
{
	struct pl pl;

	mem_deref(fw->ruri);
	fw->ruri = ruri;
	pl_set_str(&pl, ruri);

	return sipuri_decode(&fw->uri, &pl) ? EBADMSG : 0;
}


/* maddr is one of our listeners: it only says by which way to come here */
static bool maddr_is_us(const struct forwarding *fw)
{
	struct pl host;
	struct sa sa;

	if (sipuri_param(&fw->uri, "maddr", &host))
		return false;

	return served_is_domain(fw->px, &host) ||
	       (!addr_decode(&sa, &host, fw->uri.port ? fw->uri.port : 5060) &&
		transport_is_local(fw->px->p.tp, &sa));
}


/* a strict router before us has put whom it is for behind the Routes; a maddr
 * that names us says nothing more (16.4) */
static int read_uri(struct forwarding *fw)
{
	const struct pl *text = &fw->req->ruri;
	char *ruri = NULL;
	struct pl pl;
	int err;

	if (fw->sender.rs.ruri.l)
		text = &fw->sender.rs.ruri;
	if (fw->sender.inbound) {
		pl_set_str(&pl, fw->sender.inbound);
		text = &pl;
	}

	err = pl_strdup(&ruri, text);
	if (!err)
		err = set_uri(fw, ruri);
	if (err || fw->sender.dialog || !maddr_is_us(fw))
		return err;

	pl_set_str(&pl, fw->ruri);
	ruri = NULL;
	err = ruri_without_maddr(&ruri, &pl);

	return err ? err : set_uri(fw, ruri);
}


/* for one of our users, or for us; where maddr says something else, it counts
 * (16.5) */
static bool is_ours(const struct forwarding *fw)
{
	return !fw->sender.dialog && !fw->sender.rs.next.l &&
	       served_is_ours(fw->px, &fw->uri) &&
	       sipuri_param(&fw->uri, "maddr", NULL);
}


/**
 * Begin to forward a request
 *
 * @param fwp    Pointer to forwarding; the proxy's list owns it
 * @param px     Proxy
 * @param req    Request
 * @param sender What is known of its sender
 *
 * @return 0 if success, EBADMSG for a URI that is none, otherwise errorcode
 */
int forwarding_alloc(struct forwarding **fwp, struct proxy *px,
		     struct message *req, const struct sender *sender)
{
	struct forwarding *fw = mem_zalloc(sizeof(*fw), destructor);
	int err;

	if (!fw)
		return ENOMEM;

	fw->px = px;
	fw->req = mem_ref(req);
	fw->began_ms = timers_now(px->p.timers);
	fw->sender = *sender;
	(void)mem_ref(fw->sender.tok);
	(void)mem_ref(fw->sender.aor);
	(void)mem_ref(fw->sender.asserted);
	(void)mem_ref(fw->sender.inbound);
	(void)mem_ref(fw->sender.slot);
	(void)config_peer_hold(fw->sender.peer);
	(void)config_peer_hold(fw->sender.home);
	targets_init(&fw->targets, px->p.cfg->proxy.branches);
	fw->breadth = read_breadth(req);
	err = read_uri(fw);
	fw->ours = !err && is_ours(fw);
	if (err) {
		/* it was not its BYE's */
		fw->challenged = true;
		mem_deref(fw);
		return err;
	}

	list_append(&px->forwardl, &fw->le, fw);
	*fwp = fw;

	return 0;
}
