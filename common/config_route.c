/**
 * @file config_route.c  The dial plan: which numbers go to which peers
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"


static int grow(struct config_draft *d)
{
	struct config *conf = d->conf;
	size_t room = d->route_room ? 2 * d->route_room : 4;
	struct config_route *v;

	v = mem_zalloc(room * sizeof(*v), NULL);
	if (!v)
		return ENOMEM;

	if (conf->routec)
		memcpy(v, conf->routev, conf->routec * sizeof(*v));

	mem_deref(conf->routev);
	conf->routev = v;
	d->route_room = room;

	return 0;
}


/**
 * Make the route of this name the one that keys belong to; add it if new
 *
 * @param d    Draft
 * @param name Title of the section
 * @param line Line, of the route's first key or of its end
 *
 * @return 0 if success, otherwise errorcode
 */
int config_route_begin(struct config_draft *d, const char *name, uint32_t line)
{
	struct config *conf = d->conf;

	/* sections come one after the other, each title once */
	if (d->route && !strncmp(d->route->name, name, CONFIG_NAME_MAX - 1))
		return 0;

	if (conf->routec >= CONFIG_ROUTE_MAX) {
		config_fault(d, line, "too many routes, expected at most %d",
			     CONFIG_ROUTE_MAX);
		return ENOSPC;
	}

	if (conf->routec >= d->route_room && grow(d)) {
		config_fault(d, line, "out of memory");
		return ENOMEM;
	}

	if (!config_name_isvalid(name))
		config_fault(d, line,
			     "route \"%.100s\": bad name, expected at most %d "
			     "letters, digits, \"-\", \"_\" and \".\"",
			     name, CONFIG_NAME_MAX - 1);

	d->route_linev[conf->routec] = line;
	d->route = &conf->routev[conf->routec++];
	(void)str_ncpy(d->route->name, name, sizeof(d->route->name));
	config_key_forget(d, "route");

	return 0;
}


/**
 * A pattern of numbers
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_match(struct config_draft *d, const struct config_key *key,
		       const char *value)
{
	struct config_route *route = d->route;
	int err;
	(void)key;

	if (strlen(value) >= PATTERN_TEXT_MAX)
		return ERANGE;
	if (route->matchc >= CONFIG_MATCH_MAX)
		return ENOSPC;

	err = pattern_decode(&route->patternv[route->matchc], value);
	if (err)
		return err;

	(void)str_ncpy(route->matchv[route->matchc++], value,
		       PATTERN_TEXT_MAX);

	return 0;
}


/**
 * A peer that a route leads to; peers may stand below the routes
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_route_peer(struct config_draft *d,
			    const struct config_key *key, const char *value)
{
	struct config_route *route = d->route;
	(void)key;

	if (!config_name_isvalid(value))
		return EINVAL;

	for (size_t i = 0; i < route->peerc; i++) {
		if (!strcmp(route->peerv[i], value))
			return EEXIST;
	}

	if (route->peerc >= CONFIG_ROUTE_PEER_MAX)
		return ENOSPC;

	(void)str_ncpy(route->peerv[route->peerc++], value, CONFIG_NAME_MAX);

	return 0;
}


static const struct config_peer *find_peer(const struct config *conf,
					   const char *name)
{
	for (size_t i = 0; i < conf->peerc; i++) {
		if (!strcmp(conf->peerv[i].name, name))
			return &conf->peerv[i];
	}

	return NULL;
}


static const char *suggest_peer(const struct config *conf, const char *name)
{
	const char *wordv[CONFIG_PEER_MAX + 1];
	size_t n = 0;

	for (; n < conf->peerc; n++)
		wordv[n] = conf->peerv[n].name;
	wordv[n] = NULL;

	return config_suggest(name, wordv);
}


static void check_route_peers(struct config_draft *d,
			      const struct config_route *r, uint32_t line)
{
	for (size_t i = 0; i < r->peerc; i++) {
		const char *near = suggest_peer(d->conf, r->peerv[i]);
		const struct config_peer *p = find_peer(d->conf, r->peerv[i]);

		if (!p)
			config_fault(d, line,
				     "route \"%s\" leads to \"%s\", expected "
				     "the name of a peer%s%s%s",
				     r->name, r->peerv[i],
				     near ? ", did you mean \"" : "",
				     near ? near : "", near ? "\"?" : "");
		else if (!p->uri[0] && !p->addrc)
			config_fault(d, line,
				     "route \"%s\" leads to peer \"%s\" "
				     "without an address, expected "
				     "uri = \"sip:HOST\" there",
				     r->name, r->peerv[i]);
	}
}


/* the pattern before it that takes all its numbers; NULL: none */
static const char *shadow_of(const struct config *conf, size_t route,
			     size_t match, const char **by)
{
	const struct pattern *p = &conf->routev[route].patternv[match];

	for (size_t i = 0; i <= route; i++) {
		const struct config_route *r = &conf->routev[i];
		const size_t end = i == route ? match : r->matchc;

		for (size_t k = 0; k < end; k++) {
			if (pattern_covers(&r->patternv[k], p)) {
				*by = r->name;
				return r->matchv[k];
			}
		}
	}

	return NULL;
}


static void warn_shadows(struct config_draft *d, size_t route)
{
	const struct config_route *r = &d->conf->routev[route];

	for (size_t i = 0; i < r->matchc; i++) {
		const char *name = NULL;
		const char *by = shadow_of(d->conf, route, i, &name);

		if (by)
			config_warn(d, d->route_linev[route],
				    "route \"%s\": \"%s\" is never reached, "
				    "\"%s\" of route \"%s\" takes its numbers",
				    r->name, r->matchv[i], by, name);
	}
}


/**
 * Check the dial plan
 *
 * @param d Draft, read to its end
 */
void config_check_routes(struct config_draft *d)
{
	const struct config *conf = d->conf;

	for (size_t i = 0; i < conf->routec; i++) {
		const struct config_route *r = &conf->routev[i];
		const uint32_t line = d->route_linev[i];

		if (!r->matchc)
			config_fault(d, line,
				     "route \"%s\" has no match, expected "
				     "match = { \"PATTERN\", ... }",
				     r->name);
		if (r->peerc && r->refuse)
			config_fault(d, line,
				     "route \"%s\" has peers and refuse, "
				     "expected one of them",
				     r->name);
		if (r->emergency && r->refuse)
			config_fault(d, line,
				     "route \"%s\" is refused, expected no "
				     "emergency = yes",
				     r->name);
		if (!r->peerc && !r->refuse)
			config_fault(d, line,
				     "route \"%s\" has no peers, expected "
				     "peers = { \"NAME\", ... }, or "
				     "refuse = STATUS",
				     r->name);
		check_route_peers(d, r, line);
		warn_shadows(d, i);
	}
}
