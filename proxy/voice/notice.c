/**
 * @file notice.c  What a caller hears before his call is refused
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/media/body.h"
#include "proxy/sip/build.h"
#include "proxy/voice/booth.h"
#include "proxy/voice/desk_state.h"
#include "proxy/voice/notice.h"

enum {
	GRACE_MS = 4000, /* for the caller's media to be found */
	TAIL_MS = 200,
	CONTACT_MAX = 320,
};

struct notice {
	struct booth *booth;
	struct timer tmr;
	notice_h *h;
	void *arg;
};


static void destructor(void *arg)
{
	struct notice *n = arg;

	timer_cancel(&n->tmr);
	mem_deref(n->booth);
}


static bool has_status(const struct config_announcement *a, uint16_t scode)
{
	for (size_t i = 0; i < a->replyc; i++) {
		if (a->replyv[i] == scode)
			return true;
	}

	return false;
}


static const struct sound *find(const struct desk *d, uint16_t scode,
				const char *name)
{
	const struct config *cfg = d->parts.cfg;

	for (size_t i = 0; i < min(cfg->announcementc, d->repertoire->n);
	     i++) {
		const struct config_announcement *a = &cfg->announcementv[i];

		if (name[0] ? !strcmp(a->name, name) : has_status(a, scode))
			return d->repertoire->v[i];
	}

	return NULL;
}


/**
 * Is there an announcement for a refusal?
 *
 * @param d     Desk, or NULL
 * @param scode Status code
 * @param name  Name of the one that is wanted, or "" for any
 *
 * @return true if there is
 */
bool notice_exists(const struct desk *d, uint16_t scode, const char *name)
{
	return d && find(d, scode, name);
}


/* the last call: its owner gives it up */
static void heard(struct notice *n)
{
	notice_h *h = n->h;

	n->h = NULL;
	timer_cancel(&n->tmr);
	if (h)
		h(n->arg);
}


static void late_handler(void *arg)
{
	heard(arg);
}


static void voice_handler(struct voice *v, enum voice_event ev, char key,
			  bool in_band, void *arg)
{
	(void)v;
	(void)key;
	(void)in_band;

	if (ev == VOICE_SAID)
		heard(arg);
}


/* early media is for him to hear, whatever he says */
static int build(struct mbuf **mbp, const struct desk *d,
		 const struct message *invite, const char *tag,
		 const struct mbuf *body)
{
	char contact[CONTACT_MAX];
	struct build_reply r;
	struct sa sa;

	transport_sentby(d->parts.tp, invite->flow, &sa);
	if (re_snprintf(contact, sizeof(contact), "Contact: <sip:%J>\r\n",
			&sa) < 0)
		return ENOSPC;

	memset(&r, 0, sizeof(r));
	r.scode = 183;
	r.reason = "Session Progress";
	r.extra = contact;
	r.ctype = "application/sdp";
	r.record_route = true;
	pl_set_str(&r.to_tag, tag);
	pl_set_mbuf(&r.body, body);

	return build_reply(mbp, invite, &r);
}


static int start(struct notice *n, struct mbuf **mbp, struct desk *d,
		 const struct message *invite, const char *tag,
		 const struct sound *sound)
{
	const struct voice_item itemv[] = {
		{VOICE_SOUND, sound, 0},
		/* what waits in the phone's playout buffer is heard, too */
		{VOICE_SILENCE, NULL, TAIL_MS},
	};
	struct mbuf *body = NULL;
	struct pl sdp;
	int err;

	if (body_find_sdp(invite, &sdp))
		return ENOENT;

	err = booth_alloc(&n->booth, d->voices, voice_handler, n);
	if (!err)
		err = booth_answer(n->booth, invite, &sdp, &body);
	if (!err && !n->booth->speech.voice.speaks)
		err = ENOENT;
	if (!err)
		err = build(mbp, d, invite, tag, body);
	for (size_t i = 0; i < ARRAY_SIZE(itemv) && !err; i++)
		err = voice_say(n->booth->voice, &itemv[i]);
	mem_deref(body);

	return err;
}


/**
 * Let a caller hear an announcement
 *
 * @param np     Pointer to allocated notice
 * @param mbp    Pointer to allocated 183
 * @param d      Desk
 * @param invite Request
 * @param tag    To tag of its answers
 * @param scode  Status that it will be refused with
 * @param name   Name of the announcement that is wanted, or ""
 * @param h      Called when it was heard
 * @param arg    Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int notice_alloc(struct notice **np, struct mbuf **mbp, struct desk *d,
		 const struct message *invite, const char *tag, uint16_t scode,
		 const char *name, notice_h *h, void *arg)
{
	const struct sound *sound;
	struct mbuf *mb = NULL;
	struct notice *n;
	int err;

	if (!np || !mbp || !d || !invite || !tag || !name)
		return EINVAL;

	sound = find(d, scode, name);
	if (!sound || message_has_token(invite, HDR_REQUIRE, "100rel"))
		return ENOENT;

	n = mem_zalloc(sizeof(*n), destructor);
	if (!n)
		return ENOMEM;

	n->h = h;
	n->arg = arg;
	err = start(n, &mb, d, invite, tag, sound);
	if (err) {
		mem_deref(mb);
		mem_deref(n);
		return err;
	}

	timer_start(d->parts.timers, &n->tmr,
		    sound->samplec / (SOUND_RATE / 1000) + GRACE_MS,
		    late_handler, n);
	counter_inc(d->announced);
	log_info(d->parts.log, "announcement", KV_PL("call", &invite->callid),
		 KV_UINT("status", scode), KV_SA("source", &invite->src));

	*np = n;
	*mbp = mb;

	return 0;
}
