/**
 * @file caller.c  Who sends a request, and in whose name
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/caller.h"
#include "proxy/core/dialplan.h"
#include "proxy/core/identity.h"
#include "proxy/core/limits.h"
#include "common/number.h"
#include "proxy/core/peer_login.h"
#include "proxy/core/trunk.h"


/**
 * Find the peer that a request comes from
 *
 * @param s   Sender
 * @param px  Proxy
 * @param req Request
 */
void caller_find_peer(struct sender *s, struct proxy *px,
		      const struct message *req)
{
	const struct trunk *t;

	s->peer = peers_sender(px->peers, req);
	if (s->peer)
		return;

	t = trunks_inbound(px->trunks, req);
	if (t)
		s->peer = t->peer;
	else if (!s->dialog && !message_is(req, "REGISTER"))
		s->peer = peer_login_find(px->peer_login, req);
}


/**
 * Is the Request-URI the Contact that we have registered somewhere?
 *
 * @param px  Proxy
 * @param req Request
 *
 * @return true if it is, and the request comes from there
 */
bool caller_is_token(const struct proxy *px, const struct message *req)
{
	return trunks_inbound(px->trunks, req) != NULL;
}


/* "alice" or "alice@example.net" at a domain of ours; the host of a Contact
 * that we have registered is no more than our address */
static int set_inbound(struct sender *s, const struct proxy *px,
		       const struct message *req, const char *user)
{
	const char *at = strrchr(user, '@');
	const struct sipuri *to = &req->to.uri;
	struct pl host, pl;

	pl.p = user;
	pl.l = at ? (size_t)(at - user) : strlen(user);
	if (at)
		pl_set_str(&host, at + 1);
	else if (!caller_is_token(px, req) &&
		 served_is_domain(px, &req->uri.host))
		host = req->uri.host;
	else if (served_is_domain(px, &to->host))
		host = to->host;
	else
		pl_set_str(&host, px->p.cfg->domainv[0]);

	return re_sdprintf(&s->inbound, "sip:%H@%r", uri_user_escape, &pl,
			   &host);
}


/* as the peer writes our numbers, as we write them */
static int inbound_number(struct sender *s, const struct proxy *px,
			  const struct message *req, const struct pl *user)
{
	char num[NUMBER_MAX];

	if (number_canonical(num, user))
		return ENOENT;
	if (number_rewrite(num, num, &s->peer->in))
		return ERANGE;

	return set_inbound(s, px, req, num);
}


static int find_callee(struct sender *s, const struct proxy *px,
		       const struct message *req)
{
	const struct config_peer *peer = s->peer;
	const bool rewrites = peer->in.strip || peer->in.add[0];
	char user[CONFIG_NAME_MAX];
	int err;

	if (!caller_is_token(px, req)) {
		if (!rewrites || !served_is_ours(px, &req->uri))
			return 0;

		err = inbound_number(s, px, req, &req->uri.user);
		return err == ENOENT ? 0 : err;
	}

	if (peer->inbound[0])
		return set_inbound(s, px, req, peer->inbound);

	/* the registration says nothing of the number, the To does */
	err = inbound_number(s, px, req, &req->to.uri.user);
	if (err != ENOENT)
		return err;

	if (!req->to.uri.user.l ||
	    pl_strcpy(&req->to.uri.user, user, sizeof(user)))
		return EINVAL;

	return set_inbound(s, px, req, user);
}


/**
 * A peer begins something
 *
 * @param s   Sender, of a peer
 * @param px  Proxy
 * @param req Request outside of a dialog
 * @param r   What to answer where it is refused
 *
 * @return 0 if success, EPROTO if refused
 */
int caller_take_peer(struct sender *s, struct proxy *px,
		     const struct message *req, struct refusal *r)
{
	struct trunk *t = trunks_of(px->trunks, s->peer);
	int err;

	if (find_callee(s, px, req))
		return refuse(r, 404, "Not Found");

	if (!t || !message_is(req, "INVITE"))
		return 0;

	err = trunk_admit(&s->slot, t,
			  dialplan_is_emergency(px->p.cfg, &req->uri.user));

	return err ? refuse(r, 503, "Too Many Calls Of This Peer") : 0;
}


static bool is_of(const struct proxy *px, const struct sipuri *uri,
		  const struct account *acc)
{
	char aor[SIPURI_AOR_MAX];

	return sipuri_is_sip(uri) && served_is_ours(px, uri) &&
	       !served_user(px, uri, NULL, aor, sizeof(aor)) &&
	       !strcmp(aor, acc->aor);
}


/* a number of his, as a tel URI: at the domain of his account */
static bool tel_identity(char *buf, size_t size, const struct proxy *px,
			 const struct sipuri *uri, const struct account *acc)
{
	const struct account *found;
	char num[NUMBER_MAX];
	struct pl pl;

	if (pl_strcasecmp(&uri->scheme, "tel") ||
	    number_canonical(num, &uri->user) ||
	    re_snprintf(buf, size, "%s%s", num, strrchr(acc->aor, '@')) < 0)
		return false;

	pl_set_str(&pl, buf);
	found = accounts_find_alias(px->p.accounts, &pl);

	return found && !strcmp(found->aor, acc->aor);
}


/* of the identities of an account the one that it asks for: by P-Preferred-
 * Identity, by its From, else its own name (RFC 3325 section 6) */
static void choose(char *buf, size_t size, const struct proxy *px,
		   const struct message *req, const struct account *acc)
{
	struct value_iter it;
	struct nameaddr na;
	struct pl val;

	message_values(&it, req, HDR_P_PREFERRED_IDENTITY);
	while (message_values_next(&it, &val)) {
		if (nameaddr_decode(&na, &val))
			continue;
		if (tel_identity(buf, size, px, &na.uri, acc))
			return;
		if (is_of(px, &na.uri, acc) &&
		    !served_aor(px, &na.uri, NULL, buf, size))
			return;
	}

	if (!is_of(px, &req->from.uri, acc) ||
	    served_aor(px, &req->from.uri, NULL, buf, size))
		(void)str_ncpy(buf, acc->aor, size);
}


/* an account has so many calls at once, and a minute */
static int begin_call(struct sender *s, const struct proxy *px,
		      const struct message *req, const struct account *acc,
		      struct refusal *r)
{
	if (!message_is(req, "INVITE"))
		return 0;

	switch (limits_admit(
		&s->slot, px->limits, acc,
		dialplan_is_emergency(px->p.cfg, &req->uri.user))) {
	case 0:
		return 0;

	case EBUSY:
		return refuse(r, 486, "Too Many Calls At Once");

	case EAGAIN:
		(void)forwarding_retry_after(r->extra);
		return refuse(r, 503, "Too Many Calls A Minute");

	default:
		return refuse(r, 500, "Out Of Memory");
	}
}


/**
 * An account begins something
 *
 * Nobody speaks in another user's name; in nobody's he may (RFC 3323).
 *
 * @param s   Sender
 * @param px  Proxy
 * @param req Request outside of a dialog
 * @param acc Account that has authenticated
 * @param r   What to answer where it is refused
 *
 * @return 0 if success, EPROTO if refused
 */
int caller_take_account(struct sender *s, struct proxy *px,
			const struct message *req, const struct account *acc,
			struct refusal *r)
{
	char aor[SIPURI_AOR_MAX], lines[IDENTITY_LINES_MAX];
	const struct identity_account id = {
		.aor = aor,
		.name = acc->set.name,
		.tel = px->p.cfg->tel_identity,
	};

	if (!identity_anonymous(req) && !is_of(px, &req->from.uri, acc))
		return refuse(r, 403, "From Is Not Yours");

	choose(aor, sizeof(aor), px, req, acc);
	if (identity_assert(lines, sizeof(lines), &id))
		lines[0] = '\0';

	if (str_dup(&s->aor, acc->aor) || str_dup(&s->asserted, lines))
		return refuse(r, 500, "Out Of Memory");

	return begin_call(s, px, req, acc, r);
}


/* the From's user is registered over that very way */
static bool is_registered(const struct proxy *px, const struct message *req)
{
	char aor[SIPURI_AOR_MAX];

	return served_is_ours(px, &req->from.uri) &&
	       !served_user(px, &req->from.uri, NULL, aor, sizeof(aor)) &&
	       served_is_registered(px, aor, req->flow);
}


/**
 * Is it an emergency call of somebody whom we know, though we cannot ask?
 *
 * @param px  Proxy
 * @param req Request
 *
 * @return true if it may pass
 */
bool caller_in_need(const struct proxy *px, const struct message *req)
{
	return message_is(req, "INVITE") &&
	       dialplan_is_emergency(px->p.cfg, &req->uri.user) &&
	       served_is_ours(px, &req->uri) && is_registered(px, req);
}


/**
 * Give up what is held for a sender
 *
 * @param s Sender
 */
void caller_reset(struct sender *s)
{
	s->tok = mem_deref(s->tok);
	s->aor = mem_deref(s->aor);
	s->asserted = mem_deref(s->asserted);
	s->inbound = mem_deref(s->inbound);
	s->slot = mem_deref(s->slot);
}
