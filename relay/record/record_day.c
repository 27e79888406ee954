/**
 * @file record_day.c  The recordings of a day, on the disk
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <re.h>
#include "common/log.h"
#include "relay/record/record_day.h"
#include "relay/record/record_pcap.h"
#include "relay/record/record_wav.h"

enum { FILES_MAX = 64 };

/** The first names of a day, in order */
struct names {
	size_t n, max;
	char v[FILES_MAX][RECORD_NAME_MAX + 8];
};


static DIR *open_day(int dirfd, const char *day, int *err)
{
	DIR *dir;
	int fd;

	*err = record_day_open(&fd, dirfd, day, false);
	if (*err)
		return NULL;

	dir = fdopendir(fd);
	if (!dir) {
		*err = errno;
		(void)close(fd);
	}

	return dir;
}


/* a parameter has the name of the function */
static int fd_of(DIR *dir)
{
	return dirfd(dir);
}


static uint64_t size_of(DIR *dir, const char *name)
{
	struct stat st;

	if (fstatat(fd_of(dir), name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(st.st_mode))
		return 0;

	return (uint64_t)st.st_size;
}


static void log_file(struct log *log, const char *kind, const char *day,
		     const char *name, const char *why)
{
	log_info(log, kind, KV_STR("day", day), KV_STR("file", name),
		 KV_STR("why", why));
}


/* whose writer lives has it locked; where nothing can be locked, nothing is
 * repaired */
static int repair_file(int fd, bool wav)
{
	if (flock(fd, LOCK_EX | LOCK_NB))
		return errno;

	return wav ? record_wav_repair(fd) : record_pcap_repair(fd);
}


static bool finish(DIR *dir, const char *day, const char *part, bool wav,
		   struct log *log)
{
	char name[RECORD_NAME_MAX + 8];
	int fd, err;

	fd = openat(fd_of(dir), part,
		    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;

	(void)str_ncpy(name, part, strlen(part) - strlen(RECORD_PART) + 1);
	err = repair_file(fd, wav);
	if (err == ENODATA && !unlinkat(fd_of(dir), part, 0))
		log_file(log, "record.deleted", day, part, "empty");
	else if (!err)
		err = record_file_rename(fd_of(dir), part, name);
	(void)close(fd);

	if (!err)
		log_file(log, "record.repaired", day, name, "unfinished");

	return !err;
}


/**
 * Look at a day: what is there, and what has to be repaired
 *
 * @param sum    What is there
 * @param dirfd  Directory of all recordings
 * @param day    Name of the day
 * @param repair Repair what is unfinished
 * @param log    Log
 */
void record_day_look(struct record_day_sum *sum, int dirfd, const char *day,
		     bool repair, struct log *log)
{
	const struct dirent *e;
	DIR *dir;
	bool wav;
	int err;

	memset(sum, 0, sizeof(*sum));
	dir = open_day(dirfd, day, &err);
	if (!dir)
		return;

	while (repair && (e = record_dir_next(dir))) {
		if (record_name_type(e->d_name, &wav) == RECORD_UNFINISHED)
			sum->repaired += finish(dir, day, e->d_name, wav, log);
	}

	rewinddir(dir);
	while ((e = record_dir_next(dir))) {
		if (record_name_type(e->d_name, &wav) != RECORD_FINISHED)
			continue;
		sum->bytes += size_of(dir, e->d_name);
		++sum->files;
	}
	(void)closedir(dir);
}


static void keep_name(struct names *names, const char *name)
{
	size_t i = names->n;

	if (i == names->max && strcmp(names->v[i - 1], name) <= 0)
		return;
	if (i < names->max)
		++names->n;
	else
		--i;

	for (; i && strcmp(names->v[i - 1], name) > 0; i--)
		memcpy(names->v[i], names->v[i - 1], sizeof(names->v[0]));
	(void)str_ncpy(names->v[i], name, sizeof(names->v[0]));
}


static void find_first(struct names *names, DIR *dir)
{
	const struct dirent *e;
	bool wav;

	while ((e = record_dir_next(dir))) {
		if (record_name_type(e->d_name, &wav) == RECORD_FINISHED)
			keep_name(names, e->d_name);
	}
}


/**
 * Remove the first recordings of a day
 *
 * @param sum   What went
 * @param dirfd Directory of all recordings
 * @param day   Name of the day; goes as well when it is empty
 * @param max   Files at most
 * @param bytes Octets that are enough
 * @param why   "age" or "size"
 * @param log   Log
 *
 * @return 0 if success, ENOENT if the day is gone, otherwise errorcode
 */
int record_day_clear(struct record_day_sum *sum, int dirfd, const char *day,
		     size_t max, uint64_t bytes, const char *why,
		     struct log *log)
{
	struct names names = {.max = min(max, (size_t)FILES_MAX)};
	DIR *dir;
	int err;

	memset(sum, 0, sizeof(*sum));
	dir = open_day(dirfd, day, &err);
	if (!dir)
		return err;

	find_first(&names, dir);
	for (size_t i = 0; i < names.n && sum->bytes < bytes; i++) {
		const uint64_t size = size_of(dir, names.v[i]);

		if (unlinkat(fd_of(dir), names.v[i], 0))
			continue;

		sum->bytes += size;
		++sum->files;
		log_file(log, "record.deleted", day, names.v[i], why);
	}
	(void)closedir(dir);

	return unlinkat(dirfd, day, AT_REMOVEDIR) ? 0 : ENOENT;
}
