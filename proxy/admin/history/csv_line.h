/**
 * @file csv_line.h  A call as a line of CSV (RFC 4180)
 *
 * Pure. Fields that a spreadsheet would take for a formula, and that are no
 * numbers, get a "'" in front: what callers say of themselves is not run.
 */
#ifndef PROXY_ADMIN_HISTORY_CSV_LINE_H
#define PROXY_ADMIN_HISTORY_CSV_LINE_H

#include "common/json.h"

/* the columns' names */
int csv_line_names(struct mbuf *mb);

/* row: flat, with members by the columns' names */
int csv_line(struct mbuf *mb, const json_t *row);

/* one field */
int csv_line_text(struct mbuf *mb, const char *text);

#endif
