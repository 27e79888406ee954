/**
 * @file trunk_way.c  Where a trunk is
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/trunk.h"


/**
 * Can it be sent to?
 *
 * @param t Trunk
 *
 * @return true if it has a URI or an address
 */
bool trunk_has_way(const struct trunk *t)
{
	return t && (t->peer->uri[0] || t->peer->addrc);
}


/**
 * Where a trunk is
 *
 * @param buf URI without user
 * @param t   Trunk
 *
 * @return 0 if success, ENOENT if it has no way
 */
int trunk_uri(char buf[CONFIG_URI_MAX], const struct trunk *t)
{
	struct sa sa;

	if (!buf || !trunk_has_way(t))
		return ENOENT;

	if (t->peer->uri[0]) {
		(void)str_ncpy(buf, t->peer->uri, CONFIG_URI_MAX);
		return 0;
	}

	sa_cpy(&sa, &t->peer->addrv[0]);
	if (!sa_port(&sa))
		sa_set_port(&sa, flow_proto_port(FLOW_UDP));

	return re_snprintf(buf, CONFIG_URI_MAX, "sip:%J", &sa) < 0 ? ENOENT
								   : 0;
}


/**
 * The Request-URI of a number at a trunk
 *
 * @param buf  Buffer
 * @param size Its size
 * @param t    Trunk
 * @param num  Number
 *
 * @return 0 if success, otherwise errorcode
 */
int trunk_number_uri(char *buf, size_t size, const struct trunk *t,
		     const char *num)
{
	char uri[CONFIG_URI_MAX];
	struct pl pl;
	const char *colon;
	int err;

	if (!buf || !num)
		return EINVAL;

	err = trunk_uri(uri, t);
	if (err)
		return err;

	colon = strchr(uri, ':');
	pl_set_str(&pl, num);

	return re_snprintf(buf, size, "%b:%H@%s", uri, (size_t)(colon - uri),
			   uri_user_escape, &pl, colon + 1) < 0
		       ? EOVERFLOW
		       : 0;
}
