/**
 * @file netlink.h  Questions to the kernel's routing
 *
 * The kernel answers while it is asked, so none of them waits. Most need no
 * privilege. A socket is not for two threads at a time.
 */
#ifndef RELAY_KERNEL_NETLINK_H
#define RELAY_KERNEL_NETLINK_H

#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <re.h>

enum {
	NETLINK_ATTRS = 64,
	NETLINK_QUESTION = 256,
	NETLINK_ANSWER = 16384,
};

/* of messages, which want to be aligned */
struct netlink_question {
	union {
		struct nlmsghdr head;
		uint8_t buf[NETLINK_QUESTION];
	} u;
};

union netlink_answer {
	struct nlmsghdr head;
	uint8_t buf[NETLINK_ANSWER];
};

/* not waiting; groups: bits of what it is to tell by itself */
int netlink_open(int *fdp, uint32_t groups);

/* what stands before the attributes */
void *netlink_begin(struct netlink_question *q, uint16_t type, size_t head);
void netlink_add(struct netlink_question *q, uint16_t type, const void *p,
		 size_t len);
void netlink_add_sa(struct netlink_question *q, uint16_t type,
		    const struct sa *sa);
int netlink_ask(int fd, union netlink_answer *a, struct netlink_question *q,
		uint16_t type);

/* those that are missing are NULL, one that lies about its length is the
 * end. head: octets of what stands before them */
void netlink_attrs(const struct rtattr *attrv[NETLINK_ATTRS],
		   const struct nlmsghdr *msg, size_t head);
void netlink_collect(const struct rtattr **attrv, const struct rtattr *a,
		     size_t len);

uint32_t netlink_get32(const struct rtattr *attr);

/* address of 4 or 16 octets, port 0; ENOENT: there is none */
int netlink_sa(struct sa *sa, const struct rtattr *attr);

#endif
