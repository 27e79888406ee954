/**
 * @file server_past.c  Past calls, for those who ask by HTTP
 *
 * Read by threads that may wait for a disk. One searches, another writes texts
 * of all that was found; each has a reader of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "proxy/admin/history/history_reader.h"
#include "proxy/admin/http/web.h"
#include "proxy/server_state.h"

enum { BLOCK = 65536 };

/** All that the thread needs: a configuration may go, with a reload */
struct past {
	struct history_reader *reader, *export_reader;
	int dir; /* the data directory */
};


static void destructor(void *data)
{
	struct past *p = data;

	mem_deref(p->reader);
	mem_deref(p->export_reader);
	if (p->dir >= 0)
		(void)close(p->dir);
}


/* a call by its number or Call-ID, else those that a search finds */
static int past_handler(json_t *answer, const json_t *question, void *arg)
{
	const char *id = json_string_value(json_object_get(question, "id"));
	const struct past *p = arg;

	return id ? history_one(p->reader, id, answer)
		  : history_search(p->reader, question, answer);
}


static int write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		const ssize_t n = write(fd, buf, len);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			buf += n;
			len -= (size_t)n;
		}
	}

	return 0;
}


static int export_to(int fd, struct history_export *e, const atomic_bool *gone)
{
	char *buf = mem_alloc(BLOCK, NULL);
	size_t len = 0;
	int err = buf ? 0 : ENOMEM;

	while (!err) {
		if (atomic_load(gone)) {
			err = ECANCELED;
			break;
		}
		err = history_export_read(e, buf, BLOCK, &len);
		if (err || !len)
			break;
		err = write_all(fd, buf, len);
	}
	mem_deref(buf);
	if (!err && lseek(fd, 0, SEEK_SET) < 0)
		err = errno;

	return err;
}


/* into a file without a name: its length is known before it is sent */
static int csv_handler(int *fdp, json_t *answer, const json_t *question,
		       const atomic_bool *gone, void *arg)
{
	const struct past *p = arg;
	struct history_export *e = NULL;
	int err, fd;

	fd = openat(p->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;

	err = history_export_alloc(&e, p->export_reader, question, answer);
	if (!err)
		err = export_to(fd, e, gone);
	mem_deref(e);
	if (err) {
		(void)close(fd);
		return err;
	}

	*fdp = fd;
	(void)json_object_set_new(answer, "name", json_string("calls.csv"));

	return json_object_set_new(answer, "type",
				   json_string("text/csv; charset=utf-8"))
		       ? ENOMEM
		       : 0;
}


/**
 * Let HTTP answer for past calls
 *
 * @param srv Server with its web, not started yet
 *
 * @return 0 if success, otherwise errorcode
 */
int server_answer_past(struct server *srv)
{
	struct past *p = mem_zalloc(sizeof(*p), destructor);
	int err;

	if (!p)
		return ENOMEM;

	srv->past = p;
	p->dir = open(srv->cfg->data, O_PATH | O_DIRECTORY | O_CLOEXEC);
	err = p->dir < 0 ? errno
			 : history_reader_alloc(&p->reader, srv->cfg->data);
	if (!err)
		err = history_reader_alloc(&p->export_reader, srv->cfg->data);
	if (!err)
		err = web_command(srv->web, "history", past_handler, p);
	if (!err)
		err = web_file_command(srv->web, "history.csv", csv_handler,
				       p);

	return err;
}
