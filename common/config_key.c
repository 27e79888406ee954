/**
 * @file config_key.c  All keys there are: the table is the reference
 */
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

static const struct config_key keyv[] = {
	{"", "listen", config_value_listen,
	 "\"udp:ADDRESS:PORT\" (or tcp, tls, ws, wss), behind a 1:1 NAT with "
	 "\" advertise ADDRESS\"",
	 LIST},
	{"", "domain", config_value_domain, "a domain like \"example.net\"",
	 LIST},
	{"", "data", config_value_path, "a directory", SIZE(data)},
	/* the size of sun_path */
	{"", "control", config_value_path, "a path of at most 107 octets",
	 AT(control), .max = 108},
	{"", "auth", config_value_bool, YES_NO, AT(auth)},
	{"", "private_headers", config_value_header,
	 "a header's name, \"*\" at the end for the rest of it", LIST},
	{"", "tel_identity", config_value_bool, YES_NO, AT(tel_identity)},

	{"log", "level", config_value_level,
	 "\"debug\", \"info\", \"warn\" or \"error\"", ONE},

	{"timer", "t1", config_value_number, "milliseconds, 50 to 5000",
	 AT(timer.t1), 50, 5000},
	{"timer", "t2", config_value_number, "milliseconds, 500 to 60000",
	 AT(timer.t2), 500, 60000},
	{"timer", "t4", config_value_number, "milliseconds, 500 to 60000",
	 AT(timer.t4), 500, 60000},
	/* RFC 3261 section 16.6: Timer C is larger than 3 minutes */
	{"timer", "c", config_value_number, "milliseconds, 180001 to 3600000",
	 AT(timer.c), 180001, 3600000},

	{"proxy", "branches", config_value_number, "a number, 1 to 64",
	 AT(proxy.branches), 1, 64},
	{"proxy", "fork", config_value_fork,
	 "\"q\", \"parallel\" or \"serial\"", ONE},
	{"proxy", "redirects", config_value_redirects,
	 "\"follow\" or \"pass\"", ONE},

	{"proxy", "ring", config_value_number, SECONDS(1, 180), AT(proxy.ring),
	 1, 180},

	{"registrar", "expires", config_value_number, SECONDS(10, 604800),
	 AT(registrar.expires_default), 10, 604800},
	{"registrar", "expires_min", config_value_number, SECONDS(1, 3600),
	 AT(registrar.expires_min), 1, 3600},
	{"registrar", "expires_max", config_value_number, SECONDS(10, 604800),
	 AT(registrar.expires_max), 10, 604800},
	{"registrar", "contacts", config_value_number, "a number, 1 to 100",
	 AT(registrar.contacts_max), 1, 100},
	{"registrar", "jitter", config_value_number, "percent, 0 to 50",
	 AT(registrar.jitter), 0, 50},
	{"registrar", "service_route", config_value_bool, YES_NO,
	 AT(registrar.service_route)},
	{"registrar", "keepalive", config_value_number,
	 "seconds, 0 (off) to 3600", AT(registrar.keepalive), 0, 3600},
	{"registrar", "keepalive_max", config_value_number,
	 "seconds, 0 (not longer than keepalive) to 3600",
	 AT(registrar.keepalive_max), 0, 3600},
	{"registrar", "keepalive_method", config_value_keepalive,
	 "\"crlf\" or \"options\"", ONE},

	{"push", "url", config_value_push_url,
	 "a URL like \"http://127.0.0.1:8080/wake\"", ONE},
	{"push", "timeout", config_value_number, SECONDS(1, 60),
	 AT(push.timeout), 1, 60},
	{"push", "wait", config_value_number, SECONDS(1, 60), AT(push.wait), 1,
	 60},
	{"push", "providers", config_value_push_provider,
	 "a push service like \"fcm\"", LIST},

	{"tcp", "connections_per_source", config_value_number,
	 "a number, 1 to 65535", AT(tcp.per_source), 1, 65535},
	{"tcp", "connections", config_value_number, "a number, 1 to 1000000",
	 AT(tcp.total), 1, 1000000},
	{"tcp", "message_timeout", config_value_number, SECONDS(1, 3600),
	 AT(tcp.message_timeout), 1, 3600},
	{"tcp", "idle_timeout", config_value_number, SECONDS(10, 86400),
	 AT(tcp.idle_timeout), 10, 86400},

	{"tls", "certificates", config_value_tls_file,
	 "a file with certificate and chain in PEM form", LIST},
	{"tls", "keys", config_value_tls_file,
	 "a file with a private key in PEM form", LIST},
	{"tls", "ca", config_value_path, "a file", SIZE(tls.ca)},
	{"tls", "client_ca", config_value_path, "a file", SIZE(tls.client_ca)},
	{"tls", "verify", config_value_bool, YES_NO, AT(tls.verify)},

	{"ws", "origins", config_value_origin,
	 "an origin like \"https://phone.example.net\"", LIST},
	{"ws", "ping", config_value_number, "seconds, 0 (off) to 3600",
	 AT(ws.ping), 0, 3600},

	{"session", "expires", config_value_number,
	 "seconds, 0 (off) to 86400", AT(session.expires), 0, 86400},
	/* RFC 4028 section 4: nobody may ask for less */
	{"session", "min", config_value_number, SECONDS(90, 86400),
	 AT(session.min), 90, 86400},

	{"limit", "requests", config_value_number,
	 "a number a second, 0 (no limit) to 100000", AT(limit.requests), 0,
	 100000},
	{"limit", "strangers", config_value_number,
	 "a number a second, 0 (no limit) to 1000000", AT(limit.strangers), 0,
	 1000000},
	{"limit", "failures", config_value_number,
	 "a number in five minutes, 0 (no limit) to 100000",
	 AT(limit.failures), 0, 100000},
	{"limit", "ban", config_value_number, "seconds, 0 (off) to 604800",
	 AT(limit.ban), 0, 604800},
	{"limit", "ban_max", config_value_number, SECONDS(1, 604800),
	 AT(limit.ban_max), 1, 604800},
	{"limit", "scanners", config_value_scanner,
	 "a word of 3 to 63 characters in a User-Agent", LIST},
	{"limit", "calls", config_value_number,
	 "a number at once, 0 (no limit) to 100000", AT(limit.calls), 0,
	 100000},
	{"limit", "calls_per_minute", config_value_number,
	 "a number, 0 (no limit) to 100000", AT(limit.calls_per_minute), 0,
	 100000},

	{"limit", "call_length", config_value_number,
	 "seconds, 0 (a day) to 86400", AT(limit.call_length), 0, 86400},

	{"cdr", "file", config_value_path, "a file, or \"none\"",
	 SIZE(cdr.file)},

	{"relay", "mode", config_value_mode, "\"internal\" or \"external\"",
	 ONE},
	{"relay", "address", config_value_relay_address,
	 "an address of this host, without port, behind a 1:1 NAT with "
	 "\" advertise ADDRESS\"",
	 LIST},
	{"relay", "ports", config_value_ports,
	 "a range of at least 4 ports like \"16384-32767\"", ONE},
	{"relay", "servers", config_value_relay_server, SIP_URI, LIST},
	{"relay", "serve", config_value_bool, YES_NO, AT(relay.serve)},
	{"relay", "lease", config_value_number, SECONDS(10, 86400),
	 AT(relay.lease), 10, 86400},
	{"relay", "media_timeout", config_value_number, SECONDS(5, 86400),
	 AT(relay.timeout), 5, 86400},
	{"relay", "hold_timeout", config_value_number, SECONDS(5, 86400),
	 AT(relay.hold_timeout), 5, 86400},
	{"relay", "one_side_timeout", config_value_number,
	 "seconds, 0 (never) to 86400", AT(relay.one_side_timeout), 0, 86400},
	{"relay", "quarantine", config_value_number, SECONDS(0, 3600),
	 AT(relay.quarantine), 0, 3600},
	{"relay", "latch_packets", config_value_number, "a number, 1 to 100",
	 AT(relay.latch_packets), 1, 100},
	{"relay", "workers", config_value_number,
	 "a number of threads, 0 (by the cores) to 64", AT(relay.workers), 0,
	 64},
	{"relay", "dscp", config_value_number, "a number, 0 to 63",
	 AT(relay.dscp), 0, 63},
	{"relay", "rung", config_value_rung,
	 "\"auto\", \"kernel\", \"sk_lookup\" or \"sockets\"", ONE},
	{"relay", "attach", config_value_attach,
	 "\"auto\", \"tcx\" or \"clsact\"", ONE},
	{"relay", "coalesce", config_value_number,
	 "microseconds, 0 (not at all) to 2000", AT(relay.coalesce), 0, 2000},
	{"relay", "ice", config_value_ice, "\"lite\" or \"remove\"", ONE},
	{"relay", "allow_local", config_value_bool, YES_NO,
	 AT(relay.allow_local)},

	{"record", "directory", config_value_path, "a directory",
	 SIZE(record.directory)},
	{"record", "keep", config_value_number, "days, 0 (for ever) to 36500",
	 AT(record.keep), 0, 36500},
	{"record", "size", config_value_number,
	 "megabytes, 0 (any) to 100000000", AT(record.size), 0, 100000000},
	{"record", "calls", config_value_number,
	 "a number at once, 0 (none) to 10000", AT(record.calls), 0, 10000},
	/* the sizes in a WAV file have 32 bits */
	{"record", "call_size", config_value_number, "megabytes, 1 to 4000",
	 AT(record.call_size), 1, 4000},

	{"zone", "address", config_value_relay_address,
	 "an address of this host, without port, behind a 1:1 NAT with "
	 "\" advertise ADDRESS\"",
	 LIST},
	{"zone", "networks", config_value_network,
	 "a network like \"10.0.0.0/8\" or \"2001:db8::/32\"", LIST},

	{"redirect", "servers", config_value_redirect_server, SIP_URI, LIST},
	{"redirect", "serve", config_value_bool, YES_NO, AT(redirect.serve)},
	{"redirect", "announce", config_value_bool, YES_NO,
	 AT(redirect.announce)},
	{"redirect", "name", config_value_name,
	 "letters, digits, \"-\", \"_\" and \".\"", SIZE(redirect.name)},
	{"redirect", "secret", config_value_secret, "8 to 63 characters",
	 SIZE(redirect.secret)},
	{"redirect", "cache", config_value_number, "seconds, 0 (off) to 86400",
	 AT(redirect.cache), 0, 86400},

	{"dns", "servers", config_value_dns_server,
	 "\"ADDRESS\" or "
	 "\"ADDRESS:PORT\", at most 4",
	 LIST},
	{"dns", "timeout", config_value_number, "milliseconds, 100 to 30000",
	 AT(dns.timeout), 100, 30000},
	{"dns", "negative", config_value_number, SECONDS(1, 3600),
	 AT(dns.negative), 1, 3600},
	{"dns", "stale", config_value_number, "seconds, 0 (off) to 604800",
	 AT(dns.stale), 0, 604800},
	{"dns", "rest", config_value_number, "seconds, 0 (off) to 3600",
	 AT(dns.rest), 0, 3600},

	{"peer", "address", config_value_peer_address,
	 "an address, \":PORT\" if only that port", LIST},
	{"peer", "domain", config_value_peer_domain,
	 "a domain like \"example.net\" whose phones register there", LIST},
	{"peer", "media", config_value_media,
	 "\"auto\", \"relay\" or \"direct\"", ONE},
	{"peer", "ice", config_value_ice, "\"lite\" or \"remove\"", ONE},
	{"peer", "zone", config_value_zone, "the name of a zone of relay { }",
	 ONE},
	{"peer", "secret", config_value_peer_secret, "8 to 63 characters",
	 ONE},
	{"peer", "tls_name", config_value_tls_name,
	 "a name like \"sbc.example.net\"", LIST},
	{"peer", "auth_user", config_value_text, USER, PEER_SIZE(auth_user)},
	{"peer", "auth_password", config_value_text, PASSWORD,
	 PEER_SIZE(auth_password)},
	{"peer", "record", config_value_bool, YES_NO, PEER(record)},
	{"peer", "trust", config_value_bool, YES_NO, PEER(trust)},
	{"peer", "transit", config_value_bool, YES_NO, PEER(transit)},
	{"peer", "uri", config_value_peer_uri,
	 "\"sip:HOST\" or \"sip:HOST:PORT;transport=tls\"", ONE},
	{"peer", "user", config_value_text, USER, PEER_SIZE(user)},
	{"peer", "password", config_value_text, PASSWORD, PEER_SIZE(password)},
	{"peer", "realm", config_value_text, "a realm without quotes",
	 PEER_SIZE(realm)},
	{"peer", "register", config_value_bool, YES_NO, PEER(do_register)},
	{"peer", "expires", config_value_number, SECONDS(60, 86400),
	 PEER(expires), 60, 86400},
	{"peer", "inbound", config_value_inbound,
	 "a number, or USER@DOMAIN of ours", ONE},
	{"peer", "probe", config_value_number, "seconds, 0 (off) to 3600",
	 PEER(probe), 0, 3600},
	{"peer", "deadline", config_value_number, SECONDS(1, 60),
	 PEER(deadline), 1, 60},
	{"peer", "priority", config_value_number, "a number, 0 to 65535",
	 PEER(priority), 0, 65535},
	{"peer", "weight", config_value_number, "a number, 0 to 65535",
	 PEER(weight), 0, 65535},
	{"peer", "calls", config_value_number,
	 "a number, 0 (no limit) to 100000", PEER(calls), 0, 100000},
	{"peer", "calls_per_minute", config_value_number,
	 "a number, 0 (no limit) to 100000", PEER(calls_per_minute), 0,
	 100000},
	{"peer", "strip", config_value_number, "a number, 0 to 31",
	 PEER(out.strip), 0, 31},
	{"peer", "add", config_value_prefix, DIGITS, PEER_SIZE(out.add)},
	{"peer", "inbound_strip", config_value_number, "a number, 0 to 31",
	 PEER(in.strip), 0, 31},
	{"peer", "inbound_add", config_value_prefix, DIGITS,
	 PEER_SIZE(in.add)},

	{"route", "match", config_value_match,
	 "a pattern: digits, \"?\" for one, [1-5], \"*\" at the end for the "
	 "rest",
	 LIST},
	{"route", "strip", config_value_number, "a number, 0 to 31",
	 ROUTE(rewrite.strip), 0, 31},
	{"route", "add", config_value_prefix, DIGITS, ROUTE_SIZE(rewrite.add)},
	{"route", "peers", config_value_route_peer, "the name of a peer",
	 LIST},
	{"route", "emergency", config_value_bool, YES_NO, ROUTE(emergency)},
	{"route", "refuse", config_value_refuse,
	 "a status of a refusal, 400 to 699", ONE},
	{"route", "announcement", config_value_name,
	 "the name of an announcement", ROUTE_SIZE(announcement)},

	{"announcement", "file", config_value_sound,
	 "a WAV file, 16-bit or G.711, 8000 Hz mono", ONE},
	{"announcement", "reply", config_value_reply,
	 "a status of a refusal, 400 to 699", LIST},

	{"sounds", "test", config_value_test,
	 "a user like \"test\" or a number, \"\" for none", LIST},
	{"sounds", "calls", config_value_number, "a number, 1 to 1000",
	 AT(sounds.calls), 1, 1000},
	{"sounds", "test_length", config_value_number, SECONDS(10, 3600),
	 AT(sounds.length), 10, 3600},
	{"sounds", "report", config_value_bool, YES_NO, AT(sounds.report)},
};

enum { KEYS = sizeof(keyv) / sizeof(keyv[0]) };

_Static_assert((int)KEYS < (int)CONFIG_KEY_MAX,
	       "linev holds a line for each key");

static const char *const sectionv[] = {
	"log",   "timer", "proxy",        "registrar", "push",
	"tcp",   "tls",   "ws",           "dns",       "session",
	"limit", "cdr",   "relay",        "record",    "redirect",
	"peer",  "route", "announcement", "sounds",    NULL,
};

_Static_assert(ARRAY_SIZE(sectionv) <= CONFIG_SECTION_MAX,
	       "the reader has room for each");


/**
 * The keys in order
 *
 * @param i Index
 *
 * @return Key, NULL after the last
 */
const struct config_key *config_key_at(size_t i)
{
	return i < KEYS ? &keyv[i] : NULL;
}


/**
 * The sections in order
 *
 * @param i Index
 *
 * @return Name, NULL after the last
 */
const char *config_section_at(size_t i)
{
	return i < ARRAY_SIZE(sectionv) ? sectionv[i] : NULL;
}
