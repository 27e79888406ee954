/**
 * @file test/bench/flood.c  100 phones register and call while strangers flood
 *
 * The server is a process of its own. Its phones do one thing after the other,
 * a registration or an attempt to call another one, each with its challenge,
 * first in peace, then under a flood of REGISTER and OPTIONS from one address,
 * then from 5000. Printed for each: how long they took, and how that compares
 * with peace. With the argument "off" the server has no limits.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "common/store.h"
#include "proxy/server.h"
#include "proxy/user/account.h"
#include "proxy/user/digest.h"

enum {
	PHONES = 100,
	SECONDS = 6,
	FLOOD_RATE = 20000, /* datagrams a second */
	FLOOD_STEP = 20,    /* at once */
	T1_MS = 500,
	PATIENCE_MS = 4000,
	TEXT_MAX = 4096,
	OPS_MAX = 20000,
	OP_US = 2000, /* from one to the next */
};

struct phone {
	int fd;
	unsigned port;
	char user[16];
};

struct flood {
	struct sa dst;
	uint32_t sources;
	atomic_bool stop;
	atomic_uint sent;
};

static struct phone phonev[PHONES];
static struct sa us;
static char data[] = "/tmp/viaduct-flood-XXXXXX";
static char text[TEXT_MAX];
static uint32_t tookv[OPS_MAX]; /* us */
static size_t tookc, lost;
static unsigned serial;


static void must(bool ok, const char *what)
{
	if (ok)
		return;

	perror(what);
	exit(EXIT_FAILURE);
}


static uint64_t now_us(void)
{
	struct timespec ts;

	must(!clock_gettime(CLOCK_MONOTONIC, &ts), "clock_gettime");

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


static void add_accounts(void)
{
	struct store *st = NULL;
	char why[128], aor[64];

	must(mkdtemp(data) && !store_open(&st, data, why, sizeof(why)),
	     "store");
	for (int i = 0; i < PHONES; i++) {
		(void)snprintf(aor, sizeof(aor), "u%d@example.net", i);
		must(!account_add(st, aor, "long enough"), "account");
	}
	mem_deref(st);
}


/* the child: says its port, and serves until it is killed */
static void serve(int fd, const char *limits)
{
	struct mbuf *errs = mbuf_alloc(256);
	struct config *cfg = NULL;
	struct server *srv = NULL;
	char conf[512];

	(void)snprintf(conf, sizeof(conf),
		       "listen = { \"udp:127.0.0.1:5060\" }\n"
		       "domain = { \"example.net\" }\ndata = \"%s\"\n"
		       "log { level = \"error\" }\n"
		       "registrar { keepalive = 0 }\n%s"
		       "relay { allow_local = yes }\n",
		       data, limits);
	must(!config_decode(&cfg, "flood", conf, errs), "config");
	sa_set_port(&cfg->listenv[0].sa, 0);
	must(!server_alloc(&srv, cfg) && !server_bound(srv, 0, &us), "server");
	must(write(fd, &us, sizeof(us)) == sizeof(us), "pipe");
	(void)re_main(NULL);
	_exit(0);
}


static void phone_open(struct phone *ph, int i)
{
	char host[32];
	struct sa sa;

	(void)snprintf(ph->user, sizeof(ph->user), "u%d", i);
	(void)snprintf(host, sizeof(host), "127.0.1.%d", i + 1);
	must(!sa_set_str(&sa, host, 0), host);
	ph->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(ph->fd >= 0 && !bind(ph->fd, &sa.u.sa, sa.len) &&
		     !connect(ph->fd, &us.u.sa, us.len),
	     "phone");
	sa.len = sizeof(sa.u);
	must(!getsockname(ph->fd, &sa.u.sa, &sa.len), "getsockname");
	ph->port = sa_port(&sa);
}


/* the next message that starts so; others are passed over */
static bool receive(const struct phone *ph, const char *start, int ms)
{
	const uint64_t until = now_us() + (uint64_t)ms * 1000;

	for (;;) {
		struct pollfd pfd = {.fd = ph->fd, .events = POLLIN};
		const uint64_t now = now_us();
		ssize_t n;

		if (now >= until ||
		    poll(&pfd, 1, (int)((until - now + 999) / 1000)) < 1)
			return false;

		n = recv(ph->fd, text, sizeof(text) - 1, MSG_DONTWAIT);
		if (n <= 0)
			continue;
		text[n] = '\0';
		if (!strncmp(text, start, strlen(start)))
			return true;
	}
}


/* as over UDP: again after T1, twice as long each time */
static bool transact(const struct phone *ph, const char *req,
		     const struct phone *who, const char *start)
{
	for (int ms = T1_MS; ms <= PATIENCE_MS; ms *= 2) {
		(void)send(ph->fd, req, strlen(req), 0);
		if (receive(who, start, ms))
			return true;
	}

	return false;
}


static void request(char *buf, const struct phone *ph, const char *met,
		    const struct phone *to, const char *auth)
{
	const bool reg = !strcmp(met, "REGISTER");

	++serial;
	(void)snprintf(buf, TEXT_MAX,
		       "%s sip:%s%sexample.net SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP 127.0.1.1:%u;branch=z9hG4bKp%u;rport"
		       "\r\nMax-Forwards: 70\r\n"
		       "From: <sip:%s@example.net>;tag=p%u\r\n"
		       "To: <sip:%s@example.net>\r\n"
		       "Call-ID: %s-%u\r\nCSeq: %u %s\r\n"
		       "Contact: <sip:%s@127.0.1.1:%u>\r\n"
		       "User-Agent: a phone of the bench\r\n%s"
		       "Content-Length: 0\r\n\r\n",
		       met, reg ? "" : to->user, reg ? "" : "@", ph->port,
		       serial, ph->user, serial, to->user, ph->user,
		       reg ? 0 : serial, serial, met, ph->user, ph->port,
		       auth);
}


static bool answer_challenge(char *auth, const struct phone *ph,
			     const char *met)
{
	const bool reg = !strcmp(met, "REGISTER");
	const char *name = reg ? "WWW-Authenticate: " : "Proxy-Authenticate: ";
	const char *line = strstr(text, name);
	struct digest_challenge ch;
	struct pl pl, pl_met, pl_uri = PL("sip:example.net");
	char buf[1024];

	if (!line)
		return false;

	pl.p = line + strlen(name);
	pl.l = strcspn(pl.p, "\r");
	pl_set_str(&pl_met, met);
	if (digest_challenge_decode(&ch, &pl) ||
	    digest_authorize(buf, sizeof(buf), &ch, ph->user, "long enough",
			     &pl_met, &pl_uri, 1, "c0ffee"))
		return false;

	(void)snprintf(auth, TEXT_MAX, "%s: %s\r\n",
		       reg ? "Authorization" : "Proxy-Authorization", buf);

	return true;
}


static bool phone_register(const struct phone *ph)
{
	char req[TEXT_MAX], auth[TEXT_MAX] = "";

	request(req, ph, "REGISTER", ph, "");
	if (!transact(ph, req, ph, "SIP/2.0 401 ") ||
	    !answer_challenge(auth, ph, "REGISTER"))
		return false;

	request(req, ph, "REGISTER", ph, auth);

	return transact(ph, req, ph, "SIP/2.0 200 ");
}


/* to the first sign of it at the callee */
static bool phone_call(const struct phone *ph, const struct phone *to)
{
	char req[TEXT_MAX], auth[TEXT_MAX] = "";

	request(req, ph, "MESSAGE", to, "");
	if (!transact(ph, req, ph, "SIP/2.0 407 ") ||
	    !answer_challenge(auth, ph, "MESSAGE"))
		return false;

	request(req, ph, "MESSAGE", to, auth);

	return transact(ph, req, to, "MESSAGE ");
}


static void operate(uint64_t us_long)
{
	const uint64_t until = now_us() + us_long;

	tookc = lost = 0;
	for (size_t i = 0; now_us() < until && tookc < OPS_MAX; i++) {
		const struct phone *ph = &phonev[i % PHONES];
		const uint64_t at = until - us_long + i * OP_US;
		uint64_t then = now_us();
		bool ok;

		if (at > then)
			(void)usleep((useconds_t)(at - then));
		then = now_us();
		if (i / PHONES % 2)
			ok = phone_call(ph, &phonev[(i + 1) % PHONES]);
		else
			ok = phone_register(ph);

		tookv[tookc++] = (uint32_t)(now_us() - then);
		lost += !ok;
	}
}


/* from any address of 127/8, by one socket */
static void flood_send(int fd, const struct flood *f, uint32_t n)
{
	char buf[512], control[CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct in_pktinfo info = {
		.ipi_spec_dst.s_addr = htonl(0x7f100001 + n % f->sources)};
	struct iovec iov = {.iov_base = buf};
	struct sa dst = f->dst;
	struct msghdr msg = {.msg_name = &dst.u.sa,
			     .msg_namelen = dst.len,
			     .msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	struct cmsghdr *c;

	iov.iov_len = (size_t)snprintf(
		buf, sizeof(buf),
		"%s sip:example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP x;branch=z9hG4bKf%u;rport\r\n"
		"From: <sip:x%u@example.net>;tag=f\r\n"
		"To: <sip:x%u@example.net>\r\nCall-ID: f%u\r\n"
		"CSeq: 1 %s\r\nContact: <sip:x@192.0.2.1>\r\n\r\n",
		n % 2 ? "REGISTER" : "OPTIONS", n, n, n, n,
		n % 2 ? "REGISTER" : "OPTIONS");

	memset(control, 0, sizeof(control));
	c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	(void)sendmsg(fd, &msg, MSG_DONTWAIT);
}


static void *flood_main(void *arg)
{
	struct flood *f = arg;
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t at = now_us();
	uint32_t n = 0;

	must(fd >= 0, "socket");
	while (!atomic_load(&f->stop)) {
		struct timespec ts;

		for (int i = 0; i < FLOOD_STEP; i++)
			flood_send(fd, f, n++);
		atomic_store(&f->sent, n);
		at += 1000000 * FLOOD_STEP / FLOOD_RATE;
		ts.tv_sec = (time_t)(at / 1000000);
		ts.tv_nsec = (long)(at % 1000000) * 1000;
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts,
				      NULL);
	}
	(void)close(fd);

	return NULL;
}


static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}


/* that many per cent took no longer */
static double ms(size_t percent)
{
	const size_t i = tookc * percent / 100;

	return tookv[i] / 1000.0;
}


static bool run(const char *what, uint32_t sources, double *peace)
{
	struct flood f = {.dst = us, .sources = sources ? sources : 1};
	pthread_t thread;
	double p99;

	if (sources)
		must(!pthread_create(&thread, NULL, flood_main, &f), "thread");
	operate(SECONDS * 1000000ULL);
	if (sources) {
		atomic_store(&f.stop, true);
		(void)pthread_join(thread, NULL);
	}

	qsort(tookv, tookc, sizeof(tookv[0]), compare);
	p99 = ms(99);
	if (!sources)
		*peace = p99;
	(void)printf("%s: %zu done, %zu failed, p50 %.2f ms, p99 %.2f ms, "
		     "%.1f x peace; flood %u/s\n",
		     what, tookc, lost, ms(50), p99, p99 / *peace,
		     atomic_load(&f.sent) / SECONDS);

	return !lost;
}


static void clean_up(void)
{
	static const char *const namev[] = {"viaduct.db", "viaduct.db-wal",
					    "viaduct.db-shm", "viaduct.lock"};
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(namev); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", data, namev[i]);
		(void)unlink(path);
	}
	(void)rmdir(data);
}


int main(int argc, char **argv)
{
	static const char off[] = "limit { requests = 0 strangers = 0 "
				  "failures = 0 }\n";
	const bool limits = argc < 2 || strcmp(argv[1], "off");

	double peace = 1;
	int fdv[2];
	pid_t pid;
	bool ok;

	must(!libre_init(), "libre_init");
	add_accounts();
	must(!pipe(fdv), "pipe");
	pid = fork();
	must(pid >= 0, "fork");
	if (!pid)
		serve(fdv[1], limits ? "" : off);

	must(read(fdv[0], &us, sizeof(us)) == sizeof(us), "server");
	for (int i = 0; i < PHONES; i++) {
		phone_open(&phonev[i], i);
		must(phone_register(&phonev[i]), "first registration");
	}
	ok = run("in peace", 0, &peace);
	ok &= run("one source", 1, &peace);
	ok &= run("5000 sources", 5000, &peace);

	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, NULL, 0);
	clean_up();
	libre_close();

	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
