/**
 * @file cdr.c  Call records: one a line, in a file
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include "proxy/admin/history/cdr.h"
#include "proxy/admin/history/cdr_file.h"
#include "proxy/admin/history/cdr_resume.h"
#include "proxy/admin/history/csv_line.h"
#include "proxy/admin/history/history.h"
#include "proxy/admin/history/history_row.h"
#include "proxy/admin/history/history_writer.h"
#include "proxy/admin/history/scribe.h"

enum { MB = 1 << 20, HEAD_SIZE = 1024, CSV_SIZE = 1 << 15 };
enum order { REOPEN = 1, ROTATE };

/** What the thread has; slips that are not to be handed on are of kind 1 */
struct pen {
	struct cdr_file file;
	struct cdr_resume resume;
	struct tray *next; /* the history's, or NULL; referenced */
	char *head;
	struct mbuf *mb; /* of a CSV file: a batch of lines */
};

struct cdr {
	struct scribe *scribe;
	struct pen *pen; /* not owned: the scribe's thread has it */
};


static void destructor(void *arg)
{
	struct cdr *c = arg;

	mem_deref(c->scribe);
}


static void pen_destructor(void *arg)
{
	struct pen *p = arg;

	cdr_resume_close(&p->resume);
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


/* a crash may have come after it was written */
static bool is_there(struct pen *p, const struct slip *slip, const char *line,
		     size_t len)
{
	const struct pl pl = {line, len};

	return slip->deposit.again &&
	       cdr_resume_has(&p->resume, &p->file, &pl);
}


/* it is large: another such batch reads it again */
static void end_resume(struct pen *p, struct slip *const *slipv, int n)
{
	if (n && (n < TRAY_BATCH || !slipv[n - 1]->deposit.again))
		cdr_resume_close(&p->resume);
}


static int write_json(struct slip *const *slipv, int n, char *why, void *arg)
{
	static char line_end[] = "\n";
	struct iovec iov[2 * TRAY_BATCH] = {{NULL, 0}};
	struct pen *p = arg;
	int err, count = 0;
	(void)why;

	for (int i = 0; i < n; i++) {
		if (is_there(p, slipv[i], slipv[i]->text, slipv[i]->len))
			continue;
		iov[count].iov_base = slipv[i]->text;
		iov[count++].iov_len = slipv[i]->len;
		iov[count].iov_base = line_end;
		iov[count++].iov_len = 1;
	}
	err = cdr_file_append(&p->file, iov, count);
	hand_on(p, slipv, n);
	end_resume(p, slipv, n);

	return err;
}


/* what is no record is left out */
static int add_csv(struct pen *p, const struct slip *slip)
{
	struct mbuf *mb = p->mb;
	const size_t begin = mb->end;
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
	if (!err && mb->end > begin &&
	    is_there(p, slip, (const char *)mb->buf + begin,
		     mb->end - begin - 1))
		mb->pos = mb->end = begin;

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
		err = add_csv(p, slipv[i]);
	end_resume(p, slipv, n);
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


static void limit(struct pen *p, const struct cdr_limits *limits)
{
	const struct cdr_rotation rotation = {
		.size = (uint64_t)limits->size_mb * MB,
		.daily = limits->daily,
		.keep = limits->keep_days,
	};

	cdr_rotation_set(&p->file.rotation, &rotation);
}


static int pen_alloc(struct pen **pp, const struct cdr_conf *conf)
{
	struct pen *p = mem_zalloc(sizeof(*p), pen_destructor);
	int err;

	if (!p)
		return ENOMEM;

	err = cdr_file_init(&p->file, conf->path);
	limit(p, &conf->limits);
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
		.box = conf->box,
		.arg = p,
	};

	if (err)
		return err;

	names.file = p->file.path;
	err = scribe_alloc(&c->scribe, &writer, &names, log, metrics);
	if (err)
		mem_deref(p);
	else
		c->pen = p;

	return err;
}


/**
 * Say when its file gives way from now on
 *
 * @param c      Records, or NULL
 * @param limits When
 */
void cdr_limit(struct cdr *c, const struct cdr_limits *limits)
{
	if (c && limits)
		limit(c->pen, limits);
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
 * @param d    Where it is in the strongbox; NULL: it is not
 *
 * @return 0 if it waits to be written, ENOSPC or ENOMEM if it is lost
 */
int cdr_write(struct cdr *c, uint64_t key, const char *line, size_t len,
	      const struct deposit *d)
{
	if (!c)
		return 0;
	if (!line || memchr(line, '\n', len))
		return EINVAL;

	/* of a former server's the history has one of its own */
	return scribe_write(c->scribe, d && d->again, key, line, len, d);
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
