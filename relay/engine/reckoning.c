/**
 * @file reckoning.c  What came through paths, added up for the operator
 */
#include "common/metrics.h"
#include "relay/engine/path.h"
#include "relay/engine/reckoning.h"


/**
 * Find the counters
 *
 * @param r       Reckoning
 * @param metrics Metrics (optional)
 */
void reckoning_init(struct reckoning *r, struct metrics *metrics)
{
	r->octets = metrics_counter(metrics, "relay_received_bytes_total");
	r->lost = metrics_counter(metrics, "relay_packets_lost_total");
	r->foreign = metrics_counter(metrics, "relay_packets_foreign_total");
}


/* what was lost may be found later, but a counter does not go down */
static void add(struct counter *c, uint64_t *done, uint64_t now)
{
	if (now <= *done)
		return;

	counter_add(c, (int64_t)(now - *done));
	*done = now;
}


/**
 * Add what is new of a path
 *
 * @param r    Reckoning
 * @param path Path
 */
void reckoning_add(const struct reckoning *r, struct path *path)
{
	struct reckoned now = {0, 0, 0};

	for (int side = 0; side < 2; side++) {
		now.lost += quality_lost(&path->hearsayv[side].quality);
		for (int comp = 0; comp < 2; comp++) {
			const struct leg_counts *c =
				&path->legv[side][comp].counts;

			now.octets += atomic_load_explicit(
				&c->rx_octets, memory_order_relaxed);
			now.foreign += atomic_load_explicit(
				&c->refused, memory_order_relaxed);
		}
	}

	add(r->octets, &path->reckoned.octets, now.octets);
	add(r->lost, &path->reckoned.lost, now.lost);
	add(r->foreign, &path->reckoned.foreign, now.foreign);
}
