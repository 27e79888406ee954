/**
 * @file mock/fakekernel.h  A kernel that forwards flows, by hand
 *
 * By -Wl,--wrap: as long as it is open, flows are its own. What comes by wire
 * is shown to it first; it measures as the real one does.
 */
#ifndef TEST_MOCK_FAKEKERNEL_H
#define TEST_MOCK_FAKEKERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/kernel/flows.h"

void fakekernel_open(void);
void fakekernel_close(void); /* fails the test if a flow is left */

struct flows *fakekernel_flows(void);

/* what flow_add() returns from now on */
void fakekernel_refuse(int err);

/* how many there are, how many of them forward, how many ever were */
size_t fakekernel_count(void);
size_t fakekernel_started(void);
size_t fakekernel_added(void);
unsigned fakekernel_beats(void);

/* of the flow of that source and port, or NULL */
const struct flow_conf *fakekernel_conf(const struct sa *src,
					const struct sa *local);

/* true: it was forwarded; false: it comes up */
bool fakekernel_hears(const struct sa *src, const struct sa *local,
		      const uint8_t *p, size_t len, uint64_t now_us);

/* how many of them keep headers; how many others there are beside them */
size_t fakekernel_kept(void);
void fakekernel_crowd(uint32_t flows);

/* its packets all come up, as with a machine that was asleep */
void fakekernel_sleeps(bool on);

#endif
