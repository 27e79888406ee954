/**
 * @file fuzz/speech.c  Any SDP as offer to us: answered or refused
 *
 * What is answered has as many m= lines as the offer, and can be read.
 */
#include <assert.h>
#include "proxy/voice/speech.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void answer(const struct speech *sp, const struct sdp *offer)
{
	struct speech_origin o = {.id = 1, .version = 1};
	struct mbuf *mb = NULL;
	struct sdp *sdp = NULL;
	struct speech back;
	struct pl pl;

	(void)sa_set_str(&o.rtp, "203.0.113.1", 17000);
	(void)sa_set_str(&o.rtcp, "203.0.113.1", 17001);
	if (speech_answer(&mb, sp, offer, &o))
		return;

	pl_set_mbuf(&pl, mb);
	assert(!sdp_parse(&sdp, &pl));
	assert(sdp_streams(sdp) == sdp_streams(offer));
	assert(!speech_choose(&back, sdp));
	assert(back.stream == sp->stream);
	assert(back.voice.pt == sp->voice.pt);
	assert(back.voice.law == sp->voice.law);
	assert(back.voice.event_pt == sp->voice.event_pt);
	mem_deref(sdp);
	mem_deref(mb);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pl pl = {(const char *)data, size};
	struct sdp *sdp = NULL;
	struct speech sp;

	if (sdp_parse(&sdp, &pl))
		return 0;

	if (!speech_choose(&sp, sdp))
		answer(&sp, sdp);
	mem_deref(sdp);

	return 0;
}
