/**
 * @file config_table_base.c  Keys: the ground, transports, names
 */
#include "common/config_row.h"


static const struct config_key keyv[] = {
	{"", "listen", config_value_listen,
	 "\"udp:ADDRESS:PORT\" (or tcp, tls, ws, wss), behind a 1:1 NAT with "
	 "\" advertise ADDRESS\"",
	 LIST,
	 DOC(LIVE, "", "",
	     "Where SIP is listened to, each with its transport. Not "
	     "given: UDP and TCP 5060 on each IPv4 address of "
	     "the host. A listener that a reload takes away ends with "
	     "its connections.")},
	{"", "domain", config_value_domain, "a domain like \"example.net\"",
	 LIST,
	 DOC(LIVE, "", "",
	     "The domains whose users are served here. Not given: the "
	     "addresses of listen.")},
	{"", "data", config_value_path, "a directory", SIZE(data),
	 DOC(RESTART, "", "",
	     "Where accounts, registrations and records are kept; "
	     "created when missing. Not given: /var/lib/viaduct, for "
	     "others than root ~/.local/state/viaduct.")},
	/* the size of sun_path */
	{"", "control", config_value_path, "a path of at most 107 octets",
	 AT(control), .max = 108,
	 DOC(RESTART, "", "",
	     "The socket of \"viaduct ctl\", for its user and root. Not "
	     "given: /run/viaduct/control.sock, for others than root "
	     "control.sock in data.")},
	{"", "auth", config_value_bool, YES_NO, AT(auth),
	 DOC(LIVE, "", "yes",
	     "Whether phones must show a password. Say no only in a "
	     "closed network: then whoever reaches the server may "
	     "register and call.")},
	{"", "private_headers", config_value_header,
	 "a header's name, \"*\" at the end for the rest of it", LIST,
	 DOC(LIVE, "", "",
	     "Headers that mean something among the operator's own "
	     "machines: they are taken off what comes from phones and "
	     "goes to others. X-Internal always is.")},
	{"", "tel_identity", config_value_bool, YES_NO, AT(tel_identity),
	 DOC(LIVE, "", "no",
	     "Whether numbers are asserted as tel URIs as well.")},

	{"log", "level", config_value_level,
	 "\"debug\", \"info\", \"warn\" or \"error\"", ONE,
	 DOC(LIVE, "", "info",
	     "The lowest level that is logged. Debug has a line for "
	     "each SIP message.")},

	{"timer", "t1", config_value_number, "milliseconds, 50 to 5000",
	 AT(timer.t1), 50, 5000,
	 DOC(LIVE, "ms", "500",
	     "The round trip that RFC 3261 section 17 begins with.")},
	{"timer", "t2", config_value_number, "milliseconds, 500 to 60000",
	 AT(timer.t2), 500, 60000,
	 DOC(LIVE, "ms", "4000",
	     "The longest time between two retransmissions.")},
	{"timer", "t4", config_value_number, "milliseconds, 500 to 60000",
	 AT(timer.t4), 500, 60000,
	 DOC(LIVE, "ms", "5000", "How long a message may be on its way.")},
	/* RFC 3261 section 16.6: Timer C is larger than 3 minutes */
	{"timer", "c", config_value_number, "milliseconds, 180001 to 3600000",
	 AT(timer.c), 180001, 3600000,
	 DOC(LIVE, "ms", "185000",
	     "A call that rings is given up so long after its last "
	     "sign; more than three minutes.")},

	{"tcp", "connections_per_source", config_value_number,
	 "a number, 1 to 65535", AT(tcp.per_source), 1, 65535,
	 DOC(LIVE, "", "100",
	     "Connections at once of a stranger's address (of IPv6: its "
	     "/64); ten times that where phones of ours are.")},
	{"tcp", "connections", config_value_number, "a number, 1 to 1000000",
	 AT(tcp.total), 1, 1000000,
	 DOC(LIVE, "", "4096",
	     "Connections at once; an eighth of them is not for "
	     "strangers.")},
	{"tcp", "message_timeout", config_value_number, SECONDS(1, 3600),
	 AT(tcp.message_timeout), 1, 3600,
	 DOC(LIVE, "s", "10",
	     "How long the rest of a message that has begun may take.")},
	{"tcp", "idle_timeout", config_value_number, SECONDS(10, 86400),
	 AT(tcp.idle_timeout), 10, 86400,
	 DOC(LIVE, "s", "900",
	     "How long a connection may be without a word.")},

	{"tls", "certificates", config_value_tls_file,
	 "a file with certificate and chain in PEM form", LIST,
	 DOC(LIVE, "", "",
	     "Certificates with their chains. One is chosen by the name "
	     "that is asked for; the first is the default.")},
	{"tls", "keys", config_value_tls_file,
	 "a file with a private key in PEM form", LIST,
	 DOC(LIVE, "", "",
	     "The private keys, in the order of certificates. Not "
	     "given: each stands in the file of its certificate.")},
	{"tls", "ca", config_value_path, "a file", SIZE(tls.ca),
	 DOC(LIVE, "", "",
	     "Who may sign for those that we dial. Not given: whom the "
	     "system trusts.")},
	{"tls", "client_ca", config_value_path, "a file", SIZE(tls.client_ca),
	 DOC(LIVE, "", "",
	     "Callers are asked for a certificate that one of these has "
	     "signed; bad ones are refused. Not given: nobody is asked.")},
	{"tls", "verify", config_value_bool, YES_NO, AT(tls.verify),
	 DOC(LIVE, "", "yes",
	     "Whether those that we dial have to show a good "
	     "certificate. No: whoever answers in a peer's place is "
	     "believed.")},

	{"ws", "origins", config_value_origin,
	 "an origin like \"https://phone.example.net\"", LIST,
	 DOC(LIVE, "", "",
	     "The pages that may open WebSockets. Not given: all of "
	     "them.")},
	{"ws", "ping", config_value_number, "seconds, 0 (off) to 3600",
	 AT(ws.ping), 0, 3600,
	 DOC(LIVE, "s", "30",
	     "The time between two pings; a browser that does not "
	     "answer is gone.")},

	{"dns", "servers", config_value_dns_server,
	 "\"ADDRESS\" or "
	 "\"ADDRESS:PORT\", at most 4",
	 LIST,
	 DOC(LIVE, "", "",
	     "Who is asked for names. Not given: those of "
	     "/etc/resolv.conf.")},
	{"dns", "timeout", config_value_number, "milliseconds, 100 to 30000",
	 AT(dns.timeout), 100, 30000,
	 DOC(LIVE, "ms", "3000",
	     "How long a name may take, with all that belongs to it.")},
	{"dns", "negative", config_value_number, SECONDS(1, 3600),
	 AT(dns.negative), 1, 3600,
	 DOC(LIVE, "s", "60",
	     "How long it is believed at most that a name does not "
	     "exist.")},
	{"dns", "stale", config_value_number, "seconds, 0 (off) to 604800",
	 AT(dns.stale), 0, 604800,
	 DOC(LIVE, "s", "86400",
	     "How long what has expired still serves while the DNS is "
	     "silent.")},
	{"dns", "rest", config_value_number, "seconds, 0 (off) to 3600",
	 AT(dns.rest), 0, 3600,
	 DOC(LIVE, "s", "60", "How long a next hop rests after it failed.")},

	{"overload", "delay", config_value_number,
	 "milliseconds, 0 (any) to 300", AT(overload.delay), 0, 300,
	 DOC(LIVE, "ms", "50",
	     "How long messages may wait for this server. Where it "
	     "lasts that they wait longer, a share of the new calls is "
	     "refused with 503. Emergency calls never are.")},

	{"drain", "deadline", config_value_number,
	 "seconds, 0 (at once) to 86400", AT(drain.deadline), 0, 86400,
	 DOC(LIVE, "s", "60",
	     "How long calls that are up may go on when the server is "
	     "told to end; then both ends are told.")},

	{"cdr", "file", config_value_path, "a file, or \"none\"",
	 SIZE(cdr.file),
	 DOC(RESTART, "", "",
	     "Where a line of JSON is written for each call. Not given: "
	     "calls.jsonl in data.")},
	{"cdr", "csv", config_value_path, "a file, or \"none\"", SIZE(cdr.csv),
	 DOC(RESTART, "", "none",
	     "Where the same is written for spreadsheets.")},
	{"cdr", "rotate_size", config_value_number,
	 "megabytes, 0 (any) to 1000000", AT(cdr.rotate_size), 0, 1000000,
	 DOC(LIVE, "MB", "100",
	     "The size of a file of records; then another one begins.")},
	{"cdr", "rotate_daily", config_value_bool, YES_NO,
	 AT(cdr.rotate_daily),
	 DOC(LIVE, "", "no",
	     "Whether another file begins with each day (UTC).")},
	{"cdr", "keep", config_value_number, "days, 0 (for ever) to 36500",
	 AT(cdr.keep), 0, 36500,
	 DOC(LIVE, "days", "400", "How long former files are kept.")},

	{"history", "on", config_value_bool, YES_NO, AT(history.on),
	 DOC(RESTART, "", "yes",
	     "Whether calls are kept in a database that can be searched.")},
	{"history", "days", config_value_number, "days, 0 (for ever) to 36500",
	 AT(history.days), 0, 36500,
	 DOC(LIVE, "days", "90", "How long a call stays in it.")},
	{"history", "size", config_value_number,
	 "megabytes, 0 (any) to 1000000", AT(history.size), 0, 1000000,
	 DOC(LIVE, "MB", "2048",
	     "The size of the database; then the oldest calls go.")},
};

const struct config_rows config_rows_base = {keyv, ARRAY_SIZE(keyv)};
