/**
 * @file history_column.h  What is kept of a call, column by column
 *
 * One table for the database, the search's answers and the CSV files.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_COLUMN_H
#define PROXY_ADMIN_HISTORY_HISTORY_COLUMN_H

/** In the order of a CSV line; of the a_ and b_: what comes from that side */
enum history_column {
	HC_ID = 0,
	HC_CALL_ID,
	HC_STATE,
	HC_STARTED,
	HC_ANSWERED,
	HC_ENDED,
	HC_TALKED,
	HC_FROM,
	HC_TO,
	HC_URI,
	HC_SENT_TO,
	HC_DIVERTED,
	HC_A_ACCOUNT,
	HC_A_PEER,
	HC_A_ADDRESS,
	HC_A_TRANSPORT,
	HC_A_AGENT,
	HC_B_ACCOUNT,
	HC_B_PEER,
	HC_B_ADDRESS,
	HC_B_TRANSPORT,
	HC_B_AGENT,
	HC_STATUS,
	HC_PHRASE,
	HC_ENDED_BY,
	HC_WHY,
	HC_CAUSE,
	HC_Q850,
	HC_MEDIA,
	HC_REASON,
	HC_WHY_MEDIA,
	HC_CODEC,
	HC_A_MEDIA,
	HC_A_PACKETS,
	HC_A_LOST,
	HC_A_LOSS,
	HC_A_JITTER,
	HC_A_MOS,
	HC_B_MEDIA,
	HC_B_PACKETS,
	HC_B_LOST,
	HC_B_LOSS,
	HC_B_JITTER,
	HC_B_MOS,
	HC_ONEWAY,
	HC_ONEWAY_CAUSE,
	HC_BAD,
	HC_RECORDING,
	HC_FLIGHT,
	HISTORY_COLUMNS
};

enum history_type {
	HT_TEXT = 0,
	HT_NUMBER,
	HT_REAL,
	HT_ID,  /* 16 hexadecimal digits */
	HT_FLAG /* 0 or 1 */
};

struct history_column_info {
	const char *name;
	enum history_type type;
	const char *path; /* in a record, "a.account"; NULL: made of several */
};

const struct history_column_info *history_column(enum history_column c);

#endif
