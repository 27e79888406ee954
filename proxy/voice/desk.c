/**
 * @file desk.c  Calls that end with us: the test number, and announcements
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/number.h"
#include "proxy/voice/desk_state.h"
#include "proxy/voice/test_call.h"

enum {
	TONE_HZ = 440,
	BEEP_HZ = 1000,
	LOUD = 30,
	USER_MAX = 64,
	LAST_MS = 60000, /* behind an announcement's end */
};

/** Sounds of another configuration */
struct former {
	struct le le;
	struct timer tmr;
	struct repertoire *sounds;
};


static void former_destructor(void *arg)
{
	struct former *f = arg;

	timer_cancel(&f->tmr);
	list_unlink(&f->le);
	mem_deref(f->sounds);
}


static void destructor(void *arg)
{
	struct desk *d = arg;

	list_flush(&d->calll);
	mem_deref(d->voices);
	list_flush(&d->formerl);
	mem_deref(d->repertoire);
	mem_deref(d->beep);
	mem_deref(d->tone);
	mem_deref(d->agent);
}


static int load_sounds(struct desk *d)
{
	char why[SOUND_WHY_SIZE] = "";
	int err;

	err = sound_tone(&d->tone, TONE_HZ, 0, LOUD);
	if (!err)
		err = sound_tone(&d->beep, BEEP_HZ, 0, LOUD);
	if (!err)
		err = repertoire_alloc(&d->repertoire, d->parts.cfg, why,
				       sizeof(why));
	if (err && why[0])
		log_error(d->parts.log, "announcement.failed",
			  KV_STR("why", why));

	return err;
}


/**
 * Allocate the desk
 *
 * @param dp    Pointer to allocated desk
 * @param parts What it works with
 *
 * @return 0 if success, otherwise errorcode
 */
int desk_alloc(struct desk **dp, const struct desk_parts *parts)
{
	struct metrics *metrics;
	struct desk *d;
	int err;

	if (!dp || !parts || !parts->cfg || !parts->relay || !parts->timers)
		return EINVAL;

	d = mem_zalloc(sizeof(*d), destructor);
	if (!d)
		return ENOMEM;

	d->parts = *parts;
	metrics = parts->metrics;
	d->calls = metrics_counter(metrics, "test_calls_total");
	d->refused = metrics_counter(metrics, "test_calls_refused_total");
	d->announced = metrics_counter(metrics, "announcements_total");

	err = agent_alloc(&d->agent, parts->tp, parts->txns,
			  &parts->branch_key);
	if (!err)
		err = load_sounds(d);
	if (!err)
		err = voices_alloc(&d->voices, parts->relay,
				   parts->cfg->sounds.calls);
	if (err) {
		mem_deref(d);
		return err;
	}

	d->uas = (struct uas_parts){
		.cfg = parts->cfg,
		.timers = parts->timers,
		.tp = parts->tp,
		.txns = parts->txns,
		.agent = d->agent,
	};
	*dp = d;

	return 0;
}


static void over_handler(void *arg)
{
	mem_deref(arg);
}


/* what is being heard is of no other memory: without some for a timer they
 * stay as long as the desk does */
static void leave(struct desk *d, struct repertoire *sounds)
{
	struct former *f = mem_zalloc(sizeof(*f), former_destructor);

	if (!f)
		return;

	f->sounds = sounds;
	list_append(&d->formerl, &f->le, f);
	timer_start(d->parts.timers, &f->tmr,
		    (uint64_t)repertoire_longest_ms(sounds) + LAST_MS,
		    over_handler, f);
}


/**
 * Take the sounds of the configuration that is in force now
 *
 * @param d      Desk, or NULL
 * @param sounds Its announcements' sounds, given away
 */
void desk_reconfigure(struct desk *d, struct repertoire *sounds)
{
	if (!d || !sounds) {
		mem_deref(sounds);
		return;
	}

	leave(d, d->repertoire);
	d->repertoire = sounds;
	voices_limit(d->voices, d->parts.cfg->sounds.calls);
}


/**
 * Is that user the test number?
 *
 * @param d   Desk, or NULL
 * @param uri URI at a domain of ours
 *
 * @return true if one of its names is the URI's user
 */
bool desk_wants(const struct desk *d, const struct sipuri *uri)
{
	const struct config *cfg;
	char user[USER_MAX], num[NUMBER_MAX];
	bool number;

	if (!d || !uri || !uri->user.l ||
	    re_snprintf(user, sizeof(user), "%H", uri_user_unescape,
			&uri->user) < 0)
		return false;

	cfg = d->parts.cfg;
	number = !number_canonical(num, &uri->user);
	for (size_t i = 0; i < cfg->sounds.testc; i++) {
		const char *test = cfg->sounds.testv[i];

		if (!strcmp(test, user) || (number && !strcmp(test, num)))
			return true;
	}

	return false;
}


static bool is_merged(const struct desk *d, const struct message *invite)
{
	for (struct le *le = d->calll.head; le; le = le->next) {
		if (test_call_is_merged(le->data, invite))
			return true;
	}

	return false;
}


/**
 * Take a request for the test number
 *
 * @param d    Desk
 * @param req  INVITE or OPTIONS of somebody who may
 * @param slot His place among his calls, or NULL
 */
void desk_call(struct desk *d, struct message *req, void *slot)
{
	if (!d || !req)
		return;

	if (!message_is(req, "INVITE"))
		(void)transport_reply(d->parts.tp, req, 200, "OK",
				      "Accept: application/sdp\r\n" UAS_ALLOW);
	else if (is_merged(d, req))
		(void)transport_reply(d->parts.tp, req, 482, "Merged Request",
				      NULL);
	else if (test_call_begin(d, req, slot))
		counter_inc(d->refused);
	else
		counter_inc(d->calls);
}


static struct test_call *find(const struct desk *d, const struct message *req)
{
	for (struct le *le = d->calll.head; le; le = le->next) {
		if (test_call_is(le->data, req))
			return le->data;
	}

	return NULL;
}


/**
 * Take a request that may be in a dialog of the desk's
 *
 * @param d   Desk, or NULL
 * @param req Request
 *
 * @return true if it is, and was taken
 */
bool desk_request(struct desk *d, struct message *req)
{
	struct test_call *call;

	/* most requests in a dialog are in somebody else's */
	if (!d || !req || !uas_is_tag(&req->to_tag))
		return false;

	call = find(d, req);
	if (call)
		test_call_request(call, req);

	return call != NULL;
}


/**
 * Number of calls to the test number
 *
 * @param d Desk, or NULL
 *
 * @return Calls at the moment
 */
uint32_t desk_calls(const struct desk *d)
{
	return d ? list_count(&d->calll) : 0;
}


/* all signs in one line, by name */
static int print_signs(struct re_printf *pf, const struct alg_signs *a)
{
	int err = 0;

	for (size_t i = 0; i < a->signc; i++)
		err |= re_hprintf(pf, "%s%s", i ? "," : "", a->signv[i].name);

	return err;
}


/**
 * Keep a report, and write it to the log
 *
 * @param d Desk
 * @param r Report
 */
void desk_keep(struct desk *d, const struct test_report *r)
{
	const struct relay_stats *st = &r->voice.rtp;
	char signs[ALG_SIGNS_MAX * 24] = "";

	d->reportv[d->reports++ % DESK_REPORTS] = *r;
	(void)re_snprintf(signs, sizeof(signs), "%H", print_signs, &r->alg);

	log_info(d->parts.log, "test.report", KV_STR("call", r->callid),
		 KV_STR("caller", r->caller), KV_SA("source", &r->source),
		 KV_STR("end", r->why), KV_UINT("seconds", r->length),
		 KV_STR("codec", r->codec), KV_UINT("packets", st->rx_packets),
		 KV_UINT("lost", st->lost),
		 KV_UINT("loss_hundredths", test_report_loss(r)),
		 KV_UINT("jitter_us", st->quality.jitter_us),
		 KV_UINT("mos_hundredths", st->quality.mos),
		 KV_UINT("sent", st->tx_packets),
		 KV_UINT("sent_lost", r->voice.lost),
		 KV_UINT("delay_us", r->voice.delay_us),
		 KV_UINT("level", r->voice.level), KV_STR("media", r->media),
		 KV_STR("contact", r->contact),
		 KV_STR("alg", alg_strength_name(r->alg.strength)),
		 KV_STR("signs", signs), KV_STR("keys", r->keys));
}


/**
 * Hear the reports that are remembered, the newest first
 *
 * @param d   Desk, or NULL
 * @param h   Handler
 * @param arg Handler argument
 */
void desk_reports(const struct desk *d, desk_report_h *h, void *arg)
{
	if (!d || !h)
		return;

	for (size_t i = 0; i < DESK_REPORTS && i < d->reports; i++)
		h(&d->reportv[(d->reports - 1 - i) % DESK_REPORTS], arg);
}
