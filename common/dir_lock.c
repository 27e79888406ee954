/**
 * @file dir_lock.c  A directory that one process at a time may use
 *
 * Who was killed is gone for those who wait for him when his first thread is,
 * and has his files until the last one is: a server that is started again at
 * once waits for that.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <re.h>
#include "common/dir_lock.h"


enum { PATH_SIZE = 512, TRY_MS = 10, TRIES = 100 };

struct dir_lock {
	int fd;
};


static void destructor(void *arg)
{
	const struct dir_lock *l = arg;

	if (l->fd >= 0)
		(void)close(l->fd);
}


static int take(struct dir_lock *l, const char *path)
{
	l->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->fd < 0)
		return errno;

	for (int i = 0; flock(l->fd, LOCK_EX | LOCK_NB); i++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return errno;
		if (i == TRIES)
			return EBUSY;

		sys_msleep(TRY_MS);
	}

	return 0;
}


/**
 * Take a directory for this process alone
 *
 * @param lp  Pointer to the allocated lock
 * @param dir Directory that exists
 *
 * @return 0 if success, EBUSY: another one has had it for a second,
 *         otherwise errorcode
 */
int dir_lock_alloc(struct dir_lock **lp, const char *dir)
{
	struct dir_lock *l;
	char path[PATH_SIZE];
	int err;

	if (!lp || !dir)
		return EINVAL;

	if (re_snprintf(path, sizeof(path), "%s/viaduct.lock", dir) < 0)
		return ENAMETOOLONG;

	l = mem_zalloc(sizeof(*l), destructor);
	if (!l)
		return ENOMEM;

	l->fd = -1;
	err = take(l, path);
	if (err)
		mem_deref(l);
	else
		*lp = l;

	return err;
}
