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
 * Show what came or left, unless it is line ends, zeros or STUN
 *
 * @param o    Onlooker, or NULL
 * @param flow Flow
 * @param sent It left
 * @param p    Octets
 * @param len  How many
 */
void onlooker_tell(const struct onlooker *o, const struct flow *flow,
		   bool sent, const uint8_t *p, size_t len)
{
	if (o && o->h && flow && len && isgraph(p[0]))
		o->h(flow, sent, p, len, o->arg);
}
