/**
 * @file dialplan.h  Which row of the dial plan takes a number, pure
 */
#ifndef PROXY_CORE_DIALPLAN_H
#define PROXY_CORE_DIALPLAN_H

#include "common/config.h"

/* the first that fits, NULL: none */
const struct config_route *dialplan_find(const struct config *cfg,
					 const char *num);

/* the pattern of it that does, NULL: none */
const char *dialplan_pattern(const struct config_route *r, const char *num);

/* is the number in a URI's user part one that no limit refuses? */
bool dialplan_is_emergency(const struct config *cfg, const struct pl *user);

/* does a route lead to that peer? Then it is reached by routes alone */
bool dialplan_uses(const struct config *cfg, const struct config_peer *peer);

#endif
