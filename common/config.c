/**
 * @file config.c  The configuration file, read whole and checked whole
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "common/config.h"
#include "common/config_draft.h"


enum { FILE_MAX = 1024 * 1024 };


static int decode(struct config **cp, const char *name, const char *text,
		  size_t len, struct mbuf *errs)
{
	struct config_draft *d = NULL;
	char *copy = NULL;
	int err = config_draft_alloc(&d, name, errs);

	if (err)
		return err;

	copy = mem_zalloc(len + 1, NULL);
	if (!copy) {
		err = ENOMEM;
		goto out;
	}
	memcpy(copy, text, len);

	/* EINVAL once a fault is said; ENOMEM and the like as they are */
	err = config_text_clean(d, copy) ? EINVAL : config_parse(d, copy);
	if (!err)
		err = config_draft_finish(d);
	else if (err == EBADMSG)
		err = EINVAL;
	if (!err)
		*cp = mem_ref(d->conf);

out:
	mem_deref(copy);
	mem_deref(d);

	return err;
}


static int read_all(int fd, struct mbuf *mb)
{
	ssize_t n;

	do {
		int err = mbuf_resize(mb, mb->end + 16384);

		if (err)
			return err;

		n = read(fd, mb->buf + mb->end, mb->size - mb->end);
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0)
			mb->end += (size_t)n;
		if (mb->end > FILE_MAX)
			return EFBIG;
	} while (n);

	return 0;
}


/* the sentence is in errs when it returns EINVAL */
static int read_file(struct mbuf *mb, const char *path, struct mbuf *errs)
{
	struct stat st;
	/* a pipe without writer must not hold us */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err = 0;

	if (fd < 0)
		return errno;

	if (fstat(fd, &st)) {
		err = errno;
		goto out;
	}

	if (!S_ISREG(st.st_mode)) {
		(void)mbuf_printf(errs,
				  "%s: not a file, expected a file "
				  "with KEY = VALUE lines\n",
				  path);
		err = EINVAL;
		goto out;
	}

	err = read_all(fd, mb);
	if (err == EFBIG) {
		(void)mbuf_printf(errs,
				  "%s: too big, expected at most %d "
				  "octets\n",
				  path, FILE_MAX);
		err = EINVAL;
	}

out:
	(void)close(fd);

	return err;
}


/* libconfuse reads C strings */
static int check_zero(struct mbuf *mb, const char *path, struct mbuf *errs)
{
	const uint8_t *zero = memchr(mb->buf, '\0', mb->end);
	uint32_t line = 1;

	if (!zero)
		return 0;

	for (const uint8_t *p = mb->buf; p < zero; p++)
		line += *p == '\n';

	(void)mbuf_printf(errs, "%s:%u: zero octet, expected text\n", path,
			  line);

	return EINVAL;
}


/**
 * Decode a configuration from memory
 *
 * @param cp   Pointer to the new configuration, written only on success
 * @param name Name of the text, for the error lines
 * @param text Text
 * @param errs Buffer for a line for each fault
 *
 * @return 0 if success, otherwise errorcode
 */
int config_decode(struct config **cp, const char *name, const char *text,
		  struct mbuf *errs)
{
	if (!cp || !name || !text || !errs)
		return EINVAL;

	return decode(cp, name, text, strlen(text), errs);
}


/**
 * Find the configuration file that is meant
 *
 * @param path File that was named, or NULL
 *
 * @return File; NULL: none is there for us, the embedded default is meant
 */
const char *config_find(const char *path)
{
	if (path)
		return path;

	return access(CONFIG_PATH, R_OK) ? NULL : CONFIG_PATH;
}


/**
 * Load a configuration file
 *
 * @param cp   Pointer to the new configuration, written only on success
 * @param path File; NULL: the embedded default
 * @param errs Buffer for a line for each fault
 *
 * @return 0 if success, otherwise errorcode
 */
int config_load(struct config **cp, const char *path, struct mbuf *errs)
{
	struct config *conf = NULL;
	struct mbuf *mb;
	int err;

	if (!cp || !errs)
		return EINVAL;

	mb = mbuf_alloc(1024);
	if (!mb)
		return ENOMEM;

	err = path ? read_file(mb, path, errs) : 0;
	if (err && err != EINVAL)
		(void)mbuf_printf(errs, "%s: %m\n", path ? path : "default",
				  err);
	if (!err)
		err = check_zero(mb, path ? path : "default", errs);
	if (!err)
		err = decode(&conf, path ? path : "default",
			     (const char *)mb->buf, mb->end, errs);
	if (!err)
		err = str_dup(&conf->path, path ? path : "");
	if (!err)
		*cp = mem_ref(conf);

	mem_deref(conf);
	mem_deref(mb);

	return err;
}
