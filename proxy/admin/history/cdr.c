/**
 * @file cdr.c  Call records: one a line, in a file
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "proxy/admin/history/cdr.h"
#include "proxy/admin/history/cdr_file.h"
#include "proxy/admin/history/csv_line.h"
#include "proxy/admin/history/history.h"
#include "proxy/admin/history/history_row.h"
#include "proxy/admin/history/history_writer.h"
#include "proxy/admin/history/scribe.h"

enum { MB = 1 << 20, HEAD_SIZE = 1024, CSV_SIZE = 1 << 15 };
enum order { REOPEN = 1, ROTATE };

/** What the thread has; slips that were handed on are of kind 1 */
struct pen {
	struct cdr_file file;
	struct tray *next; /* the history's, or NULL; referenced */
	char *head;
	struct mbuf *mb; /* of a CSV file: a batch of lines */
};

struct cdr {
	struct scribe *scribe;
};


static void destructor(void *arg)
{
	struct cdr *c = arg;

	mem_deref(c->scribe);
}


static void pen_destructor(void *arg)
{
	struct pen *p = arg;

	cdr_file_close(&p->file);
	mem_deref(p->next);
	mem_deref(p->head);
	mem_deref(p->mb);
}


/* the history has it whatever becomes of the file */
static void hand_on(const struct pen *p, struct slip *const *slipv, int n)
{
	for (int i = 0; i < n; i++) {
		if (!slipv[i]->kind)
			tray_copy(p->next, HISTORY_PUT, slipv[i]);
		slipv[i]->kind = 1;
	}
}


static int write_json(struct slip *const *slipv, int n, char *why, void *arg)
{
	static char line_end[] = "\n";
	struct iovec iov[2 * TRAY_BATCH] = {{NULL, 0}};
	struct pen *p = arg;
	int err;
	(void)why;

	for (int i = 0; i < n; i++) {
		iov[2 * i].iov_base = slipv[i]->text;
		iov[2 * i].iov_len = slipv[i]->len;
		iov[2 * i + 1].iov_base = line_end;
		iov[2 * i + 1].iov_len = 1;
	}
	err = cdr_file_append(&p->file, iov, 2 * n);
	hand_on(p, slipv, n);

	return err;
}


/* what is no record is left out */
static int add_csv(struct mbuf *mb, const struct slip *slip)
{
	json_t *record = json_loadb(slip->text, slip->len, 0, NULL);
	struct history_row *row = mem_zalloc(sizeof(*row), NULL);
	json_t *flat = NULL;
	int err = row ? 0 : ENOMEM;

	if (!err && !history_row_decode(row, record)) {
		flat = history_row_json(row);
		err = csv_line(mb, flat);
	}
	json_decref(flat);
	json_decref(record);
	mem_deref(row);

	return err;
}


static int write_csv(struct slip *const *slipv, int n, char *why, void *arg)
{
	struct pen *p = arg;
	struct iovec iov;
	int err = 0;
	(void)why;

	mbuf_rewind(p->mb);
	for (int i = 0; i < n && !err; i++)
		err = add_csv(p->mb, slipv[i]);
	if (err)
		return err;

	iov.iov_base = p->mb->buf;
	iov.iov_len = p->mb->end;

	return cdr_file_append(&p->file, &iov, p->mb->end ? 1 : 0);
}


static void order_handler(int order, void *arg)
{
	struct pen *p = arg;

	if (order == ROTATE)
		cdr_file_rotate(&p->file);
	else
		cdr_file_close(&p->file);
}


static int make_csv(struct pen *p)
{
	struct mbuf *mb = mbuf_alloc(HEAD_SIZE);
	int err = mb ? csv_line_names(mb) : ENOMEM;

	if (!err) {
		mb->pos = 0;
		err = mbuf_strdup(mb, &p->head, mb->end);
	}
	mem_deref(mb);
	p->file.head = p->head;
	p->mb = mbuf_alloc(CSV_SIZE);

	return err || p->mb ? err : ENOMEM;
}


static int pen_alloc(struct pen **pp, const struct cdr_conf *conf)
{
	struct pen *p = mem_zalloc(sizeof(*p), pen_destructor);
	int err;

	if (!p)
		return ENOMEM;

	err = cdr_file_init(&p->file, conf->path);
	p->file.rotation.size = (uint64_t)conf->size_mb * MB;
	p->file.rotation.daily = conf->daily;
	p->file.rotation.keep = conf->keep_days;
	p->next = mem_ref(history_tray(conf->history));
	if (!err && conf->csv)
		err = make_csv(p);
	if (err)
		mem_deref(p);
	else
		*pp = p;

	return err;
}


static int start(struct cdr *c, const struct cdr_conf *conf, struct log *log,
		 struct metrics *metrics)
{
	struct pen *p = NULL;
	int err = pen_alloc(&p, conf);
	struct scribe_names names = {
		.thread = conf->csv ? "viaduct-csv" : "viaduct-cdr",
		.fails = "cdr.fails",
		.works = "cdr.works",
		.misses = "cdr.lost",
		.hangs = "cdr.hangs",
		.written = conf->csv ? "cdr_csv_written_total"
				     : "cdr_written_total",
		.lost = conf->csv ? "cdr_csv_lost_total" : "cdr_lost_total",
	};
	const struct tray_writer writer = {
		.writeh = conf->csv ? write_csv : write_json,
		.orderh = order_handler,
		.arg = p,
	};

	if (err)
		return err;

	names.file = p->file.path;
	err = scribe_alloc(&c->scribe, &writer, &names, log, metrics);
	if (err)
		mem_deref(p);

	return err;
}


/**
 * Begin to write call records
 *
 * @param cp      Pointer to allocated records
 * @param conf    Where, and until when
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int cdr_alloc(struct cdr **cp, const struct cdr_conf *conf, struct log *log,
	      struct metrics *metrics)
{
	struct cdr *c;
	int err;

	if (!cp || !conf || !conf->path || !*conf->path)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	err = start(c, conf, log, metrics);
	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}


/**
 * Write a record
 *
 * @param c    Records, or NULL: they are off
 * @param key  The id that its call began under
 * @param line JSON in one line, without its end
 * @param len  Its length
 *
 * @return 0 if it waits to be written, ENOSPC or ENOMEM if it is lost
 */
int cdr_write(struct cdr *c, uint64_t key, const char *line, size_t len)
{
	if (!c)
		return 0;
	if (!line || memchr(line, '\n', len))
		return EINVAL;

	return scribe_write(c->scribe, 0, key, line, len);
}


/**
 * Open the file again
 *
 * @param c Records, or NULL
 */
void cdr_reopen(struct cdr *c)
{
	if (c)
		scribe_order(c->scribe, REOPEN);
}


/**
 * Let another file begin
 *
 * @param c Records, or NULL
 */
void cdr_rotate(struct cdr *c)
{
	if (c)
		scribe_order(c->scribe, ROTATE);
}
