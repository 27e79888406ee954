/**
 * @file census.c  Messages, counted by method and by class of status
 *
 * Strangers may name any method: what is not known here is one of them.
 */
#include <re.h>
#include "common/metrics.h"
#include "proxy/sip/census.h"

/* the most frequent ones first; the last one stands for all others */
static const char *const methodv[CENSUS_METHODS] = {
	"REGISTER", "INVITE", "ACK",    "BYE",     "OPTIONS",
	"CANCEL",   "PRACK",  "UPDATE", "NOTIFY",  "SUBSCRIBE",
	"MESSAGE",  "INFO",   "REFER",  "PUBLISH", "other",
};


/**
 * Find the counters
 *
 * @param c       Census
 * @param metrics Registry, or NULL
 */
void census_init(struct census *c, struct metrics *metrics)
{
	for (size_t i = 0; i < CENSUS_METHODS; i++)
		c->methodv[i] = metrics_labelled(metrics, "sip_requests_total",
						 "method", methodv[i]);

	for (unsigned i = 0; i < CENSUS_CLASSES; i++) {
		char class[] = "1xx";

		class[0] = (char)('1' + i);
		c->inv[i] = metrics_labelled(metrics, "sip_responses_total",
					     "class", class);
		c->outv[i] = metrics_labelled(
			metrics, "sip_responses_sent_total", "class", class);
	}
}


/* 0: none */
static unsigned class_of(uint16_t scode)
{
	const unsigned n = scode / 100u;

	return n <= CENSUS_CLASSES ? n : 0;
}


/**
 * A message came in
 *
 * @param c   Census
 * @param msg Message
 */
void census_in(const struct census *c, const struct message *msg)
{
	size_t i = 0;

	if (!msg->req) {
		if (class_of(msg->scode))
			counter_inc(c->inv[class_of(msg->scode) - 1]);
		return;
	}

	while (i < CENSUS_METHODS - 1 && !message_is(msg, methodv[i]))
		++i;

	counter_inc(c->methodv[i]);
}


/**
 * We send a response
 *
 * @param c     Census
 * @param scode Its status code
 */
void census_out(const struct census *c, uint16_t scode)
{
	if (class_of(scode))
		counter_inc(c->outv[class_of(scode) - 1]);
}
