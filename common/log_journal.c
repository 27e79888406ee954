/**
 * @file log_journal.c  Events for the journal, each key a field of its own
 *
 * A datagram of NAME=value lines. Values have their control octets escaped,
 * so none ends a line. A key that is no field's name, or one of the fields
 * that we make, stands in MESSAGE alone.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include "common/ink.h"
#include "common/log_journal.h"
#include "common/quote.h"

enum {
	DATAGRAM_MAX = 8192,
	NAME_MAX_SIZE = 48,
	VALUE_MAX = 1024,
};

struct log_journal {
	struct sockaddr_un addr;
	int fd;
};

/* of syslog(3), by enum log_level */
static const unsigned priorityv[] = {7, 6, 4, 3};


static void destructor(void *arg)
{
	struct log_journal *j = arg;

	if (j->fd >= 0)
		(void)close(j->fd);
}


static bool is_ours(const char *name)
{
	static const char *const v[] = {"MESSAGE", "PRIORITY", "EVENT",
					"SYSLOG_IDENTIFIER", "CALL_ID"};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(name, v[i]))
			return true;
	}

	return false;
}


/* a field's name: A-Z, 0-9 and _, a letter first */
static bool field_name(char name[NAME_MAX_SIZE], const char *key)
{
	const size_t len = strlen(key);

	if (!strcmp(key, "call")) {
		(void)str_ncpy(name, "CALL_ID", NAME_MAX_SIZE);
		return true;
	}
	if (!len || len >= NAME_MAX_SIZE)
		return false;

	for (size_t i = 0; i <= len; i++) {
		const char c = key[i];

		if (c >= 'a' && c <= 'z')
			name[i] = (char)(c - 'a' + 'A');
		else if (!c || (c >= 'A' && c <= 'Z') ||
			 (i && ((c >= '0' && c <= '9') || c == '_')))
			name[i] = c;
		else
			return false;
	}

	return !is_ours(name);
}


/* whole or not at all */
static void put_field(struct ink *k, const char *name, const char *value,
		      size_t len)
{
	if (k->size - k->len < strlen(name) + len + 3)
		return;

	ink_text(k, name);
	ink_text(k, "=");
	ink_mem(k, value, len);
	ink_text(k, "\n");
}


static void put_value(struct ink *k, const struct kv *kv)
{
	char name[NAME_MAX_SIZE], spelled[LOG_VALUE_SIZE], text[VALUE_MAX];
	struct pl value;
	size_t len;

	if (!field_name(name, kv->key))
		return;

	value = log_line_value(kv, spelled);
	len = quote_bare(text, sizeof(text), value.p, value.l);
	put_field(k, name, text, len);
}


static void put_head(struct ink *k, const struct log_line *line,
		     enum log_level lvl, const char *kind)
{
	const char digit = (char)('0' + priorityv[lvl]);

	/* the line has its newline at the end */
	put_field(k, "MESSAGE", line->buf + line->kind_at,
		  line->len - line->kind_at - 1);
	put_field(k, "PRIORITY", &digit, 1);
	put_field(k, "SYSLOG_IDENTIFIER", "viaduct", strlen("viaduct"));
	put_field(k, "EVENT", kind, strlen(kind));
}


/**
 * Does the journal read what is written to a descriptor?
 *
 * @param fd     Descriptor
 * @param stream What JOURNAL_STREAM says: device and inode, or NULL
 *
 * @return True if so
 */
bool log_journal_reads(int fd, const char *stream)
{
	struct stat st;
	uintmax_t dev, ino;
	char *end;

	if (!stream || fstat(fd, &st))
		return false;

	dev = strtoumax(stream, &end, 10);
	if (end == stream || *end != ':')
		return false;

	ino = strtoumax(end + 1, &end, 10);

	return !*end && dev == st.st_dev && ino == st.st_ino;
}


/**
 * Allocate a way to the journal
 *
 * @param jp   Pointer to allocated way
 * @param path Of its socket
 *
 * @return 0 if success, otherwise errorcode
 */
int log_journal_alloc(struct log_journal **jp, const char *path)
{
	struct log_journal *j;
	int err = 0;

	if (!jp || !path)
		return EINVAL;

	j = mem_zalloc(sizeof(*j), destructor);
	if (!j)
		return ENOMEM;

	j->addr.sun_family = AF_UNIX;
	j->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (j->fd < 0)
		err = errno;
	else if (strlen(path) >= sizeof(j->addr.sun_path))
		err = ENAMETOOLONG;
	if (err) {
		mem_deref(j);
		return err;
	}

	(void)str_ncpy(j->addr.sun_path, path, sizeof(j->addr.sun_path));
	*jp = j;

	return 0;
}


/**
 * Give an event to the journal
 *
 * @param j    Journal
 * @param line Its line, ended
 * @param lvl  Level
 * @param kind Kind of event
 * @param kvv  Keys and values, ended by KV_T_END, or NULL
 *
 * @return 0 if success, otherwise errorcode: EAGAIN, it does not take more now
 */
int log_journal_send(const struct log_journal *j, const struct log_line *line,
		     enum log_level lvl, const char *kind,
		     const struct kv *kvv)
{
	char buf[DATAGRAM_MAX];
	struct ink k;

	if (!j || !line || !kind || lvl > LEVEL_ERROR)
		return EINVAL;

	ink_init(&k, buf, sizeof(buf));
	put_head(&k, line, lvl, kind);
	for (; kvv && kvv->type != KV_T_END; kvv++)
		put_value(&k, kvv);

	return sendto(j->fd, buf, k.len, MSG_DONTWAIT | MSG_NOSIGNAL,
		      (const struct sockaddr *)&j->addr, sizeof(j->addr)) < 0
		       ? errno
		       : 0;
}
