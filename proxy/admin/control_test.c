/**
 * @file control_test.c  What the control says of calls to the test number
 */
#include <errno.h>
#include "proxy/admin/control_test.h"
#include "proxy/voice/desk.h"
#include "proxy/voice/test_report.h"


static void set_text(json_t *obj, const char *key, const char *text)
{
	(void)json_object_set_new(obj, key, json_string(text));
}


static void set_number(json_t *obj, const char *key, uint64_t n)
{
	(void)json_object_set_new(obj, key, json_integer((json_int_t)n));
}


static json_t *signs(const struct alg_signs *a)
{
	json_t *v = json_array();

	for (size_t i = 0; i < a->signc; i++) {
		json_t *obj = json_object();

		set_text(obj, "name", a->signv[i].name);
		set_text(obj, "strength",
			 alg_strength_name(a->signv[i].strength));
		set_text(obj, "text", a->signv[i].text);
		(void)json_array_append_new(v, obj);
	}

	return v;
}


static void set_sound(json_t *obj, const struct test_report *r)
{
	const struct relay_stats *st = &r->voice.rtp;

	set_text(obj, "codec", r->codec);
	set_number(obj, "packets", st->rx_packets);
	set_number(obj, "lost", st->lost);
	set_number(obj, "loss_hundredths", test_report_loss(r));
	set_number(obj, "jitter_us", st->quality.jitter_us);
	set_number(obj, "mos_hundredths", st->quality.mos);
	set_number(obj, "sent", st->tx_packets);
	set_number(obj, "sent_lost", r->voice.lost);
	set_number(obj, "delay_us", r->voice.delay_us);
	set_number(obj, "level", r->voice.level);
}


static void report_handler(const struct test_report *r, void *arg)
{
	json_t *obj = json_object();
	char text[TEST_TEXT_SIZE] = "", source[64] = "";

	(void)re_snprintf(source, sizeof(source), "%J", &r->source);
	(void)test_report_text(text, sizeof(text), r);

	set_number(obj, "time", r->at_s);
	set_text(obj, "caller", r->caller);
	set_text(obj, "call", r->callid);
	set_text(obj, "agent", r->agent);
	set_text(obj, "source", source);
	set_text(obj, "protocol", r->proto);
	set_text(obj, "end", r->why);
	set_number(obj, "seconds", r->length);
	set_sound(obj, r);
	set_text(obj, "media", r->media);
	set_text(obj, "contact", r->contact);
	set_text(obj, "alg",
		 r->alg.unjudged ? "unknown"
				 : alg_strength_name(r->alg.strength));
	(void)json_object_set_new(obj, "signs", signs(&r->alg));
	set_text(obj, "keys", r->keys);
	set_text(obj, "text", text);
	(void)json_array_append_new(arg, obj);
}


static int tests_handler(json_t *answer, const json_t *question, void *arg)
{
	json_t *v = json_array();
	(void)question;

	desk_reports(arg, report_handler, v);

	return json_object_set_new(answer, "tests", v) ? ENOMEM : 0;
}


/**
 * Let the control answer for the test number
 *
 * @param c    Control
 * @param desk Desk, outlives it; or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int control_test_add(struct control *c, struct desk *desk)
{
	return control_command(c, "tests", tests_handler, desk);
}
