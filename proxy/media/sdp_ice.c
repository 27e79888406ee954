/**
 * @file sdp_ice.c  ICE in an SDP (RFC 8839): read, and written as ours
 *
 * Where the relay is in the path it is the agent that both ends talk to, a
 * lite one with one host candidate for each component. Two lite agents do
 * not check anything, and without checks it is better to learn as ever: then
 * there is no ICE.
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/sdp_ice.h"
#include "proxy/media/sdp_line.h"
#include "relay/relay.h"

enum {
	TYPE_HOST = 126, /* RFC 8445 section 5.1.2.2 */
	LOCAL_MAX = 65535,
	COMPONENT_RTP = 1,
	COMPONENT_RTCP = 2,
};

/**
 * Note an attribute of ICE
 *
 * @param ice  What a section, or the session, has said until now
 * @param name Its name
 * @param val  Its value
 */
void sdp_ice_note(struct sdp_ice *ice, const struct pl *name,
		  const struct pl *val)
{
	ice->any = true;

	if (SDP_NAME_IS(name, "ice-ufrag") && !ice->ufrag.p)
		ice->ufrag = *val;
	else if (SDP_NAME_IS(name, "ice-pwd") && !ice->pwd.p)
		ice->pwd = *val;
	else if (SDP_NAME_IS(name, "ice-lite"))
		ice->lite = true;
	else if (SDP_NAME_IS(name, "ice-mismatch"))
		ice->mismatch = true;
}


/* RFC 8839 section 5.4 wants more of them, and other ones; for us they are
   good enough, who only compare them */
static bool is_login(const struct pl *pl)
{
	for (size_t i = 0; i < pl->l; i++) {
		if (pl->p[i] <= ' ' || pl->p[i] > '~')
			return false;
	}

	return pl->l > 0 && pl->l < RELAY_LOGIN_TEXT;
}


/* the section goes before the session */
static bool find_login(struct pl *ufrag, struct pl *pwd, const struct sdp *sdp,
		       size_t n)
{
	const struct sdp_ice *ice;

	if (n >= sdp_streams(sdp))
		return false;

	ice = &sdp->icev[n];
	*ufrag = ice->ufrag.p ? ice->ufrag : sdp->ice.ufrag;
	*pwd = ice->pwd.p ? ice->pwd : sdp->ice.pwd;

	return !ice->mismatch && !sdp->ice.mismatch && is_login(ufrag) &&
	       is_login(pwd);
}


/**
 * Does an SDP offer ICE for a stream?
 *
 * @param sdp SDP
 * @param n   Index of the stream
 *
 * @return True if it has a login for it, as a full or as a lite agent
 */
bool sdp_ice_offered(const struct sdp *sdp, size_t n)
{
	struct pl ufrag, pwd;

	return find_login(&ufrag, &pwd, sdp, n);
}


static void copy(char *dst, const struct pl *src)
{
	memcpy(dst, src->p, src->l);
	dst[src->l] = '\0';
}


static void login_destructor(void *arg)
{
	explicit_bzero(arg, sizeof(struct relay_login));
}


/**
 * Read a stream's ICE login (RFC 8839 section 5.4)
 *
 * Its candidates are not read: a lite agent is found, and finds nobody.
 *
 * @param t   Terms; their login stays NULL where there is none, and where the
 *            agent is a lite one
 * @param sdp SDP
 * @param n   Index of the stream
 *
 * @return 0 if success, otherwise errorcode
 */
int sdp_ice_terms(struct relay_terms *t, const struct sdp *sdp, size_t n)
{
	struct pl ufrag, pwd;

	if (!t || !sdp)
		return EINVAL;

	if (!find_login(&ufrag, &pwd, sdp, n) || sdp->ice.lite ||
	    sdp->icev[n].lite)
		return 0;

	t->ice = mem_zalloc(sizeof(*t->ice), login_destructor);
	if (!t->ice)
		return ENOMEM;

	copy(t->ice->ufrag, &ufrag);
	copy(t->ice->pwd, &pwd);

	return 0;
}


/**
 * Write what a session says once in which the relay is the agent
 *
 * @param mb  Buffer
 * @param eol End of a line
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 8839 section 5.3, RFC 8445 section 10
 */
int sdp_ice_write_session(struct mbuf *mb, const struct pl *eol)
{
	return mbuf_printf(mb, "a=ice-lite%ra=ice-options:ice2%r", eol, eol);
}


/* RFC 8445 section 5.1.2.1 */
static int write_candidate(struct mbuf *mb, unsigned component,
			   const struct sa *sa, const struct pl *eol)
{
	const uint32_t priority = (uint32_t)TYPE_HOST << 24 |
				  (uint32_t)LOCAL_MAX << 8 | (256 - component);

	return mbuf_printf(mb, "a=candidate:1 %u UDP %u %j %u typ host%r",
			   component, priority, sa, sa_port(sa), eol);
}


/**
 * Write what a stream says whose agent is the relay
 *
 * @param mb    Buffer
 * @param login Our login
 * @param rtp   Our address
 * @param rtcp  Our address for RTCP, af unset if it is not used
 * @param eol   End of a line
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 8839 section 5.1 and 5.4, RFC 8840 section 8.2
 */
int sdp_ice_write(struct mbuf *mb, const struct relay_login *login,
		  const struct sa *rtp, const struct sa *rtcp,
		  const struct pl *eol)
{
	int err;

	err = mbuf_printf(mb, "a=ice-ufrag:%s%ra=ice-pwd:%s%r", login->ufrag,
			  eol, login->pwd, eol);
	err |= write_candidate(mb, COMPONENT_RTP, rtp, eol);
	if (sa_af(rtcp) != AF_UNSPEC)
		err |= write_candidate(mb, COMPONENT_RTCP, rtcp, eol);
	err |= mbuf_printf(mb, "a=end-of-candidates%r", eol);

	return err;
}
