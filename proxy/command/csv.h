/**
 * @file csv.h  Comma-separated values with quotes (RFC 4180), pure
 */
#ifndef PROXY_COMMAND_CSV_H
#define PROXY_COMMAND_CSV_H

#include <stddef.h>

/** Where the reader is; the text is its own and changes */
struct csv {
	char *p, *end; /* *end can be written to */
	unsigned line; /* of p, the first one is 1 */
};

void csv_init(struct csv *c, char *text, size_t size);

/*
 * The next record, as strings inside of the text; empty lines are passed
 * over. line: where it begins. ENODATA: no more; EBADMSG: quotes that do not
 * belong there or a NUL; E2BIG: more than max fields. After those two the next
 * line is next.
 */
int csv_read(struct csv *c, char **fieldv, size_t max, size_t *fieldc,
	     unsigned *line);

#endif
