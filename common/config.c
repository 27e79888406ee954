/**
 * @file config.c  The configuration file, read whole and checked whole
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "common/config.h"
#include "common/config_draft.h"


enum { FILE_MAX = 1024 * 1024 };


static void destructor(void *arg)
{
	struct config *conf = arg;

	list_flush(&conf->givenl);
	list_flush(&conf->derivedl);
	mem_deref(conf->peerv);
	mem_deref(conf->routev);
	mem_deref(conf->announcementv);
}


/* EINVAL once a fault is said; ENOMEM and the like as they are */
static int read_text(struct config_draft *d, char *text)
{
	int err;

	if (config_text_clean(d, text))
		return EINVAL;

	err = config_parse(d, text);
	if (err == ENOMEM)
		return err;

	/* what was not read is not missing */
	if (!err) {
		config_default_listen(d->conf);
		config_check(d);
	}
	if (d->faults)
		return EINVAL;

	if (config_default_fill(d->conf)) {
		config_fault(d, 1,
			     "the path of the control socket is too long, "
			     "expected control = \"PATH\" of at most 107 "
			     "octets");
		return EINVAL;
	}

	return config_derive(d->conf);
}


static int decode(struct config **cp, const char *name, const char *text,
		  size_t len, struct mbuf *errs)
{
	struct config_draft *d = NULL;
	char *copy = NULL;
	int err = ENOMEM;

	d = mem_zalloc(sizeof(*d), NULL);
	copy = mem_zalloc(len + 1, NULL);
	if (!d || !copy)
		goto out;

	memcpy(copy, text, len);
	d->name = name;
	d->errs = errs;
	d->conf = mem_zalloc(sizeof(*d->conf), destructor);
	if (!d->conf)
		goto out;

	config_default_init(d->conf);
	err = read_text(d, copy);
	if (!err)
		*cp = mem_ref(d->conf);

out:
	if (d)
		mem_deref(d->conf);
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
 * Say what is wrong, one line each
 *
 * @param d    Draft
 * @param line Line of the file
 * @param fmt  Sentence, as for printf
 */
void config_fault(struct config_draft *d, uint32_t line, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	d->fault_line = line;
	if (++d->faults > CONFIG_FAULT_MAX)
		return;

	if (d->faults == CONFIG_FAULT_MAX) {
		(void)mbuf_printf(d->errs, "%s:%u: too many faults\n", d->name,
				  line);
		return;
	}

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);

	(void)mbuf_printf(d->errs, "%s:%u: %s\n", d->name, line, buf);
}


/**
 * Say what may stay, but is hardly meant
 *
 * @param d    Draft
 * @param line Line of the file
 * @param fmt  Sentence, as for printf
 */
void config_warn(struct config_draft *d, uint32_t line, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	if (++d->warnings > CONFIG_FAULT_MAX)
		return;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);

	(void)mbuf_printf(d->errs, "%s:%u: warning: %s\n", d->name, line, buf);
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
		err = decode(cp, path ? path : "default",
			     (const char *)mb->buf, mb->end, errs);

	mem_deref(mb);

	return err;
}
