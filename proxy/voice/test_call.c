/**
 * @file test_call.c  A call to the test number
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "common/log.h"
#include "proxy/media/body.h"
#include "proxy/voice/booth.h"
#include "proxy/voice/desk_state.h"
#include "proxy/voice/test_call.h"

enum {
	TONE_MS = 2000,
	LONG_TONE_MS = 5000,
	BEEP_MS = 120,
	PAUSE_MS = 200,
	BEEPS_MAX = 5,
};

struct test_call {
	struct le le;      /* the desk's list owns it */
	struct desk *desk; /* not owned */
	struct uas *uas;
	struct booth *booth;
	struct message *invite;
	struct sdp *sdp; /* the first that it has shown, or NULL */
	void *slot;
	struct timer limit;
	uint64_t since; /* ms: it was answered */
	struct test_report report;
	char *asked;     /* Request-URI of its ACK */
	bool shows_text; /* its phone takes MESSAGEs */
	bool told;       /* and has got one */
};


static void destructor(void *arg)
{
	struct test_call *call = arg;

	list_unlink(&call->le);
	timer_cancel(&call->limit);
	mem_deref(call->uas);
	mem_deref(call->booth);
	mem_deref(call->sdp);
	mem_deref(call->invite);
	mem_deref(call->slot);
	mem_deref(call->asked);
}


static void say(struct test_call *call, enum voice_source source,
		const struct sound *sound, uint32_t ms)
{
	const struct voice_item item = {source, sound, ms};

	(void)voice_say(call->booth->voice, &item);
}


static void say_tone(struct test_call *call, uint32_t ms)
{
	say(call, VOICE_SOUND, call->desk->tone, ms);
	say(call, VOICE_SILENCE, NULL, PAUSE_MS);
}


static void say_beeps(struct test_call *call, uint32_t n)
{
	for (uint32_t i = 0; i < n && i < BEEPS_MAX; i++) {
		say(call, VOICE_SOUND, call->desk->beep, BEEP_MS);
		say(call, VOICE_SILENCE, NULL, PAUSE_MS);
	}
}


static const char *codec(const struct test_call *call)
{
	if (!call->booth->voice)
		return "";

	return call->booth->speech.voice.law == VOICE_PCMA ? "PCMA" : "PCMU";
}


/* as things stand now */
static void take_stock(struct test_call *call)
{
	struct test_report *r = &call->report;
	const uint64_t now = timers_now(call->desk->parts.timers);
	struct alg_evidence ev;

	voice_stats(call->booth->voice, &r->voice);
	r->codec = codec(call);
	r->length = (uint32_t)((now - call->since) / 1000);
	r->at_s = (uint64_t)time(NULL);

	memset(&ev, 0, sizeof(ev));
	ev.req = call->invite;
	ev.sdp = call->sdp;
	ev.rtp = r->voice.rtp.latched[RELAY_RTP];
	if (call->asked)
		pl_set_str(&ev.asked, call->asked);
	if (call->uas)
		pl_set_str(&ev.contact, call->uas->contact);
	alg_signs(&r->alg, &ev);
}


/* RFC 3428: outside of the dialog, to where the call came from */
static void send_text(struct test_call *call)
{
	const struct uas *u = call->uas;
	char text[TEST_TEXT_SIZE] = "", tag[AGENT_TAG_SIZE];
	char from[TEST_CALLER_SIZE + 64], callid[AGENT_TAG_SIZE];
	struct build_request rq;

	if (!call->shows_text || !call->desk->parts.cfg->sounds.report)
		return;

	(void)test_report_text(text, sizeof(text), &call->report);
	agent_tag(tag, 'm');
	agent_tag(callid, 'c');
	if (re_snprintf(from, sizeof(from), "<%r>;tag=%s",
			&call->invite->to.addr, tag) < 0)
		return;

	memset(&rq, 0, sizeof(rq));
	rq.met = "MESSAGE";
	pl_set_str(&rq.ruri, u->target);
	pl_set_str(&rq.from, from);
	rq.to = call->invite->from.addr;
	pl_set_str(&rq.callid, callid);
	rq.cseq = 1;
	rq.extra = u->routes[0] ? u->routes : NULL;
	rq.ctype = "text/plain;charset=UTF-8";
	pl_set_str(&rq.body, text);
	(void)agent_send(NULL, u->p->agent, u->flow, &rq, NULL, NULL);
	call->told = true;
}


static void end_handler(const char *why, void *arg)
{
	struct test_call *call = arg;

	take_stock(call);
	(void)str_ncpy(call->report.why, why, sizeof(call->report.why));
	desk_keep(call->desk, &call->report);
	if (!call->told)
		send_text(call);

	mem_deref(call);
}


static void limit_handler(void *arg)
{
	const struct test_call *call = arg;

	uas_hangup(call->uas, "limit");
}


static void report_now(struct test_call *call)
{
	take_stock(call);
	say_beeps(call, (call->report.voice.rtp.quality.mos + 50) / 100);
	send_text(call);
}


static void note_key(struct test_call *call, char key, bool in_band)
{
	struct test_report *r = &call->report;
	const size_t n = strlen(r->keys);

	if (n < TEST_KEYS_MAX)
		r->keys[n] = key;
	r->in_band |= in_band;

	log_debug(call->desk->parts.log, "test.key", KV_STR("call", r->callid),
		  KV_UINT("key", (uint64_t)key),
		  KV_STR("how", in_band ? "sound" : "event"));
}


static void take_key(struct test_call *call, char key)
{
	if (key == '#') {
		uas_hangup(call->uas, "key");
		return;
	}

	voice_hush(call->booth->voice);
	switch (key) {
	case '1':
		say_tone(call, LONG_TONE_MS);
		break;

	case '3':
		report_now(call);
		break;

	default:
		say_beeps(call, 1);
		break;
	}
	say(call, VOICE_ECHO, NULL, 0);
}


static void voice_handler(struct voice *v, enum voice_event ev, char key,
			  bool in_band, void *arg)
{
	struct test_call *call = arg;
	(void)v;

	if (ev == VOICE_SILENT) {
		uas_hangup(call->uas, "silence");
	}
	else if (ev == VOICE_KEY) {
		note_key(call, key, in_band);
		take_key(call, key);
	}
}


static uint16_t offer_handler(const struct message *m, const struct pl *sdp,
			      struct mbuf **mbp, void *arg)
{
	struct test_call *call = arg;
	const int err = sdp ? booth_answer(call->booth, m, sdp, mbp)
			    : booth_offer(call->booth, m, mbp);

	return err ? booth_status(err) : 0;
}


static bool answer_handler(const struct message *m, const struct pl *sdp,
			   void *arg)
{
	struct test_call *call = arg;

	if (!call->sdp)
		(void)sdp_parse(&call->sdp, sdp);

	return !booth_take(call->booth, m, sdp);
}


/* who acknowledges our tag is there, at the address that he showed */
static void up_handler(const struct message *ack, void *arg)
{
	struct test_call *call = arg;

	(void)pl_strdup(&call->asked, &ack->ruri);
	say_tone(call, TONE_MS);
	say(call, VOICE_ECHO, NULL, 0);
}


/* RFC 3261 section 20.5: without Allow nothing is known of it */
static bool shows_text(const struct message *invite)
{
	const struct hdr *h = message_hdr_named(invite, "Allow");
	struct pl rest, val;

	if (!h)
		return false;

	rest = h->val;
	while (message_value_cut(&rest, &val)) {
		if (!pl_strcmp(&val, "MESSAGE"))
			return true;
	}

	return false;
}


static int take_request(struct test_call *call, struct message *invite)
{
	struct pl sdp;

	call->invite = mem_ref(invite);
	call->shows_text = shows_text(invite);
	if (!body_find_sdp(invite, &sdp))
		(void)sdp_parse(&call->sdp, &sdp);
	test_report_begin(&call->report, invite, call->sdp);

	return booth_alloc(&call->booth, call->desk->voices, voice_handler,
			   call);
}


/**
 * Answer a call to the test number
 *
 * @param d      Desk
 * @param invite Request
 * @param slot   Place among its caller's calls, referenced; or NULL
 *
 * @return 0 if success, otherwise errorcode: it was refused
 */
int test_call_begin(struct desk *d, struct message *invite, void *slot)
{
	const struct uas_handlers h = {
		.offerh = offer_handler,
		.answerh = answer_handler,
		.uph = up_handler,
		.endh = end_handler,
	};
	struct test_call *call;
	int err;

	call = mem_zalloc(sizeof(*call), destructor);
	if (!call) {
		(void)transport_reply(d->parts.tp, invite, 500, NULL, NULL);
		return ENOMEM;
	}

	call->desk = d;
	call->slot = mem_ref(slot);
	call->since = timers_now(d->parts.timers);
	err = take_request(call, invite);
	if (err)
		(void)transport_reply(d->parts.tp, invite, 500, NULL, NULL);
	else
		err = uas_answer(&call->uas, &d->uas, invite, &h, call);
	if (err) {
		mem_deref(call);
		return err;
	}

	list_append(&d->calll, &call->le, call);
	timer_start(d->parts.timers, &call->limit,
		    d->parts.cfg->sounds.length * 1000, limit_handler, call);
	log_info(d->parts.log, "test.call",
		 KV_STR("call", call->report.callid),
		 KV_STR("caller", call->report.caller),
		 KV_SA("source", &invite->src));

	return 0;
}


/**
 * Is it this call's INVITE, come by another way?
 *
 * @param call   Call
 * @param invite INVITE
 *
 * @return true if so
 */
bool test_call_is_merged(const struct test_call *call,
			 const struct message *invite)
{
	return uas_is_merged(call->uas, invite);
}


/**
 * Is a request in this call?
 *
 * @param call Call
 * @param req  Request
 *
 * @return true if so
 */
bool test_call_is(const struct test_call *call, const struct message *req)
{
	return uas_is(call->uas, req);
}


/**
 * Take a request in a call
 *
 * @param call Call; may be gone afterwards
 * @param req  Request
 */
void test_call_request(struct test_call *call, struct message *req)
{
	uas_request(call->uas, req);
}
