/**
 * @file sdp_conn.c  Addresses in an SDP: c= lines and those like them
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/media/sdp_line.h"


enum { HOST_MAX = 255 };


static bool is_hostname(const struct pl *host)
{
	for (size_t i = 0; i < host->l; i++) {
		const char c = host->p[i];

		if (!isalnum((unsigned char)c) && c != '.' && c != '-' &&
		    c != '_')
			return false;
	}

	return host->l > 0 && host->l <= HOST_MAX;
}


/**
 * Decode "IN IP4 192.0.2.1/127", as it stands in c= and a=rtcp
 *
 * @param sa   Address with port 0, filled; af unset: a name
 * @param host Host without its TTL, filled
 * @param val  Value of the line
 *
 * @return 0 if success, EBADMSG otherwise
 *
 * RFC 8866, section 5.7
 */
int sdp_address_decode(struct sa *sa, struct pl *host, const struct pl *val)
{
	struct pl net, type, addr, rest = *val;
	const char *slash;

	if (!sdp_token(&net, &rest) || !SDP_NAME_IS(&net, "IN") ||
	    !sdp_token(&type, &rest) || !sdp_token(&addr, &rest))
		return EBADMSG;
	if (!SDP_NAME_IS(&type, "IP4") && !SDP_NAME_IS(&type, "IP6"))
		return EBADMSG;

	slash = memchr(addr.p, '/', addr.l);
	if (slash)
		addr.l = (size_t)(slash - addr.p);

	sa_init(sa, AF_UNSPEC);
	if (addr_decode(sa, &addr, 0)) {
		sa_init(sa, AF_UNSPEC);
		if (!is_hostname(&addr))
			return EBADMSG;
	}
	addr_unmap(sa);
	*host = addr;

	return 0;
}


/**
 * Take one more c= line of a section
 *
 * @param conn What the section's lines say
 * @param val  Value of the line
 *
 * @return 0 if success, EBADMSG otherwise
 */
int sdp_conn_decode(struct sdp_conn *conn, const struct pl *val)
{
	/* of several only the first is kept: they are not relayed */
	return conn->count++ ? 0
			     : sdp_address_decode(&conn->sa, &conn->host, val);
}
