/**
 * @file hep_sender.c  All that is seen goes to a capture server (Homer)
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/metrics.h"
#include "proxy/admin/trace/hep.h"
#include "proxy/admin/trace/hep_sender.h"
#include "proxy/admin/trace/secrecy.h"

enum { BUFFER = 4096, SNDBUF = 1 << 20 };

struct hep_sender {
	uint32_t id;
	char *password;
	struct metrics *metrics; /* referenced */
	struct counter *sent, *lost;
	struct mbuf *mb;
	int fd;
};


static void destructor(void *data)
{
	struct hep_sender *s = data;

	if (s->fd >= 0)
		(void)close(s->fd);
	mem_deref(s->mb);
	mem_deref(s->password);
	mem_deref(s->metrics);
}


/* connected: where nobody listens the kernel says so, and nothing waits */
static int open_socket(struct hep_sender *s, const struct sa *server)
{
	const int size = SNDBUF;

	s->fd = socket(sa_af(server),
		       SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return errno;

	(void)setsockopt(s->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));

	return connect(s->fd, &server->u.sa, server->len) ? errno : 0;
}


/* an error of before is told once, for the next datagram */
static bool leaves(const struct hep_sender *s)
{
	const ssize_t n = send(s->fd, s->mb->buf, s->mb->end, MSG_NOSIGNAL);

	return n >= 0 ||
	       (errno == ECONNREFUSED &&
		send(s->fd, s->mb->buf, s->mb->end, MSG_NOSIGNAL) >= 0);
}


static void send_hep(struct hep_sender *s, const struct hep *h)
{
	int err;

	mbuf_rewind(s->mb);
	err = hep_encode(s->mb, h);
	if (!err && h->type == HEP_SIP)
		secrecy_hide((char *)s->mb->buf + s->mb->end - h->len, h->len);

	counter_inc(!err && leaves(s) ? s->sent : s->lost);
}


/**
 * Allocate what sends to a capture server
 *
 * @param sp      Pointer to the allocated sender
 * @param conf    Server
 * @param metrics Metrics, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int hep_sender_alloc(struct hep_sender **sp,
		     const struct hep_sender_conf *conf,
		     struct metrics *metrics)
{
	struct hep_sender *s;
	int err;

	if (!sp || !conf || !conf->server || !conf->password)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->fd = -1;
	s->id = conf->id;
	s->metrics = mem_ref(metrics);
	s->sent = metrics_counter(metrics, "hep_sent_total");
	s->lost = metrics_counter(metrics, "hep_lost_total");
	s->mb = mbuf_alloc(BUFFER);
	err = s->mb ? str_dup(&s->password, conf->password) : ENOMEM;
	if (!err)
		err = open_socket(s, conf->server);
	if (err)
		mem_deref(s);
	else
		*sp = s;

	return err;
}


/**
 * Send a message
 *
 * @param s    Sender, or NULL
 * @param seen Message
 */
void hep_sender_note(struct hep_sender *s, const struct sighting *seen)
{
	struct hep h;

	if (!s || !seen)
		return;

	h = (struct hep){
		.src = seen->sent ? &seen->flow->local : &seen->flow->peer,
		.dst = seen->sent ? &seen->flow->peer : &seen->flow->local,
		.stream = flow_reliable(seen->flow),
		.wall_us = seen->wall_us,
		.type = HEP_SIP,
		.id = s->id,
		.password = s->password,
		.callid = seen->callid,
		.p = seen->p,
		.len = seen->len,
	};
	send_hep(s, &h);
}


/**
 * Send what became of a call
 *
 * @param s       Sender, or NULL
 * @param callid  Its Call-ID
 * @param from    Address of its caller
 * @param to      Address of who was called
 * @param wall_us When it was over, since 1970
 * @param json    An object, as text
 */
void hep_sender_quality(struct hep_sender *s, const char *callid,
			const struct sa *from, const struct sa *to,
			uint64_t wall_us, const struct mbuf *json)
{
	struct hep h;

	if (!s || !callid || !from || !to || !json)
		return;

	h = (struct hep){
		.src = from,
		.dst = sa_af(to) == sa_af(from) ? to : from,
		.wall_us = wall_us,
		.type = HEP_QUALITY,
		.id = s->id,
		.password = s->password,
		.p = json->buf,
		.len = json->end,
	};
	pl_set_str(&h.callid, callid);
	send_hep(s, &h);
}
