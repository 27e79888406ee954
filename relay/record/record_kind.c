/**
 * @file record_kind.c  What a payload type sounds like, as far as we hear it
 */
#include <strings.h>
#include "relay/record/record_kind.h"

/* RFC 3551 section 6; 19 was comfort noise before RFC 3389 */
enum { PT_PCMU = 0, PT_PCMA = 8, PT_CN = 13, PT_CN_OLD = 19, PT_DYNAMIC = 96 };

/* RFC 4733 section 2.3 */
enum { EVENT_LEN = 4 };

enum { NOT_GIVEN = 0, PLAIN, OPAQUE };


static enum record_kind kind_of(const struct relay_codec *c)
{
	if (!strcasecmp(c->name, "CN") ||
	    !strcasecmp(c->name, "telephone-event"))
		return RECORD_SILENCE;
	if (c->clock != 8000 || c->channels > 1)
		return RECORD_OTHER;
	if (!strcasecmp(c->name, "PCMU"))
		return RECORD_PCMU;
	if (!strcasecmp(c->name, "PCMA"))
		return RECORD_PCMA;

	return RECORD_OTHER;
}


static void store(_Atomic uint8_t *p, uint8_t n)
{
	atomic_store_explicit(p, n, memory_order_relaxed);
}


static uint8_t load(const _Atomic uint8_t *p)
{
	return atomic_load_explicit(p, memory_order_relaxed);
}


/**
 * Write down what a side's new SDP says
 *
 * What an old one said of a payload type, and the new one does not, stays:
 * packets of before are still on their way.
 *
 * @param w      Words of that side
 * @param terms  Its codecs, or NULL
 * @param opaque It is encrypted, or no RTP
 */
void record_words_set(struct record_words *w, const struct relay_terms *terms,
		      bool opaque)
{
	store(&w->opaque, opaque ? OPAQUE : PLAIN);
	for (size_t i = 0; terms && i < terms->codecc; i++) {
		const struct relay_codec *c = &terms->codecv[i];

		if (c->pt >= RECORD_PTS || !c->name[0])
			continue;

		store(&w->kindv[c->pt], (uint8_t)kind_of(c));
		store(&w->said, 1);
	}
}


static enum record_kind usual(uint8_t pt)
{
	switch (pt) {
	case PT_PCMU:
		return RECORD_PCMU;
	case PT_PCMA:
		return RECORD_PCMA;
	case PT_CN:
	case PT_CN_OLD:
		return RECORD_SILENCE;
	default:
		return RECORD_OTHER;
	}
}


/**
 * What a packet is
 *
 * @param from        Words of the side that sent it
 * @param to          Words of the side that it is for
 * @param pt          Its payload type
 * @param payload_len Octets of its payload
 *
 * @return Kind, never unknown
 *
 * RFC 3264 section 5.1: payload types are those of who is to receive them
 */
enum record_kind record_kind(const struct record_words *from,
			     const struct record_words *to, uint8_t pt,
			     size_t payload_len)
{
	uint8_t kind = load(&to->kindv[pt & 0x7f]);

	if (kind == RECORD_UNKNOWN)
		kind = load(&from->kindv[pt & 0x7f]);
	if (kind != RECORD_UNKNOWN)
		return (enum record_kind)kind;

	/* nobody has said anything: what else is so short? */
	if (pt >= PT_DYNAMIC && payload_len == EVENT_LEN && !load(&to->said) &&
	    !load(&from->said))
		return RECORD_SILENCE;

	return usual(pt);
}


/**
 * Is what flows there nothing that we could decode?
 *
 * An offer of it alone changes nothing: it may be refused.
 *
 * @param from Words of one side
 * @param to   Words of the other one
 *
 * @return True if it is encrypted, or no RTP
 */
bool record_is_opaque(const struct record_words *from,
		      const struct record_words *to)
{
	const uint8_t a = load(&from->opaque), b = load(&to->opaque);

	return (a == OPAQUE || b == OPAQUE) && a != PLAIN && b != PLAIN;
}
