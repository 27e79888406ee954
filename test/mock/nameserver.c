/**
 * @file nameserver.c  A DNS server on loopback, honest or hostile
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <sys/socket.h>
#include "test/mock/nameserver.h"
#include "test/test.h"


enum { HEADER = 12, TYPE_SOA = 6, TYPE_CNAME = 5, NXDOMAIN = 3, SERVFAIL = 2 };

struct out {
	uint8_t *p;
	size_t n;
};


static void put8(struct out *o, unsigned v)
{
	ck_assert_uint_lt(o->n, NAMESERVER_MESSAGE_MAX);
	o->p[o->n++] = (uint8_t)v;
}


static void put16(struct out *o, unsigned v)
{
	put8(o, v >> 8);
	put8(o, v & 0xff);
}


static void put32(struct out *o, uint32_t v)
{
	put16(o, v >> 16);
	put16(o, v & 0xffff);
}


/* "." and "" are the root */
static void put_name(struct out *o, const char *name)
{
	while (*name && strcmp(name, ".")) {
		const size_t n = strcspn(name, ".");

		put8(o, (unsigned)n);
		for (size_t i = 0; i < n; i++)
			put8(o, (uint8_t)name[i]);
		name += n + (name[n] == '.');
	}
	put8(o, 0);
}


static void put_string(struct out *o, const char *s)
{
	put8(o, (unsigned)strlen(s));
	for (; *s; s++)
		put8(o, (uint8_t)*s);
}


static uint16_t type_number(const char *type)
{
	static const struct {
		const char *name;
		uint16_t n;
	} v[] = {{"A", 1},
		 {"CNAME", 5},
		 {"AAAA", 28},
		 {"SRV", 33},
		 {"NAPTR", 35}};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(type, v[i].name))
			return v[i].n;
	}
	ck_abort_msg("no type %s", type);

	return 0;
}


static void put_addr(struct out *o, const char *data)
{
	struct sa sa;
	uint8_t b[16];

	ck_assert_int_eq(sa_set_str(&sa, data, 0), 0);
	if (sa_af(&sa) == AF_INET) {
		put32(o, sa_in(&sa));
		return;
	}

	sa_in6(&sa, b);
	for (size_t i = 0; i < sizeof(b); i++)
		put8(o, b[i]);
}


static void put_data(struct out *o, uint16_t type, const char *data)
{
	char flags[16], service[64], name[256];
	unsigned a, b, c;

	switch (type) {
	case TYPE_CNAME:
		put_name(o, data);
		break;
	case 33:
		ck_assert_int_eq(
			sscanf(data, "%u %u %u %255s", &a, &b, &c, name), 4);
		put16(o, a);
		put16(o, b);
		put16(o, c);
		put_name(o, name);
		break;
	case 35:
		ck_assert_int_eq(sscanf(data, "%u %u %15s %63s %255s", &a, &b,
					flags, service, name),
				 5);
		put16(o, a);
		put16(o, b);
		put_string(o, flags);
		put_string(o, service);
		put_string(o, "");
		put_name(o, name);
		break;
	default:
		put_addr(o, data);
	}
}


void nameserver_add(struct nameserver *ns, const char *name, uint32_t ttl,
		    const char *type, const char *data)
{
	struct nameserver_rr *rr = &ns->rrv[ns->rrc++];
	struct out o = {rr->rdata, 0};

	ck_assert_uint_le(ns->rrc, NAMESERVER_RR_MAX);
	(void)str_ncpy(rr->name, name, sizeof(rr->name));
	rr->type = type_number(type);
	rr->ttl = ttl;
	put_data(&o, rr->type, data);
	rr->len = o.n;
}


void nameserver_remove(struct nameserver *ns, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < ns->rrc; i++) {
		if (strcasecmp(ns->rrv[i].name, name))
			ns->rrv[n++] = ns->rrv[i];
	}
	ns->rrc = n;
}


static void put_rr(struct out *o, const struct nameserver_rr *rr)
{
	put_name(o, rr->name);
	put16(o, rr->type);
	put16(o, 1);
	put32(o, rr->ttl);
	put16(o, (unsigned)rr->len);
	for (size_t i = 0; i < rr->len; i++)
		put8(o, rr->rdata[i]);
}


static void put_soa(struct out *o, uint32_t ttl)
{
	put_name(o, "example");
	put16(o, TYPE_SOA);
	put16(o, 1);
	put32(o, ttl);
	put16(o, 22);
	put_name(o, ".");
	put_name(o, ".");
	for (int i = 0; i < 4; i++)
		put32(o, 1);
	put32(o, ttl + 7);
}


static void cname_target(char out[256], const struct nameserver_rr *rr)
{
	size_t at = 0, n = 0;

	while (rr->rdata[at]) {
		if (n)
			out[n++] = '.';
		memcpy(out + n, rr->rdata + at + 1, rr->rdata[at]);
		n += rr->rdata[at];
		at += rr->rdata[at] + 1u;
	}
	out[n] = '\0';
}


size_t nameserver_answer(const struct nameserver *ns, uint8_t *p,
			 const char *question, uint16_t type)
{
	struct out o = {p, HEADER};
	unsigned answers = 0;
	bool found = false;
	char name[256];

	memset(p, 0, HEADER);
	put_name(&o, question);
	put16(&o, type);
	put16(&o, 1);

	(void)str_ncpy(name, question, sizeof(name));
	for (unsigned hop = 0; hop < 12 && !found; hop++) {
		const struct nameserver_rr *alias = NULL;

		for (size_t i = 0; i < ns->rrc; i++) {
			const struct nameserver_rr *rr = &ns->rrv[i];

			if (strcasecmp(rr->name, name))
				continue;
			if (rr->type == TYPE_CNAME)
				alias = rr;
			if (rr->type == type) {
				put_rr(&o, rr);
				++answers;
				found = true;
			}
		}
		if (found || !alias)
			break;
		put_rr(&o, alias);
		++answers;
		cname_target(name, alias);
	}

	if (!found && ns->negative_ttl) {
		put_soa(&o, ns->negative_ttl);
		p[9] = 1;
	}

	p[2] = 0x84;
	p[3] = 0x80 | (answers ? 0 : NXDOMAIN);
	p[5] = 1;
	p[7] = (uint8_t)answers;

	return o.n;
}


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
	n = nameserver_answer(ns, out, ns->last, *type);
	out[0] = p[0];
	out[1] = p[1];

	return n;
}


static void send_lies(struct nameserver *ns, const uint8_t *truth, size_t len,
		      uint16_t type, const struct sa *to)
{
	static uint8_t lie[NAMESERVER_MESSAGE_MAX];
	struct nameserver other = {.rrc = 0};
	size_t n;

	nameserver_add(&other, "evil.example", 60, "A", "192.0.2.66");
	nameserver_add(&other, ns->last, 60, "A", "192.0.2.66");

	/* too short; noise */
	(void)sendto(ns->fd, "\0\0", 2, 0, &to->u.sa, to->len);
	memset(lie, 0xff, 100);
	memcpy(lie, truth, 2);
	(void)sendto(ns->fd, lie, 100, 0, &to->u.sa, to->len);

	/* another id */
	n = nameserver_answer(&other, lie, ns->last, type);
	lie[0] = truth[0] ^ 0xff;
	lie[1] = truth[1];
	(void)sendto(ns->fd, lie, n, 0, &to->u.sa, to->len);

	/* another name */
	n = nameserver_answer(&other, lie, "evil.example", type);
	memcpy(lie, truth, 2);
	(void)sendto(ns->fd, lie, n, 0, &to->u.sa, to->len);

	/* from elsewhere, and perfect otherwise */
	n = nameserver_answer(&other, lie, ns->last, type);
	memcpy(lie, truth, 2);
	(void)sendto(ns->fd_elsewhere, lie, n, 0, &to->u.sa, to->len);
	(void)len;
}


static void udp_handler(int flags, void *arg)
{
	static uint8_t in[NAMESERVER_MESSAGE_MAX], out[NAMESERVER_MESSAGE_MAX];
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
	static uint8_t in[NAMESERVER_MESSAGE_MAX];
	static uint8_t out[NAMESERVER_MESSAGE_MAX + 2];
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
