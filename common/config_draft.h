/**
 * @file config_draft.h  A configuration in the making (config*.c only)
 *
 * text: what libconfuse may see; parse: libconfuse; table: all keys there are;
 * key_read: what of them stands in the file; value, word, addr, listen, tls,
 * relay, peer, route, announcement: what each may hold; check: what must fit
 * together; default: what is not given.
 */
#ifndef COMMON_CONFIG_DRAFT_H
#define COMMON_CONFIG_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "common/config_suggest.h"
#include "common/config.h"
#include "common/config_table.h"

enum { CONFIG_KEY_MAX = 192, CONFIG_FAULT_MAX = 100, CONFIG_SECTION_MAX = 32 };

struct config_draft {
	const char *name; /* of the file, for faults */
	struct config *conf;
	struct mbuf *errs;        /* not owned */
	struct config_peer *peer; /* whose section is read */
	size_t peer_room;         /* of conf->peerv */
	struct config_route *route;
	size_t route_room;
	struct config_announcement *announcement;
	struct {
		char name[CONFIG_ZONE_SIZE];
		uint32_t line;
	} zonev[CONFIG_ADDR_MAX]; /* the last one is read */
	size_t zonec;
	uint32_t faults, warnings;
	uint32_t fault_line;            /* of the last one */
	uint32_t linev[CONFIG_KEY_MAX]; /* where a key stands; 0: nowhere */
	uint32_t peer_linev[CONFIG_PEER_MAX];
	uint32_t route_linev[CONFIG_ROUTE_MAX];
	uint32_t announcement_linev[CONFIG_ANNOUNCEMENT_MAX];
	/* set by a decoder that refuses, both optional */
	const char *why;
	char whybuf[128];         /* where it is no fixed text */
	const char *const *wordv; /* the words there are, ended by NULL */
};

int config_draft_alloc(struct config_draft **dp, const char *name,
		       struct mbuf *errs);
int config_draft_finish(struct config_draft *d);

void config_fault(struct config_draft *d, uint32_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* the same, but it may stay as it is */
void config_warn(struct config_draft *d, uint32_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

int config_text_clean(struct config_draft *d, char *text);
int config_parse(struct config_draft *d, const char *text);

uint32_t config_key_line(const struct config_draft *d, const char *section,
			 const char *name);
void config_key_unknown(struct config_draft *d, uint32_t line,
			const char *section, const char *name);
void config_key_decode(struct config_draft *d, const struct config_key *key,
		       uint32_t line, const char *value, bool anew);
void config_key_forget(struct config_draft *d, const char *section);

/* the decoders of config_key's table */
config_value_h config_value_bool;
config_value_h config_value_number;
config_value_h config_value_path;
config_value_h config_value_secret;
config_value_h config_value_name;
config_value_h config_value_level;
config_value_h config_value_keepalive;
config_value_h config_value_origin;
config_value_h config_value_mode;
config_value_h config_value_media;
config_value_h config_value_ice;
config_value_h config_value_rung;
config_value_h config_value_attach;
config_value_h config_value_fork;
config_value_h config_value_redirects;
config_value_h config_value_listen;
config_value_h config_value_tls_file;
config_value_h config_value_domain;
config_value_h config_value_relay_address;
config_value_h config_value_network;
config_value_h config_value_zone;
config_value_h config_value_ports;
config_value_h config_value_relay_server;
config_value_h config_value_redirect_server;
config_value_h config_value_dns_server;
config_value_h config_value_hep_server;
config_value_h config_value_peer_address;
config_value_h config_value_peer_domain;
config_value_h config_value_push_url;
config_value_h config_value_push_provider;
config_value_h config_value_peer_secret;
config_value_h config_value_tls_name;
config_value_h config_value_peer_uri;
config_value_h config_value_inbound;
config_value_h config_value_text;
config_value_h config_value_header;
config_value_h config_value_prefix;
config_value_h config_value_match;
config_value_h config_value_route_peer;
config_value_h config_value_scanner;
config_value_h config_value_test;
config_value_h config_value_sound;
config_value_h config_value_reply;
config_value_h config_value_refuse;
config_value_h config_value_http;
config_value_h config_value_token;

int config_word_index(struct config_draft *d, const char *value,
		      const char *const *wordv);
int config_secret_copy(struct config_draft *d, char *dst, size_t size,
		       const char *value);
int config_host_decode(struct config_draft *d, struct sa *sa,
		       const struct pl *pl, uint16_t dport);
int config_host_check(struct config_draft *d, const struct sa *sa);
bool config_name_isvalid(const char *name);
bool config_domain_isvalid(const char *s);
int config_peer_begin(struct config_draft *d, const char *name, uint32_t line);
int config_route_begin(struct config_draft *d, const char *name,
		       uint32_t line);
int config_announcement_begin(struct config_draft *d, const char *name,
			      uint32_t line);
int config_zone_begin(struct config_draft *d, const char *name, uint32_t line);

int config_section_begin(struct config_draft *d, const char *section,
			 const char *title, uint32_t line);
const char *config_section_title(const struct config_draft *d,
				 const char *section);
void config_peer_own(struct config *conf);

void config_check(struct config_draft *d);
void config_check_peers(struct config_draft *d);
void config_check_routes(struct config_draft *d);
void config_check_sounds(struct config_draft *d);
void config_check_zones(struct config_draft *d);
void config_check_tls(struct config_draft *d);
void config_check_http(struct config_draft *d);

void config_default_init(struct config *conf);
void config_default_listen(struct config *conf);
int config_default_fill(struct config *conf);
int config_derive(struct config *conf);

/* the nearest of the words (ended by NULL), or NULL when none is near */

#endif
