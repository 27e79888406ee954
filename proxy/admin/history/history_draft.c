/**
 * @file history_draft.c  A question about past calls, while it is written
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "proxy/admin/history/history_draft.h"


/**
 * Add a condition
 *
 * @param d   Draft
 * @param fmt Text, which begins with " AND"
 */
void history_draft_add(struct history_draft *d, const char *fmt, ...)
{
	const size_t pos = strlen(d->where);
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(d->where + pos, sizeof(d->where) - pos, fmt, ap);
	va_end(ap);
	d->overflow |= n < 0 || (size_t)n >= sizeof(d->where) - pos;
}


/**
 * Bind a number
 *
 * @param d Draft
 * @param n Number
 *
 * @return The number of its parameter; 0: there is no more room
 */
unsigned history_draft_number(struct history_draft *d, int64_t n)
{
	if (d->q->bindc >= HISTORY_BINDS_MAX) {
		d->overflow = true;
		return 0;
	}

	d->q->bindv[d->q->bindc].number = n;

	return (unsigned)++d->q->bindc;
}


/**
 * Bind a text
 *
 * @param d      Draft
 * @param before What stands in front of it
 * @param text   Text
 * @param behind What stands behind it
 *
 * @return The number of its parameter; 0: there is no more room
 */
unsigned history_draft_text(struct history_draft *d, const char *before,
			    const struct pl *text, const char *behind)
{
	const unsigned n = history_draft_number(d, 0);

	if (!n)
		return 0;

	d->q->bindv[n - 1].is_text = true;
	if (re_snprintf(d->q->bindv[n - 1].text, HISTORY_TEXT_SIZE, "%s%r%s",
			before, text, behind) < 0)
		d->overflow = true;

	return n;
}
