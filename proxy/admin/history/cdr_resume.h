/**
 * @file cdr_resume.h  Which records of a former server the file has already
 *
 * For one thread at a time.
 */
#ifndef PROXY_ADMIN_HISTORY_CDR_RESUME_H
#define PROXY_ADMIN_HISTORY_CDR_RESUME_H

#include "proxy/admin/history/cdr_file.h"
#include "proxy/admin/history/cdr_tail.h"

struct cdr_resume {
	struct cdr_tail *tail; /* NULL: not read yet */
};

/* a line without its line feed; where the file ends in the middle of it, that
 * is taken off */
bool cdr_resume_has(struct cdr_resume *r, struct cdr_file *f,
		    const struct pl *line);
void cdr_resume_close(struct cdr_resume *r);

#endif
