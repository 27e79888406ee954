/**
 * @file reach.h  Which addresses media may come from and go to
 *
 * Pure. Never loopback (but in tests), link-local, multicast, broadcast or
 * unspecified addresses, and never our own ports: a relay that sends to
 * itself is a loop. Nor a port where something else than media listens: what
 * two phones of one man send each other through us would seem to be ours, and
 * a server that trusts our address would obey it.
 */
#ifndef RELAY_LATCH_REACH_H
#define RELAY_LATCH_REACH_H

#include <stdbool.h>
#include <re.h>

struct relay_conf;

/* what others see of an address of ours: *sa keeps its port */
void reach_advertise(const struct relay_conf *conf, struct sa *sa);

/* also by what is advertised */
bool reach_is_own(const struct relay_conf *conf, const struct sa *sa);

/* ports do not count */
bool reach_host_is_ok(const struct relay_conf *conf, const struct sa *sa);
bool reach_is_ok(const struct relay_conf *conf, const struct sa *sa);

#endif
