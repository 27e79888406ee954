/**
 * @file ctl_table.c  A table that fits the width of a terminal, pure
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <re.h>
#include "common/utf8.h"
#include "proxy/command/ctl_print.h"
#include "proxy/command/ctl_table.h"

enum { GAP = 2, CELL_SIZE = 64, CELLS_MIN = 64 };

struct ctl_table {
	const struct ctl_column *columnv; /* not owned */
	size_t columns, cells, room;
	char **cellv; /* row by row */
};

/** How wide the columns are; 0: it is left out */
struct widths {
	unsigned v[CTL_TABLE_COLUMNS_MAX];
};


static void destructor(void *arg)
{
	struct ctl_table *t = arg;

	for (size_t i = 0; i < t->cells; i++)
		mem_deref(t->cellv[i]);
	mem_deref(t->cellv);
}


/**
 * Allocate a table
 *
 * @param tp      Pointer to allocated table
 * @param columnv Its columns, which outlive it
 * @param columns Number of them
 *
 * @return 0 if success, otherwise errorcode
 */
int ctl_table_alloc(struct ctl_table **tp, const struct ctl_column *columnv,
		    size_t columns)
{
	struct ctl_table *t;

	if (!tp || !columnv || !columns || columns > CTL_TABLE_COLUMNS_MAX)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->columnv = columnv;
	t->columns = columns;
	*tp = t;

	return 0;
}


static int make_room(struct ctl_table *t)
{
	const size_t room = t->room ? 2 * t->room : CELLS_MIN;
	char **v;

	if (t->cells < t->room)
		return 0;

	v = mem_zalloc(room * sizeof(*v), NULL);
	if (!v)
		return ENOMEM;

	if (t->cells)
		memcpy(v, t->cellv, t->cells * sizeof(*v));
	mem_deref(t->cellv);
	t->cellv = v;
	t->room = room;

	return 0;
}


/**
 * Add the next cell
 *
 * @param t    Table
 * @param text What stands in it; NULL: nothing
 *
 * @return 0 if success, otherwise errorcode
 */
int ctl_table_add(struct ctl_table *t, const char *text)
{
	char *cell = NULL;
	int err;

	if (!t)
		return EINVAL;

	err = make_room(t);
	if (!err)
		err = str_dup(&cell, text ? text : "");
	if (err)
		return err;

	ctl_clean(cell);
	t->cellv[t->cells++] = cell;

	return 0;
}


/**
 * Add the next cell, a short one
 *
 * @param t   Table
 * @param fmt Format, as of printf()
 *
 * @return 0 if success, otherwise errorcode
 */
int ctl_table_addf(struct ctl_table *t, const char *fmt, ...)
{
	char text[CELL_SIZE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);

	return ctl_table_add(t, text);
}


static const char *cell_at(const struct ctl_table *t, size_t row, size_t col)
{
	return t->cellv[row * t->columns + col];
}


static void set_natural(struct widths *w, const struct ctl_table *t)
{
	for (size_t c = 0; c < t->columns; c++) {
		w->v[c] = utf8_count(t->columnv[c].name);
		for (size_t r = 0; r < t->cells / t->columns; r++) {
			const unsigned n = utf8_count(cell_at(t, r, c));

			w->v[c] = n > w->v[c] ? n : w->v[c];
		}
	}
}


static unsigned total(const struct widths *w, const struct ctl_table *t)
{
	unsigned n = 0;

	for (size_t c = 0; c < t->columns; c++) {
		if (w->v[c])
			n += w->v[c] + (n ? GAP : 0);
	}

	return n;
}


/* the widest of those that may be; false: none is */
static bool cut_one(struct widths *w, const struct ctl_table *t)
{
	unsigned *widest = NULL;

	for (size_t c = 0; c < t->columns; c++) {
		const unsigned least = t->columnv[c].least;

		if (least && w->v[c] > least && (!widest || w->v[c] > *widest))
			widest = &w->v[c];
	}
	if (widest)
		--*widest;

	return widest != NULL;
}


/* false: all that are left are to stay */
static bool leave_one_out(struct widths *natural, const struct ctl_table *t)
{
	size_t last = 0;
	unsigned rank = 0;

	for (size_t c = 0; c < t->columns; c++) {
		if (natural->v[c] && t->columnv[c].rank > rank) {
			rank = t->columnv[c].rank;
			last = c;
		}
	}
	if (rank)
		natural->v[last] = 0;

	return rank > 0;
}


static struct widths fit(const struct ctl_table *t, unsigned cols)
{
	struct widths natural, w;

	set_natural(&natural, t);
	do {
		w = natural;
		while (total(&w, t) > cols && cut_one(&w, t))
			;
	} while (total(&w, t) > cols && leave_one_out(&natural, t));

	return w;
}


static void put_cell(FILE *f, const char *text, unsigned width, bool right)
{
	const unsigned n = utf8_count(text);

	if (n > width) {
		(void)fwrite(text, 1, utf8_cut(text, strlen(text), width - 1),
			     f);
		(void)fputs("\xe2\x80\xa6", f); /* an ellipsis */
		return;
	}

	(void)fprintf(f, "%*s", right ? (int)(width - n) : 0, "");
	(void)fputs(text, f);
	(void)fprintf(f, "%*s", right ? 0 : (int)(width - n), "");
}


/* row -1: the names */
static void put_line(FILE *f, const struct ctl_table *t,
		     const struct widths *w, long row)
{
	bool first = true;

	for (size_t c = 0; c < t->columns; c++) {
		if (!w->v[c])
			continue;

		(void)fprintf(f, "%*s", first ? 0 : GAP, "");
		put_cell(f,
			 row < 0 ? t->columnv[c].name
				 : cell_at(t, (size_t)row, c),
			 w->v[c], t->columnv[c].right);
		first = false;
	}
	(void)fputc('\n', f);
}


/**
 * Print a table
 *
 * @param f    Where to
 * @param t    Table; a row that is not whole is left out
 * @param cols Width of the terminal
 */
void ctl_table_print(FILE *f, const struct ctl_table *t, unsigned cols)
{
	struct widths w;

	if (!f || !t)
		return;

	w = fit(t, cols);
	for (long row = -1; row < (long)(t->cells / t->columns); row++)
		put_line(f, t, &w, row);
}
