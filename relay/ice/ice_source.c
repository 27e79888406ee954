/**
 * @file ice_source.c  Where the checks of one component came from
 */
#include <string.h>
#include "relay/ice/check.h"
#include "relay/ice/ice_source.h"

/* an agent says it again and again while it means it, those of RFC 5245 of
   all their ways at once */
enum { STILL_MEANT_MS = 3000 };


/**
 * Is it a copy of a check that came from elsewhere? An agent makes a new one
 * for each way, and sends it again from the same address only: what is right
 * in all and comes from another one was overheard.
 *
 * @param tids Checks that were seen
 * @param c    Check that was verified; it is noted if it is new
 * @param src  Its source
 *
 * @return True if it is a copy
 *
 * RFC 8445 section 7.2.2, RFC 8489 section 5
 */
bool ice_source_copied(struct ice_tids *tids, const struct check *c,
		       const struct sa *src)
{
	uint64_t tid;

	memcpy(&tid, check_tid(c) + STUN_TID_SIZE - sizeof(tid), sizeof(tid));
	for (size_t i = 0; i < tids->n; i++) {
		if (tids->v[i].tid == tid)
			return !sa_cmp(&tids->v[i].src, src, SA_ALL);
	}

	tids->v[tids->next].tid = tid;
	tids->v[tids->next].src = *src;
	tids->next = (tids->next + 1) % ICE_TIDS;
	if (tids->n < ICE_TIDS)
		++tids->n;

	return false;
}


/**
 * Find a source
 *
 * @param s   Sources
 * @param src Address
 *
 * @return Its index, their number if it is none of them
 */
size_t ice_source_find(const struct ice_sources *s, const struct sa *src)
{
	size_t i = 0;

	while (i < s->n && !sa_cmp(&s->v[i].sa, src, SA_ALL))
		++i;

	return i;
}


/* the newest behind the first, and the oldest goes where there are many */
static size_t remember(struct ice_sources *s, const struct sa *src,
		       uint64_t theirs)
{
	size_t i = ice_source_find(s, src);

	if (i == s->n) {
		if (s->n < ICE_SOURCES)
			++s->n;
		i = s->n > 1 ? 1 : 0;
		memmove(&s->v[i + 1], &s->v[i],
			(s->n - i - 1) * sizeof(s->v[0]));
		s->v[i].sa = *src;
	}
	s->v[i].theirs = theirs;

	return i;
}


static void put_first(struct ice_sources *s, size_t i)
{
	const struct ice_source source = s->v[i];

	memmove(&s->v[1], s->v, i * sizeof(source));
	s->v[0] = source;
}


/* RFC 8445 section 8.1.1: one way is nominated, the last one counts; of the
   many of RFC 5245 section 8.1.1.2 that with the highest priority */
static bool may_move(const struct ice_sources *s, const struct check *c,
		     uint64_t theirs, uint64_t now_ms)
{
	return !s->nominated || s->v[0].theirs != theirs || !c->has_priority ||
	       c->priority >= s->priority ||
	       now_ms - s->nominated_ms >= STILL_MEANT_MS;
}


static bool nominate(struct ice_sources *s, size_t i, const struct check *c,
		     uint64_t now_ms)
{
	if (i && !may_move(s, c, s->v[i].theirs, now_ms))
		return false;

	put_first(s, i);
	s->nominated = true;
	s->nominated_ms = now_ms;
	s->priority = c->has_priority ? c->priority : 0;

	return i > 0;
}


/**
 * Note where a check came from that was verified
 *
 * @param s      Sources
 * @param c      Check
 * @param src    Its source
 * @param theirs Hash of the login that it came with
 * @param now_ms Now
 *
 * @return True if it is sent to from now on
 *
 * RFC 8445 section 7.3.2
 */
bool ice_source_add(struct ice_sources *s, const struct check *c,
		    const struct sa *src, uint64_t theirs, uint64_t now_ms)
{
	const bool first = !s->n;
	const size_t i = remember(s, src, theirs);

	/* before anybody is nominated he who came first will do */
	if (!c->nominates)
		return first;

	return nominate(s, i, c, now_ms) || first;
}


/**
 * Forget the sources of another phone, or of a login that is over
 *
 * @param s      Sources
 * @param theirs Hash of the login whose sources stay, in their order
 */
void ice_source_keep(struct ice_sources *s, uint64_t theirs)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].theirs == theirs)
			s->v[n++] = s->v[i];
		else if (!i)
			s->nominated = false;
	}

	s->n = n;
}
