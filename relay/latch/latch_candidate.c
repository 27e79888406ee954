/**
 * @file latch_candidate.c  Sources that a port may be locked to
 */
#include "relay/latch/latch_candidate.h"
#include "relay/latch/packet.h"

/* numbers this far ahead still are the same stream */
enum { SEQ_AHEAD = 100 };


static uint32_t best_count(const struct latch_candidate *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->runc; i++)
		n = max(n, c->runv[i].count);

	return n;
}


/* of the worst the one that has proved least: the others shall not begin
   anew because somebody changes his port with each packet */
static size_t weakest(const struct latch_candidates *l)
{
	size_t worst = l->c - 1;

	for (size_t i = l->c - 1; i-- > 0;) {
		if (l->v[i].rank > l->v[worst].rank)
			break;
		if (best_count(&l->v[i]) < best_count(&l->v[worst]))
			worst = i;
	}

	return worst;
}


/* a place for a newcomer of that rank at the end; false: none is worse */
static bool make_room(struct latch_candidates *l, enum anchor_rank rank)
{
	size_t n;

	if (l->c < LATCH_CANDIDATES) {
		++l->c;
		return true;
	}

	n = weakest(l);
	if (rank < l->v[n].rank)
		return false;

	for (; n + 1 < l->c; n++)
		l->v[n] = l->v[n + 1];

	return true;
}


/* keeps the best first and, among equals, the earlier one */
static struct latch_candidate *add(struct latch_candidates *l,
				   const struct sa *src, enum anchor_rank rank)
{
	size_t i;

	if (!make_room(l, rank))
		return NULL;

	for (i = l->c - 1; i && l->v[i - 1].rank < rank; i--)
		l->v[i] = l->v[i - 1];

	l->v[i] = (struct latch_candidate){.src = *src, .rank = rank};

	return &l->v[i];
}


/**
 * Get the candidate of a source, a new one where it is not known
 *
 * @param l    Candidates
 * @param src  Source
 * @param rank Its rank
 *
 * @return Candidate, NULL if all there is room for are better
 */
struct latch_candidate *latch_candidate_get(struct latch_candidates *l,
					    const struct sa *src,
					    enum anchor_rank rank)
{
	for (size_t i = 0; i < l->c; i++) {
		if (sa_cmp(&l->v[i].src, src, SA_ALL))
			return &l->v[i];
	}

	return add(l, src, rank);
}


/* of that SSRC; a new one takes the place of the one that proved least */
static struct latch_run *run_of(struct latch_candidate *c, uint32_t ssrc)
{
	struct latch_run *run = &c->runv[0];

	for (size_t i = 0; i < c->runc; i++) {
		if (c->runv[i].ssrc == ssrc)
			return &c->runv[i];
		if (c->runv[i].count < run->count)
			run = &c->runv[i];
	}

	if (c->runc < LATCH_SSRCS)
		run = &c->runv[c->runc++];
	*run = (struct latch_run){.ssrc = ssrc};

	return run;
}


static void run_count(struct latch_run *run, bool ordered, uint16_t seq)
{
	const uint16_t ahead = (uint16_t)(seq - run->seq);
	const uint16_t behind = (uint16_t)(run->seq - seq);

	if (!ordered) {
		++run->count;
		return;
	}

	if (!run->count || (ahead > SEQ_AHEAD && behind > SEQ_AHEAD))
		run->count = 1;
	else if (ahead && ahead <= SEQ_AHEAD)
		++run->count;
	else
		return; /* again, or late: proves nothing more */

	run->seq = seq;
}


/* a better source is alive: the worse ones begin anew */
static void outrank(struct latch_candidates *l, enum anchor_rank rank)
{
	for (size_t i = 0; i < l->c; i++) {
		if (l->v[i].rank < rank)
			l->v[i].runc = 0;
	}
}


static void forget_hellos(struct latch_candidates *l)
{
	for (size_t i = 0; i < l->c; i++)
		l->v[i].hellos = 0;
}


/**
 * Count a good packet
 *
 * @param l       Candidates
 * @param c       The one that it came from
 * @param ordered True if sequence numbers are to go up
 * @param pkt     Packet
 *
 * @return Good packets of its SSRC in a row
 */
uint32_t latch_candidate_count(struct latch_candidates *l,
			       struct latch_candidate *c, bool ordered,
			       const struct packet *pkt)
{
	struct latch_run *run = run_of(c, pkt->ssrc);

	run_count(run, ordered, pkt->seq);
	outrank(l, c->rank);
	if (c == &l->v[0])
		forget_hellos(l);

	return run->count;
}


/**
 * Note a handshake. Whoever greeted first is spoken to; if he falls silent
 * while another one goes on, that one is.
 *
 * @param l    Candidates
 * @param c    The one that it came from
 * @param need How many of another one in a row
 *
 * @return True if it is the one that is spoken to
 */
bool latch_candidate_greet(struct latch_candidates *l,
			   struct latch_candidate *c, uint32_t need)
{
	struct latch_candidate first;

	c->greeted = true;
	if (c == &l->v[0]) {
		forget_hellos(l);
		return true;
	}

	if (++c->hellos < need)
		return false;

	first = *c;
	for (; c > &l->v[0]; c--)
		*c = *(c - 1);
	*c = first;

	return latch_candidate_greet(l, c, need);
}
