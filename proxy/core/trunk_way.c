/**
 * @file trunk_way.c  Where a trunk is
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "proxy/core/trunk.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/transport.h"


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


static bool is_at(const struct trunk *t, const struct sa *host)
{
	const uint32_t n = t->hostn < TRUNK_HOSTS_MAX ? t->hostn
						      : TRUNK_HOSTS_MAX;

	for (uint32_t i = 0; i < n; i++) {
		if (addr_same_host(&t->hostv[i], host))
			return true;
	}

	return false;
}


/**
 * A request of ours leaves for a trunk
 *
 * @param t    Trunk, or NULL
 * @param host Where its name has led us
 *
 * Of those that are many the latest count.
 */
void trunk_goes_to(struct trunk *t, const struct sa *host)
{
	if (!t || !t->all || !host || is_at(t, host))
		return;

	t->hostv[t->hostn++ % TRUNK_HOSTS_MAX] = *host;
	gate_expect(transport_gate(trunks_conf(t->all)->tp), host);
}


/**
 * Does the name of a trunk lead there?
 *
 * @param ts   Trunks
 * @param host Address
 *
 * @return true if we have sent there
 */
bool trunks_are_at(const struct trunks *ts, const struct sa *host)
{
	const struct trunk *t;

	for (size_t i = 0; host && (t = trunks_at(ts, i)); i++) {
		if (is_at(t, host))
			return true;
	}

	return false;
}
