/**
 * @file small_disk.c  A disk that is soon full
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include "test/mock/small_disk.h"
#include "test/test.h"

enum { BLOCK = 4096, PATH_SIZE = 256 };


/* the mounts of this process are its own from now on */
bool small_disk_mount(const char *dir, unsigned kilobytes)
{
	char options[32];

	(void)snprintf(options, sizeof(options), "size=%uk", kilobytes);

	return !unshare(CLONE_NEWNS) &&
	       !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !mount("none", dir, "tmpfs", 0, options);
}


void small_disk_unmount(const char *dir)
{
	ck_assert_int_eq(umount(dir), 0);
}


static void filler(char path[PATH_SIZE], const char *dir)
{
	(void)snprintf(path, PATH_SIZE, "%s/filler", dir);
}


void small_disk_fill(const char *dir)
{
	static const char block[BLOCK];
	char path[PATH_SIZE];
	ssize_t n;
	int fd;

	filler(path, dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	do
		n = write(fd, block, sizeof(block));
	while (n > 0);
	ck_assert_int_eq(errno, ENOSPC);
	(void)close(fd);
}


void small_disk_free(const char *dir)
{
	char path[PATH_SIZE];

	filler(path, dir);
	ck_assert_int_eq(unlink(path), 0);
}
