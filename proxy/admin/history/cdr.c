/**
 * @file cdr.c  Call records: one JSON object a line, in a file
 */
#include <errno.h>
#include <string.h>
#include "proxy/admin/history/cdr.h"
#include "proxy/admin/history/cdr_file.h"
#include "proxy/admin/history/scribe.h"

struct cdr {
	struct scribe *scribe;
	struct cdr_file *file; /* not owned; the scribe's thread has it */
};


static void destructor(void *arg)
{
	struct cdr *c = arg;

	mem_deref(c->scribe);
}


static void file_destructor(void *arg)
{
	cdr_file_close(arg);
}


static int write_handler(struct slip *const *slipv, int n, char *why,
			 void *arg)
{
	static char line_end[] = "\n";
	struct iovec iov[2 * TRAY_BATCH];
	(void)why;

	for (int i = 0; i < n; i++) {
		iov[2 * i].iov_base = slipv[i]->text;
		iov[2 * i].iov_len = slipv[i]->len;
		iov[2 * i + 1].iov_base = line_end;
		iov[2 * i + 1].iov_len = 1;
	}

	return cdr_file_append(arg, iov, 2 * n);
}


static void reopen_handler(void *arg)
{
	cdr_file_close(arg);
}


static int start(struct cdr *c, const char *path, struct log *log,
		 struct metrics *metrics)
{
	const struct scribe_names names = {
		.thread = "viaduct-cdr",
		.fails = "cdr.fails",
		.works = "cdr.works",
		.misses = "cdr.lost",
		.hangs = "cdr.hangs",
		.written = "cdr_written_total",
		.lost = "cdr_lost_total",
		.file = c->file->path,
	};
	const struct tray_writer writer = {
		.writeh = write_handler,
		.reopenh = reopen_handler,
		.arg = c->file,
	};
	int err = cdr_file_init(c->file, path);

	return err ? err
		   : scribe_alloc(&c->scribe, &writer, &names, log, metrics);
}


/**
 * Begin to write call records
 *
 * @param cp      Pointer to allocated records
 * @param path    File
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int cdr_alloc(struct cdr **cp, const char *path, struct log *log,
	      struct metrics *metrics)
{
	struct cdr *c;
	int err = ENOMEM;

	if (!cp || !path || !*path)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->file = mem_zalloc(sizeof(*c->file), file_destructor);
	if (c->file)
		err = start(c, path, log, metrics);
	if (err) {
		mem_deref(c->file);
		mem_deref(c);
	}
	else {
		*cp = c;
	}

	return err;
}


/**
 * Write a record
 *
 * @param c    Records, or NULL: they are off
 * @param line One line, without its end
 * @param len  Its length
 *
 * @return 0 if it waits to be written, ENOSPC or ENOMEM if it is lost
 */
int cdr_write(struct cdr *c, const char *line, size_t len)
{
	if (!c)
		return 0;
	if (!line || memchr(line, '\n', len))
		return EINVAL;

	return scribe_write(c->scribe, 0, 0, line, len);
}


/**
 * Open the file again
 *
 * @param c Records, or NULL
 */
void cdr_reopen(struct cdr *c)
{
	if (c)
		scribe_reopen(c->scribe);
}
