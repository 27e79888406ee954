/**
 * @file nameserver.c  A DNS server on loopback, honest or hostile
 */
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "test/mock/nameserver.h"
#include "test/test.h"


enum { HEADER = 12, SERVFAIL = 2 };


static uint16_t question_get(char name[256], const uint8_t *p, size_t len)
{
	size_t at = HEADER, n = 0;

	while (at < len && p[at]) {
		ck_assert_uint_lt(at + 1 + p[at], len);
		if (n)
			name[n++] = '.';
		memcpy(name + n, p + at + 1, p[at]);
		n += p[at];
		at += p[at] + 1u;
	}
	name[n] = '\0';
	ck_assert_uint_le(at + 5, len);

	return (uint16_t)(p[at + 1] << 8 | p[at + 2]);
}


static size_t respond(struct nameserver *ns, uint8_t *out, const uint8_t *p,
		      size_t len, uint16_t *type)
{
	size_t n;

	*type = question_get(ns->last, p, len);
	++ns->typev[*type & 63];
	n = zone_answer(&ns->zone, out, ns->last, *type);
	out[0] = p[0];
	out[1] = p[1];

	return n;
}


static void send_lies(struct nameserver *ns, const uint8_t *truth, size_t len,
		      uint16_t type, const struct sa *to)
{
	static uint8_t lie[ZONE_MESSAGE_MAX];
	struct zone other = {.rrc = 0};
	size_t n;

	zone_add(&other, "evil.example", 60, "A", "192.0.2.66");
	zone_add(&other, ns->last, 60, "A", "192.0.2.66");

	/* too short; noise */
	(void)sendto(ns->fd, "\0\0", 2, 0, &to->u.sa, to->len);
	memset(lie, 0xff, 100);
	memcpy(lie, truth, 2);
	(void)sendto(ns->fd, lie, 100, 0, &to->u.sa, to->len);

	/* another id */
	n = zone_answer(&other, lie, ns->last, type);
	lie[0] = truth[0] ^ 0xff;
	lie[1] = truth[1];
	(void)sendto(ns->fd, lie, n, 0, &to->u.sa, to->len);

	/* another name */
	n = zone_answer(&other, lie, "evil.example", type);
	memcpy(lie, truth, 2);
	(void)sendto(ns->fd, lie, n, 0, &to->u.sa, to->len);

	/* from elsewhere, and perfect otherwise */
	n = zone_answer(&other, lie, ns->last, type);
	memcpy(lie, truth, 2);
	(void)sendto(ns->fd_elsewhere, lie, n, 0, &to->u.sa, to->len);
	(void)len;
}


static void udp_handler(int flags, void *arg)
{
	static uint8_t in[ZONE_MESSAGE_MAX], out[ZONE_MESSAGE_MAX];
	struct nameserver *ns = arg;
	struct sa from;
	uint16_t type;
	size_t n;
	ssize_t len;
	(void)flags;

	sa_init(&from, AF_UNSPEC);
	from.len = sizeof(from.u);
	len = recvfrom(ns->fd, in, sizeof(in), MSG_DONTWAIT, &from.u.sa,
		       &from.len);
	if (len < HEADER)
		return;

	++ns->udp;
	n = respond(ns, out, in, (size_t)len, &type);

	switch (ns->mode) {
	case NAMESERVER_SILENT:
		return;
	case NAMESERVER_NO_NAPTR:
		if (type == 35)
			return;
		break;
	case NAMESERVER_SERVFAIL:
		out[3] = 0x80 | SERVFAIL;
		break;
	case NAMESERVER_TRUNCATES:
		out[2] |= 0x02;
		break;
	case NAMESERVER_LIES_FIRST:
		send_lies(ns, out, n, type, &from);
		break;
	case NAMESERVER_LIES_ONLY:
		send_lies(ns, out, n, type, &from);
		return;
	default:
		break;
	}

	(void)sendto(ns->fd, out, n, 0, &from.u.sa, from.len);
}


static void conn_handler(int flags, void *arg)
{
	static uint8_t in[ZONE_MESSAGE_MAX];
	static uint8_t out[ZONE_MESSAGE_MAX + 2];
	struct nameserver *ns = arg;
	uint16_t type;
	ssize_t len;
	size_t n;
	(void)flags;

	/* on loopback a question comes in one piece */
	len = recv(ns->fd_conn, in, sizeof(in), MSG_DONTWAIT);
	if (len < HEADER + 2) {
		fd_close(ns->fd_conn);
		(void)close(ns->fd_conn);
		ns->fd_conn = -1;
		return;
	}

	++ns->tcp;
	n = respond(ns, out + 2, in + 2, (size_t)len - 2, &type);
	out[0] = (uint8_t)(n >> 8);
	out[1] = (uint8_t)n;
	(void)send(ns->fd_conn, out, n + 2, MSG_NOSIGNAL);
}


static void tcp_handler(int flags, void *arg)
{
	struct nameserver *ns = arg;
	const int fd = accept(ns->fd_tcp, NULL, NULL);
	(void)flags;

	if (fd < 0)
		return;

	if (ns->fd_conn >= 0) {
		fd_close(ns->fd_conn);
		(void)close(ns->fd_conn);
	}
	ns->fd_conn = fd;
	ck_assert_int_eq(fd_listen(fd, FD_READ, conn_handler, ns), 0);
}


static int open_socket(struct sa *addr, int type)
{
	const int fd = socket(sa_af(addr), type | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, &addr->u.sa, addr->len), 0);
	addr->len = sizeof(addr->u);
	ck_assert_int_eq(getsockname(fd, &addr->u.sa, &addr->len), 0);

	return fd;
}


void nameserver_open(struct nameserver *ns, const char *host)
{
	struct sa elsewhere;

	memset(ns, 0, sizeof(*ns));
	ns->fd_conn = -1;
	ck_assert_int_eq(sa_set_str(&ns->addr, host, 0), 0);
	elsewhere = ns->addr;
	ns->fd_tcp = open_socket(&ns->addr, SOCK_STREAM);
	ns->fd = open_socket(&ns->addr, SOCK_DGRAM);
	ns->fd_elsewhere = open_socket(&elsewhere, SOCK_DGRAM);
	ck_assert_int_eq(listen(ns->fd_tcp, 5), 0);
	ck_assert_int_eq(fd_listen(ns->fd, FD_READ, udp_handler, ns), 0);
	ck_assert_int_eq(fd_listen(ns->fd_tcp, FD_READ, tcp_handler, ns), 0);
}


void nameserver_close(struct nameserver *ns)
{
	const int fdv[] = {ns->fd, ns->fd_tcp, ns->fd_conn, ns->fd_elsewhere};

	for (size_t i = 0; i < ARRAY_SIZE(fdv); i++) {
		if (fdv[i] < 0)
			continue;
		fd_close(fdv[i]);
		(void)close(fdv[i]);
	}
}
