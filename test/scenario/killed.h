/**
 * @file scenario/killed.h  A server that is killed, and started again
 */
#ifndef TEST_SCENARIO_KILLED_H
#define TEST_SCENARIO_KILLED_H

#include "test/scenario/rig.h"

/* what is in its files now is all that the next one gets; between, where it is
 * given, somebody changes them */
typedef void(killed_h)(const struct rig *rig, void *arg);
void rig_kill(struct rig *rig, killed_h *between, void *arg);

#endif
