/**
 * @file hops.c  How many hops a datagram may still go
 */
#include <string.h>
#include <netinet/in.h>
#include "relay/engine/hops.h"


/**
 * Ask for the hops of what a socket receives
 *
 * @param fd Socket
 * @param af Its address family
 */
void hops_ask(int fd, int af)
{
	const int on = 1;

	/* where it fails they are unknown */
	if (af == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on,
				 sizeof(on));
	else
		(void)setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on));
}


static bool is_hops(const struct cmsghdr *c)
{
	return (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
	       (c->cmsg_level == IPPROTO_IPV6 &&
		c->cmsg_type == IPV6_HOPLIMIT);
}


/**
 * Read the hops of a datagram that came
 *
 * @param msg As recvmsg() has filled it in
 *
 * @return Hops, HOPS_UNKNOWN if the kernel does not say
 */
uint8_t hops_read(struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c;
	     c = CMSG_NXTHDR(msg, c)) {
		int hops;

		if (!is_hops(c) || c->cmsg_len < CMSG_LEN(sizeof(hops)))
			continue;

		memcpy(&hops, CMSG_DATA(c), sizeof(hops));

		return (uint8_t)(hops > HOPS_LAST ? hops : HOPS_LAST);
	}

	return HOPS_UNKNOWN;
}


/**
 * Learn the hops of a source, for its packets that nobody looks at
 *
 * @param known So far, or HOPS_UNKNOWN
 * @param hops  Of one more packet, or HOPS_UNKNOWN
 *
 * @return Hops, never HOPS_LAST
 *
 * One at a time is enough to end what goes round, and a forged packet or two
 * do not end what does not.
 */
uint8_t hops_learn(uint8_t known, uint8_t hops)
{
	if (hops == HOPS_UNKNOWN || hops == known)
		return known;
	if (known == HOPS_UNKNOWN || hops > known)
		return hops > HOPS_LAST ? hops : known;

	return known > HOPS_LAST + 1 ? (uint8_t)(known - 1) : known;
}


/**
 * Get the hops of a datagram that is passed on
 *
 * @param hops Of what came, more than HOPS_LAST or HOPS_UNKNOWN
 *
 * @return Hops
 */
uint8_t hops_next(uint8_t hops)
{
	return hops == HOPS_UNKNOWN || hops > HOPS_MAX ? HOPS_MAX
						       : (uint8_t)(hops - 1);
}


/**
 * Set the hops of what a socket sends
 *
 * @param fd   Socket
 * @param af   Its address family
 * @param hops Hops, at least 1
 */
void hops_set(int fd, int af, uint8_t hops)
{
	const int n = hops;

	if (af == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &n,
				 sizeof(n));
	else
		(void)setsockopt(fd, IPPROTO_IP, IP_TTL, &n, sizeof(n));
}
