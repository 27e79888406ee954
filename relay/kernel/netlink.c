/**
 * @file netlink.c  Questions to the kernel's routing
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "relay/kernel/netlink.h"

enum { NEWS_BUF = 1 << 20 };


/**
 * Open a socket to the kernel's routing
 *
 * @param fdp    Descriptor, to be closed
 * @param groups Bits of what it is to tell by itself; 0: nothing
 *
 * @return 0 if success, otherwise errorcode
 */
int netlink_open(int *fdp, uint32_t groups)
{
	struct sockaddr_nl sa = {.nl_family = AF_NETLINK, .nl_groups = groups};
	const int size = NEWS_BUF;
	const int fd = socket(AF_NETLINK,
			      SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			      NETLINK_ROUTE);

	if (fd < 0)
		return errno;

	if (groups)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
				 sizeof(size));
	if (bind(fd, (struct sockaddr *)&sa, sizeof(sa))) {
		const int err = errno;

		(void)close(fd);
		return err;
	}

	*fdp = fd;

	return 0;
}


/**
 * Begin a question
 *
 * @param q    Question
 * @param type RTM_...
 * @param head Octets of what stands before the attributes
 *
 * @return The latter, zeroed
 */
void *netlink_begin(struct netlink_question *q, uint16_t type, size_t head)
{
	memset(q, 0, sizeof(*q));
	q->u.head.nlmsg_type = type;
	q->u.head.nlmsg_flags = NLM_F_REQUEST;
	q->u.head.nlmsg_seq = rand_u32();
	q->u.head.nlmsg_len = NLMSG_LENGTH(head);

	return NLMSG_DATA(&q->u.head);
}


/**
 * Add an attribute
 *
 * @param q    Question, begun
 * @param type Its type
 * @param p    Its value
 * @param len  Length: all of them are short, see NETLINK_QUESTION
 */
void netlink_add(struct netlink_question *q, uint16_t type, const void *p,
		 size_t len)
{
	struct rtattr attr = {.rta_type = type,
			      .rta_len = (uint16_t)RTA_LENGTH(len)};
	uint8_t *at = q->u.buf + NLMSG_ALIGN(q->u.head.nlmsg_len);

	memcpy(at, &attr, sizeof(attr));
	memcpy(at + sizeof(attr), p, len);
	q->u.head.nlmsg_len = (uint32_t)(NLMSG_ALIGN(q->u.head.nlmsg_len) +
					 RTA_ALIGN(attr.rta_len));
}


/**
 * Add an address
 *
 * @param q    Question, begun
 * @param type Type of the attribute
 * @param sa   Address
 */
void netlink_add_sa(struct netlink_question *q, uint16_t type,
		    const struct sa *sa)
{
	if (sa_af(sa) == AF_INET)
		netlink_add(q, type, &sa->u.in.sin_addr, 4);
	else
		netlink_add(q, type, &sa->u.in6.sin6_addr, 16);
}


/**
 * Ask
 *
 * @param fd   Socket
 * @param a    Filled: the answer
 * @param q    Question
 * @param type Of the answer
 *
 * @return 0 if success, otherwise errorcode: also the kernel's
 */
int netlink_ask(int fd, union netlink_answer *a, struct netlink_question *q,
		uint16_t type)
{
	const struct nlmsgerr *failed;
	ssize_t n;

	if (send(fd, &q->u, q->u.head.nlmsg_len, 0) < 0)
		return errno;

	/* what is left of a question that failed is somebody else's answer */
	do {
		n = recv(fd, a, sizeof(*a), MSG_DONTWAIT);
		if (n < 0)
			return errno;
		if (!NLMSG_OK(&a->head, (size_t)n))
			return EBADMSG;
	} while (a->head.nlmsg_seq != q->u.head.nlmsg_seq);

	if (a->head.nlmsg_type == type)
		return 0;

	failed = NLMSG_DATA(&a->head);
	if (a->head.nlmsg_type != NLMSG_ERROR ||
	    a->head.nlmsg_len < NLMSG_LENGTH(sizeof(*failed)))
		return EBADMSG;

	return failed->error < 0 ? -failed->error : ENOENT;
}


/**
 * Read attributes in a row
 *
 * @param attrv Filled, by type; those that are missing stay
 * @param a     The first one
 * @param len   Octets of all of them
 */
void netlink_collect(const struct rtattr **attrv, const struct rtattr *a,
		     size_t len)
{
	while (RTA_OK(a, len)) {
		const size_t n = RTA_ALIGN(a->rta_len);
		const unsigned type = a->rta_type & NLA_TYPE_MASK;

		if (type < NETLINK_ATTRS)
			attrv[type] = a;
		if (n >= len)
			return;

		a = (const void *)((const uint8_t *)a + n);
		len -= n;
	}
}


/**
 * Read a message's attributes
 *
 * @param attrv Filled, by type
 * @param msg   Message, as long as it says
 * @param head  Octets of what stands before them
 */
void netlink_attrs(const struct rtattr *attrv[NETLINK_ATTRS],
		   const struct nlmsghdr *msg, size_t head)
{
	const size_t skip = NLMSG_LENGTH(NLMSG_ALIGN(head));

	for (size_t i = 0; i < NETLINK_ATTRS; i++)
		attrv[i] = NULL;

	if (msg->nlmsg_len > skip)
		netlink_collect(attrv,
				(const void *)((const uint8_t *)msg + skip),
				msg->nlmsg_len - skip);
}


/**
 * Read a number
 *
 * @param attr Attribute, or NULL
 *
 * @return Number, 0 if there is none
 */
uint32_t netlink_get32(const struct rtattr *attr)
{
	uint32_t n = 0;

	if (attr && RTA_PAYLOAD(attr) >= sizeof(n))
		memcpy(&n, RTA_DATA(attr), sizeof(n));

	return n;
}


/**
 * Read an address
 *
 * @param sa   Address, with port 0
 * @param attr Attribute, or NULL
 *
 * @return 0 if success, ENOENT if there is none
 */
int netlink_sa(struct sa *sa, const struct rtattr *attr)
{
	const size_t len = attr ? RTA_PAYLOAD(attr) : 0;

	if (len == 4) {
		uint32_t addr;

		memcpy(&addr, RTA_DATA(attr), sizeof(addr));
		sa_set_in(sa, ntohl(addr), 0);
		return 0;
	}
	if (len == 16) {
		sa_set_in6(sa, RTA_DATA(attr), 0);
		return 0;
	}

	return ENOENT;
}
