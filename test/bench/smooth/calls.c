/**
 * @file bench/smooth/calls.c  A server in a process of its own, and its calls
 */
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "common/store.h"
#include "proxy/server.h"
#include "proxy/user/account.h"
#include "test/bench/smooth/calls.h"

enum { WAIT_MS = 5000, SLOW_US = 200000 };

static struct shared *shared; /* the disk's */


/* the disk of the child: these go before those of libc */
static void disk_wait(int fd)
{
	struct stat st;

	if (shared && atomic_load(&shared->slow) && !fstat(fd, &st) &&
	    S_ISREG(st.st_mode))
		(void)usleep(SLOW_US);
}


int fdatasync(int fd)
{
	disk_wait(fd);

	return (int)syscall(SYS_fdatasync, fd);
}


int fsync(int fd)
{
	disk_wait(fd);

	return (int)syscall(SYS_fsync, fd);
}


ssize_t write(int fd, const void *p, size_t n)
{
	disk_wait(fd);

	return syscall(SYS_write, fd, p, n);
}


ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	disk_wait(fd);

	return syscall(SYS_pwrite64, fd, p, n, at);
}


static void add_accounts(const char *data)
{
	const struct pl bob = PL("bob@example.net");
	struct store *st = NULL;
	char why[128], aor[64];
	struct account acc;

	must(!store_open(&st, data, why, sizeof(why)), "store");
	for (int i = 0; i < USERS; i++) {
		(void)snprintf(aor, sizeof(aor), "u%d@example.net", i);
		must(!account_add(st, aor, "long enough"), "account");
	}
	must(!account_add(st, "bob@example.net", "long enough") &&
		     !account_get(&acc, st, &bob),
	     "account");
	acc.set.record = true;
	must(!account_replace(st, &acc), "account");
	mem_deref(st);
}


/* the child: says its address, and serves until it is killed */
static void serve(int fd, const char *data)
{
	struct mbuf *errs = mbuf_alloc(256);
	struct config *cfg = NULL;
	struct server *srv = NULL;
	char conf[1024];

	(void)snprintf(conf, sizeof(conf),
		       "listen = { \"udp:127.0.0.1:5060\" }\n"
		       "domain = { \"example.net\" }\ndata = \"%s\"\n"
		       "log { level = \"error\" }\nauth = no\n"
		       "registrar { keepalive = 0 }\n"
		       "limit { requests = 0 strangers = 0 failures = 0\n"
		       "  calls = 0 calls_per_minute = 0 }\n"
		       "relay { allow_local = yes }\n"
		       "record { calls = 20 }\n",
		       data);
	if (config_decode(&cfg, "smooth", conf, errs)) {
		(void)fprintf(stderr, "%.*s\n", (int)errs->end,
			      (char *)errs->buf);
		_exit(1);
	}
	sa_set_port(&cfg->listenv[0].sa, 0);
	must(!server_alloc(&srv, cfg) && !server_bound(srv, 0, &shared->us),
	     "server");
	must(syscall(SYS_write, fd, "x", 1) == 1, "pipe");
	(void)re_main(NULL);
	_exit(0);
}


/**
 * Start a server
 *
 * @param c Calls, zeroed
 */
void calls_serve(struct calls *c)
{
	int fdv[2];
	char x;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(shared != MAP_FAILED, "memory");
	c->shared = shared;
	(void)snprintf(c->data, sizeof(c->data), "/tmp/viaduct-smooth-XXXXXX");
	must(mkdtemp(c->data), "mkdtemp");
	add_accounts(c->data);

	must(!pipe(fdv), "pipe");
	c->pid = fork();
	must(c->pid >= 0, "fork");
	if (!c->pid)
		serve(fdv[1], c->data);

	(void)close(fdv[1]);
	must(read(fdv[0], &x, 1) == 1, "server");
	(void)close(fdv[0]);
}


/**
 * Send a message
 *
 * @param fd  Socket
 * @param dst Its destination
 * @param fmt As of printf()
 */
void send_text(int fd, const struct sa *dst, const char *fmt, ...)
{
	char buf[TEXT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	must(sendto(fd, buf, (size_t)n, 0, &dst->u.sa, dst->len) == n,
	     "sendto");
}


/* the next message that starts so; others are passed over */
static void receive(struct calls *c, int fd, const char *start)
{
	for (;;) {
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		ssize_t n;

		must(poll(&pfd, 1, WAIT_MS) == 1, start);
		n = recv(fd, c->text, sizeof(c->text) - 1, MSG_DONTWAIT);
		c->text[n > 0 ? n : 0] = '\0';
		if (!strncmp(c->text, start, strlen(start)))
			return;
		must(strncmp(c->text, "SIP/2.0 ", 8) || c->text[8] < '3',
		     c->text);
	}
}


static void register_bob(struct calls *c)
{
	send_text(c->callee, &c->shared->us,
		  "REGISTER sip:example.net SIP/2.0\r\n"
		  "Via: SIP/2.0/UDP 127.0.1.2:%u;branch=z9hG4bKbob;rport\r\n"
		  "From: <sip:bob@example.net>;tag=b\r\n"
		  "To: <sip:bob@example.net>\r\nCall-ID: bob\r\n"
		  "CSeq: 1 REGISTER\r\n"
		  "Contact: <sip:bob@127.0.1.2:%u>\r\n"
		  "Content-Length: 0\r\n\r\n",
		  port_of(c->callee), port_of(c->callee));
	receive(c, c->callee, "SIP/2.0 200 ");
}


/* as from behind NAT: media is relayed */
static void make_sdp(char *buf, size_t size, const char *host, uint16_t port)
{
	(void)snprintf(buf, size,
		       "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\n"
		       "t=0 0\r\nm=audio %u RTP/AVP 8\r\n",
		       host, host, port);
}


static void read_sdp(struct sa *relay, const char *text)
{
	const char *m = strstr(text, "m=audio "),
		   *conn = strstr(text, "c=IN IP4 ");
	struct pl pl;

	must(m && conn, text);
	pl.p = conn + 9;
	pl.l = strcspn(pl.p, "\r\n");
	must(!sa_set(relay, &pl, (uint16_t)atoi(m + 8)), "c=");
}


static void copy_headers(char *buf, size_t size, const char *text)
{
	static const char *const namev[] = {
		"Via:", "Record-Route:", "From:", "Call-ID:", "CSeq:"};
	const char *line = text;
	size_t n = 0;

	while (*line && *line != '\r') {
		const size_t len = strcspn(line, "\n") + 1;

		for (size_t i = 0; i < ARRAY_SIZE(namev); i++) {
			if (!strncmp(line, namev[i], strlen(namev[i])))
				n += (size_t)snprintf(buf + n, size - n,
						      "%.*s", (int)len, line);
		}
		line += len;
	}
}


static void call(struct calls *c, struct streams *s, int i)
{
	struct end *a = &s->endv[2 * i], *b = &s->endv[2 * i + 1];
	char sdp[512], headers[TEXT_MAX / 2] = "";

	a->fd = open_socket("127.0.1.1");
	b->fd = open_socket("127.0.1.2");

	make_sdp(sdp, sizeof(sdp), "10.9.9.1", port_of(a->fd));
	send_text(c->caller, &c->shared->us,
		  "INVITE sip:bob@example.net SIP/2.0\r\n"
		  "Via: SIP/2.0/UDP 127.0.1.1:%u;branch=z9hG4bKc%d;rport\r\n"
		  "Max-Forwards: 70\r\n"
		  "From: <sip:u0@example.net>;tag=c%d\r\n"
		  "To: <sip:bob@example.net>\r\nCall-ID: c%d\r\n"
		  "CSeq: 1 INVITE\r\nContact: <sip:alice@127.0.1.1:%u>\r\n"
		  "Content-Type: application/sdp\r\n"
		  "Content-Length: %zu\r\n\r\n%s",
		  port_of(c->caller), i, i, i, port_of(c->caller), strlen(sdp),
		  sdp);

	receive(c, c->callee, "INVITE ");
	read_sdp(&b->relay, c->text);
	copy_headers(headers, sizeof(headers), c->text);
	make_sdp(sdp, sizeof(sdp), "10.9.9.2", port_of(b->fd));
	send_text(c->callee, &c->shared->us,
		  "SIP/2.0 200 OK\r\n%s"
		  "To: <sip:bob@example.net>;tag=b%d\r\n"
		  "Contact: <sip:bob@127.0.1.2:%u>\r\n"
		  "Content-Type: application/sdp\r\n"
		  "Content-Length: %zu\r\n\r\n%s",
		  headers, i, port_of(c->callee), strlen(sdp), sdp);

	receive(c, c->caller, "SIP/2.0 200 ");
	read_sdp(&a->relay, c->text);
}


/**
 * Make all calls, one after the other
 *
 * @param c Calls with a server
 * @param s Streams, whose sockets are opened
 */
void calls_open(struct calls *c, struct streams *s)
{
	c->callee = open_socket("127.0.1.2");
	c->caller = open_socket("127.0.1.1");
	register_bob(c);
	for (int i = 0; i < CALLS; i++)
		call(c, s, i);
}


/**
 * End the server, and remove what it has stored
 *
 * @param c Calls
 */
void calls_close(struct calls *c)
{
	char command[128];

	(void)kill(c->pid, SIGKILL);
	(void)waitpid(c->pid, NULL, 0);
	(void)snprintf(command, sizeof(command), "rm -rf %s", c->data);
	(void)!system(command);
}
