/**
 * @file voice_end.c  The thread's side of a voice: two ports, mouth and ear
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "relay/quality/opinion.h"
#include "relay/engine/port.h"
#include "relay/voice/voice_end.h"


static struct leg *leg_at(struct voice_end *e, enum relay_comp comp)
{
	return &e->portv[comp].leg;
}


static void destructor(void *arg)
{
	struct voice_end *e = arg;

	list_unlink(&e->le);
	for (int i = 0; i < 2; i++)
		leg_close(&e->portv[i].leg);
	quality_close(&e->hearsay.quality);
	mem_deref(e->pair);
	voice_ear_close(&e->ear);
	mem_deref(e->terms);
	mem_deref(e->order.terms);
}


/**
 * Allocate an end without ports
 *
 * @param ep     Pointer to allocated end
 * @param conf   Configuration, must outlive it
 * @param timers Clock, must outlive it
 *
 * @return 0 if success, otherwise errorcode
 */
int voice_end_alloc(struct voice_end **ep, const struct relay_conf *conf,
		    struct timers *timers)
{
	struct voice_end *e = mem_zalloc(sizeof(*e), destructor);
	int err;

	if (!e)
		return ENOMEM;

	e->timers = timers;
	e->rtcp.ssrc = rand_u32();
	e->ts = rand_u32();
	e->seq = rand_u16();

	for (int i = 0; i < 2; i++) {
		struct leg *leg = &e->portv[i].leg;

		e->portv[i].end = e;
		leg->comp = (enum relay_comp)i;
		leg->beside = &e->portv[!i].leg;
		leg->hearsay = &e->hearsay;
		leg_init(leg, conf, NULL);
	}

	err = voice_ear_init(&e->ear);
	if (err)
		mem_deref(e);
	else
		*ep = e;

	return err;
}


/**
 * Take and bind a pair of ports
 *
 * @param e     End
 * @param addr  Our address
 * @param ports Its ports
 *
 * @return 0 if success, ENOSPC if ports are short, otherwise errorcode
 */
int voice_end_open(struct voice_end *e, const struct sa *addr,
		   struct ports *ports)
{
	int err;

	err = port_pair_alloc(&e->pair, leg_at(e, RELAY_RTP)->latch.conf, addr,
			      ports, e->timers);
	if (err)
		return err;

	for (int i = 0; i < 2; i++)
		leg_attach(&e->portv[i].leg, &e->pair->portv[i]);

	return 0;
}


/**
 * Obey an order
 *
 * @param e     End
 * @param order Order; whether it is removed is the thread's affair
 */
void voice_end_obey(struct voice_end *e, const struct voice_order *order)
{
	if (order->anchored) {
		struct relay_terms *before = e->terms;

		e->speech = order->speech;
		e->terms = order->terms;
		for (int i = 0; i < 2; i++)
			leg_anchor(&e->portv[i].leg, &order->anchorv[i],
				   e->terms);
		mem_deref(before);
	}

	if (order->hush)
		voice_play_clear(&e->play);

	for (size_t i = 0; i < order->itemc; i++) {
		e->begun = true;
		(void)voice_play_add(&e->play, &order->itemv[i]);
	}
}


static uint32_t value(const _Atomic uint32_t *v)
{
	return atomic_load_explicit(v, memory_order_relaxed);
}


/* our own reports tell how far away it is; behind us there is nobody */
static void show_quality(const struct voice_end *e, struct relay_quality *q)
{
	const struct opinion_facts facts = {
		.near_us = value(&e->delay_us),
		.burst = losses_burst_ratio(&e->hearsay.quality.losses),
	};

	quality_show(&e->hearsay.quality, q);
	opinion_form(q, &facts);
}


/**
 * Get what is known of its phone
 *
 * @param e  End
 * @param st Statistics
 */
void voice_end_stats(const struct voice_end *e, struct voice_stats *st)
{
	memset(st, 0, sizeof(*st));
	leg_stats(&e->portv[RELAY_RTCP].leg, &st->rtp);
	leg_stats(&e->portv[RELAY_RTP].leg, &st->rtp);
	show_quality(e, &st->rtp.quality);
	st->rtp.lost = st->rtp.quality.lost;

	st->level = voice_ear_level(value(&e->loudest));
	st->told = atomic_load_explicit(&e->told, memory_order_relaxed);
	st->delay_us = value(&e->delay_us);
	st->lost = value(&e->lost);
	st->jitter_us = (uint32_t)((uint64_t)value(&e->jitter) *
				   VOICE_SAMPLE_US);
}
