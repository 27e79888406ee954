/**
 * @file forwarding.c  A request that is under way, from its start to its end
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/forwarding.h"


static bool is_bye(const struct forwarding *fw)
{
	return fw->sender.dialog && message_is(fw->req, "BYE");
}


/* whatever became of a BYE, its sender has hung up */
static void destructor(void *arg)
{
	struct forwarding *fw = arg;

	if (is_bye(fw) && !fw->challenged)
		forwarding_end_call(fw, "bye");

	list_unlink(&fw->le);
	timer_cancel(&fw->tmr_trying);
	list_flush(&fw->attemptl);
	targets_flush(&fw->targets);
	server_txn_forget(fw->st);
	mem_deref(fw->st);
	mem_deref(fw->ruri);
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
	return server_txn_final(fw->st);
}


/**
 * The call that a request in a dialog belongs to is over
 *
 * @param fw  Forwarding
 * @param why Reason, one word
 */
void forwarding_end_call(const struct forwarding *fw, const char *why)
{
	if (fw->sender.dialog)
		call_end(call_find(fw->px->p.calls, fw->sender.tok.call), why);
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


/**
 * When whoever is refused for want of room may come again
 *
 * @param buf Buffer
 *
 * @return The buffer, a whole header line: 5 to 30 s
 */
const char *forwarding_retry_after(char buf[FORWARDING_RETRY_SIZE])
{
	(void)re_snprintf(buf, FORWARDING_RETRY_SIZE, "Retry-After: %u\r\n",
			  5 + rand_u32() % 26);

	return buf;
}


/**
 * Answer ourselves, finally; what belongs to the request ends with it
 *
 * @param fw     Forwarding
 * @param scode  Status code
 * @param reason Reason phrase
 */
void forwarding_refuse(struct forwarding *fw, uint16_t scode,
		       const char *reason)
{
	struct proxy *px = fw->px;
	char retry[FORWARDING_RETRY_SIZE];
	const char *extra = NULL;

	if (scode == 503)
		extra = forwarding_retry_after(retry);
	else if (scode == 488)
		extra = "Warning: 399 viaduct \"SDP cannot be relayed\"\r\n";

	targets_stop(&fw->targets);
	if (is_bye(fw))
		forwarding_end_call(fw, "bye");

	if (!fw->st) {
		forwarding_done(fw);
		return;
	}

	log_info(px->p.log, "sip.answered", KV_PL("call", &fw->req->callid),
		 KV_PL("method", &fw->req->met), KV_UINT("status", scode),
		 KV_STR("reason", reason), KV_SA("source", &fw->req->src));
	(void)server_txn_reply(fw->st, scode, reason, extra);
}


/* a request in a dialog is for whom the strict router before us named; a
 * maddr that names us, and the way that it came, says nothing (16.4) */
static int read_uri(struct forwarding *fw)
{
	const struct pl *text = &fw->req->ruri;
	struct pl pl;
	int err;

	if (fw->sender.rs.ruri.l)
		text = &fw->sender.rs.ruri;

	err = pl_strdup(&fw->ruri, text);
	if (err)
		return err;

	pl_set_str(&pl, fw->ruri);

	return sipuri_decode(&fw->uri, &pl) ? EBADMSG : 0;
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
	fw->sender = *sender;
	targets_init(&fw->targets, px->p.cfg->proxy.branches);
	fw->breadth = 60;
	err = read_uri(fw);
	fw->ours = !err && !sender->dialog && !sender->rs.next.l &&
		   served_is_ours(px, &fw->uri);
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
