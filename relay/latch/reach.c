/**
 * @file reach.c  Which addresses media may come from and go to
 */
#include "common/addr.h"
#include "relay/relay.h"
#include "relay/latch/reach.h"

enum { PORT_MIN = 1024 };


/**
 * Is it one of our own media addresses?
 *
 * @param conf Configuration: addresses and port range
 * @param sa   Address and port
 *
 * @return True if its host is ours and its port in our range
 */
bool reach_is_own(const struct relay_conf *conf, const struct sa *sa)
{
	const uint32_t own = __atomic_load_n(&conf->own, __ATOMIC_RELAXED);
	const uint16_t port = sa_port(sa);

	if (port < (own ? own >> 16 : conf->port_min) ||
	    port > (own ? own & 0xffff : conf->port_max))
		return false;

	for (size_t i = 0; i < conf->addrc; i++) {
		if (addr_same_host(&conf->addrv[i], sa) ||
		    addr_same_host(&conf->advertisev[i], sa))
			return true;
	}

	return false;
}


/**
 * Replace an address of ours by what others see of it
 *
 * @param conf Configuration: addresses
 * @param sa   Address; its port stays
 */
void reach_advertise(const struct relay_conf *conf, struct sa *sa)
{
	const uint16_t port = sa_port(sa);

	for (size_t i = 0; i < conf->addrc; i++) {
		if (!sa_isset(&conf->advertisev[i], SA_ADDR) ||
		    !addr_same_host(&conf->addrv[i], sa))
			continue;

		*sa = conf->advertisev[i];
		sa_set_port(sa, port);
		return;
	}
}


static bool is_closed(const struct relay_conf *conf, uint16_t port)
{
	/* some may be added meanwhile, none goes */
	const size_t n = __atomic_load_n(&conf->closedc, __ATOMIC_ACQUIRE);

	if (port < PORT_MIN)
		return true;

	for (size_t i = 0; i < n; i++) {
		if (conf->closedv[i] == port)
			return true;
	}

	return false;
}


/**
 * Is it a host that media may come from and go to?
 *
 * @param conf Configuration
 * @param sa   Address, its port does not count
 *
 * @return True if it is
 */
bool reach_host_is_ok(const struct relay_conf *conf, const struct sa *sa)
{
	if (!sa_isset(sa, SA_ADDR))
		return false;

	/* allow_local lifts the ban of loopback and no other */
	return !addr_is_forbidden(sa) ||
	       (conf->allow_local && addr_classify(sa) == ADDR_LOOPBACK);
}


/**
 * May media be sent to this address, or be learned from it?
 *
 * @param conf Configuration
 * @param sa   Address and port
 *
 * @return True if it may
 */
bool reach_is_ok(const struct relay_conf *conf, const struct sa *sa)
{
	return reach_host_is_ok(conf, sa) && !is_closed(conf, sa_port(sa)) &&
	       !reach_is_own(conf, sa);
}
