/**
 * @file voice_end.c  The thread's side of a voice: two ports, mouth and ear
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <sys/socket.h>
#include <re.h>
#include <rem.h>
#include "common/clock.h"
#include "relay/opinion.h"
#include "relay/packet.h"
#include "relay/port.h"
#include "relay/voice_end.h"

enum {
	PACKET_SIZE = 2048, /* G.711 of 200 ms and more */
	SAMPLES_MAX = 1600, /* of one packet */
	RTP_HEAD = 12,
	FIRST_REPORT = 50, /* ticks: a second */
	REPORT = 250,      /* ticks: five seconds */
	PATIENCE = 100,    /* ticks: two seconds */
	SAMPLE_US = 125,
	PT_PCMU = 0,
	PT_PCMA = 8,
};


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
	struct sa none;
	int err;

	if (!e)
		return ENOMEM;

	sa_init(&none, AF_UNSPEC);
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
		leg_init(leg, conf, &none);
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


/* seconds since 1900 and their 2^32nds */
static uint64_t ntp_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return ((uint64_t)ts.tv_sec + 2208988800U) << 32 |
	       ((uint64_t)ts.tv_nsec << 32) / 1000000000U;
}


static void hear_sound(struct voice_end *e, const struct rtp_header *hdr,
		       const uint8_t *p, size_t n)
{
	int16_t samplev[SAMPLES_MAX];
	const bool alaw = hdr->pt == PT_PCMA || (hdr->pt == e->speech.pt &&
						 e->speech.law == VOICE_PCMA);

	if (hdr->pt != e->speech.pt && hdr->pt != PT_PCMA &&
	    hdr->pt != PT_PCMU)
		return;

	if (n > SAMPLES_MAX)
		n = SAMPLES_MAX;
	for (size_t i = 0; i < n; i++)
		samplev[i] = alaw ? g711_alaw2pcm(p[i]) : g711_ulaw2pcm(p[i]);

	voice_buffer_put(&e->buffer, hdr->ssrc, hdr->ts, samplev, n);
}


/* without padding (RFC 3550 section 5.1); 0: nothing is left */
static size_t payload(struct mbuf *mb, const struct rtp_header *hdr)
{
	const size_t left = mbuf_get_left(mb);
	size_t pad = 0;

	if (hdr->pad && left)
		pad = mb->buf[mb->end - 1];

	return pad < left ? left - pad : 0;
}


static void hear_rtp(struct voice_end *e, uint8_t *p, size_t len, uint64_t us,
		     struct voice_result *res)
{
	struct mbuf mb = {.buf = p, .size = len, .pos = 0, .end = len};
	struct rtp_header hdr;
	size_t n;

	if (rtp_hdr_decode(&hdr, &mb))
		return;

	voice_rtcp_heard(&e->rtcp, hdr.ssrc, hdr.seq, hdr.ts,
			 (uint32_t)(us / SAMPLE_US));
	n = payload(&mb, &hdr);

	if (hdr.pt == e->speech.event_pt)
		res->key = voice_ear_event(&e->ear, hdr.ts, mbuf_buf(&mb), n);
	else
		hear_sound(e, &hdr, mbuf_buf(&mb), n);
}


static void hear_rtcp(struct voice_end *e, const uint8_t *p, size_t len)
{
	struct voice_rtcp *r = &e->rtcp;

	voice_rtcp_decode(r, p, len, ntp_now());
	atomic_store_explicit(&e->delay_us, r->delay_us, memory_order_relaxed);
	atomic_store_explicit(&e->lost, r->lost, memory_order_relaxed);
	atomic_store_explicit(&e->jitter, r->jitter, memory_order_relaxed);
	atomic_store_explicit(&e->told, r->told, memory_order_relaxed);
}


static void hear(struct voice_port *port, const struct sa *src, uint8_t *p,
		 size_t len, struct voice_result *res)
{
	struct arrival arr = {
		.src = src,
		.p = p,
		.len = len,
		.now_us = clock_us(),
	};

	if (!leg_hear(&port->leg, &arr))
		return;

	if (arr.event == RELAY_LATCHED && port->leg.comp == RELAY_RTP)
		res->latched = true;

	if (arr.pkt.type == PACKET_RTCP)
		hear_rtcp(port->end, p, len);
	else if (arr.pkt.type == PACKET_RTP && port->leg.comp == RELAY_RTP)
		hear_rtp(port->end, p, len, arr.now_us, res);
}


/**
 * Read one packet
 *
 * @param port Port that can be read
 * @param res  What became of it, zeroed
 *
 * @return false if there was none
 */
bool voice_end_read(struct voice_port *port, struct voice_result *res)
{
	uint8_t buf[PACKET_SIZE];
	struct sa src;
	ssize_t n;

	src.len = sizeof(src.u);
	n = recvfrom(port->leg.fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC,
		     &src.u.sa, &src.len);
	if (n < 0)
		return false;

	/* a piece of a datagram is none: judged as empty */
	hear(port, &src, buf, (size_t)n > sizeof(buf) ? 0 : (size_t)n, res);

	return true;
}


static void send_packet(struct leg *leg, const struct sa *dst,
			const uint8_t *p, size_t len)
{
	const ssize_t n = sendto(leg->fd, p, len, MSG_DONTWAIT, &dst->u.sa,
				 dst->len);

	leg_sent(leg, n >= 0, n >= 0 ? len : 0, n < 0);
}


static void say(struct voice_end *e, const struct sa *dst,
		const int16_t samplev[VOICE_FRAME])
{
	uint8_t buf[RTP_HEAD + VOICE_FRAME];
	struct mbuf mb = {.buf = buf, .size = sizeof(buf)};
	const struct rtp_header hdr = {
		.ver = RTP_VERSION,
		.m = !e->marked,
		.pt = e->speech.pt & 0x7f,
		.seq = e->seq,
		.ts = e->ts,
		.ssrc = e->rtcp.ssrc,
	};

	if (rtp_hdr_encode(&mb, &hdr))
		return;

	for (int i = 0; i < VOICE_FRAME; i++)
		buf[RTP_HEAD + i] = e->speech.law == VOICE_PCMA
					    ? g711_pcm2alaw(samplev[i])
					    : g711_pcm2ulaw(samplev[i]);

	send_packet(leg_at(e, RELAY_RTP), dst, buf, sizeof(buf));
	e->marked = true;
	++e->seq;
	++e->rtcp.packets;
	e->rtcp.octets += VOICE_FRAME;
}


static void report(struct voice_end *e)
{
	struct leg *leg = leg_at(e, RELAY_RTCP);
	uint8_t buf[VOICE_RTCP_MAX];
	struct sa dst;

	if (e->ticks != FIRST_REPORT && e->ticks % REPORT)
		return;
	if (!latch_target(&leg->latch, &dst))
		return;

	send_packet(leg, &dst, buf,
		    voice_rtcp_encode(&e->rtcp, buf, ntp_now(), e->ts));
}


static void listen_frame(struct voice_end *e, int16_t samplev[VOICE_FRAME],
			 struct voice_result *res)
{
	(void)voice_buffer_get(&e->buffer, samplev, VOICE_FRAME);
	res->key = voice_ear_frame(&e->ear, samplev, VOICE_FRAME);
	res->in_band = res->key != 0;
	atomic_store_explicit(&e->loudest, e->ear.loudest,
			      memory_order_relaxed);
}


/* who is behind NAT is heard first: what is sent to where he may be would be
 * lost for the most part. In the end that is better than nothing */
static bool may_speak(struct voice_end *e, struct sa *dst)
{
	const struct latch *l = &leg_at(e, RELAY_RTP)->latch;

	if (!e->begun || !e->speech.speaks || !latch_target(l, dst))
		return false;

	return l->locked || anchor_is_direct(&l->anchor) ||
	       ++e->waited > PATIENCE;
}


/**
 * Hear and say 20 ms
 *
 * @param e   End
 * @param res What became of it, zeroed
 */
void voice_end_tick(struct voice_end *e, struct voice_result *res)
{
	int16_t heard[VOICE_FRAME], said[VOICE_FRAME];
	struct sa dst;

	listen_frame(e, heard, res);

	if (may_speak(e, &dst)) {
		res->said = voice_play_frame(&e->play, heard, said);
		say(e, &dst, said);
	}

	e->ts += VOICE_FRAME;
	++e->ticks;
	if (e->begun)
		report(e);
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
	st->jitter_us = (uint32_t)((uint64_t)value(&e->jitter) * SAMPLE_US);
}
