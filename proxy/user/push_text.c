/**
 * @file push_text.c  What the hook that wakes phones is told
 */
#include <stdlib.h>
#include "common/json.h"
#include "proxy/sip/escape.h"
#include "proxy/user/push_params.h"
#include "proxy/user/push_text.h"


enum { TEXT_SIZE = 1024 }; /* of a parameter */


/* RFC 3261 section 19.1.2: what a URI may not hold is written escaped */
static int unescape(char text[TEXT_SIZE], const struct pl *pl)
{
	struct pl rest = *pl;
	size_t n = 0;
	int c;

	while ((c = escape_next(&rest, false)) != ESCAPE_END) {
		if (n + 1 >= TEXT_SIZE || !(c & 0xff))
			return EBADMSG;
		text[n++] = (char)(c & 0xff);
	}
	text[n] = '\0';

	return 0;
}


/**
 * Write what the hook is told
 *
 * @param textp  JSON, to be freed by mem_deref()
 * @param b      Binding of the phone
 * @param callid Call-ID of what it is wanted for
 *
 * @return 0 if success, otherwise errorcode; EBADMSG: it cannot be said
 */
int push_text_make(char **textp, const struct binding *b,
		   const struct pl *callid)
{
	char provider[TEXT_SIZE], prid[TEXT_SIZE], param[TEXT_SIZE];
	struct push_params pp;
	char *text;
	json_t *o;
	int err;

	if (!textp || !b || !callid)
		return EINVAL;
	if (push_params_decode(&pp, b->contact) ||
	    unescape(provider, &pp.provider) || unescape(prid, &pp.prid) ||
	    unescape(param, &pp.param))
		return EBADMSG;

	o = json_pack("{s:s, s:s, s:s, s:s, s:s%}", "aor", b->aor, "provider",
		      provider, "prid", prid, "param", param, "call-id",
		      callid->p, callid->l);
	if (!o)
		return EBADMSG;

	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	err = text ? str_dup(textp, text) : ENOMEM;
	free(text);

	return err;
}
