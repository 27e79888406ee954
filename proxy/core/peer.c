/**
 * @file peer.c  Configured peers: who lives where, and whose word counts
 */
#include <errno.h>
#include "common/addr.h"
#include "common/hash.h"
#include "proxy/core/peer.h"
#include "proxy/sip/flow.h"

enum { BUCKETS = 256 };

struct peers {
	const struct config_peer *v; /* held by the first one */
	size_t n;
	struct hash *ht; /* struct entry */
	struct hash_key key;
};

struct entry {
	struct le he;
	struct sa sa;
	const struct config_peer *peer; /* not owned */
};


static void entry_destructor(void *arg)
{
	struct entry *e = arg;

	hash_unlink(&e->he);
}


static void destructor(void *arg)
{
	struct peers *p = arg;

	hash_flush(p->ht);
	mem_deref(p->ht);
	config_peer_release(p->n ? p->v : NULL);
}


static int add(struct peers *p, const struct config_peer *peer,
	       const struct sa *sa)
{
	struct entry *e = mem_zalloc(sizeof(*e), entry_destructor);

	if (!e)
		return ENOMEM;

	e->peer = peer;
	sa_cpy(&e->sa, sa);
	addr_unmap(&e->sa);
	hash_append(p->ht, hash_sa(&p->key, &e->sa, false), &e->he, e);

	return 0;
}


/**
 * Index the peers of a configuration
 *
 * @param pp  Pointer to allocated index
 * @param cfg Configuration; its peers are held
 *
 * @return 0 if success, otherwise errorcode
 */
int peers_alloc(struct peers **pp, const struct config *cfg)
{
	struct peers *p;
	int err;

	if (!pp || !cfg)
		return EINVAL;

	p = mem_zalloc(sizeof(*p), destructor);
	if (!p)
		return ENOMEM;

	p->v = cfg->peerv;
	p->n = cfg->peerc;
	(void)config_peer_hold(p->n ? p->v : NULL);
	hash_key_random(&p->key);
	err = hash_alloc(&p->ht, BUCKETS);

	for (size_t i = 0; !err && i < cfg->peerc; i++) {
		const struct config_peer *peer = &cfg->peerv[i];

		for (size_t k = 0; !err && k < peer->addrc; k++)
			err = add(p, peer, &peer->addrv[k]);
	}

	if (err)
		mem_deref(p);
	else
		*pp = p;

	return err;
}


static bool match(struct le *le, void *arg)
{
	const struct entry *e = le->data;
	const struct sa *sa = arg;

	if (!addr_same_host(&e->sa, sa))
		return false;

	return !sa_port(&e->sa) || sa_port(&e->sa) == sa_port(sa);
}


/**
 * Find the peer that an address belongs to
 *
 * @param p  Index
 * @param sa Address; its port counts where the peer names one
 *
 * @return Peer, or NULL for a stranger
 */
const struct config_peer *peers_find(const struct peers *p,
				     const struct sa *sa)
{
	struct sa host;
	const struct entry *e;

	if (!p || !sa)
		return NULL;

	sa_cpy(&host, sa);
	addr_unmap(&host);
	e = list_ledata(hash_lookup(p->ht, hash_sa(&p->key, &host, false),
				    match, &host));

	return e ? e->peer : NULL;
}


static bool has_name(const struct config_peer *peer, const struct flow *flow)
{
	for (size_t i = 0; i < peer->tls_namec; i++) {
		if (flow_has_name(flow, peer->tls_namev[i]))
			return true;
	}

	return false;
}


/**
 * Find the peer that a request comes from, by its certificate or its address
 *
 * @param p   Index
 * @param req Request
 *
 * @return Peer, or NULL for a stranger, or one that has to show more
 */
const struct config_peer *peers_sender(const struct peers *p,
				       const struct message *req)
{
	const struct config_peer *peer;

	if (!p || !req)
		return NULL;

	for (size_t i = 0; req->flow && req->flow->names && i < p->n; i++) {
		if (has_name(&p->v[i], req->flow))
			return &p->v[i];
	}

	peer = peers_find(p, &req->src);

	return peer && !peer->tls_namec && !peer->auth_user[0] ? peer : NULL;
}


/**
 * Exchange what two indexes know: who points to one asks the other
 *
 * @param a One
 * @param b The other
 */
void peers_swap(struct peers *a, struct peers *b)
{
	const struct peers tmp = *a;

	*a = *b;
	*b = tmp;
}
