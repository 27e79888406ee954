/**
 * @file clsact.c  A filter of ours on an interface's ingress
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <bpf/libbpf.h>
#include "relay/kernel/clsact.h"
#include "relay/kernel/netlink.h"

/*
 * Behind the filters of others: those that tc numbers by itself begin at
 * 0xc000 and go down.
 */
enum { NUMBERS = 16, PRIORITY = 0xc100 };

#define PROGRAM "flow_forward"


/* abstract: of this network namespace, and gone with the last descriptor */
static int hold(int *fdp, uint32_t number)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	const int n = snprintf(sa.sun_path + 1, sizeof(sa.sun_path) - 1,
			       "viaduct/flows/%u", number);
	const socklen_t len = (socklen_t)(offsetof(struct sockaddr_un,
						   sun_path) +
					  1 + (size_t)n);
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;

	if (bind(fd, (struct sockaddr *)&sa, len)) {
		const int err = errno;

		(void)close(fd);
		return err;
	}

	*fdp = fd;

	return 0;
}


/**
 * Hold a number for as long as this process lives
 *
 * @param holdp  Descriptor, to be closed
 * @param number The number
 *
 * @return 0 if success, EAGAIN if all are taken, otherwise errorcode
 */
int clsact_hold(int *holdp, uint32_t *number)
{
	for (uint32_t i = 1; i <= NUMBERS; i++) {
		const int err = hold(holdp, i);

		if (err == EADDRINUSE)
			continue;
		if (!err)
			*number = i;
		return err;
	}

	return EAGAIN;
}


/* is the filter one of ours? */
static bool is_ours(int fd, uint32_t ifindex, uint32_t number)
{
	const struct rtattr *attrv[NETLINK_ATTRS], *optv[NETLINK_ATTRS] = {0};
	const struct rtattr *name;
	struct netlink_question q;
	union netlink_answer a;
	struct tcmsg *tcm = netlink_begin(&q, RTM_GETTFILTER, sizeof(*tcm));

	tcm->tcm_ifindex = (int)ifindex;
	tcm->tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS);
	tcm->tcm_handle = number;
	tcm->tcm_info = TC_H_MAKE((uint32_t)PRIORITY << 16, htons(ETH_P_ALL));
	netlink_add(&q, TCA_KIND, "bpf", sizeof("bpf"));
	if (netlink_ask(fd, &a, &q, RTM_NEWTFILTER))
		return false;

	netlink_attrs(attrv, &a.head, sizeof(*tcm));
	if (attrv[TCA_OPTIONS])
		netlink_collect(optv, RTA_DATA(attrv[TCA_OPTIONS]),
				RTA_PAYLOAD(attrv[TCA_OPTIONS]));

	/* libbpf adds ":[number of the program]" */
	name = optv[TCA_BPF_NAME];

	return name && RTA_PAYLOAD(name) > strlen(PROGRAM) &&
	       !memcmp(RTA_DATA(name), PROGRAM, strlen(PROGRAM));
}


/**
 * Remove a filter
 *
 * @param ifindex Interface
 * @param number  Its number
 */
void clsact_remove(uint32_t ifindex, uint32_t number)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex,
		    .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = number, .priority = PRIORITY);

	(void)bpf_tc_detach(&hook, &opts);
}


/**
 * Remove what others left behind on an interface
 *
 * @param ifindex Interface
 */
void clsact_tidy(uint32_t ifindex)
{
	int fd = -1, held = -1;

	if (netlink_open(&fd, 0))
		return;

	for (uint32_t i = 1; i <= NUMBERS; i++) {
		if (!is_ours(fd, ifindex, i) || hold(&held, i))
			continue;

		clsact_remove(ifindex, i);
		(void)close(held);
	}

	(void)close(fd);
}


/**
 * Add our filter
 *
 * @param ifindex Interface
 * @param number  Number that we hold
 * @param prog_fd Program
 *
 * @return 0 if success, otherwise errorcode
 */
int clsact_add(uint32_t ifindex, uint32_t number, int prog_fd)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex,
		    .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = number, .priority = PRIORITY,
		    .prog_fd = prog_fd);
	int err;

	err = -bpf_tc_hook_create(&hook);
	if (err && err != EEXIST)
		return err;

	return -bpf_tc_attach(&hook, &opts);
}

#endif
