/**
 * @file pem.c  A PEM file, read whole into memory
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "common/pem.h"

enum { FILE_MAX = 4 * 1024 * 1024 };


static int copy(BIO *bio, int fd)
{
	char buf[8192];
	size_t total = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;

		total += (size_t)n;
		if (total > FILE_MAX)
			return EFBIG;
		if (BIO_write(bio, buf, (int)n) != (int)n)
			return ENOMEM;
	}

	return 0;
}


static int read_fd(BIO *bio, int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return errno;

	/* a pipe without writer must not hold us */
	return S_ISREG(st.st_mode) ? copy(bio, fd) : EINVAL;
}


/**
 * Read a PEM file
 *
 * @param bp   Pointer to the memory with its text; BIO_free() it
 * @param path File
 * @param why  What is wrong with it
 * @param size Octets there
 *
 * @return 0 if success, otherwise errorcode
 */
int pem_read(BIO **bp, const char *path, char *why, size_t size)
{
	BIO *bio;
	int err, fd;

	if (!bp || !path || !why)
		return EINVAL;

	bio = BIO_new(BIO_s_mem());
	if (!bio)
		return ENOMEM;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	err = fd < 0 ? errno : read_fd(bio, fd);
	if (fd >= 0)
		(void)close(fd);
	if (err) {
		(void)snprintf(why, size, "%s",
			       err == EINVAL ? "not a file" : strerror(err));
		BIO_free(bio);
		return err;
	}

	*bp = bio;

	return 0;
}
