/**
 * @file call_answer.c  What an answer leaves of the offer that it is to
 *
 * Streams that it refuses need no ports, those that it bundles need those of
 * one, and RTCP has a port of its own unless both want it on that of the RTP;
 * or the offerer knows nothing else, then the relay parts it for the other.
 */
#include <errno.h>
#include "proxy/media/call_state.h"


static const struct resource_stream *stream_of(const struct ask *ask, size_t n)
{
	return resource_media_stream(ask->rq.media, n);
}


static bool is_page(const struct side *side)
{
	return side->phone && side->flow && flow_proto_web(side->flow->proto);
}


/* RFC 8858; RFC 8834 section 4.5 */
static bool wants_mux(const struct call *call, const struct ask *offer,
		      enum call_side offerer, size_t n)
{
	const struct relay_terms *t = stream_of(offer, n)->terms;

	return t && t->mux &&
	       (offer->linev[n].mux_only || is_page(&call->sidev[offerer]));
}


/**
 * Does the offerer keep RTCP on the port of its RTP, though the answerer has
 * refused?
 *
 * @param pass The answer, or a preview of it
 * @param n    Index of the stream
 *
 * @return true if so
 */
bool call_answer_keeps_mux(const struct call_pass *pass, size_t n)
{
	const enum call_side offerer = pass->from == CALL_A ? CALL_B : CALL_A;
	const struct dialog_side *side = &pass->dialog->sidev[offerer];
	const struct ask *offer = side->offered ? side->offered : side->now;

	if (pass->offer.proposes || pass->offer.kind == OFFER_MISPLACED ||
	    !offer || n >= offer->rq.media->n)
		return false;

	return wants_mux(pass->call, offer, offerer, n);
}


static bool keeps_mux(const struct call *call, const struct ask *offer,
		      const struct ask *answer, enum call_side offerer,
		      size_t n)
{
	const struct relay_terms *t = stream_of(answer, n)->terms;

	return (t && t->mux) || wants_mux(call, offer, offerer, n);
}


static int change_mux(struct resource_stream *v)
{
	struct relay_terms *t;
	int err;

	err = relay_terms_copy(&t, v->terms);
	if (err)
		return err;

	t->mux = false;
	mem_deref(v->terms);
	v->terms = t;

	return 0;
}


static bool is_refused(const struct ask *offer, const struct ask *answer,
		       size_t n)
{
	return stream_of(offer, n)->used && !stream_of(answer, n)->used;
}


static bool loses_mux(const struct call *call, const struct ask *offer,
		      const struct ask *answer, enum call_side offerer,
		      size_t n)
{
	const struct resource_stream *v = stream_of(offer, n);

	return v->used && v->terms && v->terms->mux &&
	       !keeps_mux(call, offer, answer, offerer, n);
}


static int reduce(struct ask *copy, const struct call *call,
		  const struct ask *offer, const struct ask *answer,
		  enum call_side offerer)
{
	int err = 0;

	for (size_t n = 0; n < copy->rq.media->n && !err; n++) {
		struct resource_stream *v = &copy->rq.media->v[n];

		if (is_refused(offer, answer, n))
			v->used = false;
		else if (loses_mux(call, offer, answer, offerer, n))
			err = change_mux(v);
	}

	return err;
}


static bool is_whole(const struct call *call, const struct ask *offer,
		     const struct ask *answer, enum call_side offerer)
{
	for (size_t n = 0; n < offer->rq.media->n; n++) {
		if (is_refused(offer, answer, n) ||
		    loses_mux(call, offer, answer, offerer, n))
			return false;
	}

	return true;
}


/**
 * What is left of an offer after its answer
 *
 * @param call    Call
 * @param offer   Offer, its reference is taken over
 * @param answer  Its answer
 * @param offerer Side that made it
 *
 * @return What is left, referenced for the caller: the offer itself where it
 *         was accepted as it is, or for want of memory
 */
struct ask *call_answer_reduce(const struct call *call, struct ask *offer,
			       const struct ask *answer,
			       enum call_side offerer)
{
	struct ask *copy;

	if (is_whole(call, offer, answer, offerer) ||
	    call_ask_copy(&copy, offer))
		return offer;

	if (reduce(copy, call, offer, answer, offerer)) {
		mem_deref(copy);
		return offer;
	}

	mem_deref(offer);

	return copy;
}
