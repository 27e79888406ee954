/**
 * @file latching.h  What a latch and its anchor are tested with
 */
#ifndef TEST_MOCK_LATCHING_H
#define TEST_MOCK_LATCHING_H

#include <re.h>
#include "relay/latch/latch.h"
#include "relay/relay.h"

/* "198.51.100.7:4000"; NULL: af unset */
struct sa latching_sa(const char *text);

/* a relay at 203.0.113.1 that locks to the third packet */
struct relay_conf latching_conf(void);

/* signalling; NULL: unknown */
bool latching_anchor(struct latch *l, const char *sdp, const char *signalling);

/* where it sends to; NULL: nowhere */
void latching_expect(const struct latch *l, const char *text);

#endif
