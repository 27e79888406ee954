/**
 * @file config_peer.c  The peers: whom we trust, and how their media goes
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "common/config_draft.h"


static int grow(struct config_draft *d)
{
	struct config *conf = d->conf;
	size_t room = d->peer_room ? 2 * d->peer_room : 4;
	struct config_peer *v;

	v = mem_zalloc(room * sizeof(*v), NULL);
	if (!v)
		return ENOMEM;

	if (conf->peerc)
		memcpy(v, conf->peerv, conf->peerc * sizeof(*v));

	mem_deref(conf->peerv);
	conf->peerv = v;
	d->peer_room = room;

	return 0;
}


static void set_defaults(struct config_peer *peer)
{
	peer->expires = 3600;
	peer->deadline = 6;
	peer->priority = 10;
}


/**
 * Make the peer of this name the one that keys belong to; add it if new
 *
 * @param d    Draft
 * @param name Title of the section
 * @param line Line, of the peer's first key or of its end
 *
 * @return 0 if success, otherwise errorcode
 */
int config_peer_begin(struct config_draft *d, const char *name, uint32_t line)
{
	struct config *conf = d->conf;

	/* sections come one after the other, each title once */
	if (d->peer && !strncmp(d->peer->name, name, CONFIG_NAME_MAX - 1))
		return 0;

	if (conf->peerc >= CONFIG_PEER_MAX) {
		config_fault(d, line, "too many peers, expected at most %d",
			     CONFIG_PEER_MAX);
		return ENOSPC;
	}

	if (conf->peerc >= d->peer_room && grow(d)) {
		config_fault(d, line, "out of memory");
		return ENOMEM;
	}

	if (!config_name_isvalid(name))
		config_fault(d, line,
			     "peer \"%.100s\": bad name, expected at most %d "
			     "letters, digits, \"-\", \"_\" and \".\"",
			     name, CONFIG_NAME_MAX - 1);

	d->peer_linev[conf->peerc] = line;
	d->peer = &conf->peerv[conf->peerc++];
	(void)str_ncpy(d->peer->name, name, sizeof(d->peer->name));
	set_defaults(d->peer);
	config_key_forget(d, "peer");

	return 0;
}


/* port 0 stands for any, so it is the same as each */
static bool overlaps(const struct sa *a, const struct sa *b)
{
	return addr_same_host(a, b) &&
	       (!sa_port(a) || !sa_port(b) || sa_port(a) == sa_port(b));
}


static bool is_taken(const struct config *conf, const struct sa *sa)
{
	for (size_t i = 0; i < conf->peerc; i++) {
		const struct config_peer *peer = &conf->peerv[i];

		for (size_t j = 0; j < peer->addrc; j++) {
			if (overlaps(&peer->addrv[j], sa))
				return true;
		}
	}

	return false;
}


/**
 * An address by which a peer is trusted
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_peer_address(struct config_draft *d,
			      const struct config_key *key, const char *value)
{
	struct config_peer *peer = d->peer;
	struct sa sa;
	struct pl pl;
	(void)key;

	pl_set_str(&pl, value);
	if (config_host_decode(d, &sa, &pl, 0))
		return EINVAL;

	switch (addr_classify(&sa)) {
	case ADDR_UNSPECIFIED:
	case ADDR_MULTICAST:
	case ADDR_RESERVED:
		d->why = "nobody sends from this address";
		return EINVAL;
	default:
		break;
	}

	if (is_taken(d->conf, &sa)) {
		d->why = "address of a peer above already";
		return EEXIST;
	}

	if (peer->addrc >= CONFIG_ADDR_MAX)
		return ENOSPC;

	peer->addrv[peer->addrc++] = sa;

	return 0;
}


/**
 * How the media of a peer goes
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_media(struct config_draft *d, const struct config_key *key,
		       const char *value)
{
	/* in the order of enum config_media */
	static const char *const wordv[] = {"auto", "relay", "direct", NULL};
	int n = config_word_index(d, value, wordv);
	(void)key;

	if (n < 0)
		return EINVAL;

	d->peer->media = (enum config_media)n;

	return 0;
}


/**
 * What phones with ICE get in relayed calls, or those of a peer
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_ice(struct config_draft *d, const struct config_key *key,
		     const char *value)
{
	/* in the order of enum config_ice, from its second word on */
	static const char *const wordv[] = {"lite", "remove", NULL};
	const int n = config_word_index(d, value, wordv);
	enum config_ice *ice = &d->conf->relay.ice;

	if (n < 0)
		return EINVAL;

	if (!strcmp(key->section, "peer"))
		ice = &d->peer->ice;
	*ice = (enum config_ice)(CONFIG_ICE_LITE + n);

	return 0;
}


/**
 * The secret of a peer
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_peer_secret(struct config_draft *d,
			     const struct config_key *key, const char *value)
{
	(void)key;

	return config_secret_copy(d, d->peer->secret, sizeof(d->peer->secret),
				  value);
}


/**
 * A domain that a peer is the registrar of
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_peer_domain(struct config_draft *d,
			     const struct config_key *key, const char *value)
{
	struct config_peer *peer = d->peer;
	(void)key;

	if (strlen(value) >= CONFIG_NAME_MAX) {
		d->why = "too long";
		return ERANGE;
	}
	if (!config_domain_isvalid(value))
		return EINVAL;

	for (size_t i = 0; i < d->conf->peerc; i++) {
		const struct config_peer *p = &d->conf->peerv[i];

		for (size_t k = 0; k < p->domainc; k++) {
			if (!strcasecmp(p->domainv[k], value))
				return EEXIST;
		}
	}
	if (peer->domainc >= CONFIG_HOME_MAX)
		return ENOSPC;

	(void)str_ncpy(peer->domainv[peer->domainc++], value, CONFIG_NAME_MAX);

	return 0;
}


/**
 * The peers are all there: each knows what keeps it
 *
 * @param conf Configuration
 */
void config_peer_own(struct config *conf)
{
	for (size_t i = 0; i < conf->peerc; i++)
		conf->peerv[i].owner = conf->peerv;
}


/**
 * Keep a peer, whatever becomes of its configuration
 *
 * @param peer Peer, or NULL
 *
 * @return The peer; config_peer_release() gives it up
 */
const struct config_peer *config_peer_hold(const struct config_peer *peer)
{
	if (peer)
		(void)mem_ref(peer->owner);

	return peer;
}


/**
 * Give up a peer that was kept
 *
 * @param peer Peer, or NULL
 */
void config_peer_release(const struct config_peer *peer)
{
	if (peer)
		mem_deref(peer->owner);
}


/**
 * Are these the same peer, maybe of two configurations
 *
 * @param a One, or NULL
 * @param b The other, or NULL
 *
 * @return true if both have the same name
 */
bool config_peer_is(const struct config_peer *a, const struct config_peer *b)
{
	return a && b && !strcmp(a->name, b->name);
}
