/**
 * @file voice_speak.c  What an end says, 20 ms at a time, and its reports
 */
#include <time.h>
#include <sys/socket.h>
#include <re.h>
#include <rem.h>
#include "common/addr.h"
#include "relay/voice/voice_end.h"

enum {
	RTP_HEAD = 12,
	FIRST_REPORT = 50, /* ticks: a second */
	REPORT = 250,      /* ticks: five seconds */
	PATIENCE = 100,    /* ticks: two seconds */
	UNHEARD = 500,     /* ticks: ten seconds */
};


/**
 * The time of now as RTCP has it
 *
 * @return Seconds since 1900 and their 2^32nds
 *
 * RFC 3550 section 4
 */
uint64_t voice_ntp_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return ((uint64_t)ts.tv_sec + 2208988800U) << 32 |
	       ((uint64_t)ts.tv_nsec << 32) / 1000000000U;
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

	send_packet(&e->portv[RELAY_RTP].leg, dst, buf, sizeof(buf));
	e->marked = true;
	++e->seq;
	++e->rtcp.packets;
	e->rtcp.octets += VOICE_FRAME;
}


static void report(struct voice_end *e)
{
	struct leg *leg = &e->portv[RELAY_RTCP].leg;
	uint8_t buf[VOICE_RTCP_MAX];
	struct sa dst;

	if (e->ticks != FIRST_REPORT && e->ticks % REPORT)
		return;
	if (!latch_target(&leg->latch, &dst))
		return;

	send_packet(leg, &dst, buf,
		    voice_rtcp_encode(&e->rtcp, buf, voice_ntp_now(), e->ts));
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


/* an SDP may name anybody: whoever is not where signalling came from, and has
 * not said a word himself, perhaps never asked for what we say */
static bool is_third_party(const struct latch *l, const struct sa *dst)
{
	return !l->locked && !addr_same_host(dst, &l->anchor.signalling);
}


/* who is behind NAT is heard first: what is sent to where he may be would be
 * lost for the most part. In the end that is better than nothing */
static bool may_speak(struct voice_end *e, struct sa *dst)
{
	const struct latch *l = &e->portv[RELAY_RTP].leg.latch;

	if (!e->begun || !e->speech.speaks || !latch_target(l, dst))
		return false;

	if (is_third_party(l, dst) && ++e->unheard > UNHEARD)
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
