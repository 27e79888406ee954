/**
 * @file shapes.c  Frames that must not be media, whoever seems to send them
 */
#include <sys/socket.h>
#include <re.h>
#include "test/tool/evil/shapes.h"


static size_t count(const struct shape *shapev)
{
	size_t n = 0;

	while (shapev[n].name)
		++n;

	return n;
}


size_t shapes_count(int af)
{
	return af == AF_INET6 ? count(shapes_ip6)
			      : count(shapes_ip) + count(shapes_udp);
}


const struct shape *shapes_nth(int af, size_t i)
{
	const size_t n = count(shapes_ip);

	if (af == AF_INET6)
		return &shapes_ip6[i];

	return i < n ? &shapes_ip[i] : &shapes_udp[i - n];
}
