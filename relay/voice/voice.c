/**
 * @file voice.c  An end of media in the relay: it speaks and it listens
 */
#include <errno.h>
#include <string.h>
#include "common/sound.h"
#include "relay/latch/reach.h"
#include "relay/voice/voice_state.h"

enum { LOOK_MS = 1000 };


/**
 * Tell a voice's owner what has happened
 *
 * @param e       End; one that is being taken back has no owner
 * @param ev      Event
 * @param key     Key that was pressed, or 0
 * @param in_band It was heard, not told
 */
void voice_tell(struct voice_end *e, enum voice_event ev, char key,
		bool in_band)
{
	struct voice *v = e->voice;

	if (v && v->h)
		v->h(v, ev, key, in_band, v->arg);
}


static struct voice_mail *mail(const struct voice *v)
{
	return voice_thread_mail(v->vs->thread);
}


static void destructor(void *arg)
{
	struct voice *v = arg;

	timer_cancel(&v->tmr);
	if (v->end) {
		v->end->voice = NULL;
		--v->vs->count;
		voice_mail_remove(mail(v), v->end);
	}
	mem_deref(v->vs);
}


static uint32_t limit_ms(const struct voice *v)
{
	const struct relay_conf *conf = &v->vs->relay->conf;

	return v->hears ? conf->timeout_ms : conf->hold_timeout_ms;
}


static uint64_t heard(const struct voice *v)
{
	uint64_t n = 0;

	for (int i = 0; i < 2; i++)
		n += atomic_load_explicit(
			&v->end->portv[i].leg.counts.rx_packets,
			memory_order_relaxed);

	return n;
}


static void look(void *arg)
{
	struct voice *v = arg;
	struct timers *timers = v->vs->relay->timers;
	const uint64_t now = timers_now(timers), n = heard(v);

	for (int i = 0; i < 2; i++)
		leg_look(&v->end->portv[i].leg);

	if (n != v->heard) {
		v->heard = n;
		v->heard_at = now;
	}

	timer_start(timers, &v->tmr, LOOK_MS, look, v);
	if (!limit_ms(v) || now - v->heard_at < limit_ms(v))
		return;

	v->heard_at = now;
	voice_tell(v->end, VOICE_SILENT, 0, false);
}


/* of several addresses of a family the best that has ports left */
static int open_end(struct voice_end *e, const struct relay *r,
		    const struct place *place, int af)
{
	size_t indexv[RELAY_ADDR_MAX];
	const size_t n = place_order(indexv, place, &r->conf, af);
	int err = EAFNOSUPPORT;

	for (size_t i = 0; i < n; i++) {
		err = voice_end_open(e, &r->conf.addrv[indexv[i]],
				     r->portsv[indexv[i]]);
		if (!err)
			return 0;
	}

	return err;
}


static int make_end(struct voice *v, struct voices *vs,
		    const struct place *place, int af)
{
	struct relay *r = vs->relay;
	struct voice_end *e;
	int err;

	err = voice_end_alloc(&e, &r->conf, r->timers);
	if (err)
		return err;

	err = open_end(e, r, place, af);
	if (err) {
		mem_deref(e);
		return err;
	}

	list_append(&vs->endl, &e->le, e);
	e->voice = v;
	v->end = e;
	++vs->count;
	relay_gauge(r);

	/* it is the thread's now, also where that fails */
	return voice_thread_add(vs->thread, e);
}


/**
 * Allocate a voice: a pair of ports
 *
 * @param vp      Pointer to allocated voice
 * @param vs      Place of voices
 * @param af      Address family
 * @param towards Where its phone is, or NULL
 * @param zone    Zone of our address, "" for any
 * @param h       Event handler (optional), called in the main loop
 * @param arg     Handler argument
 *
 * @return 0 if success, ENOSPC if voices or ports are short, ENOENT without
 *         that zone, EAFNOSUPPORT without an address of that family,
 *         otherwise errorcode
 */
int voice_alloc(struct voice **vp, struct voices *vs, int af,
		const struct sa *towards, const char *zone, voice_h *h,
		void *arg)
{
	struct place place;
	struct voice *v;
	int err;

	if (!vp || !vs)
		return EINVAL;

	memset(&place, 0, sizeof(place));
	err = place_find(&place, &vs->relay->conf, towards, zone);
	if (err)
		return err;

	if (vs->count >= vs->max)
		return ENOSPC;

	v = mem_zalloc(sizeof(*v), destructor);
	if (!v)
		return ENOMEM;

	v->vs = mem_ref(vs);
	v->h = h;
	v->arg = arg;
	v->hears = true;
	v->heard_at = timers_now(vs->relay->timers);

	err = make_end(v, vs, &place, af);
	if (err) {
		mem_deref(v);
		return err;
	}

	timer_start(vs->relay->timers, &v->tmr, LOOK_MS, look, v);
	*vp = v;

	return 0;
}


/**
 * Get our address, as its phone sees it
 *
 * @param v    Voice
 * @param comp Component
 * @param sa   Our address and port
 *
 * @return 0 if success, otherwise errorcode
 */
int voice_addr(const struct voice *v, enum relay_comp comp, struct sa *sa)
{
	if (!v || !sa || (unsigned)comp > RELAY_RTCP)
		return EINVAL;

	*sa = *v->end->portv[comp].leg.local;
	reach_advertise(&v->vs->relay->conf, sa);

	return 0;
}


/**
 * Tell a voice what its phone's signalling says
 *
 * @param v      Voice
 * @param a      Where the phone is
 * @param speech What was agreed on
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 7362 section 4
 */
int voice_anchor(struct voice *v, const struct relay_anchor *a,
		 const struct voice_speech *speech)
{
	struct relay_terms *terms;
	struct anchor anchorv[2];
	int err;

	if (!v || !a || !speech)
		return EINVAL;

	err = relay_terms_copy(&terms, a->terms);
	if (err)
		return err;

	anchor_pair(anchorv, a);

	v->hears = speech->hears;
	v->heard_at = timers_now(v->vs->relay->timers);
	voice_mail_anchor(mail(v), v->end, anchorv, terms, speech);

	return 0;
}


/**
 * Say something after all that is still to be said
 *
 * @param v    Voice
 * @param item What to say
 *
 * @return 0 if success, ENOSPC if there is too much to say, otherwise errorcode
 */
int voice_say(struct voice *v, const struct voice_item *item)
{
	if (!v || !item ||
	    (item->source == VOICE_SOUND &&
	     (!item->sound || !item->sound->samplec)))
		return EINVAL;

	return voice_mail_say(mail(v), v->end, item);
}


/**
 * Say nothing more
 *
 * @param v Voice
 */
void voice_hush(struct voice *v)
{
	if (v)
		voice_mail_hush(mail(v), v->end);
}


/**
 * Get what is known of a voice's phone
 *
 * @param v  Voice
 * @param st Statistics
 */
void voice_stats(const struct voice *v, struct voice_stats *st)
{
	if (v && st)
		voice_end_stats(v->end, st);
}
