/**
 * @file reach.c  Which addresses media may come from and go to
 */
#include "common/addr.h"
#include "relay/relay.h"
#include "relay/reach.h"


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
	const uint16_t port = sa_port(sa);

	if (port < conf->port_min || port > conf->port_max)
		return false;

	for (size_t i = 0; i < conf->addrc; i++) {
		if (addr_same_host(&conf->addrv[i], sa))
			return true;
	}

	return false;
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
	if (!sa_isset(sa, SA_ADDR) || !sa_port(sa))
		return false;

	/* allow_local lifts the ban of loopback and no other */
	if (addr_is_forbidden(sa) &&
	    !(conf->allow_local && addr_classify(sa) == ADDR_LOOPBACK))
		return false;

	return !reach_is_own(conf, sa);
}
