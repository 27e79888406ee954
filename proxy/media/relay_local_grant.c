/**
 * @file relay_local_grant.c  Streams of our own relay are opened and closed as
 * the sides of a call want them
 *
 * The ports of a stream stay while either side uses it.
 */
#include <sys/socket.h>
#include <re.h>
#include "proxy/media/relay_local_state.h"


static enum relay_side other(enum relay_side side)
{
	return side == RELAY_A ? RELAY_B : RELAY_A;
}


/* the family in which that side is reached: its media's, or as it signals */
static int side_af(const struct resource_request *rq, unsigned n)
{
	const struct sa *rtp = &resource_media_stream(rq->media, n)->rtp;

	return sa_isset(rtp, SA_ADDR) ? sa_af(rtp) : sa_af(&rq->signalling);
}


/* of the other side: as asked, else as it is, else like this side's */
static int other_af(const struct local_resource *r,
		    const struct resource_request *rq, unsigned n)
{
	if (rq->other_af != AF_UNSPEC)
		return rq->other_af;

	return r->streamv[n].open ? r->streamv[n].af[other(rq->side)]
				  : side_af(rq, n);
}


/**
 * Tell the relay what a side says of a stream
 *
 * @param r  Resource
 * @param n  Number of the stream, open
 * @param rq What the side asks
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_local_anchor(struct local_resource *r, unsigned n,
		       const struct resource_request *rq)
{
	const struct resource_stream *st = resource_media_stream(rq->media, n);
	const struct relay_anchor anchor = {
		.rtp = st->rtp,
		.rtcp = st->rtcp,
		.signalling = rq->signalling,
		.any = st->any,
		.answer = rq->answer,
		.terms = st->terms,
	};

	return relay_stream_anchor(r->session, n, rq->side, &anchor);
}


static void stream_close(struct local_resource *r, unsigned n)
{
	relay_stream_close(r->session, n);
	r->streamv[n].open = false;
}


/* ports of another family after a side has moved: the other side's anchor
 * has gone with the old ones */
static int stream_restore(struct local_resource *r, unsigned n,
			  enum relay_side side)
{
	const struct local_side *s = &r->sidev[side];

	if (!s->asked || !resource_media_stream(s->rq.media, n)->used)
		return 0;

	return relay_local_anchor(r, n, &s->rq);
}


/* a re-INVITE from a side that moved to the other family; the answer of the
 * other side can change nothing: its offer named the ports already */
static bool side_moved(const struct local_resource *r, unsigned n,
		       const struct resource_request *rq)
{
	const struct sa *rtp = &resource_media_stream(rq->media, n)->rtp;

	return r->sidev[rq->side].asked && sa_isset(rtp, SA_ADDR) &&
	       sa_af(rtp) != r->streamv[n].af[rq->side];
}


static int stream_open(struct local_resource *r, unsigned n,
		       const struct resource_request *rq)
{
	struct local_stream *st = &r->streamv[n];
	enum relay_side x = rq->side, y = other(x);
	int af[2], err;

	if (st->open && !side_moved(r, n, rq))
		return 0;

	af[x] = side_af(rq, n);
	af[y] = other_af(r, rq, n);
	if (st->open)
		stream_close(r, n);

	err = relay_stream_open(r->session, n, af[RELAY_A], af[RELAY_B]);
	if (err)
		return err;

	st->af[RELAY_A] = (uint8_t)af[RELAY_A];
	st->af[RELAY_B] = (uint8_t)af[RELAY_B];
	st->open = true;

	return stream_restore(r, n, y);
}


/* all of them, or none more than before */
static int streams_open(struct local_resource *r,
			const struct resource_request *rq)
{
	bool was_open[RELAY_STREAMS_MAX];
	int err = 0;

	for (unsigned n = 0; n < RELAY_STREAMS_MAX; n++)
		was_open[n] = r->streamv[n].open;

	for (unsigned n = 0; n < rq->media->n && !err; n++) {
		if (!rq->media->v[n].used)
			continue;

		err = stream_open(r, n, rq);
		if (!err)
			err = relay_local_anchor(r, n, rq);
	}

	for (unsigned n = 0; n < RELAY_STREAMS_MAX && err; n++) {
		if (r->streamv[n].open && !was_open[n])
			stream_close(r, n);
	}

	return err;
}


static bool side_uses(const struct local_resource *r, enum relay_side side,
		      unsigned n)
{
	return r->sidev[side].asked &&
	       resource_media_stream(r->sidev[side].rq.media, n)->used;
}


static void streams_close_unused(struct local_resource *r)
{
	for (unsigned n = 0; n < RELAY_STREAMS_MAX; n++) {
		if (r->streamv[n].open && !side_uses(r, RELAY_A, n) &&
		    !side_uses(r, RELAY_B, n))
			stream_close(r, n);
	}
}


static bool on_hold(const struct local_resource *r)
{
	return r->sidev[RELAY_A].rq.hold || r->sidev[RELAY_B].rq.hold;
}


/**
 * Keep what a side has asked
 *
 * @param r  Resource
 * @param rq What it asks, granted
 */
void relay_local_keep(struct local_resource *r,
		      const struct resource_request *rq)
{
	mem_ref(rq->media);
	mem_deref(r->sidev[rq->side].rq.media);
	r->sidev[rq->side].rq = *rq;
	r->sidev[rq->side].asked = true;
	relay_session_hold(r->session, on_hold(r));
}


static int answer(struct resource_media *ours, const struct local_resource *r,
		  const struct resource_request *rq)
{
	enum relay_side y = other(rq->side);
	int err = 0;

	for (unsigned n = 0; n < ours->n && !err; n++) {
		if (!rq->media->v[n].used)
			continue;

		ours->v[n].used = true;
		err = relay_stream_addr(r->session, n, y, RELAY_RTP,
					&ours->v[n].rtp);
		if (!err)
			err = relay_stream_addr(r->session, n, y, RELAY_RTCP,
						&ours->v[n].rtcp);
	}

	return err;
}


/* once, while nobody was told of an address: where each side is */
static void place(struct local_resource *r, const struct resource_request *rq)
{
	const struct sa *const towardsv[2] = {
		rq->side == RELAY_A ? &rq->signalling : &rq->other,
		rq->side == RELAY_B ? &rq->signalling : &rq->other,
	};

	for (int i = RELAY_A; i <= RELAY_B; i++) {
		if (r->placedv[i] || !sa_isset(towardsv[i], SA_ADDR))
			continue;

		/* without such a zone any address is better than none */
		(void)relay_session_place(r->session, (enum relay_side)i,
					  towardsv[i], rq->zonev[i]);
		r->placedv[i] = true;
	}
}


/**
 * Do what a side asks
 *
 * @param ours What stands for it, filled
 * @param r    Resource
 * @param rq   What it asks
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_local_grant(struct resource_media *ours, struct local_resource *r,
		      const struct resource_request *rq)
{
	int err;

	place(r, rq);
	err = streams_open(r, rq);
	if (err)
		return err;

	relay_local_keep(r, rq);
	streams_close_unused(r);

	return answer(ours, r, rq);
}
