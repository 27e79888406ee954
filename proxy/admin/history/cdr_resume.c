/**
 * @file cdr_resume.c  Which records of a former server the file has already
 */
#include <string.h>
#include "proxy/admin/history/cdr_resume.h"


/**
 * Is a line in the file?
 *
 * @param r    Resumption, zeroed at first
 * @param f    File
 * @param line Line, without its line feed
 *
 * @return true if it is; false if it is to be written
 */
bool cdr_resume_has(struct cdr_resume *r, struct cdr_file *f,
		    const struct pl *line)
{
	struct pl rest;

	if (!r->tail)
		(void)cdr_tail_alloc(&r->tail, f->path);
	if (cdr_tail_has(r->tail, line))
		return true;

	cdr_tail_rest(r->tail, &rest);
	if (rest.l && rest.l <= line->l && !memcmp(rest.p, line->p, rest.l))
		cdr_file_cut(f, rest.p, rest.l);

	return false;
}


/**
 * There are no more of them
 *
 * @param r Resumption
 */
void cdr_resume_close(struct cdr_resume *r)
{
	r->tail = mem_deref(r->tail);
}
