/**
 * @file config_row.h  How a row of the table of keys is written
 */
#ifndef COMMON_CONFIG_ROW_H
#define COMMON_CONFIG_ROW_H

#include "common/config_draft.h"

#define AT(member) .offset = offsetof(struct config, member)
#define SIZE(member) \
	AT(member), .max = (uint32_t)sizeof(((struct config *)0)->member)

#define PEER(member)  .offset = offsetof(struct config_peer, member)
#define ROUTE(member) .offset = offsetof(struct config_route, member)
#define PEER_SIZE(member) \
	PEER(member),     \
		.max = (uint32_t)sizeof(((struct config_peer *)0)->member)
#define ROUTE_SIZE(member) \
	ROUTE(member),     \
		.max = (uint32_t)sizeof(((struct config_route *)0)->member)

#define ONE             .list = false
#define LIST            .list = true
#define YES_NO          "yes or no"
#define SECONDS(lo, hi) "seconds, " #lo " to " #hi
#define USER            "a name without quotes"
#define PASSWORD        "a password without quotes"
#define DIGITS          "digits, * and #, \"+\" in front allowed"
#define SIP_URI         "\"sip:ADDRESS:PORT\", with \";transport=tcp\" for TCP"

/* LIVE or RESTART, the unit, the default, what it is for */
#define DOC(when, measure, standard, text)                               \
	.reload = CONFIG_##when, .unit = (measure), .value = (standard), \
	.doc = (text)

/** The keys of some sections */
struct config_rows {
	const struct config_key *v;
	size_t n;
};

extern const struct config_rows config_rows_base;
extern const struct config_rows config_rows_user;
extern const struct config_rows config_rows_media;
extern const struct config_rows config_rows_peer;
extern const struct config_rows config_rows_trace;
extern const struct config_rows config_rows_http;

#endif
