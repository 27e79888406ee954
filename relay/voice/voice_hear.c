/**
 * @file voice_hear.c  What an end hears: packets become sound, keys, opinions
 */
#include <sys/socket.h>
#include <re.h>
#include <rem.h>
#include "common/clock.h"
#include "relay/latch/packet.h"
#include "relay/voice/voice_end.h"

enum {
	PACKET_SIZE = 2048, /* G.711 of 200 ms and more */
	SAMPLES_MAX = 1600, /* of one packet */
	PT_PCMU = 0,
	PT_PCMA = 8,
};


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
			 (uint32_t)(us / VOICE_SAMPLE_US));
	n = payload(&mb, &hdr);

	if (hdr.pt == e->speech.event_pt)
		res->key = voice_ear_event(&e->ear, hdr.ts, mbuf_buf(&mb), n);
	else
		hear_sound(e, &hdr, mbuf_buf(&mb), n);
}


static void hear_rtcp(struct voice_end *e, const uint8_t *p, size_t len)
{
	struct voice_rtcp *r = &e->rtcp;

	voice_rtcp_decode(r, p, len, voice_ntp_now());
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
