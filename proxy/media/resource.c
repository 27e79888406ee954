/**
 * @file resource.c  What is the same for each maker's resource
 */
#include <string.h>
#include "proxy/media/resource.h"


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
	}
}
