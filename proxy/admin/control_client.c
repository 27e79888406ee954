/**
 * @file control_client.c  One who asks over the control socket
 *
 * Never waits for him: what he does not take stays in a bounded buffer, and
 * while it is there no further question is read.
 */
#include "common/json.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "proxy/admin/control_client.h"
#include "proxy/admin/control_state.h"

struct control_client {
	struct le le;
	struct control *c; /* not owned */
	struct timers *timers;
	struct timer tmr;
	int fd;
	char line[CONTROL_LINE_MAX];
	size_t len;
	struct mbuf *out;           /* pos: sent so far; NULL: nothing waits */
	struct control_request *rq; /* whose answer takes time; or NULL */
	int err;                    /* of an answer that took none */
};

static void event_handler(int flags, void *arg);
static int next_lines(struct control_client *cl);


static void destructor(void *arg)
{
	struct control_client *cl = arg;

	list_unlink(&cl->le);
	timer_cancel(&cl->tmr);
	mem_deref(cl->rq);
	fd_close(cl->fd);
	(void)close(cl->fd);
	mem_deref(cl->out);
}


static void idle_handler(void *arg)
{
	mem_deref(arg);
}


/* until he says more, or is served on; err: he is gone */
static void rest(struct control_client *cl, int err)
{
	if (err)
		mem_deref(cl);
	else
		timer_start(cl->timers, &cl->tmr, CONTROL_IDLE_MS,
			    idle_handler, cl);
}


/* 0: all is sent, or waits; otherwise he is gone */
static int flush(struct control_client *cl)
{
	while (cl->out && mbuf_get_left(cl->out)) {
		const ssize_t n = send(cl->fd, mbuf_buf(cl->out),
				       mbuf_get_left(cl->out), MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return fd_listen(cl->fd, FD_WRITE, event_handler, cl);
		if (n <= 0)
			return EPIPE;

		mbuf_advance(cl->out, n);
	}

	cl->out = mem_deref(cl->out);

	return fd_listen(cl->fd, FD_READ, event_handler, cl);
}


static int put_answer(struct control_client *cl, const json_t *answer)
{
	char *text = json_dumps(answer, JSON_COMPACT | JSON_DIGITS);
	int err = ENOMEM;

	if (!text || strlen(text) > CONTROL_ANSWER_MAX)
		goto out;

	if (!cl->out)
		cl->out = mbuf_alloc(strlen(text) + 2);
	if (!cl->out)
		goto out;

	err = mbuf_write_str(cl->out, text);
	err |= mbuf_write_u8(cl->out, '\n');
	cl->out->pos = 0;

out:
	free(text);

	return err;
}


/* later: who asked waits for it, and is served on */
static void answer_handler(int err, json_t *answer, void *arg)
{
	struct control_client *cl = arg;
	const bool later = cl->rq != NULL;
	(void)err;

	err = put_answer(cl, answer);
	json_decref(answer);
	cl->rq = mem_deref(cl->rq);
	if (!later) {
		cl->err = err;
		return;
	}

	if (!err)
		err = flush(cl);
	if (!err)
		err = next_lines(cl);
	rest(cl, err);
}


/* whole lines, one after the other, as long as he takes the answers */
static int next_lines(struct control_client *cl)
{
	char *end;
	int err = 0;

	while (!err && !cl->out && !cl->rq &&
	       (end = memchr(cl->line, '\n', cl->len)) != NULL) {
		const size_t n = (size_t)(end - cl->line);

		cl->err = 0;
		err = control_ask_line(&cl->rq, cl->c, cl->line, n,
				       answer_handler, cl);
		err = err ? err : cl->err;
		memmove(cl->line, end + 1, cl->len - n - 1);
		cl->len -= n + 1;
		if (!err && !cl->rq)
			err = flush(cl);
	}

	if (err || cl->out || cl->rq || cl->len < sizeof(cl->line))
		return err;

	return EMSGSIZE;
}


static int take_in(struct control_client *cl)
{
	const ssize_t n = recv(cl->fd, cl->line + cl->len,
			       sizeof(cl->line) - cl->len, MSG_DONTWAIT);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : errno;
	if (!n)
		return ECONNRESET;

	cl->len += (size_t)n;

	return 0;
}


static void event_handler(int flags, void *arg)
{
	struct control_client *cl = arg;
	int err = 0;

	if (flags & FD_WRITE)
		err = flush(cl);
	else
		err = take_in(cl);

	if (!err)
		err = next_lines(cl);
	rest(cl, err);
}


/**
 * Take a connection
 *
 * @param l      List that owns it
 * @param c      Control
 * @param timers Timers
 * @param fd     Its descriptor, not blocking
 *
 * @return 0 if success, otherwise errorcode
 */
int control_client_alloc(struct list *l, struct control *c,
			 struct timers *timers, int fd)
{
	struct control_client *cl = mem_zalloc(sizeof(*cl), destructor);
	int err;

	if (!cl) {
		(void)close(fd);
		return ENOMEM;
	}

	cl->c = c;
	cl->timers = timers;
	cl->fd = fd;
	list_append(l, &cl->le, cl);
	err = fd_listen(fd, FD_READ, event_handler, cl);
	if (err) {
		mem_deref(cl);
		return err;
	}

	timer_start(timers, &cl->tmr, CONTROL_IDLE_MS, idle_handler, cl);

	return 0;
}
