/**
 * @file call_ice.c  Who is the ICE agent that a side talks to?
 *
 * Where we relay, each side's ICE ends at our relay, which is a lite agent
 * (RFC 8445 section 2.5): an offer gets it that had ICE, and so does the
 * answer to it, whether or not the other side speaks ICE. Where it is not
 * wanted, or the relay is elsewhere, all ICE is taken out.
 */
#include <errno.h>
#include "proxy/media/call_state.h"
#include "proxy/media/sdp_ice.h"


/**
 * Is our relay to be the ICE agent towards a side?
 *
 * @param call Call
 * @param side Side
 *
 * @return True if so, false where ICE is removed
 */
bool call_ice_is_agent(const struct call *call, enum call_side side)
{
	const struct config_peer *peer = call->sidev[side].peer;

	if (!call->calls)
		return false;
	if (peer && peer->ice != CONFIG_ICE_DEFAULT)
		return peer->ice == CONFIG_ICE_LITE;

	return call->ice;
}


/* what stands in the offer that this answers, as far as it was relayed */
static bool was_offered(const struct call_pass *pass, size_t n)
{
	const struct dialog_side *to = &pass->dialog->sidev[!pass->from];
	const struct ask *offer = to->offered ? to->offered : to->now;
	const struct relay_terms *t =
		offer ? resource_media_stream(offer->rq.media, n)->terms
		      : NULL;

	return t && t->ice;
}


static bool has_ice(const struct call_pass *pass, size_t n, size_t with)
{
	if (!pass->offer.proposes)
		return was_offered(pass, with);

	return sdp_ice_offered(pass->sdp, n) ||
	       sdp_ice_offered(pass->sdp, with);
}


/* RFC 8839 section 4.2.1.2: until it is agreed that there is none */
static bool has_rtcp(const struct call_pass *pass, size_t n)
{
	const struct sdp_stream *s = sdp_stream(pass->sdp, n);

	if (s->udptl)
		return false;

	return pass->offer.proposes ? !s->rtcp_mux_only : !s->rtcp_mux;
}


/**
 * Let the relay stand for the sender of an SDP in its ICE as well
 *
 * @param edit  Edit whose streams are given
 * @param login Set to the relay's login, must live as long as the edit
 * @param pass  The message
 * @param withv By stream: the one whose transport it uses
 *
 * @return 0 if success, otherwise errorcode
 */
int call_ice_write(struct sdp_edit *edit, struct relay_login *login,
		   const struct call_pass *pass, const uint8_t *withv)
{
	const enum call_side to = pass->from == CALL_A ? CALL_B : CALL_A;
	struct resource *res = pass->dialog->leg->res;
	bool any = false;
	int err;

	if (!call_ice_is_agent(pass->call, to))
		return 0;

	for (size_t n = 0; n < sdp_streams(pass->sdp); n++) {
		if (sa_af(&edit->streamv[n].rtp) == AF_UNSPEC ||
		    !has_ice(pass, n, withv[n]))
			continue;

		edit->streamv[n].ice = login;
		edit->streamv[n].ice_rtcp = !edit->streamv[n].mux &&
					    has_rtcp(pass, n);
		any = true;
	}
	if (!any)
		return 0;

	err = resource_login(res, to == CALL_A ? RELAY_A : RELAY_B, login);
	if (err != ENOSYS)
		return err;

	for (size_t n = 0; n < sdp_streams(pass->sdp); n++)
		edit->streamv[n].ice = NULL;

	return 0;
}
