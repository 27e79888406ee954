/**
 * @file peer.c  Configured peers by address
 */
#include <errno.h>
#include "common/addr.h"
#include "common/hash.h"
#include "proxy/core/peer.h"

enum { BUCKETS = 256 };

struct peers {
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
 * @param cfg Configuration, must outlive it
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
