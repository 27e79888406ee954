/**
 * @file ctl_link.c  The way from a command to the server that runs
 */
#include "common/json.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include "proxy/admin/control.h"
#include "proxy/command/ctl_link.h"


static int dial(int *fdp, const char *path)
{
	const struct timeval tv = {.tv_sec = CTL_LINK_WAIT_S};
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int err = 0, fd;

	if (strlen(path) >= sizeof(sun.sun_path))
		return ENAMETOOLONG;

	(void)str_ncpy(sun.sun_path, path, sizeof(sun.sun_path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	if (connect(fd, (const struct sockaddr *)&sun, sizeof(sun))) {
		err = errno;
		(void)close(fd);
	}
	*fdp = fd;

	return err;
}


static int send_all(int fd, const char *text, size_t len)
{
	while (len) {
		const ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n <= 0)
			return EPIPE;
		text += n;
		len -= (size_t)n;
	}

	return 0;
}


/* there is something to read; EINTR: somebody wants it to end */
static int wait_for(int fd, const struct ctl_link *l)
{
	const int ms = l->wait_ms ? l->wait_ms : CTL_LINK_WAIT_S * 1000;
	struct pollfd pfdv[] = {
		{.fd = fd, .events = POLLIN},
		{.fd = l->stop, .events = POLLIN},
	};
	const int n = poll(pfdv, ARRAY_SIZE(pfdv), ms);

	if (n <= 0)
		return n ? errno : ETIMEDOUT;

	return pfdv[1].revents ? EINTR : 0;
}


/* up to the line's end; else it never came */
static int read_line(struct mbuf *mb, int fd, const struct ctl_link *l)
{
	int err = 0;

	while (!err && (!mb->end || mb->buf[mb->end - 1] != '\n')) {
		ssize_t n;

		if (mb->end > CONTROL_ANSWER_MAX)
			return EOVERFLOW;
		if (mb->end == mb->size)
			err = mbuf_resize(mb, 2 * mb->size);
		if (!err)
			err = wait_for(fd, l);
		if (err)
			break;
		n = recv(fd, mb->buf + mb->end, mb->size - mb->end, 0);
		if (n <= 0)
			return n ? errno : EPIPE;
		mb->end += (size_t)n;
	}

	return err;
}


static int read_answer(json_t **answerp, int fd, const struct ctl_link *l)
{
	struct mbuf *mb = mbuf_alloc(4096);
	int err = mb ? read_line(mb, fd, l) : ENOMEM;

	if (!err) {
		*answerp = json_loadb((const char *)mb->buf, mb->end, 0, NULL);
		err = *answerp ? 0 : EBADMSG;
	}
	mem_deref(mb);

	return err;
}


static int converse(json_t **answerp, int fd, const json_t *question,
		    const struct ctl_link *l)
{
	char *text = json_dumps(question, JSON_COMPACT);
	int err = text ? send_all(fd, text, strlen(text)) : ENOMEM;

	if (!err)
		err = send_all(fd, "\n", 1);
	if (!err)
		err = read_answer(answerp, fd, l);
	free(text);

	return err;
}


/* and what a user can do about it */
static void explain_dial(struct ctl_link *l, int err)
{
	if (err == EACCES)
		(void)snprintf(l->why, sizeof(l->why),
			       "no access to %s: it is for root and for the "
			       "user that the server runs as",
			       l->path);
	else if (err == ENOENT)
		(void)snprintf(l->why, sizeof(l->why),
			       "not running, or with another configuration "
			       "(-c FILE): there is no %s",
			       l->path);
	else
		(void)snprintf(l->why, sizeof(l->why),
			       "not running (nobody answers at %s: %s)",
			       l->path, strerror(err));
}


static void explain_silence(struct ctl_link *l, int err)
{
	if (err == ETIMEDOUT)
		(void)snprintf(l->why, sizeof(l->why),
			       "the server at %s gave no answer for %d s",
			       l->path, CTL_LINK_WAIT_S);
	else
		(void)snprintf(l->why, sizeof(l->why),
			       "the server at %s gave no answer (%s)", l->path,
			       err == EPIPE ? "it has ended" : strerror(err));
}


/**
 * Ask once
 *
 * @param l        Link; why is set on failure
 * @param answerp  Set to the answer
 * @param question Question
 *
 * @return 0 if success, EINTR: it is to stop, otherwise errorcode
 */
int ctl_link_try(struct ctl_link *l, json_t **answerp, const json_t *question)
{
	int fd = -1, err = dial(&fd, l->path);

	if (err) {
		explain_dial(l, err);
		return err;
	}

	err = converse(answerp, fd, question, l);
	(void)close(fd);
	if (err)
		explain_silence(l, err);

	return err;
}


/* the rest of a table */
static int add_pages(struct ctl_link *l, json_t *answer, json_t *question,
		     const char *rows)
{
	json_t *next, *page;
	int err = 0;

	while (!err && (next = json_object_get(answer, "next")) != NULL) {
		page = NULL;
		(void)json_object_set(question, "after", next);
		(void)json_object_del(answer, "next");
		err = ctl_link_try(l, &page, question);
		(void)json_array_extend(json_object_get(answer, rows),
					json_object_get(page, rows));
		next = json_object_get(page, "next");
		if (next)
			(void)json_object_set(answer, "next", next);
		json_decref(page);
	}
	(void)json_object_del(question, "after");

	return err;
}


/**
 * Ask for all of a table that comes in pages
 *
 * @param l        Link; why is set on failure
 * @param answerp  Set to the answer
 * @param question Question, gets the place where the next page begins
 * @param rows     Member of the answer with the rows; NULL: it has none
 *
 * @return 0 if success, EINTR: it is to stop, otherwise errorcode
 */
int ctl_link_try_all(struct ctl_link *l, json_t **answerp, json_t *question,
		     const char *rows)
{
	json_t *answer = NULL;
	int err = ctl_link_try(l, &answer, question);

	if (!err && rows)
		err = add_pages(l, answer, question, rows);
	if (err)
		json_decref(answer);
	else
		*answerp = answer;

	return err;
}


/**
 * Ask once
 *
 * @param path     Path of the control socket
 * @param question Question
 * @param quiet    Nothing is said of what is wrong
 *
 * @return Answer, NULL: there is none
 */
json_t *ctl_link_ask(const char *path, const json_t *question, bool quiet)
{
	struct ctl_link l = {.path = path, .stop = -1};
	json_t *answer = NULL;

	if (ctl_link_try(&l, &answer, question) && !quiet)
		(void)fprintf(stderr, "viaduct: %s\n", l.why);

	return answer;
}


/**
 * Ask for all of a table that comes in pages
 *
 * @param path     Path of the control socket
 * @param question Question, gets the place where the next page begins
 * @param rows     Member of the answer with the rows; NULL: it has none
 *
 * @return Answer, NULL: there is none, as was said on stderr
 */
json_t *ctl_link_ask_all(const char *path, json_t *question, const char *rows)
{
	struct ctl_link l = {.path = path, .stop = -1};
	json_t *answer = NULL;

	if (ctl_link_try_all(&l, &answer, question, rows))
		(void)fprintf(stderr, "viaduct: %s\n", l.why);

	return answer;
}
