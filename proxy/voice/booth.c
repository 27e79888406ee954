/**
 * @file booth.c  A voice of the relay and the SDP that leads a phone to it
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/sdp_terms.h"
#include "proxy/voice/booth.h"


static void destructor(void *arg)
{
	struct booth *b = arg;

	mem_deref(b->voice);
	mem_deref(b->said);
}


/**
 * Allocate a booth: its voice comes with the first SDP
 *
 * @param bp  Pointer to allocated booth
 * @param vs  Where voices come from, outlives it
 * @param h   Event handler of the voice
 * @param arg Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int booth_alloc(struct booth **bp, struct voices *vs, voice_h *h, void *arg)
{
	struct booth *b;

	if (!bp || !vs)
		return EINVAL;

	b = mem_zalloc(sizeof(*b), destructor);
	if (!b)
		return ENOMEM;

	b->vs = vs;
	b->h = h;
	b->arg = arg;
	b->id = rand_u32();
	b->version = 1;
	*bp = b;

	return 0;
}


/* where its media is, or will be: without an address where its signalling is */
static int open_voice(struct booth *b, const struct sa *src,
		      const struct sa *rtp)
{
	const int af = sa_af(rtp) != AF_UNSPEC ? sa_af(rtp) : sa_af(src);

	return b->voice ? 0
			: voice_alloc(&b->voice, b->vs, af, src, "", b->h,
				      b->arg);
}


static int origin(struct speech_origin *o, const struct booth *b)
{
	o->id = b->id;
	o->version = b->version;

	return voice_addr(b->voice, RELAY_RTP, &o->rtp) ||
			       voice_addr(b->voice, RELAY_RTCP, &o->rtcp)
		       ? EINVAL
		       : 0;
}


static int anchor(struct booth *b, const struct message *m,
		  const struct sdp *sdp)
{
	struct relay_anchor a;
	struct relay_terms *terms = NULL;
	int err;

	err = sdp_terms(&terms, sdp, b->speech.stream);
	if (err)
		return err;

	/* we never agree to it: RTCP has its own port */
	terms->mux = false;
	memset(&a, 0, sizeof(a));
	a.rtp = b->speech.rtp;
	a.rtcp = b->speech.rtcp;
	a.signalling = m->src;
	a.terms = terms;
	err = voice_anchor(b->voice, &a, &b->speech.voice);
	mem_deref(terms);

	return err;
}


static bool same_text(const struct mbuf *a, const struct mbuf *b)
{
	return a && a->end == b->end && !memcmp(a->buf, b->buf, a->end);
}


/* one more version where it says something else (RFC 3264 section 8) */
static int write_body(struct mbuf **mbp, struct booth *b,
		      const struct sdp *offer)
{
	struct speech_origin o;
	struct mbuf *mb = NULL;
	int err;

	err = origin(&o, b);
	if (err)
		return err;

	for (int i = 0; i < 2; i++) {
		mb = mem_deref(mb);
		err = offer ? speech_answer(&mb, &b->speech, offer, &o)
			    : speech_offer(&mb, &o);
		if (err || !b->said || same_text(b->said, mb))
			break;
		o.version = b->version + 1;
	}
	if (err)
		return err;

	b->version = o.version;
	mem_deref(b->said);
	b->said = mem_ref(mb);
	*mbp = mb;

	return 0;
}


/**
 * Answer an offer
 *
 * @param b     Booth
 * @param m     Message that it came in
 * @param offer SDP
 * @param mbp   Pointer to allocated answer
 *
 * @return 0 if success, otherwise errorcode: see booth_status()
 *
 * RFC 3264 section 6
 */
int booth_answer(struct booth *b, const struct message *m,
		 const struct pl *offer, struct mbuf **mbp)
{
	const struct speech before = b->speech;
	struct sdp *sdp = NULL;
	int err;

	err = sdp_parse(&sdp, offer);
	if (err)
		return EBADMSG;

	err = speech_choose(&b->speech, sdp);
	if (!err)
		err = open_voice(b, &m->src, &b->speech.rtp);
	if (!err)
		err = write_body(mbp, b, sdp);
	if (!err)
		err = anchor(b, m, sdp);
	else
		b->speech = before;
	mem_deref(sdp);

	return err;
}


/**
 * Offer ourselves, where a message came without SDP
 *
 * @param b   Booth
 * @param m   Message
 * @param mbp Pointer to allocated offer
 *
 * @return 0 if success, otherwise errorcode: see booth_status()
 *
 * RFC 3264 section 5
 */
int booth_offer(struct booth *b, const struct message *m, struct mbuf **mbp)
{
	struct sa none;
	int err;

	sa_init(&none, AF_UNSPEC);
	err = open_voice(b, &m->src, &none);

	return err ? err : write_body(mbp, b, NULL);
}


/**
 * Take the answer to our offer
 *
 * @param b      Booth
 * @param m      Message that it came in
 * @param answer SDP
 *
 * @return 0 if success, otherwise errorcode: it is no answer to it
 */
int booth_take(struct booth *b, const struct message *m,
	       const struct pl *answer)
{
	struct sdp *sdp = NULL;
	int err;

	if (!b->voice)
		return EINVAL;

	err = sdp_parse(&sdp, answer);
	if (err)
		return EBADMSG;

	err = speech_choose(&b->speech, sdp);
	if (!err)
		err = anchor(b, m, sdp);
	mem_deref(sdp);

	return err;
}


/**
 * The status that an error is answered with
 *
 * @param err Errorcode
 *
 * @return Status code
 */
uint16_t booth_status(int err)
{
	switch (err) {
	case EBADMSG:
	case ENOENT:
	case EAFNOSUPPORT:
		return 488;

	case ENOTSUP:
		return 415;

	case ENOSPC:
		return 503;

	default:
		return 500;
	}
}
