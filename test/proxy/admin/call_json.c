/**
 * @file test/proxy/admin/call_json.c  What is known of a call, as JSON
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/admin/call_json.h"
#include "proxy/command/ctl_print_call.h"
#include "test/test.h"


static const struct {
	uint64_t ms;
	const char *text;
} timev[] = {
	{0, "1970-01-01T00:00:00.000Z"},
	{1795183810123, "2026-11-20T14:10:10.123Z"},
	{951782399999, "2000-02-28T23:59:59.999Z"},
};


START_TEST(a_moment_is_iso_8601)
{
	char buf[CALL_JSON_TIME_SIZE];

	call_json_time(buf, timev[_i].ms);
	ck_assert_str_eq(buf, timev[_i].text);
}
END_TEST


static const struct {
	const char *text;
	int err;
	uint64_t id;
} idv[] = {
	{"0123456789abcdef", 0, 0x0123456789abcdef},
	{"ffffffffffffffff", 0, UINT64_MAX},
	{"0123456789ABCDEF", EINVAL, 0},
	{"123", EINVAL, 0},
	{"", EINVAL, 0},
	{"0123456789abcdefg", EINVAL, 0},
	{"0123456789abcde-", EINVAL, 0},
};


START_TEST(a_number_is_sixteen_digits)
{
	char buf[CALL_JSON_ID_SIZE];
	uint64_t id = 0;

	ck_assert_int_eq(call_json_id_decode(&id, idv[_i].text), idv[_i].err);
	ck_assert_uint_eq(id, idv[_i].id);
	if (!idv[_i].err) {
		call_json_id(buf, id);
		ck_assert_str_eq(buf, idv[_i].text);
	}
}
END_TEST


/* a report by hand: what is not given is not known */
static void fill(struct call_report *r, struct call_origin *o,
		 struct call_report_stream *s, const char *from)
{
	static char none[] = "", callid[] = "c1", uri[] = "sip:b@x",
		    acc[] = "a@x";
	struct relay_stats *st;

	memset(r, 0, sizeof(*r));
	memset(o, 0, sizeof(*o));
	memset(s, 0, sizeof(*s));
	st = &s->sidev[0].stats;
	o->from = (char *)from;
	o->to = o->uri = uri;
	o->account = o->peer = o->diverted = none;
	r->id = 7;
	r->callid = callid;
	r->origin = o;
	r->uri = r->file = r->cause = none;
	r->sidev[0].account = acc;
	r->sidev[0].peer = r->sidev[1].account = r->sidev[1].peer = none;
	r->sidev[0].proto = r->sidev[1].proto = "udp";
	(void)sa_set_str(&r->sidev[0].signalling, "198.51.100.7", 5060);
	r->mode = "relay";
	r->verdict = "source-differs";
	r->streamv = s;
	r->streamc = 1;
	(void)str_ncpy(s->kind, "audio", sizeof(s->kind));
	(void)sa_set_str(&s->sidev[0].ours, "203.0.113.1", 20000);
	s->sidev[0].counted = true;
	st->rx_packets = 90;
	st->lost = 10;
	st->refused = 3;
	st->foreignc = 1;
	(void)sa_set_str(&st->foreignv[0].src, "192.0.2.66", 99);
	st->foreignv[0].packets = 3;
	st->rung = RELAY_LOOKUP;
	st->no_kernel = "recorded";
	st->quality.mos = 423;
	st->quality.silent_ms = UINT64_MAX;
}


static const char *text_at(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}


START_TEST(all_of_a_call_is_there)
{
	struct call_report_stream stream;
	struct call_report r;
	struct call_origin o;
	json_t *obj, *media, *foreign;

	fill(&r, &o, &stream, "sip:a@x");
	obj = call_json(&r);
	ck_assert_str_eq(text_at(obj, "id"), "0000000000000007");
	ck_assert_str_eq(text_at(obj, "from"), "sip:a@x");
	ck_assert_str_eq(text_at(obj, "state"), "ringing");
	ck_assert_ptr_null(json_object_get(obj, "answered"));
	ck_assert_ptr_null(json_object_get(obj, "why"));
	ck_assert_str_eq(text_at(json_object_get(obj, "a"), "address"),
			 "198.51.100.7:5060");
	media = json_object_get(
		json_array_get(json_object_get(obj, "streams"), 0), "a");
	ck_assert_str_eq(text_at(media, "ours"), "203.0.113.1:20000");
	ck_assert_int_eq(
		json_integer_value(json_object_get(media, "rx_packets")), 90);
	ck_assert_str_eq(text_at(media, "rung"), "sk_lookup");
	ck_assert_str_eq(text_at(media, "no_kernel"), "recorded");
	foreign = json_array_get(json_object_get(media, "strangers"), 0);
	ck_assert_str_eq(text_at(foreign, "source"), "192.0.2.66:99");
	ck_assert_int_eq(
		json_integer_value(json_object_get(foreign, "packets")), 3);
	json_decref(obj);
}
END_TEST


/* text as ctl prints it: of what is not known nothing is said */
START_TEST(a_side_says_how_its_packets_move)
{
	static const struct {
		enum relay_rung rung;
		const char *no_kernel, *want;
	} rungv[] = {
		{RELAY_KERNEL, NULL, "refused 3  by kernel\n"},
		{RELAY_SOCKETS, "SRTP",
		 "refused 3  by sockets (not kernel: SRTP)\n"},
		{RELAY_LOOKUP, NULL, "refused 3  by sk_lookup\n"},
		{RELAY_AUTO, NULL, "refused 3\n"},
	};
	struct call_report_stream stream;
	struct call_report r;
	struct call_origin o;

	for (size_t i = 0; i < ARRAY_SIZE(rungv); i++) {
		char *buf = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&buf, &len);
		json_t *answer = json_object();

		fill(&r, &o, &stream, "sip:a@x");
		stream.sidev[0].stats.rung = rungv[i].rung;
		stream.sidev[0].stats.no_kernel = rungv[i].no_kernel;
		(void)json_object_set_new(answer, "calls",
					  json_pack("[o]", call_json(&r)));
		ctl_print_call(f, answer);
		(void)fclose(f);
		ck_assert_msg(strstr(buf, rungv[i].want) != NULL, "%s", buf);
		free(buf);
		json_decref(answer);
	}
}
END_TEST


/* what another server relays is not 0: nobody here knows */
START_TEST(what_is_not_counted_here_is_left_out)
{
	struct call_report_stream stream;
	struct call_report r;
	struct call_origin o;
	json_t *obj, *media;

	fill(&r, &o, &stream, "sip:a@x");
	stream.sidev[0].counted = false;
	obj = call_json(&r);
	media = json_object_get(
		json_array_get(json_object_get(obj, "streams"), 0), "a");
	ck_assert_str_eq(text_at(media, "ours"), "203.0.113.1:20000");
	ck_assert_ptr_null(json_object_get(media, "rx_packets"));
	json_decref(obj);
}
END_TEST


START_TEST(the_record_is_one_line_of_the_same)
{
	struct call_report_stream stream;
	struct call_report r;
	struct call_origin o;
	struct mbuf *mb = NULL;
	json_t *tree, *text;

	fill(&r, &o, &stream, "sip:\"a\n\x01\xc3\xa4@x");
	ck_assert_int_eq(call_json_text(&mb, &r), 0);
	ck_assert_ptr_null(memchr(mb->buf, '\n', mb->end));
	text = json_loadb((const char *)mb->buf, mb->end, 0, NULL);
	tree = call_json(&r);
	ck_assert(json_equal(text, tree));
	ck_assert_str_eq(text_at(text, "from"), "sip:\"a\n\x01\xc3\xa4@x");
	json_decref(tree);
	json_decref(text);
	mem_deref(mb);
	ck_assert_int_eq(call_json_text(NULL, &r), EINVAL);
	ck_assert_int_eq(call_json_text(&mb, NULL), EINVAL);
}
END_TEST


START_TEST(an_end_says_who_and_why)
{
	static char cause[] = "Q.850;cause=16";
	struct call_report_stream stream;
	struct call_report r;
	struct call_origin o;
	json_t *obj;

	fill(&r, &o, &stream, "sip:a@x");
	r.phase = CALL_OVER;
	r.by = CALL_BY_B;
	r.scode = 486;
	r.cause = cause;
	(void)str_ncpy(r.why, "failed", sizeof(r.why));
	obj = call_json(&r);
	ck_assert_str_eq(text_at(obj, "ended_by"), "b");
	ck_assert_str_eq(text_at(obj, "why"), "failed");
	ck_assert_str_eq(text_at(obj, "cause"), cause);
	ck_assert_int_eq(json_integer_value(json_object_get(obj, "status")),
			 486);
	json_decref(obj);
}
END_TEST


START_TEST(a_row_has_loss_and_mos_of_both_ways)
{
	struct call_report_stream stream;
	struct call_report r;
	struct call_origin o;
	json_t *obj, *a;

	fill(&r, &o, &stream, "sip:a@x");
	obj = call_json_row(&r);
	a = json_object_get(obj, "a");
	ck_assert_double_eq(json_real_value(json_object_get(a, "loss")), 10.0);
	ck_assert_double_eq(json_real_value(json_object_get(a, "mos")), 4.23);
	ck_assert_ptr_null(json_object_get(json_object_get(obj, "b"), "loss"));
	json_decref(obj);
}
END_TEST


/* one strange byte must not cost the record */
START_TEST(what_is_no_utf8_is_shown_all_the_same)
{
	struct call_report_stream stream;
	struct call_report r;
	struct call_origin o;
	json_t *obj;
	char *text;

	fill(&r, &o, &stream, "sip:\xff\xfe@x");
	obj = call_json(&r);
	ck_assert_str_eq(text_at(obj, "from"), "sip:??@x");
	text = json_dumps(obj, JSON_COMPACT);
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_null(strchr(text, '\n'));
	free(text);
	json_decref(obj);
	ck_assert_ptr_null(call_json(NULL));
	ck_assert_ptr_null(call_json_row(NULL));
}
END_TEST


Suite *suite_call_json(void);
Suite *suite_call_json(void)
{
	Suite *s = suite_create("call_json");
	TCase *tc = tcase_create("call_json");

	test_table(tc, a_moment_is_iso_8601, timev);
	test_table(tc, a_number_is_sixteen_digits, idv);
	tcase_add_test(tc, all_of_a_call_is_there);
	tcase_add_test(tc, a_side_says_how_its_packets_move);
	tcase_add_test(tc, what_is_not_counted_here_is_left_out);
	tcase_add_test(tc, the_record_is_one_line_of_the_same);
	tcase_add_test(tc, an_end_says_who_and_why);
	tcase_add_test(tc, a_row_has_loss_and_mos_of_both_ways);
	tcase_add_test(tc, what_is_no_utf8_is_shown_all_the_same);
	suite_add_tcase(s, tc);

	return s;
}
