/**
 * @file announcing.c  A caller hears why he is refused, then he is refused
 */
#include "proxy/core/announcing.h"
#include "proxy/voice/notice.h"

struct announcing {
	struct notice *notice; /* NULL: it was heard */
	uint16_t scode;
	const char *reason;
};


static void destructor(void *arg)
{
	struct announcing *an = arg;

	mem_deref(an->notice);
}


static void heard_handler(void *arg)
{
	struct forwarding *fw = arg;
	struct announcing *an = fw->announcing;

	an->notice = mem_deref(an->notice);
	forwarding_refuse(fw, an->scode, an->reason);
}


/**
 * Is there something to be heard before a refusal?
 *
 * @param px    Proxy
 * @param req   Request
 * @param s     Its sender
 * @param scode Status code of the refusal
 *
 * @return true if it begins a call of an account of ours, and there is
 */
bool announcing_wanted(const struct proxy *px, const struct message *req,
		       const struct sender *s, uint16_t scode)
{
	return s->aor && !s->dialog && message_is(req, "INVITE") &&
	       notice_exists(px->p.desk, scode, "");
}


static bool start(struct forwarding *fw, struct announcing *an)
{
	const char *name = fw->announcement ? fw->announcement : "";
	struct mbuf *mb = NULL;

	if (notice_alloc(&an->notice, &mb, fw->px->p.desk, fw->req,
			 server_txn_tag(fw->st), an->scode, name,
			 heard_handler, fw))
		return false;

	forwarding_send(fw, 183, mb);
	mem_deref(mb);

	return true;
}


/**
 * Let a caller hear why he is refused
 *
 * @param fw     Forwarding
 * @param scode  Status code that he gets
 * @param reason Reason phrase, a constant
 *
 * @return true if he listens: the refusal follows
 */
bool announcing_begin(struct forwarding *fw, uint16_t scode,
		      const char *reason)
{
	struct announcing *an;

	/* whatever else fails meanwhile; but once only */
	if (fw->announcing)
		return fw->announcing->notice && !fw->final;

	if (fw->final || fw->cancelled || fw->stateless || !fw->sender.aor ||
	    !forwarding_is_initial_invite(fw) || !fw->px->p.desk)
		return false;

	if (!fw->announcement && !notice_exists(fw->px->p.desk, scode, ""))
		return false;

	an = mem_zalloc(sizeof(*an), destructor);
	if (!an)
		return false;

	an->scode = scode;
	an->reason = reason;
	if (!start(fw, an)) {
		mem_deref(an);
		return false;
	}

	fw->announcing = an;

	return true;
}
