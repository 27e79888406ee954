/**
 * @file cdr_file.c  The file of call records: whole lines, or none
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <time.h>
#include <re.h>
#include "proxy/admin/history/cdr_file.h"

enum { MODE = 0640 };


/**
 * Name the file; it opens when it is needed
 *
 * @param f    File
 * @param path Where it is
 *
 * @return 0 if success, ENAMETOOLONG
 */
int cdr_file_init(struct cdr_file *f, const char *path)
{
	memset(f, 0, sizeof(*f));
	f->fd = -1;

	return snprintf(f->path, sizeof(f->path), "%s", path) >=
			       (int)sizeof(f->path)
		       ? ENAMETOOLONG
		       : 0;
}


/**
 * Close the file
 *
 * @param f File
 */
void cdr_file_close(struct cdr_file *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	f->fd = -1;
}


static bool is_there(const struct cdr_file *f)
{
	struct stat st;

	return !stat(f->path, &st) && st.st_dev == f->dev &&
	       st.st_ino == f->ino;
}


/* a line that was cut off stays readable as such, and spoils no other one */
static int end_last_line(int fd, off_t size)
{
	char last;

	if (!size)
		return 0;
	if (pread(fd, &last, 1, size - 1) != 1)
		return errno ? errno : EIO;
	if (last != '\n' && write(fd, "\n", 1) != 1)
		return errno ? errno : ENOSPC;

	return 0;
}


static int64_t today(void)
{
	return (int64_t)time(NULL) / CDR_DAY_S;
}


/* of a CSV file: the names of its columns */
static int write_head(const struct cdr_file *f, off_t size)
{
	size_t len = f->head ? strlen(f->head) : 0;

	if (size || !len)
		return 0;

	if (write(f->fd, f->head, len) == (ssize_t)len)
		return 0;

	(void)!ftruncate(f->fd, 0);

	return ENOSPC;
}


static int open_file(struct cdr_file *f)
{
	struct stat st;
	int err;

	f->fd = open(f->path,
		     O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK |
			     O_NOCTTY,
		     MODE);
	if (f->fd < 0)
		return errno;

	err = fstat(f->fd, &st) ? errno : 0;
	if (!err && !S_ISREG(st.st_mode))
		err = EINVAL;
	if (!err)
		err = write_head(f, st.st_size);
	if (err) {
		cdr_file_close(f);
		return err;
	}

	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->day = (int64_t)st.st_mtime / CDR_DAY_S;
	f->whole = false; /* as far as one knows */

	return 0;
}


/**
 * Open the file, where it is not open or another one is in its place
 *
 * @param f File
 *
 * @return 0 if success, otherwise errorcode
 */
int cdr_file_ready(struct cdr_file *f)
{
	if (f->fd >= 0 && !is_there(f))
		cdr_file_close(f);

	return f->fd >= 0 ? 0 : open_file(f);
}


static size_t length(const struct iovec *iov, int count)
{
	size_t n = 0;

	for (int i = 0; i < count; i++)
		n += iov[i].iov_len;

	return n;
}


/* 0, or nothing of it is in the file */
static int write_all(int fd, const struct iovec *iov, int count)
{
	const size_t want = length(iov, count);
	const off_t before = lseek(fd, 0, SEEK_END);
	ssize_t n;
	int err;

	if (before < 0)
		return errno;

	do
		n = writev(fd, iov, count);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && (size_t)n == want)
		return 0;

	err = n < 0 ? errno : ENOSPC;
	if (n > 0 && ftruncate(fd, before))
		(void)end_last_line(fd, before + n);

	return err;
}


/**
 * Let another file begin with the next line
 *
 * @param f File
 */
void cdr_file_rotate(struct cdr_file *f)
{
	f->rotate = true;
}


static bool is_due(const struct cdr_file *f)
{
	const off_t size = lseek(f->fd, 0, SEEK_END);

	if (size <= 0)
		return false;

	return f->rotate ||
	       cdr_rotation_due(&f->rotation, (uint64_t)size, f->day, today());
}


/* where it cannot be moved, it grows on */
static int rotate(struct cdr_file *f)
{
	if (!is_due(f)) {
		f->rotate = false;
		return 0;
	}

	f->rotate = false;
	if (!cdr_rotation_move(f->path, f->day))
		cdr_file_close(f);
	cdr_rotation_clean(&f->rotation, f->path, today());

	return cdr_file_ready(f);
}


/**
 * Take a half line off its end
 *
 * @param f   File
 * @param end What it ends with
 * @param len Octets of that
 */
void cdr_file_cut(struct cdr_file *f, const char *end, size_t len)
{
	char *there = mem_alloc(len, NULL);
	off_t size;

	if (!there || cdr_file_ready(f)) {
		mem_deref(there);
		return;
	}

	size = lseek(f->fd, 0, SEEK_END);
	if (size >= (off_t)len &&
	    pread(f->fd, there, len, size - (off_t)len) == (ssize_t)len &&
	    !memcmp(there, end, len))
		(void)!ftruncate(f->fd, size - (off_t)len);
	mem_deref(there);
}


/**
 * Append lines
 *
 * @param f     File
 * @param iov   Lines with their ends, in parts
 * @param count Number of the parts, up to IOV_MAX
 *
 * @return 0 if they are in the file, otherwise errorcode: none of them is
 */
int cdr_file_append(struct cdr_file *f, const struct iovec *iov, int count)
{
	int err = cdr_file_ready(f);

	if (!err && (count || f->rotate))
		err = rotate(f);
	if (!err && count && !f->whole) {
		err = end_last_line(f->fd, lseek(f->fd, 0, SEEK_END));
		f->whole = !err;
	}
	if (err || !count)
		return err;

	f->day = today();

	err = write_all(f->fd, iov, count);
	if (err)
		cdr_file_close(f);
	else
		/* once more would be twice where the disk has it after all */
		(void)fdatasync(f->fd);

	return err;
}
