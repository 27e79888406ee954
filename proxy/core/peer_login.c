/**
 * @file peer_login.c  Peers that show by digest who they are
 *
 * They answer the challenge that everybody gets, with the name that the
 * configuration has for them. A peer with addresses has to come from one of
 * them as well.
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/peer_login.h"
#include "proxy/user/digest.h"
#include "proxy/user/replay.h"

enum { NONCE_LIFETIME_S = 300, CREDENTIALS_MAX = 4, REPLAYS_MAX = 1024 };

struct peer_login {
	const struct config *cfg;  /* not owned */
	const struct peers *peers; /* not owned */
	struct timers *timers;     /* not owned */
	struct replay *replay;
	struct hash_key key;
	bool any; /* there are such peers */
};


static void destructor(void *arg)
{
	struct peer_login *l = arg;

	mem_deref(l->replay);
}


/**
 * The peers have changed
 *
 * @param l Object
 */
void peer_login_refresh(struct peer_login *l)
{
	l->any = false;
	for (size_t i = 0; i < l->cfg->peerc; i++)
		l->any |= l->cfg->peerv[i].auth_user[0] != '\0';
}


/**
 * Make ready to know peers by digest
 *
 * @param lp        Pointer to allocated object
 * @param cfg       Configuration, must outlive it
 * @param peers     Index of its peers, must outlive it
 * @param nonce_key Key of the nonces
 * @param timers    Clock
 *
 * @return 0 if success, otherwise errorcode
 */
int peer_login_alloc(struct peer_login **lp, const struct config *cfg,
		     const struct peers *peers,
		     const struct hash_key *nonce_key, struct timers *timers)
{
	struct peer_login *l;
	int err;

	if (!lp || !cfg || !nonce_key || !timers)
		return EINVAL;

	l = mem_zalloc(sizeof(*l), destructor);
	if (!l)
		return ENOMEM;

	l->cfg = cfg;
	l->peers = peers;
	l->timers = timers;
	l->key = *nonce_key;
	peer_login_refresh(l);

	err = replay_alloc(&l->replay, REPLAYS_MAX);
	if (err)
		mem_deref(l);
	else
		*lp = l;

	return err;
}


/* NULL: none of ours. As the configuration writes it, so the nonces know it */
static const char *our_realm(const struct peer_login *l,
			     const struct pl *realm)
{
	for (size_t i = 0; i < l->cfg->domainc; i++) {
		if (!pl_strcasecmp(realm, l->cfg->domainv[i]))
			return l->cfg->domainv[i];
	}

	return NULL;
}


static const struct config_peer *by_name(const struct peer_login *l,
					 const struct pl *username)
{
	for (size_t i = 0; i < l->cfg->peerc; i++) {
		const struct config_peer *p = &l->cfg->peerv[i];

		if (p->auth_user[0] && !pl_strcmp(username, p->auth_user))
			return p;
	}

	return NULL;
}


static bool may_come_from(const struct peer_login *l,
			  const struct config_peer *peer, const struct sa *src)
{
	return !peer->addrc || peers_find(l->peers, src) == peer;
}


static int verify(struct peer_login *l, const struct digest_cred *c,
		  const struct config_peer *peer, const struct message *req,
		  const char *realm)
{
	const uint64_t now_s = timers_now(l->timers) / 1000;
	char ha1[DIGEST_HEX_MAX];
	struct pl user, password, pl;
	int err;

	pl_set_str(&user, peer->auth_user);
	pl_set_str(&password, peer->auth_password);
	digest_ha1(ha1, c->alg, &user, &c->realm, &password);
	err = digest_verify(c, ha1, &req->met);
	if (err)
		return err;

	pl_set_str(&pl, realm);
	err = digest_nonce_check(&l->key, &c->nonce, now_s, NONCE_LIFETIME_S,
				 &pl);

	return err ? err : replay_use(l->replay, &c->nonce, pl_x32(&c->nc));
}


/**
 * Find the peer whose credentials a request carries
 *
 * @param l   Logins
 * @param req Request
 *
 * @return Peer, NULL: none
 */
const struct config_peer *peer_login_find(struct peer_login *l,
					  const struct message *req)
{
	const struct hdr *h = message_hdr(req, HDR_PROXY_AUTHORIZATION);

	if (!l || !l->any)
		return NULL;

	for (size_t n = 0; h && n < CREDENTIALS_MAX;
	     h = message_hdr_next(req, h), n++) {
		const struct config_peer *peer;
		struct digest_cred c;
		const char *realm;

		if (digest_cred_decode(&c, &h->val) || !c.qop.l)
			continue;

		realm = our_realm(l, &c.realm);
		peer = by_name(l, &c.username);
		if (realm && peer && may_come_from(l, peer, &req->src) &&
		    !verify(l, &c, peer, req, realm))
			return peer;
	}

	return NULL;
}
