/**
 * @file intake.c  A socket for ports that have none of their own
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <re.h>
#include "relay/engine/hops.h"
#include "relay/engine/intake.h"


static int set_options(int fd, int af, int rcvbuf)
{
	const int on = 1;
	const bool v6 = af == AF_INET6;
	const int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;

	/* without more than we may have it works as well, only less long */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf,
		       sizeof(rcvbuf)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf,
				 sizeof(rcvbuf));

	hops_ask(fd, af);

	/* loopback may be down */
	(void)setsockopt(fd, level, v6 ? IPV6_FREEBIND : IP_FREEBIND, &on,
			 sizeof(on));

	if (v6 && setsockopt(fd, level, IPV6_V6ONLY, &on, sizeof(on)))
		return errno;

	return setsockopt(fd, level,
			  v6 ? IPV6_RECVORIGDSTADDR : IP_RECVORIGDSTADDR, &on,
			  sizeof(on))
		       ? errno
		       : 0;
}


/**
 * Open a socket; bound to where only we could send to: it has to be somewhere
 *
 * @param fdp    The socket
 * @param af     Address family
 * @param rcvbuf Octets that may wait in it
 *
 * @return 0 if success, otherwise errorcode
 */
int intake_open(int *fdp, int af, int rcvbuf)
{
	struct sa any;
	int err;

	*fdp = socket(af, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fdp < 0)
		return errno;

	err = set_options(*fdp, af, rcvbuf);
	if (err)
		return err;

	(void)sa_set_str(&any, af == AF_INET6 ? "::1" : "127.0.0.1", 0);

	return bind(*fdp, &any.u.sa, any.len) ? errno : 0;
}


/* 0: it is something else */
static socklen_t address_size(const struct cmsghdr *c)
{
	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_ORIGDSTADDR)
		return sizeof(struct sockaddr_in);
	if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_ORIGDSTADDR)
		return sizeof(struct sockaddr_in6);

	return 0;
}


/**
 * Tell for which address and port a datagram came
 *
 * @param msg   What came from such a socket
 * @param local That address and port
 *
 * @return False if the kernel does not say
 */
bool intake_local(struct msghdr *msg, struct sa *local)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c;
	     c = CMSG_NXTHDR(msg, c)) {
		const socklen_t len = address_size(c);

		if (!len || c->cmsg_len < CMSG_LEN(len))
			continue;

		memcpy(&local->u, CMSG_DATA(c), len);
		local->len = len;

		return true;
	}

	return false;
}
