/**
 * @file sdp_terms.c  What an SDP says of a stream beside its addresses
 */
#include <errno.h>
#include "proxy/media/sdp_codec.h"
#include "proxy/media/sdp_crypto.h"
#include "proxy/media/sdp_ice.h"
#include "proxy/media/sdp_line.h"
#include "proxy/media/sdp_terms.h"


/* held by its address alone (RFC 2543) it may speak, but need not */
static void directions(struct relay_terms *t, const struct sdp_stream *s)
{
	t->sends = !s->hold && !s->inactive && !s->recvonly;
	t->hears = !s->hold && !s->inactive && !s->sendonly;
}


/**
 * Read a stream's terms
 *
 * @param tp  Pointer to the allocated terms
 * @param sdp SDP
 * @param n   Index of the stream
 *
 * @return 0 if success, ENOENT if there is no such stream, otherwise errorcode
 */
int sdp_terms(struct relay_terms **tp, const struct sdp *sdp, size_t n)
{
	const struct sdp_stream *s = sdp_stream(sdp, n);
	struct relay_terms *t;
	int err;

	if (!tp)
		return EINVAL;
	if (!s)
		return ENOENT;

	err = relay_terms_alloc(&t);
	if (err)
		return err;

	t->mux = s->rtcp_mux;
	directions(t, s);

	err = sdp_codec_terms(t, sdp, n);
	if (!err)
		err = sdp_crypto_terms(t, sdp, n);
	if (!err)
		err = sdp_ice_terms(t, sdp, n);

	if (err)
		mem_deref(t);
	else
		*tp = relay_terms_fit(t);

	return err;
}
