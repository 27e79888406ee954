/**
 * @file scenario/admin_flow.c  What an operator asks a server that runs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/log.h"
#include "proxy/admin/control.h"
#include "proxy/admin/phone_ping.h"
#include "proxy/core/trunk.h"
#include "proxy/server_state.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { LINE_SIZE = 512, MANY = 450 };

static struct rig rig;
static struct phone alice, bob;
static json_t *answer;
static int answer_err;
static unsigned answers;

static const char text[] =
	"peer one { uri = \"sip:one.example\" calls = 7 media = relay }\n"
	"peer two { address = \"192.0.2.3\" strip = 1 add = \"+49\" }\n"
	"route emergency { match = 110 peers = { one, two } emergency = yes "
	"}\n"
	"route premium { match = \"0900*\" refuse = 403 }\n"
	"route world { match = \"0*\" peers = { one, two } }\n";


static void setup(void)
{
	const struct account_settings set = {
		.allow = "00",
		.calls_max = 3,
		.forward_busy = "sip:carol@example.net",
		.forward_noanswer = "0301",
		.noanswer_s = 15,
	};
	const struct account_settings away = {
		.forward_all = "sip:bob@example.net"};
	const struct account_settings off = {.disabled = true};

	rig_start(&rig, text);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account_with(&rig, "bob@example.net", "builder99", &set,
			 "200@example.net");
	rig_account_with(&rig, "dora@example.net", "explorer1", &away, NULL);
	rig_account_with(&rig, "carol@example.net", "christmas", &off, NULL);
	phone_open(&alice, &rig, "127.1.1.1");
	phone_open(&bob, &rig, "127.2.2.2");
	answers = 0;
}


static void teardown(void)
{
	answer = (json_decref(answer), NULL);
	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
}


/* nobody else has a part of it: it may go to another thread */
static bool is_whole(json_t *v)
{
	const char *key;
	json_t *item;
	size_t i;

	json_object_foreach(v, key, item)
	{
		if (!is_whole(item))
			return false;
	}
	json_array_foreach(v, i, item)
	{
		if (!is_whole(item))
			return false;
	}

	/* true, false and null are jansson's own */
	return v->refcount == 1 || v->refcount == (size_t)-1;
}


static void answer_handler(int err, json_t *a, void *arg)
{
	(void)arg;
	ck_assert(is_whole(a));
	json_decref(answer);
	answer = a;
	answer_err = err;
	++answers;
}


/* its answer is in "answer"; NULL, unless it takes time */
static struct control_request *ask_for(const char *question)
{
	json_t *q = json_loads(question, 0, NULL);
	struct control_request *rq = NULL;

	ck_assert_msg(q != NULL, "%s", question);
	ck_assert_int_eq(
		control_ask(&rq, rig.srv->control, q, answer_handler, NULL),
		0);
	json_decref(q);

	return rq;
}


static int ask(const char *question)
{
	ck_assert_ptr_null(ask_for(question));

	return answer_err;
}


/* "nat.reason", "phones.0.status" */
static const json_t *at(const char *path)
{
	const json_t *v = answer;
	char key[64];

	while (v && *path) {
		const size_t n = strcspn(path, ".");

		ck_assert_uint_lt(n, sizeof(key));
		memcpy(key, path, n);
		key[n] = '\0';
		path += n + (path[n] == '.');
		v = json_is_array(v) ? json_array_get(v, (size_t)atoi(key))
				     : json_object_get(v, key);
	}

	return v;
}


static const char *said(const char *path)
{
	const char *s = json_string_value(at(path));

	return s ? s : "";
}


static long long number(const char *path)
{
	return (long long)json_integer_value(at(path));
}


START_TEST(registrations_tell_how_phones_are_reached)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	ck_assert_int_eq(ask("{\"command\":\"registrations\"}"), 0);
	ck_assert_int_eq(number("count"), 1);
	ck_assert_str_eq(said("registrations.0.aor"), "bob@example.net");
	ck_assert_ptr_nonnull(
		strstr(said("registrations.0.contact"), "192.168.1.10:5060"));
	ck_assert_ptr_nonnull(
		strstr(said("registrations.0.source"), "127.2.2.2:"));
	ck_assert_str_eq(said("registrations.0.protocol"), "UDP");
	ck_assert_str_eq(said("registrations.0.nat.verdict"), "relay");
	ck_assert_str_eq(said("registrations.0.nat.reason"),
			 "contact-differs");
	ck_assert_ptr_nonnull(
		strstr(said("registrations.0.nat.text"), "192.168.1.10"));
	ck_assert_int_gt(number("registrations.0.expires_s"), 0);
	ck_assert_int_gt(number("registrations.0.registered_ms"), 0);
	ck_assert_int_eq(number("registrations.0.keepalive_s"), 25);
	ck_assert(json_is_true(at("registrations.0.reachable")));
	ck_assert_ptr_null(at("next"));
}
END_TEST


START_TEST(registrations_are_searched)
{
	phone_register(&alice, "alice", "wonderland", "127.1.1.1:5060");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	ck_assert_int_eq(ask("{\"command\":\"registrations\","
			     "\"search\":\"ALICE\"}"),
			 0);
	ck_assert_uint_eq(json_array_size(at("registrations")), 1);
	ck_assert_str_eq(said("registrations.0.aor"), "alice@example.net");
	ck_assert_int_eq(number("count"), 2);
	ck_assert_int_eq(ask("{\"command\":\"registrations\","
			     "\"search\":\"127.2.2.2\"}"),
			 0);
	ck_assert_str_eq(said("registrations.0.aor"), "bob@example.net");
	ck_assert_int_eq(ask("{\"command\":\"registrations\","
			     "\"search\":\"nobody\"}"),
			 0);
	ck_assert_uint_eq(json_array_size(at("registrations")), 0);
}
END_TEST


static void register_many(void)
{
	struct binding b;
	char aor[64], contact[64];

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	for (unsigned i = 0; i < MANY; i++) {
		const struct pl pl = {"bob@example.net", 15};
		const struct list *l = location_get(rig.srv->loc, &pl);

		b = *(const struct binding *)list_ledata(list_head(l));
		(void)snprintf(aor, sizeof(aor), "user%u@example.net", i);
		(void)snprintf(contact, sizeof(contact),
			       "sip:u\xff%u@192.168.1.10", i);
		b.aor = aor;
		b.contact = contact;
		ck_assert_int_eq(location_put(rig.srv->loc, &b, 3600), 0);
	}
}


/* the loop has other work than one long answer; bytes that are no UTF-8 break
 * none */
START_TEST(many_registrations_come_in_pages)
{
	char question[LINE_SIZE] = "{\"command\":\"registrations\"}";
	size_t rows = 0, pages = 0;

	register_many();
	do {
		ck_assert_int_eq(ask(question), 0);
		ck_assert_uint_lt(json_array_size(at("registrations")), 120);
		rows += json_array_size(at("registrations"));
		(void)snprintf(question, sizeof(question),
			       "{\"command\":\"registrations\",\"after\":"
			       "\"%s\",\"limit\":\"30\"}",
			       said("next"));
		ck_assert_uint_lt(++pages, 100);
	} while (at("next"));
	ck_assert_uint_eq(rows, MANY + 1);
	ck_assert_uint_gt(pages, 4);
}
END_TEST


static const char *const wrongv[] = {
	"{\"command\":\"ping\"}",
	"{\"command\":\"ping\",\"aor\":\"a b\"}",
	"{\"command\":\"ping\",\"aor\":7}",
	"{\"command\":\"ping\",\"aor\":\"bob@elsewhere.example\"}",
	"{\"command\":\"log\",\"level\":\"loud\"}",
	"{\"command\":\"log\",\"level\":7}",
	"{\"command\":\"drain\",\"on\":\"perhaps\"}",
	"{\"command\":\"drain\",\"on\":[]}",
	"{\"command\":\"explain\"}",
	"{\"command\":\"explain\",\"to\":[1]}",
	"{\"command\":\"explain\",\"to\":\"a b\"}",
	"{\"command\":\"explain\",\"to\":\"<>\"}",
	"{\"command\":\"explain\",\"to\":\"\"}",
	"{\"command\":\"route\",\"number\":\"\"}",
	"{\"command\":\"ping\",\"aor\":\"\"}",
	"{\"command\":\"trace\",\"what\":\"192.0.2.1\",\"on\":\"o\"}",
	"{\"command\":\"trace\",\"what\":\"a@b\",\"on\":\"on\",\"to\":\"x\"}",
};


START_TEST(wrong_questions_are_said_to_be)
{
	ck_assert_int_eq(ask(wrongv[_i]), EINVAL);
	ck_assert_str_ne(said("error"), "");
}
END_TEST


START_TEST(a_phone_is_asked_and_answers)
{
	struct control_request *rq;

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	rq = ask_for("{\"command\":\"ping\",\"aor\":\"bob\"}");
	ck_assert_ptr_nonnull(rq);
	talk_expect(&bob, "OPTIONS sip:bob@192.168.1.10:5060");
	talk_reply(&bob, "200 OK", "", "");
	while (!answers)
		(void)phone_quiet(&alice);
	ck_assert_int_eq(answer_err, 0);
	ck_assert_int_eq(number("phones.0.status"), 200);
	ck_assert(json_is_real(at("phones.0.ms")));
	ck_assert_str_eq(said("phones.0.protocol"), "UDP");
	mem_deref(rq);
}
END_TEST


/* the timers' wheel is the server's own: what is due comes at once */
START_TEST(a_phone_that_is_silent_is_not_waited_for_long)
{
	struct control_request *rq;

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	rq = ask_for("{\"command\":\"ping\",\"aor\":\"200\"}");
	ck_assert_ptr_nonnull(rq);
	timers_advance(rig.srv->timers, PHONE_PING_MS);
	for (int i = 0; i < 50 && !answers; i++)
		(void)phone_quiet(&alice);
	ck_assert_int_eq(answer_err, 0);
	ck_assert_str_eq(said("phones.0.error"), "no answer");
	mem_deref(rq);
}
END_TEST


START_TEST(nobody_is_pinged_who_is_not_there)
{
	ck_assert_int_eq(ask("{\"command\":\"ping\",\"aor\":\"bob\"}"),
			 ENOENT);
	ck_assert_str_eq(said("error"), "nobody is registered there");
}
END_TEST


START_TEST(who_gives_up_leaves_no_ping)
{
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	mem_deref(ask_for("{\"command\":\"ping\",\"aor\":\"bob\"}"));
	talk_expect(&bob, "OPTIONS");
	talk_reply(&bob, "200 OK", "", "");
	(void)phone_quiet(&alice);
	ck_assert_uint_eq(answers, 0);
}
END_TEST


START_TEST(the_log_changes_while_it_runs)
{
	ck_assert_int_eq(ask("{\"command\":\"log\",\"level\":\"debug\"}"), 0);
	ck_assert_int_eq(log_level(rig.srv->log), LEVEL_DEBUG);
	ck_assert_int_eq(ask("{\"command\":\"log\"}"), 0);
	ck_assert_str_eq(said("level"), "debug");
	ck_assert_int_eq(ask("{\"command\":\"log\",\"level\":\"error\"}"), 0);
	ck_assert_int_eq(ask("{\"command\":\"status\"}"), 0);
	ck_assert_str_eq(said("log"), "error");
}
END_TEST


static void options(struct phone *ph)
{
	static unsigned n;

	phone_send(ph,
		   "OPTIONS sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKo%u;rport\r\n"
		   "From: <sip:lb@example.net>;tag=1\r\n"
		   "To: <sip:example.net>\r\nCall-ID: o%u\r\n"
		   "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
		   "Content-Length: 0\r\n\r\n",
		   ph->host, ph->port, n, n);
	++n;
}


START_TEST(a_server_that_drains_takes_no_calls_but_keeps_its_phones)
{
	struct talk t;

	talk_begin(&t, &alice, &bob, "up");
	talk_establish(&t, "192.168.1.10", "192.168.1.10");
	ck_assert_int_eq(ask("{\"command\":\"drain\"}"), 0);
	ck_assert(json_is_true(at("draining")));
	ck_assert_int_eq(number("calls"), 1);
	ck_assert_int_eq(ask("{\"command\":\"status\"}"), 0);
	ck_assert_str_eq(said("state"), "draining");

	options(&alice);
	talk_expect(&alice, "SIP/2.0 503");
	ck_assert_str_ne(phone_header(&alice, "Retry-After"), "");

	/* what is up goes on, and ends */
	talk_inside(&t, &alice, "BYE", 9, "", "");
	talk_expect(&bob, "BYE");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");

	talk_begin(&t, &alice, &bob, "new");
	alice.auth[0] = '\0';
	talk_send(&t, &alice, "INVITE", "sip:bob@example.net", "",
		  talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 503");
	ck_assert_str_ne(phone_header(&alice, "Retry-After"), "");
	talk_send(&t, &alice, "INVITE", "sip:110@example.net", "",
		  talk_sdp("192.168.1.10", ""));
	talk_expect(&alice, "SIP/2.0 407");

	ck_assert_int_eq(ask("{\"command\":\"drain\",\"on\":false}"), 0);
	options(&alice);
	talk_expect(&alice, "SIP/2.0 200");
}
END_TEST


START_TEST(status_tells_what_is_to_be_changed)
{
	ck_assert_int_eq(ask("{\"command\":\"status\"}"), 0);
	ck_assert_str_eq(said("version"), VIADUCT_VERSION);
	ck_assert_str_eq(said("state"), "running");
	ck_assert(json_is_false(at("draining")));
	ck_assert_int_eq(number("accounts"), 4);
	ck_assert_ptr_nonnull(
		strstr(said("warnings.0"), "it listens on loopback only"));
}
END_TEST


START_TEST(relays_are_told)
{
	ck_assert_int_eq(ask("{\"command\":\"relays\"}"), 0);
	ck_assert_str_eq(said("mode"), "internal");
	ck_assert_str_eq(said("relays.0.relay"), "internal");
	ck_assert_str_eq(said("relays.0.state"), "up");
	ck_assert_int_gt(number("relays.0.ports_free"), 0);
}
END_TEST


START_TEST(relay_servers_are_told)
{
	rig_stop(&rig);
	rig_start(&rig, "relay { mode = external servers = { "
			"\"sip:192.0.2.9:5060\", "
			"\"sip:192.0.2.10:5062;transport=tcp\" } }\n");
	ck_assert_int_eq(ask("{\"command\":\"relays\"}"), 0);
	ck_assert_str_eq(said("mode"), "external");
	ck_assert_str_eq(said("relays.0.relay"), "sip:192.0.2.9:5060");
	ck_assert_str_eq(said("relays.1.relay"),
			 "sip:192.0.2.10:5062;transport=tcp");
	ck_assert_str_eq(said("relays.1.state"), "up");
}
END_TEST


/* of a phone of bob's that is registered: what one path in the answer says */
static const struct {
	const char *from, *to;
	const char *path, *want;
} explainv[] = {
	{"alice", "bob", "targets.0.kind", "phone"},
	{"alice", "bob", "targets.0.uri", "sip:bob@192.168.1.10:5060"},
	{"alice", "bob", "targets.0.media", "relay"},
	{"alice", "bob", "targets.0.reason", "callee"},
	{"alice", "bob", "targets.0.aor", "bob@example.net"},
	{"alice", "bob", "user", "bob@example.net"},
	{"alice", "bob", "forwards.busy", "sip:carol@example.net"},
	{"alice", "bob", "forwards.noanswer", "0301"},
	{"alice", "bob", "caller", "alice@example.net"},
	{"alice", "200", "user", "bob@example.net"},
	{NULL, "bob", "targets.0.kind", "phone"},
	{"alice", "dora", "targets.0.aor", "bob@example.net"},
	{"alice", "dora", "diverted.0",
	 "<sip:dora@example.net>;reason=unconditional;counter=1"},
	{"alice", "0301", "route", "world"},
	{"alice", "0301", "targets.0.kind", "peer"},
	{"alice", "0301", "targets.0.peer", "one"},
	{"alice", "0301", "targets.0.media", "relay"},
	{"alice", "0301", "targets.0.reason", "peer-relay"},
	{"alice", "0301", "targets.1.uri", "sip:+49301@192.0.2.3:5060"},
	{"bob", "0301", "refused", "Number Not Allowed"},
	{"bob", "110", "targets.0.peer", "one"},
	{"alice", "0900", "route", "premium"},
	{"alice", "0900", "refused", "Number Is Not To Be Called"},
	{"carol", "bob", "refused", "Account Disabled"},
	{"alice", "alice", "refused", "Temporarily Unavailable"},
	{"alice", "nobody", "refused", "Not Found"},
	{"alice", "test", "test_number", "yes"},
	{"two", "bob", "peer", "two"},
	{"alice", "sip:x@198.51.100.9", "refused", "Not Found"},
	{"nobody", "bob", "error", "from: no such account or peer"},
};


START_TEST(a_call_is_explained_without_making_it)
{
	char question[LINE_SIZE];
	const json_t *v;

	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	(void)snprintf(question, sizeof(question),
		       "{\"command\":\"explain\",\"to\":\"%s\"%s%s%s}",
		       explainv[_i].to,
		       explainv[_i].from ? ",\"from\":\"" : "",
		       explainv[_i].from ? explainv[_i].from : "",
		       explainv[_i].from ? "\"" : "");
	(void)ask(question);
	v = at(explainv[_i].path);
	if (!strcmp(explainv[_i].want, "yes"))
		ck_assert(json_is_true(v));
	else
		ck_assert_msg(
			!strcmp(said(explainv[_i].path), explainv[_i].want),
			"%s: %s", explainv[_i].path, json_dumps(answer, 0));
	ck_assert(phone_quiet(&bob));
	ck_assert_ptr_null(rig.srv->proxy->forwardl.head);
}
END_TEST


/* what the explanation says is what becomes of the call */
START_TEST(an_explained_limit_is_the_calls_limit)
{
	struct talk t;

	rig.cfg->limit.calls = 1;
	talk_begin(&t, &alice, &bob, "one");
	talk_establish(&t, "192.168.1.10", "192.168.1.10");
	ck_assert_int_eq(ask("{\"command\":\"explain\",\"from\":\"alice\","
			     "\"to\":\"bob\"}"),
			 0);
	ck_assert_int_eq(number("calls"), 1);
	ck_assert_int_eq(number("calls_max"), 1);
	ck_assert_int_eq(number("status"), 486);
	ck_assert_uint_eq(json_array_size(at("targets")), 0);
	ck_assert_int_eq(ask("{\"command\":\"explain\",\"from\":\"alice\","
			     "\"to\":\"110\"}"),
			 0);
	ck_assert_int_eq(number("status"), 0);
}
END_TEST


Suite *suite_admin_flow(void);
Suite *suite_admin_flow(void)
{
	Suite *s = suite_create("admin_flow");
	TCase *tc = tcase_create("admin_flow");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, registrations_tell_how_phones_are_reached);
	tcase_add_test(tc, registrations_are_searched);
	tcase_add_test(tc, many_registrations_come_in_pages);
	test_table(tc, wrong_questions_are_said_to_be, wrongv);
	tcase_add_test(tc, a_phone_is_asked_and_answers);
	tcase_add_test(tc, a_phone_that_is_silent_is_not_waited_for_long);
	tcase_add_test(tc, nobody_is_pinged_who_is_not_there);
	tcase_add_test(tc, who_gives_up_leaves_no_ping);
	tcase_add_test(tc, the_log_changes_while_it_runs);
	tcase_add_test(
		tc, a_server_that_drains_takes_no_calls_but_keeps_its_phones);
	tcase_add_test(tc, status_tells_what_is_to_be_changed);
	tcase_add_test(tc, relays_are_told);
	tcase_add_test(tc, relay_servers_are_told);
	test_table(tc, a_call_is_explained_without_making_it, explainv);
	tcase_add_test(tc, an_explained_limit_is_the_calls_limit);
	suite_add_tcase(s, tc);

	return s;
}
