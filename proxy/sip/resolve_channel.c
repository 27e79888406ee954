/**
 * @file resolve_channel.c  c-ares on libre's loop
 */
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <ares.h>
#include <re.h>
#include "common/log.h"
#include "common/timer.h"
#include "proxy/sip/resolve_channel.h"


enum {
	CLASS_IN = 1,
	SERVERS_MAX = 4,
	EDNS_SIZE = 1232, /* what passes unfragmented: DNS flag day 2020 */
	TRY_MIN_MS = 50,
};

struct resolve_channel {
	ares_channel ares;
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	struct timer timer;
	struct list socketl; /* those that c-ares waits for */
	bool library;
};

struct channel_socket {
	struct le le;
	struct resolve_channel *c; /* not owned: it owns us */
	ares_socket_t fd;
};

struct channel_question {
	resolve_channel_h *h;
	void *arg;
};


static void destructor(void *arg)
{
	struct resolve_channel *c = arg;

	if (c->ares)
		ares_destroy(c->ares);
	timer_cancel(&c->timer);
	list_flush(&c->socketl);
	if (c->library)
		ares_library_cleanup();
}


static void socket_destructor(void *arg)
{
	struct channel_socket *s = arg;

	fd_close(s->fd);
	list_unlink(&s->le);
}


static void time_handler(void *arg);


/* when c-ares wants to be called next, whatever comes */
static void watch_time(struct resolve_channel *c)
{
	struct timeval tv, *next = ares_timeout(c->ares, NULL, &tv);

	if (!next) {
		timer_cancel(&c->timer);
		return;
	}

	timer_start(c->timers, &c->timer,
		    (uint64_t)next->tv_sec * 1000 +
			    (uint64_t)next->tv_usec / 1000 + 1,
		    time_handler, c);
}


static void time_handler(void *arg)
{
	struct resolve_channel *c = arg;

	ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	watch_time(c);
}


/* the socket may be gone when c-ares returns */
static void socket_handler(int flags, void *arg)
{
	struct channel_socket *s = arg;
	struct resolve_channel *c = s->c;
	const ares_socket_t fd = s->fd;
	const bool rd = flags & (FD_READ | FD_EXCEPT), wr = flags & FD_WRITE;

	ares_process_fd(c->ares, rd ? fd : ARES_SOCKET_BAD,
			wr ? fd : ARES_SOCKET_BAD);
	watch_time(c);
}


static struct channel_socket *socket_find(struct resolve_channel *c,
					  ares_socket_t fd)
{
	for (struct le *le = c->socketl.head; le; le = le->next) {
		struct channel_socket *s = le->data;

		if (s->fd == fd)
			return s;
	}

	return NULL;
}


static struct channel_socket *socket_get(struct resolve_channel *c,
					 ares_socket_t fd)
{
	struct channel_socket *s = socket_find(c, fd);

	if (s)
		return s;

	s = mem_zalloc(sizeof(*s), socket_destructor);
	if (!s)
		return NULL;

	s->c = c;
	s->fd = fd;
	list_append(&c->socketl, &s->le, s);

	return s;
}


/* one that cannot be watched stays silent: its question times out */
static void state_handler(void *arg, ares_socket_t fd, int readable,
			  int writable)
{
	struct resolve_channel *c = arg;
	struct channel_socket *s;
	int err = ENOMEM;

	if (!readable && !writable) {
		mem_deref(socket_find(c, fd));
		return;
	}

	s = socket_get(c, fd);
	if (s)
		err = fd_listen(fd,
				(readable ? FD_READ : 0) |
					(writable ? FD_WRITE : 0),
				socket_handler, s);
	if (err)
		log_error(c->log, "dns.socket", KV_ERRNO("err", err));
}


static int errno_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
	case ARES_ENODATA:
	case ARES_ENOTFOUND:
		return 0;
	case ARES_ETIMEOUT:
		return ETIMEDOUT;
	case ARES_ENOMEM:
		return ENOMEM;
	case ARES_EDESTRUCTION:
	case ARES_ECANCELLED:
		return ECANCELED;
	case ARES_EBADNAME:
		return EINVAL;
	default:
		return ECONNREFUSED;
	}
}


static void answer_handler(void *arg, int status, int timeouts,
			   unsigned char *p, int len)
{
	struct channel_question *q = arg;
	struct channel_question it = *q;
	int err = errno_of(status);
	(void)timeouts;

	mem_deref(q);
	if (!err && (!p || len < 0))
		err = EBADMSG;

	it.h(err, p, err ? 0 : (size_t)len, it.arg);
}


static int servers_set(struct resolve_channel *c, const struct sa *serverv,
		       size_t serverc)
{
	struct ares_addr_port_node nodev[SERVERS_MAX];

	if (serverc > SERVERS_MAX)
		return EINVAL;

	memset(nodev, 0, sizeof(nodev));
	for (size_t i = 0; i < serverc; i++) {
		struct ares_addr_port_node *node = &nodev[i];
		const struct sa *sa = &serverv[i];

		node->family = sa_af(sa);
		node->udp_port = node->tcp_port = sa_port(sa) ? sa_port(sa)
							      : 53;
		node->next = i + 1 < serverc ? &nodev[i + 1] : NULL;
		if (sa_af(sa) == AF_INET)
			node->addr.addr4 = sa->u.in.sin_addr;
		else
			memcpy(&node->addr.addr6, &sa->u.in6.sin6_addr,
			       sizeof(node->addr.addr6));
	}

	return ares_set_servers_ports(c->ares, nodev) ? ENOMEM : 0;
}


/* the servers that there are, up to four, share the patience; one alone is
 * asked twice, and c-ares doubles its time */
static int init(struct resolve_channel *c, uint32_t patience_ms,
		size_t serverc)
{
	struct ares_options opt;
	int try_ms;

	memset(&opt, 0, sizeof(opt));
	try_ms = (int)(patience_ms / (serverc < 2 ? 3 : serverc));
	opt.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS;
	opt.timeout = try_ms < TRY_MIN_MS ? TRY_MIN_MS : try_ms;
	opt.tries = serverc < 2 ? 2 : 1;
	opt.ednspsz = EDNS_SIZE;
	opt.sock_state_cb = state_handler;
	opt.sock_state_cb_data = c;

	if (ares_init_options(&c->ares, &opt,
			      ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS |
				      ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
				      ARES_OPT_SOCK_STATE_CB)) {
		c->ares = NULL;
		return ENOMEM;
	}

	return 0;
}


static size_t system_servers(const struct resolve_channel *c)
{
	struct ares_addr_port_node *first = NULL, *node;
	size_t n = 0;

	if (ares_get_servers_ports(c->ares, &first))
		return 1;

	for (node = first; node; node = node->next)
		++n;
	ares_free_data(first);

	return n > SERVERS_MAX ? SERVERS_MAX : n;
}


static int start(struct resolve_channel *c, const struct sa *serverv,
		 size_t serverc, uint32_t patience_ms)
{
	size_t n = serverc;
	int err;

	if (ares_library_init(ARES_LIB_INIT_ALL))
		return ENOMEM;
	c->library = true;

	if (!n) {
		err = init(c, patience_ms, 1);
		if (err)
			return err;
		n = system_servers(c);
		ares_destroy(c->ares);
		c->ares = NULL;
	}

	err = init(c, patience_ms, n);
	if (!err && serverc)
		err = servers_set(c, serverv, serverc);

	return err;
}


/**
 * Allocate a channel
 *
 * @param cp          Pointer to the allocated channel
 * @param serverv     DNS servers; port 0 is 53
 * @param serverc     Their number, at most four; 0: the system's
 * @param patience_ms How long one question may take, ms
 * @param timers      Timers (not owned)
 * @param log         Log or NULL (not owned)
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_channel_alloc(struct resolve_channel **cp,
			  const struct sa *serverv, size_t serverc,
			  uint32_t patience_ms, struct timers *timers,
			  struct log *log)
{
	struct resolve_channel *c;
	int err;

	if (!cp || (serverc && !serverv) || !timers)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->timers = timers;
	c->log = log;
	err = start(c, serverv, serverc, patience_ms);
	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}


/**
 * Ask
 *
 * @param c    Channel
 * @param type Type
 * @param name Name
 * @param h    Called once, perhaps before this returns
 * @param arg  Its argument
 */
void resolve_channel_ask(struct resolve_channel *c, enum resolve_type type,
			 const char *name, resolve_channel_h *h, void *arg)
{
	struct channel_question *q = mem_zalloc(sizeof(*q), NULL);

	if (!q) {
		h(ENOMEM, NULL, 0, arg);
		return;
	}

	q->h = h;
	q->arg = arg;
	ares_query(c->ares, name, CLASS_IN, (int)type, answer_handler, q);
	watch_time(c);
}
