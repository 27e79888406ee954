/**
 * @file media_json.c  One end of a stream, as JSON
 */
#include "proxy/admin/media_json.h"
#include "proxy/admin/quality_json.h"


static void put_strangers(struct json_out *o, const struct relay_stats *st)
{
	json_out_array(o, "strangers");
	for (size_t i = 0; i < st->foreignc && i < RELAY_FOREIGN_MAX; i++) {
		json_out_object(o, NULL);
		json_out_sa(o, "source", &st->foreignv[i].src);
		json_out_number(o, "packets", st->foreignv[i].packets);
		json_out_object_end(o);
	}
	json_out_array_end(o);
}


/* by what its packets move, and why not by the kernel, where that does it */
static void put_rung(struct json_out *o, const struct relay_stats *st)
{
	static const char *const namev[] = {
		[RELAY_SOCKETS] = "sockets",
		[RELAY_LOOKUP] = "sk_lookup",
		[RELAY_KERNEL] = "kernel",
	};

	if ((unsigned)st->rung < ARRAY_SIZE(namev))
		json_out_text(o, "rung", namev[st->rung]);
	json_out_text(o, "no_kernel", st->no_kernel);
}


static void put_stats(struct json_out *o, const struct relay_stats *st)
{
	json_out_sa(o, "latched", &st->latched[RELAY_RTP]);
	json_out_sa(o, "latched_rtcp", &st->latched[RELAY_RTCP]);
	json_out_number(o, "rx_packets", st->rx_packets);
	json_out_number(o, "rx_octets", st->rx_octets);
	json_out_number(o, "tx_packets", st->tx_packets);
	json_out_number(o, "tx_octets", st->tx_octets);
	json_out_number(o, "lost", st->lost);
	json_out_number(o, "refused", st->refused);
	json_out_number(o, "invalid", st->invalid);
	json_out_number(o, "unsent", st->unsent);
	put_rung(o, st);
	if (st->foreignc)
		put_strangers(o, st);
	else
		json_out_sa(o, "refused_source", &st->refused_src);

	quality_json(o, "quality", &st->quality);
}


/**
 * What came and went at one end of a stream
 *
 * @param o   Writer
 * @param key Key
 * @param m   That end
 */
void media_json(struct json_out *o, const char *key,
		const struct call_report_media *m)
{
	json_out_object(o, key);
	json_out_sa(o, "sdp", &m->sdp);
	json_out_sa(o, "ours", &m->ours);
	if (m->counted)
		put_stats(o, &m->stats);
	json_out_object_end(o);
}
