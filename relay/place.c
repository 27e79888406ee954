/**
 * @file place.c  Which of our addresses faces a side
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "common/addr.h"
#include "relay/place.h"

/* any: nothing is sent */
enum { PORT = 9 };


static bool is_in(const struct relay_conf *conf, size_t i, const char *zone)
{
	return !strcmp(conf->zonev[i], zone);
}


static bool has_zone(const struct relay_conf *conf, const char *zone)
{
	for (size_t i = 0; i < conf->addrc; i++) {
		if (is_in(conf, i, zone))
			return true;
	}

	return false;
}


/* "" if it is in nobody's network */
static const char *zone_of(const struct relay_conf *conf, const struct sa *sa)
{
	const struct relay_net *best = NULL;

	for (size_t i = 0; i < conf->netc; i++) {
		const struct relay_net *net = &conf->netv[i];

		if (network_holds(&net->net, sa) &&
		    (!best || net->net.bits > best->net.bits))
			best = net;
	}

	return best ? best->zone : "";
}


/* from where the kernel would send to it; no packet leaves */
static int route_from(struct sa *local, const struct sa *towards)
{
	struct sa dst = *towards;
	int fd, err = 0;

	addr_unmap(&dst);
	sa_set_port(&dst, PORT);
	sa_init(local, sa_af(&dst));

	fd = socket(sa_af(&dst), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;

	if (connect(fd, &dst.u.sa, dst.len) ||
	    getsockname(fd, &local->u.sa, &local->len))
		err = errno;
	(void)close(fd);

	return err;
}


static void find_best(struct place *p, const struct relay_conf *conf,
		      const struct sa *towards)
{
	struct sa local;

	if (conf->addrc < 2 || !sa_isset(towards, SA_ADDR) ||
	    route_from(&local, towards))
		return;

	for (size_t i = 0; i < conf->addrc; i++) {
		if (addr_same_host(&conf->addrv[i], &local) &&
		    (!p->zone[0] || is_in(conf, i, p->zone)))
			p->best = conf->addrv[i];
	}
}


/**
 * Find out which of our addresses faces a side
 *
 * @param p       Place
 * @param conf    Configuration
 * @param towards Address of that side, or NULL
 * @param zone    Name of its zone; "" or NULL: by its address
 *
 * @return 0 if success, ENOENT if there is no such zone
 */
int place_find(struct place *p, const struct relay_conf *conf,
	       const struct sa *towards, const char *zone)
{
	const bool strict = zone && *zone;

	if (strict && !has_zone(conf, zone))
		return ENOENT;

	memset(p, 0, sizeof(*p));
	if (!strict)
		zone = zone_of(conf, towards);

	(void)str_ncpy(p->zone, zone, sizeof(p->zone));
	p->strict = strict;
	find_best(p, conf, towards);

	return 0;
}


/* 0: never */
static unsigned fitness(const struct place *p, const struct relay_conf *conf,
			size_t i, int af)
{
	const struct sa *addr = &conf->addrv[i];

	if (sa_af(addr) != af)
		return 0;

	if (sa_isset(&p->best, SA_ADDR) && addr_same_host(&p->best, addr))
		return 3;

	if (is_in(conf, i, p->zone))
		return 2;

	return p->strict ? 0 : 1;
}


/**
 * Get the addresses to try, one after the other
 *
 * @param indexv Their indices
 * @param p      Place
 * @param conf   Configuration
 * @param af     Address family
 *
 * @return Number of addresses
 */
size_t place_order(size_t indexv[RELAY_ADDR_MAX], const struct place *p,
		   const struct relay_conf *conf, int af)
{
	size_t n = 0;

	for (unsigned fits = 3; fits; fits--) {
		for (size_t i = 0; i < conf->addrc; i++) {
			if (fitness(p, conf, i, af) == fits)
				indexv[n++] = i;
		}
	}

	return n;
}
