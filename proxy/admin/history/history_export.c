/**
 * @file history_export.c  Past calls as a CSV text, piece by piece
 *
 * A page at a time: whoever reads slowly keeps no transaction open, which
 * would let the database's log grow.
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "proxy/admin/history/csv_line.h"
#include "proxy/admin/history/history_query.h"
#include "proxy/admin/history/history_reader.h"

enum { TEXT_SIZE = 1 << 16 };

struct history_export {
	struct history_reader *reader; /* referenced */
	json_t *question;
	struct mbuf *mb; /* what was not read yet */
	size_t rows;
	bool over;
};


static void destructor(void *arg)
{
	struct history_export *e = arg;

	mem_deref(e->reader);
	json_decref(e->question);
	mem_deref(e->mb);
}


static int write_rows(struct history_export *e, const json_t *calls)
{
	int err = 0;

	for (size_t i = 0; i < json_array_size(calls) && !err; i++)
		err = csv_line(e->mb, json_array_get(calls, i));
	e->rows += json_array_size(calls);

	return err;
}


/* the next page, if there is one */
static int fill(struct history_export *e, json_t *answer)
{
	json_t *next;
	int err;

	mbuf_rewind(e->mb);
	err = history_search(e->reader, e->question, answer);
	if (!err)
		err = write_rows(e, json_object_get(answer, "calls"));
	e->mb->pos = 0;

	next = json_object_get(answer, "next");
	e->over = !next || e->rows >= HISTORY_EXPORT_MAX;
	if (next)
		(void)json_object_set(e->question, "after", next);

	return err;
}


static int begin(struct history_export *e, const json_t *question,
		 json_t *answer)
{
	struct mbuf *names;
	int err;

	e->question = json_deep_copy(question);
	e->mb = mbuf_alloc(TEXT_SIZE);
	names = mbuf_alloc(1024);
	if (!e->question || !e->mb || !names) {
		mem_deref(names);
		return ENOMEM;
	}

	(void)json_object_del(e->question, "after");
	(void)json_object_set_new(e->question, "limit",
				  json_integer(HISTORY_LIMIT_MAX));
	err = fill(e, answer);
	if (!err)
		err = csv_line_names(names);
	if (!err)
		err = mbuf_write_mem(names, e->mb->buf, e->mb->end);
	names->pos = 0;
	mem_deref(e->mb);
	e->mb = names;

	return err;
}


/**
 * Begin a CSV text
 *
 * @param ep       Pointer to allocated export
 * @param r        Reader, for this alone from now on
 * @param question Which calls
 * @param answer   Object; "error" in it says what is wrong
 *
 * @return 0 if success, otherwise errorcode
 */
int history_export_alloc(struct history_export **ep, struct history_reader *r,
			 const json_t *question, json_t *answer)
{
	struct history_export *e;
	int err;

	if (!ep || !r || !answer)
		return EINVAL;

	e = mem_zalloc(sizeof(*e), destructor);
	if (!e)
		return ENOMEM;

	e->reader = mem_ref(r);
	err = begin(e, question, answer);
	if (err)
		mem_deref(e);
	else
		*ep = e;

	return err;
}


/**
 * Read the next piece
 *
 * @param e    Export
 * @param buf  Buffer
 * @param size Its size
 * @param len  Octets that were read; 0: that was all
 *
 * @return 0 if success, otherwise errorcode
 */
int history_export_read(struct history_export *e, char *buf, size_t size,
			size_t *len)
{
	json_t *answer;
	int err = 0;

	if (!e || !buf || !size || !len)
		return EINVAL;

	while (!err && !mbuf_get_left(e->mb) && !e->over) {
		answer = json_object();
		err = fill(e, answer);
		json_decref(answer);
	}
	if (err)
		return err;

	*len = mbuf_get_left(e->mb) < size ? mbuf_get_left(e->mb) : size;

	return *len ? mbuf_read_mem(e->mb, (uint8_t *)buf, *len) : 0;
}
