/**
 * @file scenario/rig.c  A whole server in this process, and phones by hand
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "common/store.h"
#include "proxy/server_state.h"
#include "proxy/user/digest.h"
#include "test/mock/wsclient.h"
#include "test/scenario/rig.h"
#include "test/scenario/rig_tls.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

struct datagram {
	struct le le;
	struct sa from;
	size_t len;
	char text[];
};


static void prepare(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	(void)str_ncpy(rig->dir, "/tmp/viaduct-rig-XXXXXX", sizeof(rig->dir));
	ck_assert_ptr_nonnull(mkdtemp(rig->dir));
}


static void decode(struct rig *rig, const char *config, const char *listen)
{
	struct mbuf *errs = mbuf_alloc(256);
	char text[8192];

	ck_assert_int_gt(re_snprintf(text, sizeof(text),
				     "listen = { \"udp:127.0.0.1:5060\", "
				     "\"tcp:127.0.0.1:5060\"%s }\n"
				     "domain = { \"example.net\" }\n"
				     "data = \"%s\"\n"
				     "control = \"%s/control.sock\"\n"
				     "log { level = \"error\" }\n%s",
				     listen, rig->dir, rig->dir, config),
			 0);
	if (config_decode(&rig->cfg, "rig", text, errs))
		ck_abort_msg("%.*s", (int)errs->end, (char *)errs->buf);
	mem_deref(errs);

	/* the loop runs only while the test waits for something */
	rig->cfg->overload.delay = 0;

	for (size_t i = 0; i < rig->cfg->listenc; i++)
		sa_set_port(&rig->cfg->listenv[i].sa, 0);

	/* where nobody says otherwise there is none: all rigs would have one
	 * port */
	if (sa_port(&rig->cfg->http.addr) == CONFIG_HTTP_PORT)
		sa_init(&rig->cfg->http.addr, AF_UNSPEC);
	else
		sa_set_port(&rig->cfg->http.addr, 0);

	/* no test asks the world's DNS: nobody is there */
	if (!rig->cfg->dns.serverc)
		sa_set_in(&rig->cfg->dns.serverv[rig->cfg->dns.serverc++],
			  INADDR_LOOPBACK, 9);
}


static void load(struct rig *rig, const char *config, const char *listen)
{
	prepare(rig);
	decode(rig, config, listen);
}


static void start(struct rig *rig)
{
	ck_assert_int_eq(server_alloc(&rig->srv, rig->cfg), 0);
	ck_assert_int_eq(server_bound(rig->srv, 0, &rig->us), 0);
	ck_assert_int_eq(server_bound(rig->srv, 1, &rig->us_tcp), 0);
	(void)server_bound(rig->srv, 2, &rig->us6);
}


/**
 * Start a server
 *
 * @param rig    Rig
 * @param config Configuration lines besides the ordinary ones
 */
void rig_start(struct rig *rig, const char *config)
{
	load(rig, config, "");
	start(rig);
}


/**
 * Start a server that listens on ::1 too
 *
 * @param rig    Rig
 * @param config Configuration lines besides the ordinary ones
 */
void rig_start_dual(struct rig *rig, const char *config)
{
	load(rig, config, ", \"udp:[::1]:5060\"");
	start(rig);
}


/**
 * Start a server that listens to WebSockets too
 *
 * @param rig    Rig
 * @param config Configuration lines besides the ordinary ones
 */
void rig_start_ws(struct rig *rig, const char *config)
{
	load(rig, config, ", \"ws:127.0.0.1:8080\"");
	start(rig);
	ck_assert_int_eq(server_bound(rig->srv, 2, &rig->us_ws), 0);
}


/**
 * Start a server that speaks TLS too, as sip.example.net
 *
 * @param rig    Rig
 * @param tls    Lines in its tls section besides its files, or ""
 * @param config Configuration lines besides the ordinary ones
 */
void rig_start_tls(struct rig *rig, const char *tls, const char *config)
{
	char text[4096];

	prepare(rig);
	rig_tls_make(rig);
	ck_assert_int_gt(
		re_snprintf(text, sizeof(text),
			    "tls { certificates = { \"%s/tls.pem\" }\n"
			    "ca = \"%s/ca.pem\"\n"
			    "client_ca = \"%s/ca.pem\"\n%s }\n%s",
			    rig->dir, rig->dir, rig->dir, tls, config),
		0);
	decode(rig, text, ", \"tls:127.0.0.1:5061\", \"udp:[::1]:5060\"");
	start(rig);
	ck_assert_int_eq(server_bound(rig->srv, 2, &rig->us_tls), 0);
	ck_assert_int_eq(server_bound(rig->srv, 3, &rig->us6), 0);
}


/**
 * Start a server behind a 1:1 NAT
 *
 * @param rig    Rig
 * @param adv    Address that others see
 * @param port   Port there
 * @param config Configuration lines besides the ordinary ones
 */
void rig_start_advertised(struct rig *rig, const char *adv, uint16_t port,
			  const char *config)
{
	load(rig, config, "");
	for (size_t i = 0; i < rig->cfg->listenc; i++)
		ck_assert_int_eq(
			sa_set_str(&rig->cfg->listenv[i].advertise, adv, port),
			0);
	start(rig);
}


/**
 * Start a server whose transactions time out soon
 *
 * @param rig    Rig
 * @param config Configuration lines besides the ordinary ones
 * @param t1     T1 in ms
 */
void rig_start_fast(struct rig *rig, const char *config, uint32_t t1)
{
	load(rig, config, "");
	rig->cfg->timer.t1 = t1;
	rig->cfg->timer.t2 = 4 * t1;
	rig->cfg->timer.t4 = 4 * t1;
	start(rig);
}


/**
 * Start a server whose transactions time out soon, ringing ones too
 *
 * @param rig     Rig
 * @param config  Configuration lines besides the ordinary ones
 * @param t1      T1 in ms
 * @param timer_c Timer C in ms
 */
void rig_start_timer_c(struct rig *rig, const char *config, uint32_t t1,
		       uint32_t timer_c)
{
	load(rig, config, "");
	rig->cfg->timer.t1 = t1;
	rig->cfg->timer.t2 = 4 * t1;
	rig->cfg->timer.t4 = 4 * t1;
	rig->cfg->timer.c = timer_c;
	start(rig);
}


/**
 * Start it again on the same addresses, with nothing but its data
 *
 * @param rig Rig
 */
void rig_restart(struct rig *rig)
{
	rig->srv = mem_deref(rig->srv);
	rig->cfg->listenv[0].sa = rig->us;
	rig->cfg->listenv[1].sa = rig->us_tcp;
	start(rig);
}


/**
 * A counter of the server
 *
 * @param rig  Rig
 * @param name Its name
 *
 * @return Its value, 0 if there is none
 */
uint64_t rig_counter(const struct rig *rig, const char *name)
{
	return server_counter(rig->srv, name);
}


/**
 * Stop it and remove its data
 *
 * @param rig Rig
 */
void rig_stop(struct rig *rig)
{
	rig->srv = mem_deref(rig->srv);
	rig->cfg = mem_deref(rig->cfg);
	tempdir_remove(rig->dir);
}


/**
 * Add an account, as another process would
 *
 * @param rig      Rig
 * @param aor      user@domain
 * @param password Password
 */
void rig_account(const struct rig *rig, const char *aor, const char *password)
{
	struct store *st = NULL;
	char why[128];

	ck_assert_int_eq(store_open(&st, rig->dir, why, sizeof(why)), 0);
	ck_assert_int_eq(account_add(st, aor, password), 0);
	mem_deref(st);
	accounts_refresh(rig->srv->accounts);
}


/**
 * Change an account's settings, as another process would
 *
 * @param rig Rig
 * @param aor user@domain, added before
 * @param set Settings
 */
void rig_settings(const struct rig *rig, const char *aor,
		  const struct account_settings *set)
{
	struct store *st = NULL;
	struct account acc;
	char why[128];
	struct pl pl;

	pl_set_str(&pl, aor);
	ck_assert_int_eq(store_open(&st, rig->dir, why, sizeof(why)), 0);
	ck_assert_int_eq(account_get(&acc, st, &pl), 0);
	acc.set = *set;
	ck_assert_int_eq(account_replace(st, &acc), 0);
	mem_deref(st);
	accounts_refresh(rig->srv->accounts);
}


/**
 * Add an account with settings
 *
 * @param rig      Rig
 * @param aor      user@domain
 * @param password Password
 * @param set      Settings
 * @param alias    Another name of it, or NULL
 */
void rig_account_with(const struct rig *rig, const char *aor,
		      const char *password, const struct account_settings *set,
		      const char *alias)
{
	struct store *st = NULL;
	struct account acc;
	char why[128];

	memset(&acc, 0, sizeof(acc));
	ck_assert_int_eq(account_hash(&acc, aor, password), 0);
	acc.set = *set;
	ck_assert_int_eq(store_open(&st, rig->dir, why, sizeof(why)), 0);
	ck_assert_int_eq(account_insert(st, &acc), 0);
	if (alias)
		ck_assert_int_eq(account_alias_add(st, alias, aor), 0);
	mem_deref(st);
	accounts_refresh(rig->srv->accounts);
}


static void deliver(struct phone *ph, const struct sa *from, const char *p,
		    size_t n)
{
	struct datagram *d = mem_zalloc(sizeof(*d) + n + 1, NULL);

	ck_assert_ptr_nonnull(d);
	memcpy(d->text, p, n);
	d->len = n;
	d->from = *from;
	list_append(&ph->rxl, &d->le, d);
	re_cancel();
}


/* each message as one */
static void deliver_frames(struct phone *ph, const struct sa *from,
			   const char *p, size_t n)
{
	struct mbuf *mb = ph->ws;
	struct pl pl;
	int first;

	mb->pos = mb->end;
	ck_assert_int_eq(mbuf_write_mem(mb, (const uint8_t *)p, n), 0);
	mb->pos = 0;
	while ((n = wsclient_take(mbuf_buf(mb), mbuf_get_left(mb), &first,
				  &pl))) {
		mb->pos += n;
		if (first == (WSCLIENT_FIN | WSCLIENT_TEXT) ||
		    first == (WSCLIENT_FIN | WSCLIENT_BINARY))
			deliver(ph, from, pl.p, pl.l);
	}
	memmove(mb->buf, mbuf_buf(mb), mbuf_get_left(mb));
	mb->end -= mb->pos;
}


static void recv_handler(int flags, void *arg)
{
	struct phone *ph = arg;
	char buf[RIG_TEXT_MAX];
	struct sa from;
	ssize_t n;
	(void)flags;

	sa_init(&from, AF_UNSPEC);
	from.len = sizeof(from.u);
	if (ph->ssl) {
		while ((n = rig_tls_read(ph, buf, sizeof(buf) - 1)) > 0)
			deliver(ph, &ph->rig->us_tls, buf, (size_t)n);
		return;
	}

	n = recvfrom(ph->fd, buf, sizeof(buf) - 1, MSG_DONTWAIT, &from.u.sa,
		     &from.len);
	if (n < 0 || (!n && ph->tcp))
		return;

	if (ph->ws)
		deliver_frames(ph, &from, buf, (size_t)n);
	else
		deliver(ph, &from, buf, (size_t)n);
}


static void open_socket(struct phone *ph, const struct rig *rig,
			const char *host, int type)
{
	memset(ph, 0, sizeof(*ph));
	ph->rig = rig;
	ph->tcp = type == SOCK_STREAM;
	(void)str_ncpy(ph->host, host, sizeof(ph->host));
	ck_assert_int_eq(sa_set_str(&ph->addr, host, 0), 0);
	ph->fd = socket(sa_af(&ph->addr), type | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(ph->fd, 0);
	ck_assert_int_eq(bind(ph->fd, &ph->addr.u.sa, ph->addr.len), 0);
	if (sa_af(&ph->addr) == AF_INET6)
		(void)re_snprintf(ph->host, sizeof(ph->host), "[%s]", host);
	ph->addr.len = sizeof(ph->addr.u);
}


/**
 * Open a phone
 *
 * @param ph   Phone
 * @param rig  The server it talks to
 * @param host Its own address
 */
void phone_open(struct phone *ph, const struct rig *rig, const char *host)
{
	open_socket(ph, rig, host, SOCK_DGRAM);
	ck_assert_int_eq(getsockname(ph->fd, &ph->addr.u.sa, &ph->addr.len),
			 0);
	ph->port = sa_port(&ph->addr);
	ck_assert_int_eq(fd_listen(ph->fd, FD_READ, recv_handler, ph), 0);
}


/**
 * Open a phone that talks TCP
 *
 * @param ph   Phone
 * @param rig  The server it talks to
 * @param host Its own address
 */
void phone_open_tcp(struct phone *ph, const struct rig *rig, const char *host)
{
	open_socket(ph, rig, host, SOCK_STREAM);
	ck_assert_int_eq(connect(ph->fd, &rig->us_tcp.u.sa, rig->us_tcp.len),
			 0);
	ck_assert_int_eq(getsockname(ph->fd, &ph->addr.u.sa, &ph->addr.len),
			 0);
	ph->port = sa_port(&ph->addr);
	ck_assert_int_eq(fd_listen(ph->fd, FD_READ, recv_handler, ph), 0);
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


/* the whole answer, and nothing behind it */
static void await_welcome(struct phone *ph)
{
	const uint64_t until = tmr_jiffies() + RIG_WAIT_MS;
	char *end = NULL;

	while (!end && tmr_jiffies() < until) {
		struct tmr tmr;

		tmr_init(&tmr);
		tmr_start(&tmr, 5, stop_handler, NULL);
		(void)re_main(NULL);
		tmr_cancel(&tmr);
		while (phone_take(ph))
			end = strstr(ph->msg, "\r\n\r\n");
	}
	ck_assert_ptr_nonnull(end);
	ck_assert_msg(!strncmp(ph->msg, "HTTP/1.1 101 ", 13), "%s", ph->msg);
	ck_assert_str_eq(phone_header(ph, "Sec-WebSocket-Protocol"), "sip");
}


/**
 * Open a phone that is a page in a browser
 *
 * @param ph   Phone
 * @param rig  The server it talks to, of rig_start_ws()
 * @param host Its own address
 * @param name What it calls itself in Via and Contact
 */
void phone_open_ws(struct phone *ph, const struct rig *rig, const char *host,
		   const char *name)
{
	open_socket(ph, rig, host, SOCK_STREAM);
	ck_assert_int_eq(connect(ph->fd, &rig->us_ws.u.sa, rig->us_ws.len), 0);
	ck_assert_int_eq(fd_listen(ph->fd, FD_READ, recv_handler, ph), 0);
	phone_send_octets(ph, WSCLIENT_REQUEST, sizeof(WSCLIENT_REQUEST) - 1);
	await_welcome(ph);
	(void)str_ncpy(ph->host, name, sizeof(ph->host));
	ph->port = 80;
	ph->ws = mbuf_alloc(1024);
	ck_assert_ptr_nonnull(ph->ws);
}


/**
 * Open a phone that talks TLS, and trusts the rig's certificate alone
 *
 * @param ph   Phone
 * @param rig  The server it talks to
 * @param host Its own address
 */
void phone_open_tls(struct phone *ph, const struct rig *rig, const char *host)
{
	open_socket(ph, rig, host, SOCK_STREAM);
	ck_assert_int_eq(connect(ph->fd, &rig->us_tls.u.sa, rig->us_tls.len),
			 0);
	ck_assert_int_eq(getsockname(ph->fd, &ph->addr.u.sa, &ph->addr.len),
			 0);
	ph->port = sa_port(&ph->addr);
	rig_tls_shake(ph);
	ck_assert_int_eq(fd_listen(ph->fd, FD_READ, recv_handler, ph), 0);
}


/**
 * Close a phone
 *
 * @param ph Phone
 */
void phone_close(struct phone *ph)
{
	rig_tls_end(ph);
	fd_close(ph->fd);
	(void)close(ph->fd);
	list_flush(&ph->rxl);
	ph->ws = mem_deref(ph->ws);
}


/**
 * Send octets
 *
 * @param ph  Phone
 * @param p   Octets
 * @param len Their number
 */
void phone_send_octets(struct phone *ph, const void *p, size_t len)
{
	const struct sa *us = sa_af(&ph->addr) == AF_INET6 ? &ph->rig->us6
							   : &ph->rig->us;
	struct mbuf *mb = NULL;
	ssize_t n;

	ph->sent = len;
	if (ph->ws) {
		mb = mbuf_alloc(len + 16);
		ck_assert_ptr_nonnull(mb);
		wsclient_frame(mb, WSCLIENT_FIN | WSCLIENT_TEXT, p, len);
		p = mb->buf;
		len = mb->end;
	}

	if (ph->ssl)
		n = rig_tls_write(ph, p, len);
	else if (ph->tcp)
		n = send(ph->fd, p, len, MSG_NOSIGNAL);
	else
		n = sendto(ph->fd, p, len, 0, &us->u.sa, us->len);
	ck_assert_int_eq(n, (ssize_t)len);
	mem_deref(mb);
}


/**
 * Send a message as it is written
 *
 * @param ph  Phone
 * @param fmt printf format
 */
void phone_send(struct phone *ph, const char *fmt, ...)
{
	char buf[RIG_TEXT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	ck_assert_int_gt(n, 0);
	phone_send_octets(ph, buf, (size_t)n);
}


/**
 * Take a message that has come already
 *
 * @param ph Phone
 *
 * @return Its length, 0 if there is none
 */
size_t phone_take(struct phone *ph)
{
	struct datagram *d = list_ledata(ph->rxl.head);
	size_t len;

	if (!d)
		return 0;

	len = d->len;
	memcpy(ph->msg, d->text, len + 1);
	ph->from = d->from;
	list_unlink(&d->le);
	mem_deref(d);

	return len;
}


static bool wait_for(struct phone *ph, uint32_t ms)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, ms, stop_handler, NULL);
	while (!ph->rxl.head && tmr_isrunning(&tmr))
		(void)re_main(NULL);
	tmr_cancel(&tmr);

	return phone_take(ph) > 0;
}


/**
 * Wait until a counter has a value
 *
 * @param rig   Rig
 * @param name  Counter
 * @param value Value
 * @param ms    How long, at most
 */
void rig_settle(const struct rig *rig, const char *name, uint64_t value,
		uint32_t ms)
{
	const uint64_t until = tmr_jiffies() + ms;
	struct tmr tmr;

	while (tmr_jiffies() < until && rig_counter(rig, name) != value) {
		tmr_init(&tmr);
		tmr_start(&tmr, 10, stop_handler, NULL);
		(void)re_main(NULL);
		tmr_cancel(&tmr);
	}
	ck_assert_msg(rig_counter(rig, name) == value, "%s is %llu", name,
		      (unsigned long long)rig_counter(rig, name));
}


/**
 * Receive the next message
 *
 * @param ph Phone
 *
 * @return Its text
 */
const char *phone_recv(struct phone *ph)
{
	if (!wait_for(ph, RIG_WAIT_MS))
		ck_abort_msg("%s: nothing came", ph->host);

	return ph->msg;
}


/**
 * Does nothing come?
 *
 * @param ph Phone
 *
 * @return true if nothing came for RIG_QUIET_MS
 */
bool phone_quiet(struct phone *ph)
{
	return !wait_for(ph, RIG_QUIET_MS);
}


/**
 * A header of the last message
 *
 * @param ph   Phone
 * @param name Header name as it is written
 *
 * @return Value of the first such line, in a buffer that the next call reuses
 */
const char *phone_header(const struct phone *ph, const char *name)
{
	static char val[4096];
	const size_t n = strlen(name);
	const char *line = ph->msg, *end;

	val[0] = '\0';
	while ((line = strstr(line, "\r\n"))) {
		line += 2;
		if (strncmp(line, name, n) || line[n] != ':')
			continue;

		line += n + 1;
		line += strspn(line, " ");
		end = strstr(line, "\r\n");
		(void)snprintf(val, sizeof(val), "%.*s", (int)(end - line),
			       line);
		break;
	}

	return val;
}


/**
 * The status of the last message
 *
 * @param ph Phone
 *
 * @return Status code, 0 for a request
 */
unsigned phone_status(const struct phone *ph)
{
	if (strncmp(ph->msg, "SIP/2.0 ", 8))
		return 0;

	return (unsigned)strtoul(ph->msg + 8, NULL, 10);
}


/**
 * Answer the challenge of the last message
 *
 * @param ph       Phone; its auth is filled
 * @param user     User name
 * @param password Password
 * @param met      Method
 * @param uri      Digest URI
 */
void phone_answer_challenge(struct phone *ph, const char *user,
			    const char *password, const char *met,
			    const char *uri)
{
	const bool proxy = phone_status(ph) == 407;
	const char *val = phone_header(ph, proxy ? "Proxy-Authenticate"
						 : "WWW-Authenticate");
	struct digest_challenge ch;
	struct pl pl, pl_met, pl_uri;
	char buf[768];

	pl_set_str(&pl, val);
	pl_set_str(&pl_met, met);
	pl_set_str(&pl_uri, uri);
	ck_assert_int_eq(digest_challenge_decode(&ch, &pl), 0);
	ck_assert_int_eq(digest_authorize(buf, sizeof(buf), &ch, user,
					  password, &pl_met, &pl_uri, 1,
					  "c0ffee"),
			 0);
	(void)snprintf(ph->auth, sizeof(ph->auth), "%s: %s\r\n",
		       proxy ? "Proxy-Authorization" : "Authorization", buf);
}


/**
 * What a phone talks
 *
 * @param ph Phone
 *
 * @return As it stands in a Via
 */
const char *phone_transport(const struct phone *ph)
{
	return ph->ws ? "WS" : ph->ssl ? "TLS" : ph->tcp ? "TCP" : "UDP";
}


static void send_register(struct phone *ph, const char *user,
			  const char *contact)
{
	phone_send(ph,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/%s %s:%u;branch=z9hG4bKr%u%u;rport\r\n"
		   "From: <sip:%s@example.net>;tag=r\r\n"
		   "To: <sip:%s@example.net>\r\n"
		   "Call-ID: reg-%s-%u\r\n"
		   "CSeq: %u REGISTER\r\n"
		   "Contact: <sip:%s@%s>;expires=600\r\n"
		   "%sContent-Length: 0\r\n\r\n",
		   phone_transport(ph), ph->host, ph->port, ph->port,
		   ph->cseq + 1, user, user, user, ph->port, ph->cseq + 1,
		   user, contact, ph->auth);
	++ph->cseq;
}


/**
 * Register a phone
 *
 * @param ph       Phone
 * @param user     User, of example.net
 * @param password Password
 * @param contact  host:port of its Contact
 */
void phone_register(struct phone *ph, const char *user, const char *password,
		    const char *contact)
{
	ph->auth[0] = '\0';
	send_register(ph, user, contact);
	(void)phone_recv(ph);
	ck_assert_uint_eq(phone_status(ph), 401);
	phone_answer_challenge(ph, user, password, "REGISTER",
			       "sip:example.net");
	send_register(ph, user, contact);
	(void)phone_recv(ph);
	ck_assert_uint_eq(phone_status(ph), 200);
	ph->auth[0] = '\0';
}
