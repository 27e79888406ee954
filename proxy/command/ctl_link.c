/**
 * @file ctl_link.c  The way from a command to the server that runs
 */
#include "common/json.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include "proxy/admin/control.h"
#include "proxy/command/ctl_link.h"


static int dial(const char *path)
{
	const struct timeval tv = {.tv_sec = CTL_LINK_WAIT_S};
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;

	(void)str_ncpy(sun.sun_path, path, sizeof(sun.sun_path));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	if (!connect(fd, (const struct sockaddr *)&sun, sizeof(sun)))
		return fd;

	(void)close(fd);

	return -1;
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


/* up to the line's end; NULL: it never came */
static json_t *read_answer(int fd)
{
	struct mbuf *mb = mbuf_alloc(4096);
	json_t *answer = NULL;
	ssize_t n = 0;

	while (mb && mb->end <= CONTROL_ANSWER_MAX &&
	       (!mb->end || mb->buf[mb->end - 1] != '\n')) {
		if (mb->end == mb->size && mbuf_resize(mb, 2 * mb->size))
			break;
		n = recv(fd, mb->buf + mb->end, mb->size - mb->end, 0);
		if (n <= 0)
			break;
		mb->end += (size_t)n;
	}
	if (mb && n > 0)
		answer = json_loadb((const char *)mb->buf, mb->end, 0, NULL);

	mem_deref(mb);

	return answer;
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
	char *text = json_dumps(question, JSON_COMPACT);
	json_t *answer = NULL;
	int fd = text ? dial(path) : -1;

	if (fd < 0) {
		if (!quiet)
			(void)fprintf(stderr,
				      "viaduct: not running (nobody answers "
				      "at %s: %s)\n",
				      path, strerror(errno));
		goto out;
	}

	if (!send_all(fd, text, strlen(text)) && !send_all(fd, "\n", 1))
		answer = read_answer(fd);
	if (!answer && !quiet)
		(void)fprintf(stderr,
			      "viaduct: the server at %s gave no "
			      "answer\n",
			      path);
	(void)close(fd);

out:
	free(text);

	return answer;
}


/**
 * Ask for all of a table that comes in pages
 *
 * @param path     Path of the control socket
 * @param question Question, gets the place where the next page begins
 * @param rows     Member of the answer with the rows; NULL: it has none
 *
 * @return Answer, NULL: there is none
 */
json_t *ctl_link_ask_all(const char *path, json_t *question, const char *rows)
{
	json_t *answer = ctl_link_ask(path, question, false), *next;

	while (rows && (next = json_object_get(answer, "next")) != NULL) {
		json_t *page;

		(void)json_object_set(question, "after", next);
		(void)json_object_del(answer, "next");
		page = ctl_link_ask(path, question, false);
		(void)json_array_extend(json_object_get(answer, rows),
					json_object_get(page, rows));
		next = json_object_get(page, "next");
		if (next)
			(void)json_object_set(answer, "next", next);
		json_decref(page);
	}
	(void)json_object_del(question, "after");

	return answer;
}
