/**
 * @file config_table_trace.c  Keys: messages that pass, kept and shown
 */
#include "common/config_row.h"


static const struct config_key keyv[] = {
	{"trace", "ladder", config_value_number, "megabytes, 0 (off) to 4096",
	 AT(trace.ladder), 0, 4096,
	 DOC(LIVE, "MB", "32",
	     "Memory for the SIP messages of calls, also of those that are "
	     "over: \"viaduct ctl ladder\" shows them.")},
	{"trace", "size", config_value_number, "megabytes, 0 (off) to 1000000",
	 AT(trace.size), 0, 1000000,
	 DOC(LIVE, "MB", "100",
	     "Size of all files of \"viaduct ctl trace\" together, in traces "
	     "in data; above it the oldest goes, and each after 7 days.")},
	{"trace", "flight_size", config_value_number,
	 "megabytes, 0 (off) to 1000000", AT(trace.flight_size), 0, 1000000,
	 DOC(LIVE, "MB", "200",
	     "Size of all files of the flight recorder together, in flights "
	     "in data: packets of calls that went wrong. Above it the oldest "
	     "goes.")},
	{"trace", "flight_days", config_value_number, "days, 1 to 36500",
	 AT(trace.flight_days), 1, 36500,
	 DOC(LIVE, "days", "7",
	     "How long a file of the flight recorder is kept.")},
	{"trace", "headers", config_value_number, "megabytes, 0 (off) to 4096",
	 AT(trace.headers), 0, 4096,
	 DOC(RESTART, "MB", "32",
	     "Memory for the headers of RTP and RTCP of calls that are up, of "
	     "which a call that goes wrong leaves its own to the flight "
	     "recorder: what it began with, and as much of the newest as "
	     "there "
	     "is room for, three minutes at most. Never what packets carry. "
	     "Where the kernel forwards more than 256 directions it keeps "
	     "them for those in trouble only.")},

	{"hep", "server", config_value_hep_server, "\"udp:ADDRESS:PORT\"", ONE,
	 DOC(LIVE, "", "",
	     "Where each SIP message is sent, and what became of each call. "
	     "Not given: nowhere.")},
	{"hep", "id", config_value_number, "a number, 0 to 4294967295",
	 AT(hep.id), 0, UINT32_MAX,
	 DOC(LIVE, "", "2001", "How this server is called there.")},
	{"hep", "password", config_value_text, PASSWORD, SIZE(hep.password),
	 DOC(LIVE, "", "", "What the capture server wants to be told.")},
};

const struct config_rows config_rows_trace = {keyv, ARRAY_SIZE(keyv)};
