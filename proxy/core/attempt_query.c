/**
 * @file attempt_query.c  Asks our redirect server where a target is
 */
#include <errno.h>
#include "proxy/core/attempt_hop.h"
#include "proxy/core/attempt_query.h"
#include "proxy/sip/build.h"


/* same user, or none: only the host says something new */
static bool renames(const struct attempt *at, const struct sipuri *contact)
{
	return contact->user.l && pl_cmp(&contact->user, &at->fw->uri.user);
}


static int set_text(char **dst, const struct pl *text)
{
	char *s = NULL;
	int err = pl_strdup(&s, text);

	if (err)
		return err;

	mem_deref(*dst);
	*dst = s;

	return 0;
}


/* the new Request-URI is the Contact (RFC 3261 section 16.5); one without a
 * user only says where to send */
static int take_contact(struct attempt *at, const struct pl *contact,
			const struct sipuri *uri)
{
	int err;

	err = set_text(&at->target->next, contact);
	if (!err && uri->user.l)
		err = set_text(&at->target->ruri, contact);

	return err;
}


static void query_handler(int err, uint16_t scode, const struct pl *contact,
			  void *arg)
{
	struct attempt *at = arg;
	struct sipuri uri;
	struct sa sa;

	/* it was called back meanwhile */
	if (!attempt_awaited(at))
		return;

	if (err) {
		attempt_fail(at, 503, "Redirect Server Does Not Answer", true);
		return;
	}

	if (scode != 302) {
		attempt_fail(at, scode, build_reason(scode), true);
		return;
	}

	if (sipuri_decode(&uri, contact) || !sipuri_is_sip(&uri)) {
		attempt_fail(at, 502, "Bad Redirection", true);
		return;
	}

	/* it says that we serve him; we know better */
	if (!sipuri_addr(&uri, &sa) &&
	    transport_is_local(at->fw->px->p.tp, &sa) && !renames(at, &uri)) {
		attempt_fail(at, 480, "Temporarily Unavailable", true);
		return;
	}

	if (take_contact(at, contact, &uri))
		attempt_fail(at, 500, "Out Of Memory", true);
	else
		attempt_hops(at);
}


/**
 * Ask where the target is, then try it
 *
 * @param at Attempt
 */
void attempt_query(struct attempt *at)
{
	struct pl aor;
	int err;

	pl_set_str(&aor, at->target->aor);
	err = redirect_query(&at->query, at->fw->px->p.redirect, &aor,
			     &at->fw->req->callid, query_handler, at);
	if (err)
		attempt_fail(at, 503, "Redirect Query Failed", true);
}
