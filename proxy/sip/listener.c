/**
 * @file listener.c  The addresses that we listen on, and which one fits
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/sip/listener.h"


static void destructor(void *data)
{
	struct listener *l = data;

	timer_cancel(&l->tmr);
	list_unlink(&l->le);
	udp_listener_close(l->udp);
	mem_deref(l->udp);
}


/**
 * Allocate a listener that is in no list yet
 *
 * @param proto Protocol
 *
 * @return Listener, NULL if out of memory
 */
struct listener *listener_alloc(enum flow_proto proto)
{
	struct listener *l = mem_zalloc(sizeof(*l), destructor);

	if (l)
		l->proto = proto;

	return l;
}


/**
 * The listener on an address
 *
 * @param listenerl Listeners
 * @param proto     Protocol
 * @param sa        Address
 * @param flag      SA_ALL, or SA_ADDR where the port does not count
 *
 * @return Listener, NULL if there is none
 */
struct listener *listener_find(const struct list *listenerl,
			       enum flow_proto proto, const struct sa *sa,
			       int flag)
{
	struct le *le;

	LIST_FOREACH(listenerl, le)
	{
		struct listener *l = le->data;

		if (!l->leaving && l->proto == proto &&
		    sa_cmp(&l->addr, sa, flag))
			return l;
	}

	return NULL;
}


/**
 * The listener on an address where nothing new begins
 *
 * @param listenerl Listeners
 * @param proto     Protocol
 * @param sa        Address
 *
 * @return Listener that is leaving, NULL if there is none
 */
struct listener *listener_leaving(const struct list *listenerl,
				  enum flow_proto proto, const struct sa *sa)
{
	struct le *le;

	LIST_FOREACH(listenerl, le)
	{
		struct listener *l = le->data;

		if (l->leaving && l->proto == proto &&
		    sa_cmp(&l->addr, sa, SA_ALL))
			return l;
	}

	return NULL;
}


/* a port that is not given is what the URI's protocol has */
static bool is_at(const struct listener *l, const struct sa *addr,
		  const struct sa *sa, int flag)
{
	const uint16_t port = sa_port(addr);

	if (flag == SA_ADDR || sa_port(sa))
		return sa_cmp(addr, sa, flag);

	return sa_cmp(addr, sa, SA_ADDR) &&
	       (port == flow_proto_port(FLOW_UDP) ||
		port == flow_proto_port(l->proto));
}


/**
 * Does anything listen on an address, as bound or as advertised?
 *
 * @param listenerl Listeners
 * @param sa        Address; port 0: the default one
 * @param flag      SA_ALL, or SA_ADDR where the port does not count
 *
 * @return True if so
 */
bool listener_is_local(const struct list *listenerl, const struct sa *sa,
		       int flag)
{
	struct le *le;

	LIST_FOREACH(listenerl, le)
	{
		const struct listener *l = le->data;

		if (is_at(l, &l->addr, sa, flag) ||
		    is_at(l, &l->shown, sa, flag))
			return true;
	}

	return false;
}


/* the address that the kernel would send from */
static int source_towards(struct sa *src, const struct sa *dst)
{
	const int fd = socket(sa_af(dst), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return errno;

	sa_init(src, AF_UNSPEC);
	if (connect(fd, &dst->u.sa, dst->len) ||
	    getsockname(fd, &src->u.sa, &src->len))
		err = errno;
	(void)close(fd);

	return err;
}


/**
 * The listener that messages to a destination leave from
 *
 * @param listenerl Listeners
 * @param proto     Protocol
 * @param dst       Destination
 *
 * @return The one that the kernel's route names, else the first of the family
 */
const struct listener *listener_towards(const struct list *listenerl,
					enum flow_proto proto,
					const struct sa *dst)
{
	const struct listener *first = NULL, *routed;
	uint32_t n = 0;
	struct sa src;
	struct le *le;

	LIST_FOREACH(listenerl, le)
	{
		const struct listener *l = le->data;

		if (l->leaving || l->proto != proto ||
		    sa_af(&l->addr) != sa_af(dst))
			continue;
		if (!n++)
			first = l;
	}

	if (n < 2 || source_towards(&src, dst))
		return first;

	routed = listener_find(listenerl, proto, &src, SA_ADDR);

	return routed ? routed : first;
}


/**
 * May anything be sent to an address? Not where it names no single host.
 *
 * @param dst Address
 *
 * @return True if so
 */
bool listener_may_send(const struct sa *dst)
{
	switch (addr_classify(dst)) {
	case ADDR_MULTICAST:
	case ADDR_UNSPECIFIED:
	case ADDR_RESERVED:
		return false;
	default:
		return sa_isset(dst, SA_ALL);
	}
}
