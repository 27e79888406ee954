/**
 * @file ctl_table.h  A table that fits the width of a terminal, pure
 *
 * Each column is as wide as its widest cell. Where that is too much, those
 * that may be cut are, the widest first; where that does not suffice, columns
 * are left out.
 */
#ifndef PROXY_COMMAND_CTL_TABLE_H
#define PROXY_COMMAND_CTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { CTL_TABLE_COLUMNS_MAX = 12 };

struct ctl_column {
	const char *name;
	unsigned least; /* characters that it may be cut to; 0: it may not */
	unsigned rank;  /* the highest one is left out first; 0: never */
	bool right;     /* where its cells stand */
};

struct ctl_table;

/* columnv: is not copied */
int ctl_table_alloc(struct ctl_table **tp, const struct ctl_column *columnv,
		    size_t columns);

/* the next cell, row by row: copied, without commands to a terminal; NULL: it
 * is empty */
int ctl_table_add(struct ctl_table *t, const char *text);
int ctl_table_addf(struct ctl_table *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* a line of names, and one for each row */
void ctl_table_print(FILE *f, const struct ctl_table *t, unsigned cols);

#endif
