/**
 * @file record_file.c  The files of recordings, and nothing else, in one place
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include "relay/record/record_file.h"

enum { DIR_MODE = 0750, FILE_MODE = 0640 };


/**
 * Write at a place, all of it
 *
 * @param fd  Descriptor
 * @param p   Octets
 * @param len Number of octets
 * @param at  Where to
 *
 * @return 0 if success, otherwise errorcode
 */
int record_file_write(int fd, const void *p, size_t len, off_t at)
{
	const uint8_t *octets = p;

	while (len) {
		const ssize_t n = pwrite(fd, octets, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : EIO;

		octets += n;
		len -= (size_t)n;
		at += n;
	}

	return 0;
}


/**
 * Open the directory of all recordings
 *
 * @param fdp  Its descriptor
 * @param path Its path, which may be a link: it is the operator's own word
 * @param make Make it where it is not there
 *
 * @return 0 if success, otherwise errorcode
 */
int record_dir_open(int *fdp, const char *path, bool make)
{
	int fd;

	if (make && mkdir(path, DIR_MODE) && errno != EEXIST)
		return errno;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno;

	*fdp = fd;

	return 0;
}


/**
 * The next name in a directory
 *
 * Of one stream only one thread asks, and then there is nothing wrong with
 * readdir(); its reentrant sister is deprecated.
 *
 * @param dir Directory
 *
 * @return Entry, NULL after the last
 */
const struct dirent *record_dir_next(DIR *dir)
{
	/* cppcheck-suppress readdirCalled */
	return readdir(dir);
}


/**
 * Open a day
 *
 * @param fdp   Its descriptor
 * @param dirfd The directory of all recordings
 * @param day   Its name
 * @param make  Make it where it is not there
 *
 * @return 0 if success, otherwise errorcode
 */
int record_day_open(int *fdp, int dirfd, const char *day, bool make)
{
	int fd;

	if (make && mkdirat(dirfd, day, DIR_MODE) && errno != EEXIST)
		return errno;

	fd = openat(dirfd, day,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno;

	*fdp = fd;

	return 0;
}


/**
 * No file
 *
 * @param f File
 */
void record_file_init(struct record_file *f)
{
	memset(f, 0, sizeof(*f));
	f->dayfd = f->fd = -1;
}


static void release(struct record_file *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	if (f->dayfd >= 0)
		(void)close(f->dayfd);
	f->fd = f->dayfd = -1;
}


static void part_name(char buf[RECORD_NAME_MAX + 8], const char *name)
{
	(void)snprintf(buf, RECORD_NAME_MAX + 8, "%s.part", name);
}


/* another server of the same directory leaves what is locked alone */
static int create(struct record_file *f)
{
	char part[RECORD_NAME_MAX + 8];
	struct stat st;

	if (!fstatat(f->dayfd, f->name, &st, AT_SYMLINK_NOFOLLOW))
		return EEXIST;

	part_name(part, f->name);
	f->fd = openat(f->dayfd, part,
		       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       FILE_MODE);
	if (f->fd < 0)
		return errno;

	/* not all file systems have locks */
	return flock(f->fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK ? EBUSY
								       : 0;
}


/**
 * Make a file
 *
 * @param f    File, not open
 * @param dir  Directory of all recordings
 * @param day  Name of the day
 * @param name Its name when it is finished
 *
 * @return 0 if success, EEXIST if there is one of that name, otherwise
 *         errorcode
 */
int record_file_open(struct record_file *f, const char *dir, const char *day,
		     const char *name)
{
	int dirfd = -1, err;

	if (strlen(name) >= sizeof(f->name) || strchr(name, '/'))
		return EINVAL;

	(void)snprintf(f->name, sizeof(f->name), "%s", name);
	err = record_dir_open(&dirfd, dir, true);
	if (err)
		return err;

	err = record_day_open(&f->dayfd, dirfd, day, true);
	(void)close(dirfd);
	if (!err)
		err = create(f);
	if (err)
		release(f);

	return err;
}


/**
 * Is the file still there?
 *
 * @param f File
 *
 * @return 0 if success, ENOENT if it was removed, otherwise errorcode
 */
int record_file_check(const struct record_file *f)
{
	struct stat st;

	if (fstat(f->fd, &st))
		return errno;

	return st.st_nlink ? 0 : ENOENT;
}


/**
 * Give a finished file its name, unless there is one of that name
 *
 * @param dayfd The day that it is in
 * @param from  Its name
 * @param to    The one that it gets
 *
 * @return 0 if success, otherwise errorcode
 */
int record_file_rename(int dayfd, const char *from, const char *to)
{
	struct stat st;

	if (!renameat2(dayfd, from, dayfd, to, RENAME_NOREPLACE))
		return 0;

	/* not all file systems can say so */
	if (errno != EINVAL)
		return errno;
	if (!fstatat(dayfd, to, &st, AT_SYMLINK_NOFOLLOW))
		return EEXIST;

	return renameat(dayfd, from, dayfd, to) ? errno : 0;
}


/**
 * Finish a file: it gets its name, or goes
 *
 * @param f    File; closed afterwards
 * @param keep False: nothing is in it
 *
 * @return 0 if success, otherwise errorcode
 */
int record_file_close(struct record_file *f, bool keep)
{
	char part[RECORD_NAME_MAX + 8];
	int err = 0;

	if (f->fd < 0)
		return 0;

	part_name(part, f->name);
	if (keep)
		err = record_file_rename(f->dayfd, part, f->name);
	else
		err = unlinkat(f->dayfd, part, 0) ? errno : 0;

	release(f);

	return err;
}
