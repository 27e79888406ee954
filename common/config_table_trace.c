/**
 * @file config_table_trace.c  Keys: messages that pass, kept and shown
 */
#include "common/config_row.h"


static const struct config_key keyv[] = {
	{"trace", "ladder", config_value_number, "megabytes, 0 (off) to 4096",
	 AT(trace.ladder), 0, 4096,
	 DOC(RESTART, "MB", "32",
	     "Memory for the SIP messages of calls, also of those that are "
	     "over: \"viaduct ctl ladder\" shows them.")},
};

const struct config_rows config_rows_trace = {keyv, ARRAY_SIZE(keyv)};
