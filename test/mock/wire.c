/**
 * @file wire.c  The raw far end of a TCP connection, without any SIP
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include "test/test.h"
#include "test/mock/wire.h"


static void name(struct wire *w)
{
	sa_init(&w->addr, AF_UNSPEC);
	ck_assert_int_eq(getsockname(w->fd, &w->addr.u.sa, &w->addr.len), 0);
}


void wire_connect(struct wire *w, const struct sa *dst)
{
	memset(w, 0, sizeof(*w));
	w->fd = socket(sa_af(dst), SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(w->fd, 0);
	ck_assert_int_eq(connect(w->fd, &dst->u.sa, dst->len), 0);
	name(w);
}


void wire_listen(struct wire *w, const char *host)
{
	memset(w, 0, sizeof(*w));
	ck_assert_int_eq(sa_set_str(&w->addr, host, 0), 0);
	w->fd = socket(sa_af(&w->addr),
		       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ck_assert_int_ge(w->fd, 0);
	ck_assert_int_eq(bind(w->fd, &w->addr.u.sa, w->addr.len), 0);
	ck_assert_int_eq(listen(w->fd, 8), 0);
	name(w);
}


bool wire_accept(struct wire *w, const struct wire *listener)
{
	struct sa peer = {.len = sizeof(peer.u)};
	const int fd = accept4(listener->fd, &peer.u.sa, &peer.len,
			       SOCK_CLOEXEC);

	if (fd < 0)
		return false;

	memset(w, 0, sizeof(*w));
	w->fd = fd;
	name(w);

	return true;
}


void wire_start_tls(struct wire *w, void *ssl)
{
	w->ssl = ssl;
	ck_assert_int_eq(fcntl(w->fd, F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(SSL_set_fd(ssl, w->fd), 1);
	wire_poll(w);
}


void wire_close(struct wire *w)
{
	SSL_free(w->ssl);
	w->ssl = NULL;
	if (w->fd > 0)
		(void)close(w->fd);
	w->fd = -1;
}


void wire_send(struct wire *w, const char *p, size_t len)
{
	ck_assert_uint_eq(w->left, 0);
	w->text = p;
	w->left = len;
	wire_poll(w);
}


static bool is_wait(ssize_t n)
{
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}


/* true: go on */
static bool tls_may(struct wire *w, int ret)
{
	switch (SSL_get_error(w->ssl, ret)) {
	case SSL_ERROR_NONE:
		return true;
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return false;
	case SSL_ERROR_ZERO_RETURN:
		w->notified = true;
		break;
	}
	w->eof = true;

	return false;
}


static void poll_tls(struct wire *w)
{
	int n = 1;

	ERR_clear_error();
	if (!w->shaken && !w->eof)
		w->shaken = tls_may(w, SSL_do_handshake(w->ssl));
	if (!w->shaken)
		return;

	while (w->left && !w->eof && n > 0) {
		n = SSL_write(w->ssl, w->text, (int)w->left);
		if (tls_may(w, n)) {
			w->text += n;
			w->left -= (size_t)n;
		}
	}

	n = 1;
	while (!w->eof && n > 0 && w->len < WIRE_MAX - 1) {
		n = SSL_read(w->ssl, w->buf + w->len,
			     (int)(WIRE_MAX - 1 - w->len));
		if (tls_may(w, n))
			w->len += (size_t)n;
	}
	w->buf[w->len] = 0;
}


void wire_poll(struct wire *w)
{
	ssize_t n = 1;

	if (w->ssl) {
		poll_tls(w);
		return;
	}

	while (w->left && !w->eof && n > 0) {
		n = send(w->fd, w->text, w->left, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0) {
			w->text += n;
			w->left -= (size_t)n;
		}
	}

	n = 1;
	while (!w->eof && n > 0 && w->len < WIRE_MAX - 1) {
		n = recv(w->fd, w->buf + w->len, WIRE_MAX - 1 - w->len,
			 MSG_DONTWAIT);
		if (n > 0)
			w->len += (size_t)n;
		else if (!is_wait(n))
			w->eof = true;
	}
	w->buf[w->len] = 0;
}


size_t wire_count(const struct wire *w, const char *text)
{
	const char *p = w->buf;
	size_t n = 0;

	while ((p = strstr(p, text))) {
		p += strlen(text);
		++n;
	}

	return n;
}
