/**
 * @file history_reader.h  Past calls, read in any thread
 *
 * Each reader is of one thread at a time and has a connection of its own that
 * cannot write. It opens when it is asked; the server that writes need not
 * run. A question that takes too long is given up.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_READER_H
#define PROXY_ADMIN_HISTORY_HISTORY_READER_H

#include "common/json.h"

struct history_reader;
struct history_export;

enum { HISTORY_EXPORT_MAX = 1000000 }; /* rows of a CSV text */

/* dir: the data directory */
int history_reader_alloc(struct history_reader **rp, const char *dir);

/*
 * Puts "calls", an array of objects with the columns that are known of each,
 * and "next", the after of the next page, where there is one, into answer.
 * See history_query.h for the question. EINVAL: it is wrong; ENOENT: there is
 * no history; ETIMEDOUT: narrow it; EBUSY, EIO. "error" in answer says more.
 */
int history_search(struct history_reader *r, const json_t *question,
		   json_t *answer);

/* the columns of a call, and its "record" as a whole; id: its number or its
 * Call-ID (the newest one with it). ENOENT: there is no such call */
int history_one(struct history_reader *r, const char *id, json_t *answer);

/*
 * The calls that a question finds as a CSV text with a line of names (RFC
 * 4180), limit and after are not asked. Read piece by piece: between them
 * nothing is kept open. *len 0: that was all. The reader is referenced, and
 * not used for anything else meanwhile.
 */
int history_export_alloc(struct history_export **ep, struct history_reader *r,
			 const json_t *question, json_t *answer);
int history_export_read(struct history_export *e, char *buf, size_t size,
			size_t *len);

#endif
