/**
 * @file trail_reader.c  Packets of a trail, in the order of time
 */
#include <string.h>
#include "relay/trail/trail_page.h"
#include "relay/trail/trail_reader.h"


/* false: the track is at its end */
static bool look(struct trail_record *rec, struct trail_mark *m)
{
	const struct trail_page *page = list_ledata(m->le);

	if (!page)
		return false;

	if (m->at >= page->used) {
		m->le = m->le->next;
		m->at = 0;
		page = list_ledata(m->le);
	}
	if (!page)
		return false;

	memcpy(rec, page->data + m->at, sizeof(*rec));

	return true;
}


static void choose(struct trail_reader *r)
{
	r->next = -1;
	r->at_us = UINT64_MAX;
	for (int i = 0; i < 2 * TRAIL_KINDS; i++) {
		struct trail_record rec;
		const struct trail_page *page;

		if (!look(&rec, &r->markv[i]))
			continue;

		page = r->markv[i].le->data;
		if (page->first_us + rec.after_us >= r->at_us)
			continue;

		r->at_us = page->first_us + rec.after_us;
		r->next = i;
	}
}


/**
 * Begin to read a trail
 *
 * @param r     Reader
 * @param trail Trail, sealed; it outlives the reader
 */
void trail_reader_init(struct trail_reader *r, const struct trail *trail)
{
	r->trail = trail;
	for (int i = 0; i < 2 * TRAIL_KINDS; i++)
		r->markv[i] = (struct trail_mark){
			.le = trail->trackv[i / TRAIL_KINDS][i % TRAIL_KINDS]
				      .pagel.head,
		};
	choose(r);
}


/**
 * Read the next packet
 *
 * @param r   Reader
 * @param pkt Packet
 *
 * @return False if there is none
 */
bool trail_reader_next(struct trail_reader *r, struct trail_packet *pkt)
{
	const enum relay_side side = (enum relay_side)(r->next / TRAIL_KINDS);
	const struct trail_page *page;
	struct trail_record rec;
	struct trail_mark *m;

	if (r->next < 0)
		return false;

	m = &r->markv[r->next];
	(void)look(&rec, m);
	page = m->le->data;
	*pkt = (struct trail_packet){
		.kind = (enum trail_kind)(r->next % TRAIL_KINDS),
		.side = side,
		.at_us = r->at_us,
		.src = &page->src,
		.local =
			&r->trail->localv[side][!!(rec.flags & TRAIL_TO_RTCP)],
		.out = &r->trail->localv[!side]
					[!!(rec.flags & TRAIL_FROM_RTCP)],
		.dst = sa_af(&page->dst) == AF_UNSPEC ? NULL : &page->dst,
		.p = page->data + m->at + sizeof(rec),
		.kept = rec.kept,
		.wire = rec.wire,
	};
	m->at += trail_record_size(rec.kept);
	choose(r);

	return true;
}
