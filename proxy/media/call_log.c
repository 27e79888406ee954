/**
 * @file call_log.c  What a call says of itself: verdict, sources, record
 */
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/media/call_state.h"

enum { WORD_SIZE = 16, SOUND_KEYS = 4, END_KEYS = 13 };


/**
 * The name of who sees to a call's media
 *
 * @param mode Mode
 *
 * @return Name
 */
const char *call_mode_name(enum call_mode mode)
{
	switch (mode) {
	case CALL_DIRECT:
		return "direct";

	case CALL_RELAY:
		return "relay";

	case CALL_UPSTREAM:
		return "upstream";

	default:
		return "undecided";
	}
}


static const char *comp_name(enum relay_comp comp)
{
	return comp == RELAY_RTCP ? "rtcp" : "rtp";
}


/**
 * Write down whom the relay learned a leg from, or refused
 *
 * @param call Call
 * @param ev   RELAY_LATCHED or RELAY_REFUSED
 * @param info Where it was
 */
void call_log_source(const struct call *call, enum relay_event ev,
		     const struct relay_info *info)
{
	const char *kind;

	if (!call->calls || !info ||
	    (ev != RELAY_LATCHED && ev != RELAY_REFUSED))
		return;

	kind = ev == RELAY_LATCHED ? "call.latched" : "call.refused";
	log_info(call->calls->log, kind, KV_PL("call", &call->callid),
		 KV_STR("side", info->side == RELAY_A ? "a" : "b"),
		 KV_UINT("stream", info->stream),
		 KV_STR("comp", comp_name(info->comp)),
		 KV_SA("source", &info->src));
}


/**
 * Say in words why a call's media is seen to as it is
 *
 * @param buf  Buffer, "" where nothing can be said
 * @param size Its size
 * @param call Call
 */
void call_verdict_words(char *buf, size_t size, const struct call *call)
{
	buf[0] = '\0';
	if (call->mode == CALL_UPSTREAM)
		(void)str_ncpy(buf, "upstream: a relay of ours is in the path",
			       size);
	else if (re_snprintf(buf, size, "%H", nat_print, &call->verdict) < 0)
		buf[0] = '\0';
}


/**
 * Write down who sees to the media, and why
 *
 * @param call Call
 */
void call_log_verdict(const struct call *call)
{
	char why[256];

	if (!call || !call->calls)
		return;

	if (call->mode != CALL_RELAY)
		counter_inc(call->calls->direct);
	if (!log_wants(call->calls->log, LEVEL_INFO, "call.verdict"))
		return;

	call_verdict_words(why, sizeof(why), call);
	log_info(call->calls->log, "call.verdict",
		 KV_PL("call", &call->callid),
		 KV_STR("media", call_mode_name(call->mode)),
		 KV_STR("reason", nat_reason_name(call->verdict.reason)),
		 KV_STR("why", why));
}


/** How what comes from a side sounded, in words; "" where nobody knows */
struct sound {
	char codec[RELAY_CODEC_NAME], loss[WORD_SIZE], jitter[WORD_SIZE],
		mos[WORD_SIZE];
};


/* of the first stream that has carried RTP */
static bool find_quality(struct relay_quality *q, const struct resource *res,
			 enum relay_side side)
{
	struct relay_stats st;

	for (unsigned i = 0; res && res->stats && i < RELAY_STREAMS_MAX; i++) {
		if (!res->stats(res, i, side, &st) && st.quality.expected) {
			*q = st.quality;
			return true;
		}
	}

	return false;
}


static void put_hundredths(char buf[WORD_SIZE], const char *unit, uint64_t n)
{
	(void)re_snprintf(buf, WORD_SIZE, "%llu.%02llu%s", n / 100, n % 100,
			  unit);
}


static void set_sound(struct sound *s, const struct call *call,
		      enum relay_side side)
{
	struct relay_quality q;

	memset(s, 0, sizeof(*s));
	if (!find_quality(&q, call_media(call), side))
		return;

	memcpy(s->codec, q.codec, sizeof(s->codec));
	put_hundredths(s->loss, "%", 10000 * q.lost / q.expected);
	put_hundredths(s->jitter, "ms", q.jitter_us / 10);
	if (q.mos)
		put_hundredths(s->mos, "", q.mos);
}


/* what is not known is left out */
static size_t put_sound(struct kv *kvv, const struct sound *s,
			const char *const keyv[SOUND_KEYS])
{
	const char *const wordv[SOUND_KEYS] = {s->codec, s->loss, s->jitter,
					       s->mos};
	size_t n = 0;

	for (size_t i = 0; i < SOUND_KEYS; i++) {
		if (wordv[i][0])
			kvv[n++] = (struct kv)KV_STR(keyv[i], wordv[i]);
	}

	return n;
}


static void write_end(const struct call *call, const char *why)
{
	static const char *const keyv[2][SOUND_KEYS] = {
		{"a_codec", "a_loss", "a_jitter", "a_mos"},
		{"b_codec", "b_loss", "b_jitter", "b_mos"},
	};
	const uint64_t now = timers_now(call->calls->timers);
	struct sound soundv[2];
	struct relay_stats a, b;
	size_t n = END_KEYS;

	resource_total(&a, call_media(call), RELAY_A);
	resource_total(&b, call_media(call), RELAY_B);
	struct kv kvv[END_KEYS + 2 * SOUND_KEYS + 1] = {
		KV_PL("call", &call->callid),
		KV_STR("why", why),
		KV_STR("media", call_mode_name(call->mode)),
		KV_UINT("talked_ms",
			call->answered ? now - call->answered_ms : 0),
		KV_UINT("a_rx", a.rx_packets),
		KV_UINT("a_tx", a.tx_packets),
		KV_UINT("b_rx", b.rx_packets),
		KV_UINT("b_tx", b.tx_packets),
		KV_UINT("a_lost", a.lost),
		KV_UINT("b_lost", b.lost),
		KV_UINT("a_refused", a.refused),
		KV_UINT("b_refused", b.refused),
		KV_UINT("invalid", a.invalid + b.invalid),
	};

	for (int i = 0; i < 2; i++) {
		set_sound(&soundv[i], call, (enum relay_side)i);
		n += put_sound(&kvv[n], &soundv[i], keyv[i]);
	}
	kvv[n] = (struct kv){.type = KV_T_END};

	log_write(call->calls->log, LEVEL_INFO, "call.end", kvv);
}


/**
 * Write the record of a call
 *
 * @param call Call, not ended yet
 * @param why  Reason, one word
 */
void call_log_end(const struct call *call, const char *why)
{
	if (log_wants(call->calls->log, LEVEL_INFO, "call.end"))
		write_end(call, why);
}
