/**
 * @file claim.c  Which media ports are ours, said to others like us
 *
 * The names are abstract (unix(7)): of our network, as the ports are, and of
 * no file system. Who begins says his name first and looks then: of two that
 * begin together at least one sees the other.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "relay/engine/claim.h"

enum { LINE_SIZE = 512, PREFIX_SIZE = 80 };

#define LIST "/proc/net/unix"


/* "viaduct/192.0.2.1/": what follows is a range of ports, and who it is */
static void write_prefix(char *buf, size_t size, const struct sa *addr)
{
	(void)re_snprintf(buf, size, "viaduct/%j/", addr);
}


static int say(struct claim *c, const char *prefix,
	       const struct relay_conf *conf, uint32_t me)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	const int n = re_snprintf(sun.sun_path + 1, sizeof(sun.sun_path) - 1,
				  "%s%u-%u/%u", prefix, conf->port_min,
				  conf->port_max, me);
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;

	c->fdv[c->fdc++] = fd;
	if (n < 0)
		return ENAMETOOLONG;

	return bind(fd, (const struct sockaddr *)&sun,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
				(size_t)n))
		       ? errno
		       : 0;
}


/* a number and what ends it; false: there is none */
static bool read_number(const char **at, char end, unsigned long *n)
{
	char *rest;

	if (**at < '0' || **at > '9')
		return false;

	*n = strtoul(*at, &rest, 10);
	*at = rest + 1;

	return *rest == end;
}


static bool is_of_others(const char *range, const struct relay_conf *conf,
			 uint32_t me)
{
	unsigned long lo, hi, who;

	return read_number(&range, '-', &lo) &&
	       read_number(&range, '/', &hi) &&
	       read_number(&range, '\n', &who) && who != me &&
	       lo <= conf->port_max && hi >= conf->port_min;
}


/* a list that cannot be read has nothing to say */
static bool look(const char *prefix, const struct relay_conf *conf,
		 uint32_t me)
{
	char line[LINE_SIZE];
	bool found = false;
	FILE *f;

	f = fopen(LIST, "re");
	if (!f)
		return false;

	while (!found && fgets(line, sizeof(line), f)) {
		const char *name = strchr(line, '@');

		if (name && !strncmp(name + 1, prefix, strlen(prefix)))
			found = is_of_others(name + 1 + strlen(prefix), conf,
					     me);
	}
	(void)fclose(f);

	return found;
}


/**
 * Say which ports are ours, and look whether others have said so before
 *
 * @param c    Claim, zeroed but for who we are
 * @param conf Configuration: addresses and ports
 *
 * @return 0 if success, otherwise errorcode: close it all the same
 */
int claim_open(struct claim *c, const struct relay_conf *conf)
{
	const uint32_t me = c->me ? c->me : (rand_u32() | 1);

	c->me = me;
	for (size_t i = 0; i < conf->addrc; i++) {
		char prefix[PREFIX_SIZE];
		int err;

		write_prefix(prefix, sizeof(prefix), &conf->addrv[i]);
		err = say(c, prefix, conf, me);
		if (err)
			return err;

		c->disputed |= look(prefix, conf, me);
	}

	return 0;
}


/**
 * Claim nothing any more
 *
 * @param c Claim, opened with or without success
 */
void claim_close(struct claim *c)
{
	while (c->fdc)
		(void)close(c->fdv[--c->fdc]);
}
