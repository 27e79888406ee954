/**
 * @file config_table_media.c  Keys: the relay, recordings, sounds
 */
#include "common/config_row.h"


static const struct config_key keyv[] = {
	{"relay", "mode", config_value_mode, "\"internal\" or \"external\"",
	 ONE,
	 DOC(RESTART, "", "internal",
	     "Whose relay is used: the one in this process, or relay "
	     "servers.")},
	{"relay", "address", config_value_relay_address,
	 "an address of this host, without port, behind a 1:1 NAT with "
	 "\" advertise ADDRESS\"",
	 LIST,
	 DOC(RESTART, "", "",
	     "The addresses of this host that media comes to. Not "
	     "given: those of listen.")},
	{"relay", "ports", config_value_ports,
	 "a range of at least 4 ports like \"16384-32767\"", ONE,
	 DOC(LIVE, "", "16384-32767",
	     "The range that ports are taken from; a relayed audio call "
	     "has four of them.")},
	{"relay", "servers", config_value_relay_server, SIP_URI, LIST,
	 DOC(LIVE, "", "",
	     "The relay servers of the external mode, tried in this "
	     "order.")},
	{"relay", "serve", config_value_bool, YES_NO, AT(relay.serve),
	 DOC(RESTART, "", "no",
	     "Whether INVITEs of peers are answered with 302 and ports "
	     "of this relay.")},
	{"relay", "lease", config_value_number, SECONDS(10, 86400),
	 AT(relay.lease), 10, 86400,
	 DOC(LIVE, "s", "120",
	     "How long a relay server keeps ports for who does not ask "
	     "again.")},
	{"relay", "media_timeout", config_value_number, SECONDS(5, 86400),
	 AT(relay.timeout), 5, 86400,
	 DOC(LIVE, "s", "60",
	     "A call ends after this time without a packet of either "
	     "side.")},
	{"relay", "hold_timeout", config_value_number, SECONDS(5, 86400),
	 AT(relay.hold_timeout), 5, 86400,
	 DOC(LIVE, "s", "3600",
	     "A call on hold ends after this time without a packet.")},
	{"relay", "one_side_timeout", config_value_number,
	 "seconds, 0 (never) to 86400", AT(relay.one_side_timeout), 0, 86400,
	 DOC(LIVE, "s", "300",
	     "A call ends when one side is silent so long while the "
	     "other talks.")},
	{"relay", "quarantine", config_value_number, SECONDS(0, 3600),
	 AT(relay.quarantine), 0, 3600,
	 DOC(LIVE, "s", "5", "How long a port rests after its call.")},
	{"relay", "latch_packets", config_value_number, "a number, 1 to 100",
	 AT(relay.latch_packets), 1, 100,
	 DOC(LIVE, "", "3", "Good packets in a row that prove a source.")},
	{"relay", "workers", config_value_number,
	 "a number of threads, 0 (by the cores) to 64", AT(relay.workers), 0,
	 64, DOC(RESTART, "", "0", "Threads that move packets.")},
	{"relay", "dscp", config_value_number, "a number, 0 to 63",
	 AT(relay.dscp), 0, 63,
	 DOC(RESTART, "", "46",
	     "What is sent is marked with this; 46 is expedited "
	     "forwarding.")},
	{"relay", "rung", config_value_rung,
	 "\"auto\", \"kernel\", \"sk_lookup\" or \"sockets\"", ONE,
	 DOC(RESTART, "", "auto",
	     "How packets move: in the kernel, by one socket for all "
	     "ports, or by a socket for each. Auto takes the first of "
	     "these that is possible here.")},
	{"relay", "attach", config_value_attach,
	 "\"auto\", \"tcx\" or \"clsact\"", ONE,
	 DOC(RESTART, "", "auto",
	     "How the kernel's program gets its packets: tcx needs "
	     "Linux 6.6.")},
	{"relay", "packets", config_value_number,
	 "a number a second, 0 (any) to 100000000", AT(relay.packets), 0,
	 100000000,
	 DOC(RESTART, "", "0",
	     "How many packets it is to move at most. A relayed call "
	     "counts as 100; what would be more is refused with 503 "
	     "before the phone rings.")},
	{"relay", "coalesce", config_value_number,
	 "microseconds, 0 (not at all) to 2000", AT(relay.coalesce), 0, 2000,
	 DOC(RESTART, "us", "300",
	     "How long packets wait at most for others, to be moved at "
	     "once, in a worker that has more than 5000 of them a "
	     "second.")},
	{"relay", "ice", config_value_ice, "\"lite\" or \"remove\"", ONE,
	 DOC(LIVE, "", "lite",
	     "What a phone with ICE gets in a relayed call: this server "
	     "as its agent, or no ICE.")},
	{"relay", "allow_local", config_value_bool, YES_NO,
	 AT(relay.allow_local),
	 DOC(RESTART, "", "no",
	     "Whether media on loopback is relayed: for tests.")},

	{"zone", "address", config_value_relay_address,
	 "an address of this host, without port, behind a 1:1 NAT with "
	 "\" advertise ADDRESS\"",
	 LIST,
	 DOC(RESTART, "", "",
	     "The addresses of this host for this part of the network.")},
	{"zone", "networks", config_value_network,
	 "a network like \"10.0.0.0/8\" or \"2001:db8::/32\"", LIST,
	 DOC(RESTART, "", "", "Who is in the zone.")},

	{"record", "directory", config_value_path, "a directory",
	 SIZE(record.directory),
	 DOC(LIVE, "", "",
	     "Where calls are recorded. Not given: recordings in data.")},
	{"record", "keep", config_value_number, "days, 0 (for ever) to 36500",
	 AT(record.keep), 0, 36500,
	 DOC(LIVE, "days", "30", "How long a recording is kept.")},
	{"record", "size", config_value_number,
	 "megabytes, 0 (any) to 100000000", AT(record.size), 0, 100000000,
	 DOC(LIVE, "MB", "1024",
	     "The size of all recordings together; then the oldest "
	     "goes.")},
	{"record", "calls", config_value_number,
	 "a number at once, 0 (none) to 10000", AT(record.calls), 0, 10000,
	 DOC(LIVE, "", "100", "How many calls are recorded at once.")},
	/* the sizes in a WAV file have 32 bits */
	{"record", "call_size", config_value_number, "megabytes, 1 to 4000",
	 AT(record.call_size), 1, 4000,
	 DOC(LIVE, "MB", "512", "The size of one recording; then it ends.")},

	{"announcement", "file", config_value_sound,
	 "a WAV file, 16-bit or G.711, 8000 Hz mono", ONE,
	 DOC(LIVE, "", "", "What is heard: 8000 Hz, one channel.")},
	{"announcement", "reply", config_value_reply,
	 "a status of a refusal, 400 to 699", LIST,
	 DOC(LIVE, "", "",
	     "It is heard before a call of an account is refused with "
	     "one of these.")},

	{"sounds", "test", config_value_test,
	 "a user like \"test\" or a number, \"\" for none", LIST,
	 DOC(LIVE, "", "{ \"test\" }",
	     "Users or numbers of the test call, which speaks to who "
	     "calls it.")},
	{"sounds", "calls", config_value_number, "a number, 1 to 1000",
	 AT(sounds.calls), 1, 1000,
	 DOC(LIVE, "", "100",
	     "How many calls this server speaks in at once, "
	     "announcements too.")},
	{"sounds", "test_length", config_value_number, SECONDS(10, 3600),
	 AT(sounds.length), 10, 3600,
	 DOC(LIVE, "s", "120", "The longest test call.")},
	{"sounds", "report", config_value_bool, YES_NO, AT(sounds.report),
	 DOC(LIVE, "", "yes",
	     "Whether the caller of a test call gets its result as a "
	     "MESSAGE.")},
};

const struct config_rows config_rows_media = {keyv, ARRAY_SIZE(keyv)};
