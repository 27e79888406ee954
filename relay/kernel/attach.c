/**
 * @file attach.c  Where the kernel's program sits: ingress, tcx or clsact
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <ifaddrs.h>
#include <string.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <linux/bpf.h>
#include "common/addr.h"
#include "common/privilege.h"
#include "relay/kernel/attach.h"
#include "relay/kernel/clsact.h"
#include "relay/kernel/routing.h"

/* BPF_TCX_INGRESS: Debian 12's headers do not have it */
enum { TCX_INGRESS = 46 };

enum { INTERFACES_MAX = 32 };

struct attach {
	enum flows_attach mode;
	struct {
		uint32_t ifindex;
		int link; /* of tcx, or -1 */
	} v[INTERFACES_MAX];
	size_t c, own; /* own: those that have our addresses, they are first */
	struct sa addrv[FLOWS_ADDR_MAX]; /* of ours */
	size_t addrc;
	uint32_t number; /* of our filter of clsact */
	int hold;
	size_t filters; /* of the first so many */
};


static void detach(struct attach *a)
{
	for (size_t i = 0; i < a->c; i++) {
		if (a->v[i].link >= 0)
			(void)close(a->v[i].link);
		a->v[i].link = -1;
	}

	if (a->filters)
		privilege_take_admin();
	for (size_t i = 0; i < a->filters; i++)
		clsact_remove(a->v[i].ifindex, a->number);
	a->filters = 0;

	if (a->hold >= 0)
		(void)close(a->hold);
	a->hold = -1;
}


static void destructor(void *data)
{
	detach(data);
}


static void note(struct attach *a, uint32_t ifindex)
{
	for (size_t i = 0; i < a->c; i++) {
		if (a->v[i].ifindex == ifindex)
			return;
	}

	if (a->c == INTERFACES_MAX)
		return;

	a->v[a->c].link = -1;
	a->v[a->c++].ifindex = ifindex;
}


/* its number; 0: nobody has the address */
static uint32_t owner(const struct ifaddrs *list, const struct sa *addr)
{
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		struct sa sa;

		if (i->ifa_addr && !sa_set_sa(&sa, i->ifa_addr) &&
		    addr_same_host(&sa, addr))
			return if_nametoindex(i->ifa_name);
	}

	return 0;
}


/* loopback itself is no way; but an address of ours may be there, and packets
   for it come by the others */
static void find_own(struct attach *a, const struct ifaddrs *list,
		     const struct flows_conf *conf, int fd)
{
	for (size_t i = 0; i < conf->addrc && i < FLOWS_ADDR_MAX; i++) {
		const uint32_t n = owner(list, &conf->addrv[i]);
		struct routing_link link;

		if (!n || routing_link(fd, &link, n) ||
		    addr_classify(&conf->addrv[i]) == ADDR_LOOPBACK)
			continue;

		a->addrv[a->addrc++] = conf->addrv[i];
		if (link.ethernet)
			note(a, n);
	}
	a->own = a->c;
}


/* a bridge's and a container's ends have link-local addresses at most */
static bool is_spoken_to(const struct ifaddrs *i)
{
	struct sa sa;

	return i->ifa_flags & IFF_UP && i->ifa_addr &&
	       !sa_set_sa(&sa, i->ifa_addr) && !sa_is_linklocal(&sa);
}


/* what comes for our addresses may come by any of them */
static void find_others(struct attach *a, const struct ifaddrs *list, int fd)
{
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		const uint32_t n = is_spoken_to(i)
					   ? if_nametoindex(i->ifa_name)
					   : 0;
		struct routing_link link;

		if (n && !routing_link(fd, &link, n) && link.ethernet)
			note(a, n);
	}
}


static bool is_loopback(const struct flows_conf *conf)
{
	return conf->addrc && addr_classify(&conf->addrv[0]) == ADDR_LOOPBACK;
}


static int find_interfaces(struct attach *a, const struct flows_conf *conf,
			   const char **why)
{
	struct ifaddrs *list;
	int fd, err;

	err = netlink_open(&fd, 0);
	if (err)
		return err;

	if (getifaddrs(&list)) {
		err = errno;
		goto out;
	}

	find_own(a, list, conf, fd);
	find_others(a, list, fd);
	freeifaddrs(list);

	*why = a->addrc            ? "there is no Ethernet interface"
	       : is_loopback(conf) ? "the relay's addresses are of loopback"
				   : "no interface has the relay's addresses";
	if (!a->addrc || !a->c)
		err = ENODEV;

out:
	(void)close(fd);

	return err;
}


static int tcx_link(int *fdp, int prog_fd, uint32_t ifindex)
{
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)prog_fd;
	attr.link_create.target_ifindex = ifindex;
	attr.link_create.attach_type = TCX_INGRESS;
	fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	if (fd < 0)
		return errno;

	*fdp = (int)fd;

	return 0;
}


static int attach_tcx(struct attach *a, int prog_fd)
{
	int err = 0;

	for (size_t i = 0; !err && i < a->c; i++) {
		err = tcx_link(&a->v[i].link, prog_fd, a->v[i].ifindex);
		if (i >= a->own && i)
			err = 0;
	}

	a->mode = FLOWS_TCX;

	return err;
}


static int attach_clsact(struct attach *a, int prog_fd)
{
	int err = clsact_hold(&a->hold, &a->number);

	for (size_t i = 0; !err && i < a->c; i++) {
		err = clsact_add(a->v[i].ifindex, a->number, prog_fd);
		if (i >= a->own && i)
			err = 0;
		if (!err)
			a->filters = i + 1;
	}

	a->mode = FLOWS_CLSACT;

	return err;
}


static int put(struct attach *a, int prog_fd, enum flows_attach wanted,
	       const char **why)
{
	int err = 0;

	for (size_t i = 0; i < a->c; i++)
		clsact_tidy(a->v[i].ifindex);

	if (wanted != FLOWS_CLSACT) {
		*why = "tcx is not possible (Linux 6.6 has it)";
		err = attach_tcx(a, prog_fd);
		if (!err || wanted == FLOWS_TCX)
			return err;
		detach(a);
	}

	*why = wanted == FLOWS_CLSACT ? "clsact is not possible"
				      : "neither tcx nor clsact is possible";

	return attach_clsact(a, prog_fd);
}


/**
 * Put a program where the packets of our addresses come in
 *
 * @param ap      Where it sits; goes when that is freed
 * @param prog_fd Program
 * @param conf    Our addresses; how
 * @param why     Set on error, a static text
 *
 * @return 0 if success, otherwise errorcode
 */
int attach_alloc(struct attach **ap, int prog_fd,
		 const struct flows_conf *conf, const char **why)
{
	struct attach *a;
	int err;

	*why = "out of memory";
	a = mem_zalloc(sizeof(*a), destructor);
	if (!a)
		return ENOMEM;

	a->hold = -1;
	err = find_interfaces(a, conf, why);
	err = err ? err : put(a, prog_fd, conf->attach, why);
	if (err)
		mem_deref(a);
	else
		*ap = a;

	return err;
}


/**
 * How was it attached?
 *
 * @param a Where it sits
 *
 * @return FLOWS_TCX or FLOWS_CLSACT
 */
enum flows_attach attach_mode(const struct attach *a)
{
	return a->mode;
}


/**
 * Does it see what comes to an address?
 *
 * @param a     Where it sits
 * @param local Address
 *
 * @return True if it is one of ours
 */
bool attach_covers(const struct attach *a, const struct sa *local)
{
	for (size_t i = 0; i < a->addrc; i++) {
		if (addr_same_host(&a->addrv[i], local))
			return true;
	}

	return false;
}

#endif
