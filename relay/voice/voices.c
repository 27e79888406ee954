/**
 * @file voices.c  The place where voices speak: their ends, their thread
 */
#include <errno.h>
#include "relay/voice/voice_state.h"


/* voices hold it, so only ends that are being taken back are left */
static void voices_destructor(void *arg)
{
	struct voices *vs = arg;

	timer_cancel(&vs->rested);
	mem_deref(vs->thread);
	list_flush(&vs->endl);
	mem_deref(vs->relay);
}


static void rested_handler(void *arg)
{
	const struct voices *vs = arg;

	relay_gauge(vs->relay);
}


static void end_is_free(struct voices *vs, struct voice_end *e)
{
	struct relay *r = vs->relay;

	mem_deref(e);
	relay_gauge(r);
	timer_start(r->timers, &vs->rested, r->conf.quarantine_ms,
		    rested_handler, vs);
}


static void news_handler(struct voice_end *e, const struct voice_news *news,
			 void *arg)
{
	if (news->latched)
		voice_tell(e, VOICE_LATCHED, 0, false);
	for (size_t i = 0; i < news->keyc; i++)
		voice_tell(e, VOICE_KEY, news->keyv[i], news->in_bandv[i]);
	if (news->said)
		voice_tell(e, VOICE_SAID, 0, false);
	if (news->removed)
		end_is_free(arg, e);
}


/**
 * Allocate the place where voices speak
 *
 * @param vp    Pointer to allocated place
 * @param relay Relay whose ports they use, referenced
 * @param max   How many there may be at once
 *
 * @return 0 if success, otherwise errorcode
 */
int voices_alloc(struct voices **vp, struct relay *relay, uint32_t max)
{
	struct voice_handlers h = {.newsh = news_handler};
	struct voices *vs;
	int err;

	if (!vp || !relay || !max)
		return EINVAL;

	vs = mem_zalloc(sizeof(*vs), voices_destructor);
	if (!vs)
		return ENOMEM;

	vs->relay = mem_ref(relay);
	vs->max = max;
	h.arg = vs;
	err = voice_thread_alloc(&vs->thread, &h);
	if (err)
		mem_deref(vs);
	else
		*vp = vs;

	return err;
}


/**
 * Say how many voices there may be at once from now on
 *
 * @param vs  Place of voices
 * @param max How many
 */
void voices_limit(struct voices *vs, uint32_t max)
{
	if (vs && max)
		vs->max = max;
}


/**
 * Get the number of voices
 *
 * @param vs Place of voices
 *
 * @return How many there are
 */
uint32_t voices_count(const struct voices *vs)
{
	return vs ? vs->count : 0;
}
