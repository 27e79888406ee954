/**
 * @file dialplan.c  Which row of the dial plan takes a number
 */
#include <string.h>
#include "proxy/core/dialplan.h"
#include "common/number.h"


/**
 * Find the pattern of a route that takes a number
 *
 * @param r   Route
 * @param num Number
 *
 * @return Its text, NULL: none does
 */
const char *dialplan_pattern(const struct config_route *r, const char *num)
{
	struct pl pl;

	if (!r || !num)
		return NULL;

	pl_set_str(&pl, num);
	for (size_t i = 0; i < r->matchc; i++) {
		if (pattern_match(&r->patternv[i], &pl))
			return r->matchv[i];
	}

	return NULL;
}


/**
 * Find the route that takes a number
 *
 * @param cfg Configuration
 * @param num Number, canonical
 *
 * @return The first that fits, NULL: none
 */
const struct config_route *dialplan_find(const struct config *cfg,
					 const char *num)
{
	for (size_t i = 0; cfg && i < cfg->routec; i++) {
		if (dialplan_pattern(&cfg->routev[i], num))
			return &cfg->routev[i];
	}

	return NULL;
}


/**
 * Is it an emergency call?
 *
 * @param cfg  Configuration
 * @param user User part of the Request-URI
 *
 * @return true if no limit may refuse it
 */
bool dialplan_is_emergency(const struct config *cfg, const struct pl *user)
{
	const struct config_route *r;
	char num[NUMBER_MAX];

	if (number_canonical(num, user))
		return false;

	r = dialplan_find(cfg, num);

	return r && r->emergency;
}


/**
 * Does a route lead to a peer?
 *
 * @param cfg  Configuration
 * @param peer Peer, or NULL
 *
 * @return true if one does
 */
bool dialplan_uses(const struct config *cfg, const struct config_peer *peer)
{
	for (size_t i = 0; cfg && peer && i < cfg->routec; i++) {
		const struct config_route *r = &cfg->routev[i];

		for (size_t k = 0; k < r->peerc; k++) {
			if (!strcmp(r->peerv[k], peer->name))
				return true;
		}
	}

	return false;
}
