/**
 * @file test/fuzz/packet.c  Any datagram, told apart and heard by a latch
 *
 * The input is the datagram. It is heard from a stranger, from the phone's
 * other port and from the very address of the SDP, before and after a lock.
 */
#include <stdlib.h>
#include <string.h>
#include "relay/latch/latch.h"
#include "relay/latch/packet.h"
#include "relay/relay.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);


static void must(bool held)
{
	if (!held)
		abort();
}


static void check_packet(const struct packet *pkt, size_t len)
{
	must(pkt->type != PACKET_RTP || len >= 12);
	must(pkt->type != PACKET_RTCP || len >= 8);
	must(!pkt->proof || pkt->type == PACKET_RTP ||
	     pkt->type == PACKET_RTCP || pkt->type == PACKET_DTLS);
	must(!pkt->encrypted || (pkt->type == PACKET_RTCP && !pkt->proof));
}


/* a handshake of DTLS shows where to send to, and locks nothing */
static void check_unlocked(const struct latch *l, const struct packet *pkt,
			   enum latch_verdict verdict)
{
	const bool hello = pkt->type == PACKET_DTLS && pkt->proof;

	must(!l->locked);
	must(verdict == (hello ? LATCH_ACCEPTED : LATCH_DROPPED));
}


static void check_latch(const struct packet *pkt, bool rtcp)
{
	struct relay_conf conf = {.latch_packets = 1};
	struct sa stranger, other, exact;
	enum latch_verdict verdict;
	struct anchor a;
	struct latch l;
	bool quicker;

	(void)sa_set_str(&stranger, "192.0.2.66", 4000);
	(void)sa_set_str(&other, "198.51.100.7", 61000);
	(void)sa_set_str(&exact, "198.51.100.7", 4000);
	a = (struct anchor){.sdp = exact, .signalling = exact};

	latch_init(&l, &conf, AF_INET, rtcp);
	(void)latch_anchor(&l, &a);
	must(latch_hear(&l, &stranger, pkt, NULL) == LATCH_REFUSED);

	verdict = latch_hear(&l, &other, pkt, NULL);
	if (verdict != LATCH_LOCKED)
		check_unlocked(&l, pkt, verdict);
	must(!l.locked || pkt->proof);
	must(!l.locked || rtcp == (pkt->type == PACKET_RTCP));

	/* who was quicker than the phone gives way, and does not come back */
	quicker = l.locked;
	verdict = latch_hear(&l, &exact, pkt, NULL);
	must(!quicker || verdict == LATCH_LOCKED);
	must(!quicker || latch_hear(&l, &other, pkt, NULL) == LATCH_REFUSED);
	must(latch_hear(&l, &stranger, pkt, NULL) == LATCH_REFUSED);
	latch_close(&l);
}


int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct packet pkt;

	packet_decode(&pkt, p, len);
	check_packet(&pkt, len);
	check_latch(&pkt, false);
	check_latch(&pkt, true);

	return 0;
}
