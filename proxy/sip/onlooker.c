/**
 * @file onlooker.c  Who sees each SIP message that comes or leaves
 */
#include <ctype.h>
#include <errno.h>
#include "proxy/sip/onlooker.h"


/**
 * Allocate an onlooker who does not look yet
 *
 * @param op Pointer to the allocated onlooker
 *
 * @return 0 if success, otherwise errorcode
 */
int onlooker_alloc(struct onlooker **op)
{
	struct onlooker *o;

	if (!op)
		return EINVAL;

	o = mem_zalloc(sizeof(*o), NULL);
	if (!o)
		return ENOMEM;

	*op = o;

	return 0;
}


/**
 * Show what was sent, unless it is line ends, zeros or STUN
 *
 * @param o    Onlooker, or NULL
 * @param flow Flow
 * @param mb   From its position on
 */
void onlooker_tell_sent(const struct onlooker *o, const struct flow *flow,
			const struct mbuf *mb)
{
	const struct onlook seen = {
		.flow = flow,
		.sent = true,
		.p = mbuf_buf(mb),
		.len = mbuf_get_left(mb),
		.refused = o && o->refusing,
	};

	if (o && o->h && flow && seen.len && isgraph(seen.p[0]))
		o->h(&seen, o->arg);
}
