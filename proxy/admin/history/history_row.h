/**
 * @file history_row.h  A call's record as a row of the history
 *
 * Pure: JSON in, cells out. For records of ours and for those that a disk
 * gives back: what is missing or of another type is an empty cell.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_ROW_H
#define PROXY_ADMIN_HISTORY_HISTORY_ROW_H

#include "common/json.h"
#include "proxy/admin/history/history_column.h"
#include "proxy/admin/history/history_words.h"

enum {
	HISTORY_ID_SIZE = 20,
	HISTORY_GOOD_MOS = 360, /* hundredths; less is a bad call */
};

struct history_cell {
	bool set;
	const char *text; /* of HT_TEXT; not owned */
	int64_t number;   /* of HT_NUMBER, HT_ID and HT_FLAG */
	double real;
};

struct history_row {
	struct history_cell cellv[HISTORY_COLUMNS];
	int status_class; /* 4 of 486; 0: none */
	char words[HISTORY_WORDS_SIZE];
};

/* cells point into the record; EINVAL: it has no id, or no beginning */
int history_row_decode(struct history_row *row, const json_t *record);

/* flat, the columns that are known; NULL: no memory */
json_t *history_row_json(const struct history_row *row);

void history_id_print(char buf[HISTORY_ID_SIZE], int64_t id);
int history_id_decode(int64_t *id, const char *text); /* EINVAL */

#endif
