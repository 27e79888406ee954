/**
 * @file holder.c  Which socket here gets what comes for an address and port
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include "relay/engine/holder.h"

enum { ANSWER_SIZE = 512 };

struct question {
	struct nlmsghdr head;
	struct inet_diag_req_v2 req;
};

/** Of one question */
struct holder {
	bool known;
	uint64_t cookie;
};


/* who asks is a stranger from nowhere; the two ends are swapped there, for
   historical reasons */
static void write_question(struct question *q, const struct sa *local,
			   uint32_t seq)
{
	struct inet_diag_sockid *id = &q->req.id;

	memset(q, 0, sizeof(*q));
	q->head.nlmsg_len = sizeof(*q);
	q->head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	q->head.nlmsg_flags = NLM_F_REQUEST;
	q->head.nlmsg_seq = seq;
	q->req.sdiag_family = (uint8_t)sa_af(local);
	q->req.sdiag_protocol = IPPROTO_UDP;
	q->req.idiag_states = UINT32_MAX;
	id->idiag_dport = htons(sa_port(local));
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (sa_af(local) == AF_INET)
		memcpy(id->idiag_dst, &local->u.in.sin_addr, 4);
	else
		memcpy(id->idiag_dst, &local->u.in6.sin6_addr, 16);
}


static int read_answer(struct holder *h, const uint8_t *p, size_t len)
{
	struct {
		struct nlmsghdr head;
		union {
			struct nlmsgerr err;
			struct inet_diag_msg diag;
		} u;
	} msg;

	memset(&msg, 0, sizeof(msg));
	memcpy(&msg, p, len < sizeof(msg) ? len : sizeof(msg));
	h->known = false;

	if (len >= sizeof(msg.head) + sizeof(msg.u.err.error) &&
	    msg.head.nlmsg_type == NLMSG_ERROR)
		return msg.u.err.error == -ENOENT ? 0 : EPROTO;

	if (len < sizeof(msg.head) + sizeof(msg.u.diag) ||
	    msg.head.nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return EPROTO;

	h->known = true;
	h->cookie = (uint64_t)msg.u.diag.id.idiag_cookie[1] << 32 |
		    msg.u.diag.id.idiag_cookie[0];

	return 0;
}


static void forget_answers(int fd)
{
	uint8_t buf[ANSWER_SIZE];

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0)
		;
}


/* answered before send() returns, in that order */
static int ask(int fd, struct holder *hv, const struct sa *localv, size_t n)
{
	struct question qv[HOLDER_ASK_MAX];
	uint8_t bufv[HOLDER_ASK_MAX][ANSWER_SIZE];
	struct iovec iov[HOLDER_ASK_MAX];
	struct mmsghdr mv[HOLDER_ASK_MAX];

	if (n > HOLDER_ASK_MAX)
		return EINVAL;

	memset(mv, 0, sizeof(mv));
	for (size_t i = 0; i < n; i++) {
		write_question(&qv[i], &localv[i], (uint32_t)i);
		iov[i].iov_base = bufv[i];
		iov[i].iov_len = sizeof(bufv[i]);
		mv[i].msg_hdr.msg_iov = &iov[i];
		mv[i].msg_hdr.msg_iovlen = 1;
	}

	if (send(fd, qv, n * sizeof(*qv), MSG_DONTWAIT) < 0)
		return errno;
	if (recvmmsg(fd, mv, (unsigned)n, MSG_DONTWAIT, NULL) != (int)n) {
		forget_answers(fd);
		return EPROTO;
	}

	for (size_t i = 0; i < n; i++) {
		if (read_answer(&hv[i], bufv[i], mv[i].msg_len))
			return EPROTO;
	}

	return 0;
}


/* a kernel that cannot tell says as well that there is nobody */
static bool is_honest(int fd)
{
	struct sa local;
	bool honest;
	int sock;

	(void)sa_set_str(&local, "127.0.0.1", 0);
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return false;

	honest = !bind(sock, &local.u.sa, local.len) &&
		 !getsockname(sock, &local.u.sa, &local.len) &&
		 holder_is(fd, sock, &local);
	(void)close(sock);

	return honest;
}


/**
 * Open a way to ask the kernel
 *
 * @return Its descriptor; -1: the kernel does not tell
 */
int holder_open(void)
{
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			      NETLINK_SOCK_DIAG);

	if (fd >= 0 && !is_honest(fd)) {
		(void)close(fd);
		return -1;
	}

	return fd;
}


static bool can_bind(const struct sa *local)
{
	const int on = 1, af = sa_af(local);
	const int sock = socket(af, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool can;

	if (sock < 0)
		return false;

	if (af == AF_INET6)
		(void)setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY, &on,
				 sizeof(on));
	can = !bind(sock, &local->u.sa, local->len);
	(void)close(sock);

	return can;
}


/**
 * Does nobody have any of these ports?
 *
 * @param fd     Descriptor of holder_open(), or -1
 * @param localv Addresses and ports
 * @param n      How many, at most HOLDER_ASK_MAX
 *
 * @return True if nobody has
 */
bool holder_is_nobody(int fd, const struct sa *localv, size_t n)
{
	struct holder hv[HOLDER_ASK_MAX] = {{.known = false}};

	if (fd >= 0 && !ask(fd, hv, localv, n)) {
		for (size_t i = 0; i < n; i++) {
			if (hv[i].known)
				return false;
		}
		return true;
	}

	for (size_t i = 0; i < n; i++) {
		if (!can_bind(&localv[i]))
			return false;
	}

	return true;
}


/**
 * Is it that socket which hears what comes there?
 *
 * @param fd    Descriptor of holder_open(), or -1
 * @param sock  Socket, bound there
 * @param local Address and port
 *
 * @return True if it is, or if the kernel does not tell
 */
bool holder_is(int fd, int sock, const struct sa *local)
{
	struct holder h = {.known = false};
	uint64_t cookie;
	socklen_t len = sizeof(cookie);

	if (fd < 0 || getsockopt(sock, SOL_SOCKET, SO_COOKIE, &cookie, &len))
		return true;

	return !ask(fd, &h, local, 1) && h.known && h.cookie == cookie;
}
