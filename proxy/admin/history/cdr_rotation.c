/**
 * @file cdr_rotation.c  When a file of records gives way, and to what name
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "proxy/admin/history/cdr_rotation.h"

enum { PATH_SIZE = 600, DATE_SIZE = 10 };


/**
 * Say when files give way from now on, and how long they stay
 *
 * @param r  Rotation
 * @param to What it is to be
 */
void cdr_rotation_set(struct cdr_rotation *r, const struct cdr_rotation *to)
{
	__atomic_store_n(&r->size, to->size, __ATOMIC_RELAXED);
	__atomic_store_n(&r->daily, to->daily, __ATOMIC_RELAXED);
	__atomic_store_n(&r->keep, to->keep, __ATOMIC_RELAXED);
}


/**
 * Is it time for another file?
 *
 * @param r     Rule
 * @param size  Octets of the file
 * @param day   Of what was written last
 * @param today Today
 *
 * @return true if it is; never where nothing is in it
 */
bool cdr_rotation_due(const struct cdr_rotation *r, uint64_t size, int64_t day,
		      int64_t today)
{
	if (!size)
		return false;

	const uint64_t most = __atomic_load_n(&r->size, __ATOMIC_RELAXED);
	const bool daily = __atomic_load_n(&r->daily, __ATOMIC_RELAXED);

	return (most && size >= most) || (daily && day != today);
}


/* where the extension begins: behind the last dot of the name */
static size_t stem_length(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');

	if (!dot || (slash && dot < slash + 2) || (!slash && dot == path))
		return strlen(path);

	return (size_t)(dot - path);
}


static void print_day(char buf[DATE_SIZE + 1], int64_t day)
{
	const time_t s = (time_t)(day * CDR_DAY_S);
	struct tm tm;

	if (!gmtime_r(&s, &tm) ||
	    strftime(buf, DATE_SIZE + 1, "%Y-%m-%d", &tm) != DATE_SIZE)
		memcpy(buf, "0000-00-00", DATE_SIZE + 1);
}


/**
 * The name of a former file
 *
 * @param buf  Buffer
 * @param size Its size
 * @param path The file
 * @param day  Of what was written last
 * @param n    Which one of that day, from 1 on
 *
 * @return 0 if success, ENAMETOOLONG
 */
int cdr_rotation_name(char *buf, size_t size, const char *path, int64_t day,
		      unsigned n)
{
	const size_t stem = stem_length(path);
	char date[DATE_SIZE + 1], count[16] = "";
	int len;

	print_day(date, day);
	if (n > 1)
		(void)snprintf(count, sizeof(count), ".%u", n);
	len = snprintf(buf, size, "%.*s-%s%s%s", (int)stem, path, date, count,
		       path + stem);

	return len < 0 || (size_t)len >= size ? ENAMETOOLONG : 0;
}


static bool read_day(const char *date, int64_t *day)
{
	struct tm tm = {.tm_isdst = 0};
	const char *end = strptime(date, "%Y-%m-%d", &tm);

	if (end != date + DATE_SIZE)
		return false;

	*day = (int64_t)timegm(&tm) / CDR_DAY_S;

	return true;
}


static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}


/**
 * Is that a former file?
 *
 * @param name Name, without directory
 * @param path The file
 * @param day  Set to its day
 *
 * @return true if it is one of this file's
 */
bool cdr_rotation_is(const char *name, const char *path, int64_t *day)
{
	const char *base = base_name(path);
	const size_t stem = stem_length(base);

	if (strncmp(name, base, stem) || name[stem] != '-' ||
	    !read_day(name + stem + 1, day))
		return false;

	name += stem + 1 + DATE_SIZE;
	if (*name == '.' && name[1] >= '1' && name[1] <= '9')
		name += 1 + strspn(name + 1, "0123456789");

	return !strcmp(name, base + stem);
}


static int move(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;

	/* a file system that cannot say so */
	if (!access(to, F_OK))
		return EEXIST;

	return rename(from, to) ? errno : 0;
}


/**
 * Move a file out of the way
 *
 * @param path The file
 * @param day  Of what was written last
 *
 * @return 0 if success, otherwise errorcode
 */
int cdr_rotation_move(const char *path, int64_t day)
{
	char to[PATH_SIZE];
	int err = EEXIST;

	for (unsigned n = 1; err == EEXIST && n < CDR_ROTATION_MAX; n++) {
		err = cdr_rotation_name(to, sizeof(to), path, day, n);
		if (!err)
			err = move(path, to);
	}

	return err;
}


static DIR *open_dir(char dir[PATH_SIZE], const char *path)
{
	const char *base = base_name(path);
	const int len = base > path ? (int)(base - path) : 0;

	if (snprintf(dir, PATH_SIZE, "%.*s", len, path) >= PATH_SIZE)
		return NULL;

	return opendir(len ? dir : ".");
}


/**
 * Remove former files that are too old
 *
 * @param r     Rule
 * @param path  The file
 * @param today Today
 */
void cdr_rotation_clean(const struct cdr_rotation *r, const char *path,
			int64_t today)
{
	char dir[PATH_SIZE];
	const uint32_t keep = __atomic_load_n(&r->keep, __ATOMIC_RELAXED);
	DIR *d = keep ? open_dir(dir, path) : NULL;
	const struct dirent *e;
	int64_t day;

	if (!d)
		return;

	/* cppcheck-suppress readdirCalled */
	while ((e = readdir(d)) != NULL) {
		if (cdr_rotation_is(e->d_name, path, &day) &&
		    today - day > (int64_t)keep)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	(void)closedir(d);
}


/* of one day: the number behind the date counts */
static bool is_newer(const char *a, int64_t a_day, const char *b,
		     int64_t b_day)
{
	if (a_day != b_day)
		return a_day > b_day;

	return strlen(a) != strlen(b) ? strlen(a) > strlen(b)
				      : strcmp(a, b) > 0;
}


/**
 * Find the newest former file
 *
 * @param buf  Buffer
 * @param size Its size
 * @param path The file
 *
 * @return 0 if success, ENOENT if there is none
 */
int cdr_rotation_last(char *buf, size_t size, const char *path)
{
	char dir[PATH_SIZE], best[256] = "";
	DIR *d = open_dir(dir, path);
	const struct dirent *e;
	int64_t day, best_day = 0;

	if (!d)
		return ENOENT;

	/* cppcheck-suppress readdirCalled */
	while ((e = readdir(d)) != NULL) {
		if (!cdr_rotation_is(e->d_name, path, &day) ||
		    (best[0] && !is_newer(e->d_name, day, best, best_day)))
			continue;
		(void)snprintf(best, sizeof(best), "%s", e->d_name);
		best_day = day;
	}
	(void)closedir(d);

	return best[0] && snprintf(buf, size, "%s%s", dir, best) < (int)size
		       ? 0
		       : ENOENT;
}
