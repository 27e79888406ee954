/**
 * @file push_params.c  How a sleeping phone is woken (RFC 8599): pure
 */
#include <re.h>
#include "proxy/sip/sipuri.h"
#include "proxy/user/push_params.h"


/**
 * Read the push parameters of a Contact URI
 *
 * @param pp      Parameters, slices of the text
 * @param contact The URI's text
 *
 * @return 0 if success, ENOENT without both a provider and a prid, EBADMSG
 *
 * RFC 8599 section 4.1
 */
int push_params_decode(struct push_params *pp, const char *contact)
{
	struct push_params p = {.param = PL_INIT};
	struct sipuri uri;
	struct pl pl;

	if (!pp || !contact)
		return EINVAL;

	pl_set_str(&pl, contact);
	if (sipuri_decode(&uri, &pl))
		return EBADMSG;
	if (sipuri_param(&uri, "pn-provider", &p.provider) || !p.provider.l ||
	    sipuri_param(&uri, "pn-prid", &p.prid) || !p.prid.l)
		return ENOENT;

	if (sipuri_param(&uri, "pn-param", &p.param))
		p.param = pl_null;
	*pp = p;

	return 0;
}
