/**
 * @file resolve_target.c  What a URI asks for (RFC 3263 section 4)
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/sip/resolve_rules.h"


/* what it is over TLS */
static int secure(enum flow_proto *proto)
{
	switch (*proto) {
	case FLOW_TCP:
	case FLOW_TLS:
		*proto = FLOW_TLS;
		return 0;
	case FLOW_WS:
	case FLOW_WSS:
		*proto = FLOW_WSS;
		return 0;
	default:
		return EAFNOSUPPORT;
	}
}


static int transport(struct resolve_target *t, const struct sipuri *uri)
{
	struct pl pl;

	if (sipuri_param(uri, "transport", &pl))
		return 0;

	/* "sctp" and what else there is */
	if (flow_proto_decode(&t->proto, &pl))
		return EAFNOSUPPORT;

	t->transport = true;

	return t->sips ? secure(&t->proto) : 0;
}


static int host_copy(char buf[HOP_HOST_MAX], const struct pl *host)
{
	struct sa sa;

	if (!addr_decode(&sa, host, 0))
		return 0;

	return resolve_name(buf, host);
}


/**
 * Find out what a URI asks for
 *
 * @param t   Result
 * @param uri sip or sips URI
 *
 * @return 0 if success, EINVAL for what nobody could find, EAFNOSUPPORT for a
 *         transport that there is not
 */
int resolve_target_decode(struct resolve_target *t, const struct sipuri *uri)
{
	struct pl where;
	int err;

	if (!t || !uri || !sipuri_is_sip(uri))
		return EINVAL;

	memset(t, 0, sizeof(*t));
	t->port = uri->port;
	t->sips = !pl_strcasecmp(&uri->scheme, "sips");
	err = transport(t, uri);
	if (err)
		return err;

	if (sipuri_param(uri, "maddr", &where) || !where.l)
		where = uri->host;

	/* section 4: TARGET is the maddr; the certificate is of the domain */
	err = host_copy(t->host, &uri->host);
	if (err || !addr_decode(&t->addr, &where, 0))
		return err;

	return resolve_name(t->name, &where);
}
