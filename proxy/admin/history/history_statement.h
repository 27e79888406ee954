/**
 * @file history_statement.h  What the history's writer says to its database
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_STATEMENT_H
#define PROXY_ADMIN_HISTORY_HISTORY_STATEMENT_H

enum {
	HISTORY_STATEMENT_SIZE = 4096,
	/* n, run, class, words; columns begin behind them */
	HISTORY_STATEMENT_PARAMS = 4,
};

enum history_statement {
	HS_BEGIN = 0,
	HS_COMMIT,
	HS_FIND,
	HS_INSERT,
	HS_UPDATE,
	HS_FINDER_ADD,
	HS_FINDER_DROP,
	HS_RECORD,
	HS_CALL_DROP,
	HS_RECORD_DROP,
	HS_FLIGHT,
	HS_RENAME,
	HS_BEAT,
	HS_PLACE_FIND,
	HS_PLACE_ADD,
	HS_PLACE_FORGET,
	HS_MAX
};

const char *history_statement_print(char sql[HISTORY_STATEMENT_SIZE],
				    enum history_statement which);

#endif
