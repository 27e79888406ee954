/**
 * @file attend.c  Calls that end here: the test number
 */
#include "proxy/core/attend.h"


/* where credentials would be asked for, somebody has shown them */
static bool is_known(const struct proxy *px, const struct sender *s)
{
	return s->aor || (s->peer && s->peer->trust) || !px->p.cfg->auth;
}


/* an account of that name goes before it */
static bool is_account(const struct proxy *px, const struct message *req)
{
	char aor[SIPURI_AOR_MAX];
	struct pl pl;

	if (served_user(px, &req->uri, &req->to.uri, aor, sizeof(aor)))
		return false;

	pl_set_str(&pl, aor);

	return accounts_find(px->p.accounts, &pl) != NULL;
}


/**
 * Is a request for the test number?
 *
 * @param px  Proxy
 * @param req Request of somebody who may begin something
 * @param s   What is known of him
 *
 * @return true if it is
 */
bool attend_wants(const struct proxy *px, const struct message *req,
		  const struct sender *s)
{
	return !s->dialog && !s->rs.next.l && !s->flow && !s->home &&
	       !s->inbound && !s->refused && is_known(px, s) &&
	       (message_is(req, "INVITE") || message_is(req, "OPTIONS")) &&
	       served_is_ours(px, &req->uri) &&
	       desk_wants(px->p.desk, &req->uri) && !is_account(px, req);
}


/**
 * Hand a request to the desk, if it is for the test number
 *
 * @param px  Proxy
 * @param req Request of somebody who may begin something
 * @param s   What is known of him
 *
 * @return true if it was taken
 */
bool attend_call(struct proxy *px, struct message *req, const struct sender *s)
{
	if (!attend_wants(px, req, s))
		return false;

	desk_call(px->p.desk, req, s->slot);

	return true;
}
