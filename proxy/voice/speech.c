/**
 * @file speech.c  The SDP of a call that is with us: G.711 or nothing
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "proxy/voice/speech.h"

enum {
	PT_PCMU = 0,
	PT_PCMA = 8,
	PT_COUNT = 128,
	PT_NONE = -1,
	PT_EVENT = 101, /* where we choose */
};

/** What the payload types of a stream are */
enum meaning { MEANS_OTHER = 0, MEANS_PCMU, MEANS_PCMA, MEANS_EVENT };

struct meanings {
	enum meaning v[PT_COUNT];
};


static bool is_name(const struct pl *pl, const char *name)
{
	return pl->l == strlen(name) && !strncasecmp(pl->p, name, pl->l);
}


/* "PCMA/8000" or "PCMA/8000/1" */
static enum meaning meaning(const struct pl *encoding)
{
	static const struct {
		const char *name;
		enum meaning means;
	} v[] = {
		{"PCMU/8000", MEANS_PCMU},
		{"PCMU/8000/1", MEANS_PCMU},
		{"PCMA/8000", MEANS_PCMA},
		{"PCMA/8000/1", MEANS_PCMA},
		{"telephone-event/8000", MEANS_EVENT},
		{"telephone-event/8000/1", MEANS_EVENT},
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (is_name(encoding, v[i].name))
			return v[i].means;
	}

	return MEANS_OTHER;
}


/* takes a word off the front; empty at the end */
static struct pl cut_word(struct pl *rest)
{
	struct pl word;

	while (rest->l && *rest->p == ' ')
		pl_advance(rest, 1);
	word = *rest;
	while (rest->l && *rest->p != ' ')
		pl_advance(rest, 1);
	word.l -= rest->l;

	return word;
}


static bool read_format(uint32_t *pt, const struct pl *word)
{
	if (!word->l || word->l > 3)
		return false;

	for (size_t i = 0; i < word->l; i++) {
		if (word->p[i] < '0' || word->p[i] > '9')
			return false;
	}

	*pt = pl_u32(word);

	return *pt < PT_COUNT;
}


/* a=rtpmap:8 PCMA/8000 (RFC 8866 section 6.6) */
static bool rtpmap_handler(const struct pl *name, const struct pl *val,
			   void *arg)
{
	struct meanings *m = arg;
	struct pl rest = *val, word;
	uint32_t pt;

	if (!is_name(name, "rtpmap"))
		return false;

	word = cut_word(&rest);
	if (!read_format(&pt, &word))
		return false;

	word = cut_word(&rest);
	if (word.l)
		m->v[pt] = meaning(&word);

	return false;
}


/* the first of its formats that we speak is what it likes best */
static bool choose_formats(struct voice_speech *v, const struct sdp *sdp,
			   size_t n)
{
	struct meanings m = {{MEANS_OTHER}};
	struct pl formats, word;
	bool found = false;

	m.v[PT_PCMU] = MEANS_PCMU;
	m.v[PT_PCMA] = MEANS_PCMA;
	(void)sdp_attrs(sdp, (int)n, rtpmap_handler, &m);
	if (sdp_formats(sdp, n, &formats))
		return false;

	v->event_pt = PT_NONE;
	while ((word = cut_word(&formats)).l) {
		uint32_t pt;

		if (!read_format(&pt, &word))
			continue;
		if (m.v[pt] == MEANS_EVENT && v->event_pt == PT_NONE)
			v->event_pt = (int)pt;
		if (found || (m.v[pt] != MEANS_PCMU && m.v[pt] != MEANS_PCMA))
			continue;

		found = true;
		v->pt = (uint8_t)pt;
		v->law = m.v[pt] == MEANS_PCMA ? VOICE_PCMA : VOICE_PCMU;
	}

	return found;
}


/* RFC 3264 section 8.4 and RFC 2543: hold has two spellings */
static void choose_directions(struct speech *sp, const struct sdp_stream *s)
{
	const bool held = s->hold || s->inactive;

	sp->voice.speaks = !held && !s->sendonly;
	sp->voice.hears = !held && !s->recvonly;
	sa_init(&sp->rtp, AF_UNSPEC);
	sa_init(&sp->rtcp, AF_UNSPEC);
	if (!s->hold) {
		sp->rtp = s->rtp;
		sp->rtcp = s->rtcp;
	}
}


static bool is_speakable(const struct sdp_stream *s)
{
	return s->port && is_name(&s->media, "audio") &&
	       (is_name(&s->proto, "RTP/AVP") ||
		is_name(&s->proto, "RTP/AVPF"));
}


/**
 * Choose the stream that is spoken on
 *
 * @param sp  What is spoken there
 * @param sdp Offer or answer of the phone
 *
 * @return 0 if success, ENOENT if there is none with G.711 and without SRTP
 *
 * RFC 3264 section 6
 */
int speech_choose(struct speech *sp, const struct sdp *sdp)
{
	if (!sp || !sdp)
		return EINVAL;

	memset(sp, 0, sizeof(*sp));
	for (size_t n = 0; n < sdp_streams(sdp); n++) {
		const struct sdp_stream *s = sdp_stream(sdp, n);

		if (!is_speakable(s) || !choose_formats(&sp->voice, sdp, n))
			continue;

		sp->stream = n;
		choose_directions(sp, s);
		return 0;
	}

	return ENOENT;
}


static const char *direction(const struct voice_speech *v)
{
	if (v->speaks)
		return v->hears ? "sendrecv" : "sendonly";

	return v->hears ? "recvonly" : "inactive";
}


static int print_session(struct mbuf *mb, const struct speech_origin *o)
{
	const char *af = sa_af(&o->rtp) == AF_INET6 ? "IP6" : "IP4";

	return mbuf_printf(mb,
			   "v=0\r\n"
			   "o=viaduct %llu %u IN %s %j\r\n"
			   "s=-\r\n"
			   "c=IN %s %j\r\n"
			   "t=0 0\r\n",
			   o->id, o->version, af, &o->rtp, af, &o->rtp);
}


/* RFC 3605, where it is not the next one */
static int print_rtcp(struct mbuf *mb, const struct speech_origin *o)
{
	if (sa_port(&o->rtcp) == sa_port(&o->rtp) + 1)
		return 0;

	return mbuf_printf(mb, "a=rtcp:%u\r\n", sa_port(&o->rtcp));
}


static int print_event(struct mbuf *mb, int pt)
{
	if (pt == PT_NONE)
		return 0;

	return mbuf_printf(mb,
			   "a=rtpmap:%d telephone-event/8000\r\n"
			   "a=fmtp:%d 0-15\r\n",
			   pt, pt);
}


static int print_spoken(struct mbuf *mb, const struct speech *sp,
			const struct sdp_stream *s,
			const struct speech_origin *o)
{
	const struct voice_speech *v = &sp->voice;
	int err;

	err = mbuf_printf(mb, "m=audio %u %r %u", sa_port(&o->rtp), &s->proto,
			  v->pt);
	if (v->event_pt != PT_NONE)
		err |= mbuf_printf(mb, " %d", v->event_pt);
	err |= mbuf_printf(mb, "\r\na=rtpmap:%u %s/8000\r\n", v->pt,
			   v->law == VOICE_PCMA ? "PCMA" : "PCMU");
	err |= print_event(mb, v->event_pt);
	err |= mbuf_printf(mb, "a=ptime:20\r\na=%s\r\n", direction(v));
	err |= print_rtcp(mb, o);

	return err;
}


/* port 0 and any format (RFC 3264 section 6) */
static int print_refused(struct mbuf *mb, const struct sdp *offer, size_t n)
{
	const struct sdp_stream *s = sdp_stream(offer, n);
	struct pl formats;

	if (sdp_formats(offer, n, &formats) || !formats.l)
		pl_set_str(&formats, "0");

	return mbuf_printf(mb, "m=%r 0 %r %r\r\n", &s->media, &s->proto,
			   &formats);
}


static int finish(struct mbuf **mbp, struct mbuf *mb, int err)
{
	if (!err && mb->end > SPEECH_BODY_MAX)
		err = ENOSPC;
	if (err) {
		mem_deref(mb);
		return err;
	}

	mb->pos = 0;
	*mbp = mb;

	return 0;
}


/**
 * Write the answer to an offer
 *
 * @param mbp   Pointer to allocated body
 * @param sp    What was chosen of the offer
 * @param offer The offer
 * @param o     Where we are
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3264 section 6
 */
int speech_answer(struct mbuf **mbp, const struct speech *sp,
		  const struct sdp *offer, const struct speech_origin *o)
{
	struct mbuf *mb;
	int err;

	if (!mbp || !sp || !offer || !o)
		return EINVAL;

	mb = mbuf_alloc(512);
	if (!mb)
		return ENOMEM;

	err = print_session(mb, o);
	for (size_t n = 0; n < sdp_streams(offer); n++)
		err |= n == sp->stream
			       ? print_spoken(mb, sp, sdp_stream(offer, n), o)
			       : print_refused(mb, offer, n);

	return finish(mbp, mb, err);
}


/**
 * Write an offer
 *
 * @param mbp Pointer to allocated body
 * @param o   Where we are
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3264 section 5
 */
int speech_offer(struct mbuf **mbp, const struct speech_origin *o)
{
	struct mbuf *mb;
	int err;

	if (!mbp || !o)
		return EINVAL;

	mb = mbuf_alloc(512);
	if (!mb)
		return ENOMEM;

	err = print_session(mb, o);
	err |= mbuf_printf(mb,
			   "m=audio %u RTP/AVP %d %d %d\r\n"
			   "a=rtpmap:%d PCMA/8000\r\n"
			   "a=rtpmap:%d PCMU/8000\r\n",
			   sa_port(&o->rtp), PT_PCMA, PT_PCMU, PT_EVENT,
			   PT_PCMA, PT_PCMU);
	err |= print_event(mb, PT_EVENT);
	err |= mbuf_printf(mb, "a=ptime:20\r\na=sendrecv\r\n");
	err |= print_rtcp(mb, o);

	return finish(mbp, mb, err);
}
