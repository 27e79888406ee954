/**
 * @file mock/riding.h  A stream of two phones, and a kernel played by hand
 *
 * No sockets: packets are handed to the kernel first, and to their leg when it
 * leaves them to us.
 */
#ifndef TEST_MOCK_RIDING_H
#define TEST_MOCK_RIDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "common/timer.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/relay.h"

enum { RIDING_PTIME_US = 20000, RIDING_LOOK_US = 100000 };

/** A side's phone */
struct riding_phone {
	struct sa addr;
	uint32_t ssrc, ts;
	uint16_t seq;
	uint8_t pt;
	size_t payload;
	bool marker;
};

struct riding {
	struct relay_conf conf;
	struct timers *timers;
	struct path *path;
	struct port portv[2][2];
	struct riding_phone phonev[2];
	bool kernel; /* it is asked */
	uint64_t now_us, looked_us;
	int event; /* of the last packet that came up, -1 if none */
};

/* both sides anchored to their phones; nothing is latched yet */
void riding_open(struct riding *r, bool kernel);
void riding_close(struct riding *r);

struct leg *riding_leg(struct riding *r, enum relay_side side);
void riding_anchor(struct riding *r, enum relay_side side,
		   const struct sa *rtp);
struct relay_stats riding_stats(const struct riding *r, enum relay_side side);

/* to a side's port; true: it went on, whoever forwarded it */
bool riding_datagram(struct riding *r, enum relay_side side,
		     enum relay_comp comp, const struct sa *src,
		     const uint8_t *p, size_t len);

/* the phone's next packet; lost: it does not come */
bool riding_speak(struct riding *r, enum relay_side side);
void riding_lose(struct riding *r, enum relay_side side);

/* both speak for so many packets' time, and the worker looks now and then */
void riding_talk(struct riding *r, unsigned packets);
void riding_look(struct riding *r);

/* until both ride */
void riding_settle(struct riding *r);

#endif
