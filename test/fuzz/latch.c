/**
 * @file test/fuzz/latch.c  Packets, signalling and silence in any order
 *
 * Each four octets of the input are an event: a packet of one of several
 * sources (the phone, its neighbours behind the NAT, a mobile, strangers,
 * forbidden ones), new signalling, silence, keys. What must hold after each:
 *
 *   - it is locked to, or moved to, somebody only for an allowed reason, and
 *     after enough good packets of his
 *   - nothing is learned from what is malformed
 *   - nothing is sent to a forbidden address
 *   - a stranger is not heard
 */
#include <stdlib.h>
#include <string.h>
#include "common/addr.h"
#include "relay/latch/latch.h"
#include "relay/latch/packet.h"
#include "relay/latch/reach.h"
#include "relay/relay.h"

enum { NEED = 3, EVENT = 4, SSRCS = 8, SOURCES = 12, ANCHORS = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static const char *const sourcev[SOURCES] = {
	"198.51.100.7:4000", "198.51.100.7:61000", "198.51.100.7:61001",
	"198.51.100.7:53",   "198.51.100.8:4000",  "198.51.100.8:5000",
	"192.0.2.99:7000",   "192.0.2.66:4000",    "127.0.0.1:4000",
	"203.0.113.1:20000", "169.254.1.1:4000",   "192.168.1.10:4000",
};

static const char *const anchorv[ANCHORS][2] = {
	{"198.51.100.7:4000", "198.51.100.7:5060"},
	{"192.168.1.10:4000", "198.51.100.7:5060"},
	{"198.51.100.8:4000", "198.51.100.7:5060"},
	{"192.0.2.99:7000", "192.0.2.99:5060"},
	{"127.0.0.1:4000", "198.51.100.7:5060"},
	{"203.0.113.1:20000", "203.0.113.1:5060"},
	{NULL, "198.51.100.7:5060"},
	{"224.0.0.1:4000", "0.0.0.0:5060"},
};

/** The latch, and what is remembered beside it to judge it */
struct model {
	struct relay_conf conf;
	struct latch l, rtp; /* rtp: of an RTCP latch */
	struct sa srcv[SOURCES];
	unsigned goodv[SOURCES]; /* since something else began */
	bool ssrcv[SSRCS];       /* that the locked source has used */
};


static void must(bool held)
{
	if (!held)
		abort();
}


/* padding and all: nothing at all was written */
static bool same_octets(const void *a, const void *b, size_t size)
{
	return !memcmp(a, b, size);
}


static struct sa sa_of(const char *text)
{
	struct sa sa;

	sa_init(&sa, AF_UNSPEC);
	if (text)
		(void)sa_decode(&sa, text, strlen(text));

	return sa;
}


static void begin(struct model *m, uint8_t flags)
{
	memset(m, 0, sizeof(*m));
	(void)sa_set_str(&m->conf.addrv[0], "203.0.113.1", 0);
	m->conf.addrc = 1;
	m->conf.port_min = 16384;
	m->conf.port_max = 32767;
	m->conf.latch_packets = NEED;
	for (size_t i = 0; i < SOURCES; i++)
		m->srcv[i] = sa_of(sourcev[i]);

	latch_init(&m->l, &m->conf, AF_INET, flags & 1);
	latch_init(&m->rtp, &m->conf, AF_INET, false);
	latch_keyed(&m->l, flags & 2);
}


static void check_target(const struct model *m)
{
	struct sa dst;

	if (latch_target(&m->l, &dst))
		must(reach_is_ok(&m->conf, &dst));
}


static void signal_anchor(struct model *m, const uint8_t *e)
{
	const char *const *text = anchorv[e[1] % ANCHORS];
	const struct anchor a = {.sdp = sa_of(text[0]),
				 .signalling = sa_of(text[1]),
				 .any = e[2] & 1};
	const bool was = m->l.locked;
	const struct sa src = m->l.src;

	if (latch_anchor(&m->l, &a))
		memset(m->goodv, 0, sizeof(m->goodv));

	/* signalling never locks to somebody new */
	must(!m->l.locked || !was || sa_cmp(&src, &m->l.src, SA_ALL));
}


static struct packet packet_of(const uint8_t *e)
{
	struct packet pkt = {
		.type = (enum packet_type)(e[2] & 7),
		.ssrc = (e[2] >> 3) % SSRCS,
		.seq = e[3],
	};

	if (pkt.type > PACKET_OTHER)
		pkt.type = PACKET_RTP;
	pkt.proof = pkt.type != PACKET_INVALID && !(e[2] & 0x40);
	pkt.encrypted = pkt.type == PACKET_RTCP && !pkt.proof;
	pkt.udptl = e[3] & 1;
	pkt.authentic = e[2] & 0x80;

	return pkt;
}


static bool is_good(const struct latch *l, const struct packet *pkt)
{
	if (l->anchor.any)
		return pkt->proof || pkt->udptl;
	if (pkt->type != (l->rtcp ? PACKET_RTCP : PACKET_RTP))
		return false;

	return l->keyed ? pkt->authentic : pkt->proof || pkt->encrypted;
}


/* it has just locked; before says how it was */
static void check_lock(const struct model *m, const struct latch *before,
		       const struct sa *src, const struct packet *pkt,
		       unsigned good)
{
	const enum anchor_rank rank = anchor_rank(&before->anchor, &m->conf,
						  src);
	const bool keyed = before->keyed && !before->anchor.any;

	must(reach_is_ok(&m->conf, src));
	must(is_good(before, pkt));
	must(before->rtcp || good >= NEED);

	if (keyed) {
		must(pkt->authentic);
		return;
	}

	must(rank != ANCHOR_STRANGER);
	if (!before->locked ||
	    (rank == ANCHOR_EXACT &&
	     anchor_rank(&before->anchor, &m->conf, &before->src) < rank))
		return;

	must(before->silent && addr_same_host(src, &before->src));
	must((before->renewed && before->looks >= LATCH_PATIENCE) ||
	     m->ssrcv[pkt->ssrc] ||
	     (before->rtcp && m->rtp.locked && !pkt->ssrc));
}


static void hear(struct model *m, const uint8_t *e)
{
	const size_t i = e[1] % SOURCES;
	const struct sa *src = &m->srcv[i];
	const struct packet pkt = packet_of(e);
	const struct latch before = m->l;
	const bool known = (before.locked &&
			    sa_cmp(src, &before.src, SA_ALL)) ||
			   (before.past &&
			    sa_cmp(src, &before.past->src, SA_ALL));
	enum latch_verdict verdict;

	if (is_good(&before, &pkt))
		++m->goodv[i];

	verdict = latch_hear(&m->l, src, &pkt, m->l.rtcp ? &m->rtp : NULL);

	if (pkt.type == PACKET_INVALID && !before.anchor.any)
		must(same_octets(&before, &m->l, sizeof(before)));

	if (verdict == LATCH_LOCKED) {
		check_lock(m, &before, src, &pkt, m->goodv[i]);
		must(m->l.locked && sa_cmp(src, &m->l.src, SA_ALL));
		memset(m->goodv, 0, sizeof(m->goodv));
		memset(m->ssrcv, 0, sizeof(m->ssrcv));
		for (size_t k = 0; k < m->l.ssrcc; k++)
			m->ssrcv[m->l.ssrcv[k] % SSRCS] = true;
		return;
	}

	must(m->l.locked == before.locked);
	must(!m->l.locked || sa_cmp(&before.src, &m->l.src, SA_ALL));
	if (verdict == LATCH_ACCEPTED && !known)
		must(anchor_rank(&before.anchor, &m->conf, src) ||
		     (before.keyed && pkt.authentic));
	if (verdict == LATCH_ACCEPTED && before.locked) {
		must(sa_cmp(src, &before.src, SA_ALL));
		m->ssrcv[pkt.ssrc] = true;
		memset(m->goodv, 0, sizeof(m->goodv));
	}
}


/* of the side's RTP: locked to the phone, with SSRC 0 */
static void lock_rtp(struct model *m, size_t i)
{
	latch_lock(&m->rtp, &m->srcv[i]);
	m->rtp.ssrcv[0] = 0;
	m->rtp.ssrcc = 1;
}


static void event(struct model *m, const uint8_t *e)
{
	switch (e[0] & 15) {
	case 0:
		signal_anchor(m, e);
		break;

	case 1:
		latch_silent(&m->l);
		break;

	case 2:
		latch_keyed(&m->l, e[1] & 1);
		break;

	case 3:
		latch_reset(&m->l);
		memset(m->goodv, 0, sizeof(m->goodv));
		memset(m->ssrcv, 0, sizeof(m->ssrcv));
		break;

	case 4:
		lock_rtp(m, e[1] % 3);
		break;

	default:
		hear(m, e);
		break;
	}
}


int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct model m;

	if (!len)
		return 0;

	begin(&m, p[0]);
	for (size_t i = 1; i + EVENT <= len; i += EVENT) {
		event(&m, p + i);
		check_target(&m);
	}
	latch_close(&m.l);
	latch_close(&m.rtp);

	return 0;
}
