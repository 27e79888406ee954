/**
 * @file resource.c  What is the same for each maker's resource
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/resource.h"


static void media_destructor(void *arg)
{
	struct resource_media *m = arg;

	for (size_t i = 0; i < m->n; i++)
		mem_deref(m->v[i].terms);
}


/**
 * Allocate a side's streams, none of them used
 *
 * @param mp Pointer to the allocated streams
 * @param n  How many m= lines there are
 *
 * @return 0 if success, EINVAL for more than a relay knows, otherwise
 *         errorcode
 */
int resource_media_alloc(struct resource_media **mp, size_t n)
{
	struct resource_media *m;

	if (!mp || n > RELAY_STREAMS_MAX)
		return EINVAL;

	m = mem_zalloc(sizeof(*m) + n * sizeof(m->v[0]), media_destructor);
	if (!m)
		return ENOMEM;

	m->n = n;
	*mp = m;

	return 0;
}


/**
 * One of a side's streams
 *
 * @param m Streams, or NULL
 * @param i Index of its m= line
 *
 * @return Stream; one that is not used where there is none
 */
const struct resource_stream *resource_media_stream(
	const struct resource_media *m, size_t i)
{
	static const struct resource_stream none = {.used = false};

	return m && i < m->n ? &m->v[i] : &none;
}


/**
 * What went through a resource on one side, over all streams
 *
 * @param total Set to the sums; all 0 where the relay is elsewhere
 * @param res   Resource, or NULL
 * @param side  Side
 */
void resource_total(struct relay_stats *total, const struct resource *res,
		    enum relay_side side)
{
	struct relay_stats st;

	if (!total)
		return;

	memset(total, 0, sizeof(*total));
	if (!res || !res->stats)
		return;

	for (unsigned i = 0; i < RELAY_STREAMS_MAX; i++) {
		if (res->stats(res, i, side, &st))
			continue;

		total->rx_packets += st.rx_packets;
		total->tx_packets += st.tx_packets;
		total->lost += st.lost;
		total->refused += st.refused;
		total->invalid += st.invalid;
		for (size_t k = 0; k < st.foreignc; k++)
			relay_stats_foreign(total, &st.foreignv[k]);
	}
}


/**
 * A resource for another answer to the same offer
 *
 * @param rp     Pointer to the allocated resource
 * @param r      Resource of the first answer
 * @param shared Side that has read the offer: its ports are the same
 * @param h      Event handler, or NULL
 * @param arg    Handler argument
 *
 * @return 0 if success, ENOSYS where the relay is elsewhere, otherwise
 *         errorcode
 */
int resource_fork(struct resource **rp, struct resource *r,
		  enum relay_side shared, resource_event_h *h, void *arg)
{
	if (!rp || !r)
		return EINVAL;

	return r->fork ? r->fork(rp, r, shared, h, arg) : ENOSYS;
}


/**
 * The ICE login that stands for us towards a side
 *
 * @param r     Resource
 * @param side  Side
 * @param login Filled
 *
 * @return 0 if success, ENOSYS where the relay is elsewhere, otherwise
 *         errorcode
 */
int resource_login(struct resource *r, enum relay_side side,
		   struct relay_login *login)
{
	if (!r || !login)
		return EINVAL;

	return r->login ? r->login(r, side, login) : ENOSYS;
}


/**
 * Hear the packets of a resource
 *
 * @param r   Resource
 * @param tap Who hears them, NULL: nobody any more
 *
 * @return 0 if success, ENOSYS where the relay is elsewhere, otherwise
 *         errorcode
 */
int resource_tap(struct resource *r, struct relay_tap *tap)
{
	if (!r)
		return EINVAL;

	return r->tap ? r->tap(r, tap) : ENOSYS;
}


/**
 * Find where the headers of a resource's packets will be
 *
 * @param r Resource, or NULL
 *
 * @return Sheaf, not owned; NULL where there is none
 */
struct sheaf *resource_sheaf(struct resource *r)
{
	return r && r->sheaf ? r->sheaf(r) : NULL;
}
