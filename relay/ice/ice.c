/**
 * @file ice.c  ICE-lite: the checks of a side that speaks ICE, answered
 *
 * Nothing is said to who does not know at least our user name, no answer is
 * longer than what it answers, and of each kind of answers there is only a
 * bounded number a second. What cannot be told yet is believed from who
 * knows our password: a phone's checks come before its answer does, perhaps
 * from several phones behind one branch. Its own user name, which is in each
 * check, tells them apart when the answer is there.
 */
#include <errno.h>
#include <string.h>
#include "common/hash.h"
#include "relay/ice/check.h"
#include "relay/ice/ice.h"


/**
 * Make a login for one side of a session
 *
 * @param login Login, filled with 48 and 144 bits of chance
 *
 * RFC 8445 section 5.3
 */
void ice_login_make(struct ice_login *login)
{
	static const char charv[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789+/";
	uint8_t rnd[ICE_UFRAG + ICE_PWD];

	rand_bytes(rnd, sizeof(rnd));
	memset(login, 0, sizeof(*login));
	for (size_t i = 0; i < ICE_UFRAG; i++)
		login->ufrag[i] = charv[rnd[i] & 63];
	for (size_t i = 0; i < ICE_PWD; i++)
		login->pwd[i] = charv[rnd[ICE_UFRAG + i] & 63];
}


static void destructor(void *arg)
{
	struct ice *ice = arg;

	explicit_bzero(&ice->ours, sizeof(ice->ours));
	explicit_bzero(&ice->before, sizeof(ice->before));
}


/**
 * Allocate the ICE of one side of a stream
 *
 * @param ip   Pointer to allocated ICE
 * @param ours Our login towards that side
 *
 * @return 0 if success, otherwise errorcode
 */
int ice_alloc(struct ice **ip, const struct ice_login *ours)
{
	struct ice *ice;

	if (!ip || !ours)
		return EINVAL;

	ice = mem_zalloc(sizeof(*ice), destructor);
	if (!ice)
		return ENOMEM;

	ice->ours = *ours;
	*ip = ice;

	return 0;
}


/**
 * Answer to another login from now on
 *
 * @param ice  ICE
 * @param ours Our new login towards that side
 *
 * RFC 8445 section 9
 */
void ice_renew(struct ice *ice, const struct ice_login *ours)
{
	if (!memcmp(&ice->ours, ours, sizeof(*ours)))
		return;

	ice->before = ice->ours;
	ice->ours = *ours;
}


/* never 0; no secret, and nobody gains by two that are the same */
static uint64_t name_hash(const char *p, size_t len)
{
	static const struct hash_key key;

	return hash_sip(&key, p, len) | 1;
}


/**
 * Tell what signalling says of a side's own login
 *
 * @param ice    ICE
 * @param theirs Its login, NULL if it speaks no ICE
 */
void ice_tell(struct ice *ice, const struct relay_login *theirs)
{
	const uint64_t hash = theirs ? name_hash(theirs->ufrag,
						 strlen(theirs->ufrag))
				     : 0;

	ice->speaks = theirs != NULL;
	if (hash == ice->theirs)
		return;

	/* a restart: the old way is good until there is a new one */
	ice->theirs_before = hash ? ice->theirs : 0;
	ice->theirs = hash;
	for (int i = 0; i < 2 && !ice->theirs_before; i++)
		ice_source_keep(&ice->partv[i].sources, hash);
}


/* "ours:theirs"; the lengths of ours are all the same */
static bool names_us(const struct ice_login *ours, const struct pl *username)
{
	return ours->ufrag[0] && username->l > ICE_UFRAG + 1 &&
	       username->p[ICE_UFRAG] == ':' &&
	       !memcmp(username->p, ours->ufrag, ICE_UFRAG);
}


static const struct ice_login *login_of(const struct ice *ice,
					const struct pl *username)
{
	if (names_us(&ice->ours, username))
		return &ice->ours;

	return names_us(&ice->before, username) ? &ice->before : NULL;
}


static uint64_t their_hash(const struct pl *username)
{
	return name_hash(username->p + ICE_UFRAG + 1,
			 username->l - ICE_UFRAG - 1);
}


static bool is_theirs(const struct ice *ice, uint64_t theirs)
{
	return !ice->theirs || theirs == ice->theirs ||
	       theirs == ice->theirs_before;
}


/* the new logins are in use: the old ones, and their ways, are over */
static void settle(struct ice *ice, const struct ice_login *login,
		   uint64_t theirs)
{
	if (login == &ice->ours)
		explicit_bzero(&ice->before, sizeof(ice->before));
	if (theirs == ice->theirs)
		ice->theirs_before = 0;
}


static enum ice_verdict refuse(struct ice *ice, struct mbuf **reply,
			       const struct check *c,
			       const struct ice_datagram *dg, const char *pwd,
			       uint16_t code)
{
	return ice_reply_error(reply, &ice->partv[dg->comp].budget, c,
			       dg->now_ms, pwd, code)
		       ? ICE_DROPPED
		       : ICE_REFUSED;
}


static enum ice_verdict accept_check(struct ice *ice, const struct check *c,
				     const struct ice_datagram *dg,
				     const struct ice_login *login)
{
	struct ice_sources *sources = &ice->partv[dg->comp].sources;
	const uint64_t theirs = their_hash(&c->username);
	const bool moved = ice_source_add(sources, c, dg->src, theirs,
					  dg->now_ms);

	settle(ice, login, theirs);
	if (c->nominates && sources->v[0].theirs == ice->theirs)
		ice_source_keep(sources, ice->theirs);

	return moved ? ICE_MOVED : ICE_CHECKED;
}


/* RFC 8489 section 9.1.3, RFC 8445 section 7.3 */
static enum ice_verdict hear_request(struct ice *ice, struct mbuf **reply,
				     const struct check *c,
				     const struct ice_datagram *dg,
				     const struct ice_login *login)
{
	const char *pwd = login->pwd;

	if (!c->integrity)
		return refuse(ice, reply, c, dg, NULL, 400);

	if (check_integrity(c, pwd))
		return refuse(ice, reply, c, dg, NULL, 401);

	/* another phone that has the offer: an error would be its end, and
	   its answer may be under way */
	if (!is_theirs(ice, their_hash(&c->username)))
		return ICE_DROPPED;

	if (ice_source_copied(&ice->tids, c, dg->src))
		return ICE_DROPPED;

	if (c->unknown.typec)
		return refuse(ice, reply, c, dg, pwd, 420);

	/* the lite one is always the controlled one */
	if (c->controlled)
		return refuse(ice, reply, c, dg, pwd, 487);

	/* what cannot be said now is asked again */
	(void)ice_reply_success(reply, &ice->partv[dg->comp].budget, c,
				dg->now_ms, pwd, dg->src);

	return accept_check(ice, c, dg, login);
}


/**
 * Hear a STUN message that came to a port of this side
 *
 * @param ice   ICE
 * @param reply Set to an answer, the caller's; NULL if there is none
 * @param dg    Datagram
 *
 * @return Verdict
 *
 * RFC 8445 section 7.3 and 11, RFC 7675 section 5.1
 */
enum ice_verdict ice_hear(struct ice *ice, struct mbuf **reply,
			  const struct ice_datagram *dg)
{
	const struct ice_login *login;
	struct check c;

	*reply = NULL;
	if (check_read(&c, dg->p, dg->len))
		return ICE_FOREIGN;

	/* keepalives say nothing; to what we never asked there is no answer */
	if (c.class != STUN_CLASS_REQUEST)
		return ice_knows(ice, dg->comp, dg->src) ? ICE_DROPPED
							 : ICE_FOREIGN;

	login = login_of(ice, &c.username);
	if (!login)
		return ICE_FOREIGN;

	if (c.method != STUN_METHOD_BINDING || check_fingerprint(&c))
		return ICE_DROPPED;

	return hear_request(ice, reply, &c, dg, login);
}


/**
 * Whose check is it, where several sides share a port?
 *
 * @param ice ICE
 * @param p   Datagram
 * @param len Its length
 *
 * @return 0: not ours, 1: ours, of a side whose login is not known yet, 2:
 *         this side's
 */
unsigned ice_fits(const struct ice *ice, const uint8_t *p, size_t len)
{
	struct check c;

	if (!ice || check_read(&c, p, len) || !login_of(ice, &c.username))
		return 0;

	if (!ice->theirs)
		return 1;

	return is_theirs(ice, their_hash(&c.username)) ? 2 : 0;
}


/**
 * Has somebody shown himself from there?
 *
 * @param ice  ICE
 * @param comp Component
 * @param src  Source
 *
 * @return True if it is to be heard
 */
bool ice_knows(const struct ice *ice, enum relay_comp comp,
	       const struct sa *src)
{
	const struct ice_sources *sources = &ice->partv[comp].sources;

	return ice_source_find(sources, src) < sources->n;
}


/**
 * Whom to send to
 *
 * @param ice  ICE
 * @param comp Component
 *
 * @return Address, NULL if nobody has shown himself
 */
const struct sa *ice_target(const struct ice *ice, enum relay_comp comp)
{
	const struct ice_sources *sources = &ice->partv[comp].sources;

	return sources->n ? &sources->v[0].sa : NULL;
}
