/**
 * @file session_login.c  The ICE logins that stand for us
 *
 * One for each side of a session, made when it is asked for the first time.
 * It is made anew when the side itself restarts ICE, that is when it offers
 * another login than it had when ours was given to it; not when an answer
 * does so, which only means that somebody else answered.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/hash.h"
#include "relay/ice/ice.h"
#include "relay/engine/path.h"
#include "relay/relay_state.h"
#include "relay/session_login.h"
#include "relay/engine/worker.h"


/* never 0; no secret */
static uint64_t login_hash(const struct relay_login *login)
{
	static const struct hash_key key;

	if (!login)
		return 0;

	return (hash_sip(&key, login->ufrag, strlen(login->ufrag)) ^
		hash_sip(&key, login->pwd, strlen(login->pwd)) << 1) |
	       1;
}


/**
 * Note the login of a side's new signalling
 *
 * @param s    Session
 * @param n    Number of the stream, which is open
 * @param a    What signalling says
 * @param side Side
 */
void session_login_note(struct relay_session *s, unsigned n,
			const struct relay_anchor *a, enum relay_side side)
{
	struct relay_stream *st = &s->streamv[n];

	st->theirs[side] = login_hash(a->terms ? a->terms->ice : NULL);
	if (!st->given[side] || a->answer)
		st->given[side] = st->theirs[side];
}


/**
 * Give a path the logins that were made, before a worker has it
 *
 * @param s    Session
 * @param path Path
 *
 * @return 0 if success, otherwise errorcode
 */
int session_login_open(const struct relay_session *s, struct path *path)
{
	struct ice *ice;
	int err;

	for (int side = 0; side < 2; side++) {
		if (!s->loginv[side])
			continue;

		err = ice_alloc(&ice, s->loginv[side]);
		if (err)
			return err;

		path_ice(path, (enum relay_side)side, ice);
	}

	return 0;
}


static int login_alloc(struct ice_login **lp)
{
	*lp = mem_zalloc(sizeof(**lp), NULL);

	return *lp ? 0 : ENOMEM;
}


/**
 * Have the same login towards a side as another session
 *
 * @param s    Session without streams
 * @param of   The other one
 * @param side Side
 *
 * @return 0 if success, otherwise errorcode
 */
int session_login_share(struct relay_session *s,
			const struct relay_session *of, enum relay_side side)
{
	int err;

	if (!of->loginv[side])
		return 0;

	err = login_alloc(&s->loginv[side]);
	if (!err)
		*s->loginv[side] = *of->loginv[side];

	return err;
}


static bool has_restarted(const struct relay_session *s, enum relay_side side)
{
	for (unsigned i = 0; i < s->streamc; i++) {
		const struct relay_stream *st = &s->streamv[i];

		if (st->path && st->theirs[side] &&
		    st->theirs[side] != st->given[side])
			return true;
	}

	return false;
}


/* all streams, or none of them */
static int hand_over(struct relay_session *s, enum relay_side side,
		     const struct ice_login *ours)
{
	struct ice **icev;
	int err = 0;

	icev = mem_zalloc((s->streamc + 1) * sizeof(struct ice *), NULL);
	if (!icev)
		return ENOMEM;

	for (unsigned i = 0; i < s->streamc && !err; i++) {
		if (s->streamv[i].path)
			err = ice_alloc(&icev[i], ours);
	}

	for (unsigned i = 0; i < s->streamc; i++) {
		struct relay_stream *st = &s->streamv[i];

		if (err || !st->path) {
			mem_deref(icev[i]);
			continue;
		}

		worker_ice(s->worker, st->path, side, icev[i]);
		st->given[side] = st->theirs[side];
	}

	mem_deref(icev);

	return err;
}


static int renew(struct relay_session *s, enum relay_side side)
{
	struct ice_login *ours;
	int err;

	err = login_alloc(&ours);
	if (err)
		return err;

	ice_login_make(ours);
	err = hand_over(s, side, ours);
	if (err) {
		mem_deref(ours);
		return err;
	}

	mem_deref(s->loginv[side]);
	s->loginv[side] = ours;

	return 0;
}


/**
 * Get the login towards a side, if there is one
 *
 * @param s     Session
 * @param side  Side
 * @param login Login
 *
 * @return 0 if success, ENOENT if there is none, otherwise errorcode
 */
int relay_session_login_past(const struct relay_session *s,
			     enum relay_side side, struct relay_login *login)
{
	if (!s || !login || (unsigned)side > RELAY_B)
		return EINVAL;
	if (!s->loginv[side])
		return ENOENT;

	(void)snprintf(login->ufrag, sizeof(login->ufrag), "%s",
		       s->loginv[side]->ufrag);
	(void)snprintf(login->pwd, sizeof(login->pwd), "%s",
		       s->loginv[side]->pwd);

	return 0;
}


/**
 * Get the ICE login that stands for us towards a side, which is about to be
 * told it
 *
 * @param s     Session
 * @param side  Side
 * @param login Login
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 8445 section 5.3 and 9
 */
int relay_session_login(struct relay_session *s, enum relay_side side,
			struct relay_login *login)
{
	int err = 0;

	if (!s || !login || (unsigned)side > RELAY_B)
		return EINVAL;

	if (!s->loginv[side] || has_restarted(s, side))
		err = renew(s, side);

	return err ? err : relay_session_login_past(s, side, login);
}


/**
 * Have the login towards a side that was told it before a restart
 *
 * @param s     Session without streams
 * @param side  Side
 * @param login Login that was ours
 *
 * @return 0 if success, EBADMSG if it is none of ours, otherwise errorcode
 */
int relay_session_relogin(struct relay_session *s, enum relay_side side,
			  const struct relay_login *login)
{
	int err;

	if (!s || !login || (unsigned)side > RELAY_B || s->loginv[side])
		return EINVAL;
	if (strlen(login->ufrag) != ICE_UFRAG || strlen(login->pwd) != ICE_PWD)
		return EBADMSG;

	err = login_alloc(&s->loginv[side]);
	if (err)
		return err;

	memcpy(s->loginv[side]->ufrag, login->ufrag, ICE_UFRAG);
	memcpy(s->loginv[side]->pwd, login->pwd, ICE_PWD);

	return 0;
}
