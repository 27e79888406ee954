/**
 * @file cdr_file.h  The file of call records: whole lines, or none
 *
 * Appended to, until it gives way to another one. What a power failure has
 * left half is ended by a line end; a disk that is full gets back what did not
 * fit. A file that was moved away or removed is made anew. For one thread at a
 * time.
 */
#ifndef PROXY_ADMIN_HISTORY_CDR_FILE_H
#define PROXY_ADMIN_HISTORY_CDR_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>
#include "proxy/admin/history/cdr_rotation.h"

enum { CDR_PATH_MAX = 512 };

struct cdr_file {
	char path[CDR_PATH_MAX];
	struct cdr_rotation rotation;
	const char *head; /* of a new file, or NULL; static */
	int fd;           /* -1: to be opened */
	int64_t day;      /* when it was written last */
	bool rotate;      /* when it is written next */
	bool whole;       /* it ends with a line's end */
	dev_t dev;
	ino_t ino;
};

/* ENAMETOOLONG */
int cdr_file_init(struct cdr_file *f, const char *path);
void cdr_file_close(struct cdr_file *f);

/* opens it, unless it is open and still there; EINVAL: it is no file */
int cdr_file_ready(struct cdr_file *f);

/* another one begins with the next line */
void cdr_file_rotate(struct cdr_file *f);

/* takes off what it ends with, if that is so; it is written once more */
void cdr_file_cut(struct cdr_file *f, const char *end, size_t len);

/* whole lines, up to IOV_MAX parts of them: all, or an error and none */
int cdr_file_append(struct cdr_file *f, const struct iovec *iov, int count);

#endif
