/**
 * @file secret_file.c  A file with passwords: read whole, wiped at its end
 *
 * By read(2): stdio would keep a copy in its buffer.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "proxy/command/secret_file.h"


enum { SIZE_MAX_READ = 64 << 20, SIZE_FIRST = 64 << 10 };


static void destructor(void *arg)
{
	struct secret_file *f = arg;

	if (f->text)
		explicit_bzero(f->text, f->size);
	mem_deref(f->text);
}


/* a larger one; what the old one held is wiped */
static int grow(struct secret_file *f, size_t *room)
{
	const size_t size = *room ? 2 * *room : SIZE_FIRST;
	char *text = mem_zalloc(size + 1, NULL);

	if (!text)
		return ENOMEM;

	if (f->text) {
		memcpy(text, f->text, f->size);
		explicit_bzero(f->text, f->size);
	}
	mem_deref(f->text);
	f->text = text;
	*room = size;

	return 0;
}


static int read_all(struct secret_file *f, int fd)
{
	size_t room = 0;
	int err = 0;

	for (;;) {
		ssize_t n;

		if (f->size == room)
			err = room >= SIZE_MAX_READ ? EFBIG : grow(f, &room);
		if (err)
			return err;

		n = read(fd, f->text + f->size, room - f->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (!n)
			return 0;
		f->size += (size_t)n;
	}
}


/**
 * Read a file
 *
 * @param fp   File; mem_deref() wipes it
 * @param path Path, or "-" for stdin
 *
 * @return 0 if success, otherwise errorcode; EFBIG: more than 64 MB
 */
int secret_file_read(struct secret_file **fp, const char *path)
{
	int fd = STDIN_FILENO, err;
	struct secret_file *f;

	if (!fp || !path)
		return EINVAL;

	if (strcmp(path, "-"))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;

	f = mem_zalloc(sizeof(*f), destructor);
	err = f ? read_all(f, fd) : ENOMEM;
	if (fd != STDIN_FILENO)
		(void)close(fd);
	if (err)
		mem_deref(f);
	else
		*fp = f;

	return err;
}
