/**
 * @file test/relay/rig.h  A relay on loopback with one call of two phones
 */
#ifndef TEST_RELAY_RIG_H
#define TEST_RELAY_RIG_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "common/timer.h"
#include "relay/relay.h"
#include "test/mock/media.h"

enum { RIG_EVENTS = 64 };

struct rig {
	struct timers *timers; /* virtual */
	struct relay *relay;
	struct relay_session *s;
	struct relay_conf conf;
	struct {
		enum relay_event ev;
		struct relay_info info;
	} eventv[RIG_EVENTS];
	size_t eventc;

	/* stream 0: phone A is 127.0.0.2, B 127.0.0.3 */
	struct media a, b, a_rtcp, b_rtcp;
	struct sa at[2][2]; /* our addresses, by side and component */
};

struct relay_conf rig_conf(void);

/* conf NULL: rig_conf(); no session yet */
void rig_open(struct rig *rig, const struct relay_conf *conf);

/* a session whose stream 0 is open and anchored to the phones' addresses */
void rig_call(struct rig *rig);
void rig_close(struct rig *rig);

struct relay_anchor rig_anchor(const struct media *rtp,
			       const struct media *rtcp);

/* runs the main loop until so many events came */
void rig_wait_events(struct rig *rig, size_t n);
bool rig_has_event(const struct rig *rig, enum relay_event ev,
		   enum relay_side side, enum relay_comp comp);

/* runs the main loop until so many ports are free */
void rig_wait_ports(struct rig *rig, uint32_t n);

/* waits until the counters say that so many packets came to a side */
void rig_wait_seen(struct rig *rig, enum relay_side side, uint64_t n);
struct relay_stats rig_stats(const struct rig *rig, enum relay_side side);

/* both phones talk until both are latched, RTCP too */
void rig_latch(struct rig *rig);

#endif
