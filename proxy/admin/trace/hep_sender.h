/**
 * @file hep_sender.h  All that is seen goes to a capture server (Homer)
 *
 * One datagram a message, without waiting: what the socket does not take is
 * counted, and gone.
 */
#ifndef PROXY_ADMIN_TRACE_HEP_SENDER_H
#define PROXY_ADMIN_TRACE_HEP_SENDER_H

#include "proxy/admin/trace/sighting.h"

struct hep_sender;
struct log;
struct metrics;

struct hep_sender_conf {
	const struct sa *server;
	uint32_t id;
	const char *password; /* "": none */
};

/* conf is copied */
int hep_sender_alloc(struct hep_sender **sp,
		     const struct hep_sender_conf *conf,
		     struct metrics *metrics);

/* with its secrets hidden; s may be NULL */
void hep_sender_note(struct hep_sender *s, const struct sighting *seen);

/* what became of a call, as JSON; from and to: its sides */
void hep_sender_quality(struct hep_sender *s, const char *callid,
			const struct sa *from, const struct sa *to,
			uint64_t wall_us, const struct mbuf *json);

#endif
