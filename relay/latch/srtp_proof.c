/**
 * @file srtp_proof.c  Which packets only the phone can have made
 */
#include <string.h>
#include <re.h>
#include "relay/latch/packet.h"
#include "relay/latch/srtp_proof.h"

/*
 * What is looked at, a second and at once. The phone's own host needs three
 * packets; strangers are mobiles that move, or floods over all ports: of
 * these no more than this much each.
 */
enum {
	SECOND_US = 1000000,
	RATE = 50,
	STRANGER_RATE = 5,
	BURST = 50,
	STRANGER_BURST = 10,
	ROC_UNKNOWN = 8, /* 3 hours of audio that began without us */
	HALF = 1 << 15,
	RTCP_AHEAD = 1000, /* a report every five seconds */
};


/**
 * Initialise a proof without keys
 *
 * @param pr   Proof, zeroed
 * @param rtcp For RTCP, not RTP
 */
void srtp_proof_init(struct srtp_proof *pr, bool rtcp)
{
	pr->rtcp = rtcp;
	pr->good = -1;
}


static void destructor(void *arg)
{
	struct srtp_book *book = arg;

	for (size_t i = 0; i < RELAY_KEYS_MAX; i++)
		srtp_key_close(&book->keyv[i]);
}


/**
 * Forget all keys, and how far their packets had come
 *
 * @param pr Proof
 */
void srtp_proof_close(struct srtp_proof *pr)
{
	pr->book = mem_deref(pr->book);
	pr->masterv = NULL;
	pr->keyc = 0;
	pr->good = -1;
}


static void rekey(struct srtp_proof *pr)
{
	struct srtp_book *book = pr->book;

	for (size_t i = 0; i < RELAY_KEYS_MAX; i++)
		srtp_key_close(&book->keyv[i]);
	for (size_t i = 0; i < book->trackc; i++)
		book->trackv[i].rekeyed = true;
	pr->good = -1;
}


static bool same_keys(const struct srtp_proof *pr,
		      const struct relay_key *keyv, size_t keyc)
{
	if (pr->keyc != keyc)
		return false;

	for (size_t i = 0; i < keyc; i++) {
		const struct relay_key *a = &pr->masterv[i], *b = &keyv[i];

		if (a->suite != b->suite || a->len != b->len ||
		    memcmp(a->key, b->key, a->len))
			return false;
	}

	return true;
}


/**
 * Say which keys the side has now
 *
 * @param pr   Proof; its former keys are still there
 * @param keyv Keys, must live as long as they are in use
 * @param keyc Number of them
 */
void srtp_proof_keys(struct srtp_proof *pr, const struct relay_key *keyv,
		     size_t keyc)
{
	if (keyc > RELAY_KEYS_MAX)
		keyc = 0;

	if (keyc && !pr->book)
		pr->book = mem_zalloc(sizeof(*pr->book), destructor);
	if (pr->book && !same_keys(pr, keyv, keyc))
		rekey(pr);

	pr->masterv = keyv;
	pr->keyc = (uint8_t)keyc;
}


static struct srtp_track *track_find(struct srtp_book *book, uint32_t ssrc)
{
	for (size_t i = 0; i < book->trackc; i++) {
		if (book->trackv[i].ssrc == ssrc)
			return &book->trackv[i];
	}

	return NULL;
}


static struct srtp_track *track_add(struct srtp_book *book, uint32_t ssrc)
{
	struct srtp_track *t;

	if (book->trackc < SRTP_TRACKS) {
		t = &book->trackv[book->trackc++];
	}
	else {
		t = &book->trackv[book->track_next];
		book->track_next = (book->track_next + 1) % SRTP_TRACKS;
	}

	*t = (struct srtp_track){.ssrc = ssrc};

	return t;
}


static void track_set(struct srtp_book *book, uint32_t ssrc, uint64_t index)
{
	struct srtp_track *t = track_find(book, ssrc);

	if (!t)
		t = track_add(book, ssrc);

	t->index = index;
	t->rekeyed = false;
}


/* RFC 3711 section 3.3.1: the counter that a number is nearest with */
static uint32_t guess_roc(uint64_t index, uint16_t seq)
{
	const uint32_t roc = (uint32_t)(index >> 16);
	const uint16_t last = (uint16_t)index;

	if (last < HALF)
		return seq - last > HALF && roc ? roc - 1 : roc;

	return last - HALF > seq ? roc + 1 : roc;
}


/* which counters are worth a try: new sources begin at 0, and so do many
   phones after a change of keys, though RFC 3711 section 8.1 says no */
static size_t rocs_of(uint32_t rocv[ROC_UNKNOWN], const struct srtp_track *t,
		      uint16_t seq, bool stranger)
{
	uint32_t roc;
	size_t n = 0;

	if (!t) {
		for (; n < (stranger ? 2 : ROC_UNKNOWN); n++)
			rocv[n] = (uint32_t)n;
		return n;
	}

	roc = guess_roc(t->index, seq);
	rocv[n++] = roc;
	rocv[n++] = roc + 1;
	if (roc)
		rocv[n++] = roc - 1;
	if (roc > 1 && t->rekeyed)
		rocv[n++] = 0;

	return n;
}


/* with each key's first use: of an offer's keys the first is right, as a rule
 */
static struct srtp_key *key_at(struct srtp_proof *pr, size_t i)
{
	struct srtp_key *k = &pr->book->keyv[i];

	if (!k->tag && srtp_key_open(k, &pr->masterv[i], pr->rtcp))
		return NULL;

	return k;
}


static bool is_newer(const struct srtp_track *t, uint64_t index)
{
	return !t || t->rekeyed || index > t->index;
}


static bool check_rtp(struct srtp_proof *pr, struct srtp_key *k,
		      const struct packet *pkt, const uint8_t *p, size_t len,
		      bool stranger)
{
	const struct srtp_track *t = track_find(pr->book, pkt->ssrc);
	uint32_t rocv[ROC_UNKNOWN];
	const size_t n = rocs_of(rocv, t, pkt->seq, stranger);

	for (size_t i = 0; i < n; i++) {
		const uint64_t index = (uint64_t)rocv[i] << 16 | pkt->seq;

		if (!is_newer(t, index))
			continue;

		++pr->looks;
		if (!srtp_key_rtp(k, p, len, rocv[i]))
			continue;

		track_set(pr->book, pkt->ssrc, index);
		return true;
	}

	return false;
}


static bool check_rtcp(struct srtp_proof *pr, struct srtp_key *k,
		       const struct packet *pkt, const uint8_t *p, size_t len)
{
	uint32_t index;

	++pr->looks;
	if (!srtp_key_rtcp(k, p, len) || !srtp_key_index(k, p, len, &index) ||
	    !is_newer(track_find(pr->book, pkt->ssrc), index))
		return false;

	track_set(pr->book, pkt->ssrc, index);

	return true;
}


/* a bucket that is known by the time at which it is full again */
static bool spend(struct srtp_proof *pr, bool stranger, uint64_t now_us)
{
	const uint64_t step = SECOND_US / (stranger ? STRANGER_RATE : RATE);
	const uint64_t burst = stranger ? STRANGER_BURST : BURST;
	uint64_t *at = &pr->book->free_us[!stranger];

	if (*at < now_us)
		*at = now_us;
	if (*at - now_us > (burst - 1) * step)
		return false;

	*at += step;

	return true;
}


/**
 * Find out whether a packet is the phone's, and newer than all before
 *
 * @param pr       Proof
 * @param pkt      What the packet is
 * @param p        The packet
 * @param len      Its length
 * @param stranger True if its source does not fit the anchor
 * @param now_us   Monotonic time in microseconds
 *
 * @return True if it is
 *
 * RFC 3711 section 3.3
 */
bool srtp_proof_check(struct srtp_proof *pr, const struct packet *pkt,
		      const uint8_t *p, size_t len, bool stranger,
		      uint64_t now_us)
{
	if (!pr->keyc || !pr->book || !spend(pr, stranger, now_us))
		return false;

	for (size_t i = 0; i < pr->keyc; i++) {
		struct srtp_key *k;

		if (pr->good >= 0 && (size_t)pr->good != i)
			continue;

		k = key_at(pr, i);
		if (!k ||
		    !(pr->rtcp ? check_rtcp(pr, k, pkt, p, len)
			       : check_rtp(pr, k, pkt, p, len, stranger)))
			continue;

		pr->good = (int8_t)i;
		return true;
	}

	return false;
}


/* that keys have changed is over with a packet that was looked at only */
static void seen_rtp(struct srtp_proof *pr, const struct packet *pkt)
{
	struct srtp_track *t = track_find(pr->book, pkt->ssrc);
	uint64_t index;

	if (!t) {
		track_set(pr->book, pkt->ssrc, pkt->seq);
		return;
	}

	index = (uint64_t)guess_roc(t->index, pkt->seq) << 16 | pkt->seq;
	if (index > t->index)
		t->index = index;
}


/* nobody has looked at its tag: a jump may be somebody's who lends the
   phone's address */
static void seen_rtcp(struct srtp_proof *pr, const struct packet *pkt,
		      const uint8_t *p, size_t len)
{
	struct srtp_track *t = track_find(pr->book, pkt->ssrc);
	uint32_t index;

	if (pr->good < 0 ||
	    !srtp_key_index(&pr->book->keyv[pr->good], p, len, &index))
		return;

	if (t && index > t->index && index - t->index <= RTCP_AHEAD)
		t->index = index;
}


/**
 * Note how far the phone's packets have come
 *
 * @param pr  Proof
 * @param pkt What the packet is
 * @param p   The packet, which was accepted
 * @param len Its length
 */
void srtp_proof_seen(struct srtp_proof *pr, const struct packet *pkt,
		     const uint8_t *p, size_t len)
{
	if (!pr->keyc || !pr->book)
		return;

	if (!pr->rtcp && pkt->type == PACKET_RTP)
		seen_rtp(pr, pkt);
	else if (pr->rtcp && pkt->type == PACKET_RTCP)
		seen_rtcp(pr, pkt, p, len);
}
