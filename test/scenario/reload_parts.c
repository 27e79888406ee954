/**
 * @file scenario/reload_parts.c  What a reload takes, part by part
 *
 * A call of alice and bob stands, with audio, while the file is written anew.
 * What it says then is in force for what begins afterwards; the call goes on,
 * and ends as it would have.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <re.h>
#include <rem.h>
#include "proxy/admin/history/cdr_rotation.h"
#include "proxy/admin/trace/call_ladder.h"
#include "proxy/admin/trace/traces.h"
#include "proxy/media/call_record.h"
#include "proxy/server_state.h"
#include "proxy/sip/resolve.h"
#include "test/mock/hook.h"
#include "test/mock/nameserver.h"
#include "test/mock/tone.h"
#include "test/scenario/parley.h"
#include "test/scenario/rewrite.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { TEXT_MAX = 2048, RELOADS = 100 };

#define TIMER "timer { t1 = 3000 t2 = 6000 }\n"
#define TOKEN "192.168.1.10:5060;transport=tcp;pn-provider=fcm;pn-prid=t1"

static struct parley t;
static struct rewrite rw;
static struct phone caller;
static struct talk talk; /* of the caller and bob's phone */


static void setup(void)
{
	parley_open(&t, "quarantine = 0", NULL);
	rewrite_begin(&rw, &t.rig);
	phone_open(&caller, &t.rig, "127.0.0.11");
	talk_begin(&talk, &caller, &t.bob.ph, "new-1");
	parley_establish(&t);
	parley_audio(&t);
}


static void teardown(void)
{
	rewrite_end(&rw);
	phone_close(&caller);
	parley_close(&t);
}


/* the file has those lines, and these in its relay section; it is taken, and
 * nothing in it needs a restart */
static void take(const char *relay, const char *text)
{
	char conf[TEXT_MAX];

	(void)snprintf(conf, sizeof(conf),
		       "relay { ports = \"%u-%u\" allow_local = yes "
		       "quarantine = 0 %s }\n%s",
		       (unsigned)t.port_min,
		       (unsigned)t.port_min + PARLEY_PORTS - 1, relay, text);
	rewrite_take(&rw, conf);
	ck_assert_uint_eq(rewrite_count(&rw, "restart"), 0);
}


static void stands(void)
{
	parley_audio(&t);
	parley_bye(&t, &t.alice);
	rig_settle(&t.rig, "calls_active", 0, 1000);
}


static void next(const char *callid)
{
	talk.callid = callid;
}


/* a call that the other one has at its phone; nobody answers */
static void ring(const char *body)
{
	talk_invite(&talk, "", body);
	talk_expect(&t.bob.ph, "INVITE ");
}


static void give_up(void)
{
	talk_reply(&t.bob.ph, "486 Busy Here", "", "");
	talk_expect(&caller, "SIP/2.0 486 ");
	talk_expect(&t.bob.ph, "ACK ");
}


START_TEST(timers_of_new_transactions)
{
	ring(talk_sdp("192.168.1.10", ""));
	ck_assert(phone_quiet(&t.bob.ph));
	next("new-2");
	take("", "timer { t1 = 50 t2 = 500 }\n");
	ck_assert(rewrite_has(&rw, "changed", "timer.t1"));
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	for (int i = 0; i < 3; i++)
		talk_expect(&t.bob.ph, "INVITE ");
	give_up();
}
END_TEST


static int capture_open(struct sa *sa)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(sa_set_str(sa, "127.0.0.1", 0), 0);
	ck_assert_int_eq(bind(fd, &sa->u.sa, sa->len), 0);
	ck_assert_int_eq(getsockname(fd, &sa->u.sa, &sa->len), 0);

	return fd;
}


/* what has come, all of it: is that in it? */
static bool captured(int fd, const char *text)
{
	char got[TEXT_MAX];
	bool found = false;
	ssize_t n;

	while ((n = recv(fd, got, sizeof(got), MSG_DONTWAIT)) > 0)
		found |= memmem(got, (size_t)n, text, strlen(text)) != NULL;

	return found;
}


static void options(const char *callid)
{
	next(callid);
	talk_request(&talk, &caller, "OPTIONS", "", "");
	(void)phone_recv(&caller);
}


START_TEST(where_messages_are_sent)
{
	char conf[TEXT_MAX];
	struct sa a, b;
	const int fd_a = capture_open(&a), fd_b = capture_open(&b);

	(void)re_snprintf(conf, sizeof(conf),
			  TIMER "hep { server = \"udp:%J\" }\n", &a);
	take("", conf);
	ck_assert(rewrite_has(&rw, "changed", "hep.server"));
	options("to-a");
	ck_assert(captured(fd_a, "to-a"));

	(void)re_snprintf(
		conf, sizeof(conf),
		TIMER "hep { server = \"udp:%J\" password = \"sesame\" }\n",
		&b);
	take("", conf);
	options("to-b");
	ck_assert(!captured(fd_a, "to-b"));
	ck_assert(captured(fd_b, "to-b"));
	options("to-b-2");
	ck_assert(captured(fd_b, "sesame"));

	take("", TIMER);
	options("to-none");
	ck_assert(!captured(fd_a, "to-none"));
	ck_assert(!captured(fd_b, "to-none"));
	stands();
	(void)close(fd_a);
	(void)close(fd_b);
}
END_TEST


START_TEST(what_is_kept_of_messages)
{
	struct server *srv = t.rig.srv;

	ck_assert_uint_eq(call_ladder_count(srv->ladder), 1);
	take("", TIMER "trace { ladder = 0 size = 0 flight_size = 0 }\n");
	ck_assert_uint_eq(call_ladder_count(srv->ladder), 0);
	ck_assert_int_eq(traces_begin(srv->traces, "127.0.0.1", false),
			 ENOTSUP);
	parley_audio(&t);

	take("", TIMER "trace { flight_days = 3 }\n");
	ck_assert_int_eq(traces_begin(srv->traces, "127.0.0.1", false), 0);
	talk_invite(&talk, "", talk_sdp("192.168.1.10", ""));
	talk_expect(&t.bob.ph, "INVITE ");
	ck_assert_uint_eq(call_ladder_count(srv->ladder), 1);
	give_up();
	stands();
}
END_TEST


START_TEST(how_many_phones_an_account_has)
{
	struct phone other;

	phone_open(&other, &t.rig, "127.0.0.21");
	phone_register(&other, "bob", "builder99", "192.168.1.11:5060");
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	ck_assert_uint_eq(rig_counter(&t.rig, "location_bindings"), 2);
	take("", TIMER "registrar { contacts = 2 }\n");
	ck_assert_uint_eq(rig_counter(&t.rig, "location_bindings"), 2);
	phone_register(&other, "bob", "builder99", "192.168.1.12:5060");
	ck_assert_uint_eq(rig_counter(&t.rig, "location_bindings"), 2);
	take("", TIMER);
	phone_register(&other, "bob", "builder99", "192.168.1.13:5060");
	ck_assert_uint_eq(rig_counter(&t.rig, "location_bindings"), 3);
	stands();
	phone_close(&other);
}
END_TEST


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void wait_for_hook(const struct hook *hook)
{
	struct tmr tmr;

	tmr_init(&tmr);
	for (unsigned n = 0; n < 300 && !hook->requests; n++) {
		tmr_start(&tmr, 10, stop_handler, NULL);
		(void)re_main(NULL);
	}
	tmr_cancel(&tmr);
	ck_assert_uint_eq(hook->requests, 1);
}


START_TEST(who_wakes_phones)
{
	char conf[TEXT_MAX];
	struct phone asleep;
	struct hook hook;

	hook_open(&hook, 200);
	(void)snprintf(conf, sizeof(conf), TIMER "push { url = \"%s\" }\n",
		       hook.url);
	take("", conf);
	ck_assert(rewrite_has(&rw, "changed", "push.url"));
	phone_open_tcp(&asleep, &t.rig, "127.0.0.22");
	phone_register(&asleep, "bob", "builder99", TOKEN);
	ck_assert_str_eq(phone_header(&asleep, "Feature-Caps"),
			 "*;+sip.pns=\"fcm\"");
	phone_close(&asleep);
	rig_settle(&t.rig, "tcp_connections", 0, 1000);
	ring(talk_sdp("192.168.1.10", ""));
	wait_for_hook(&hook);

	/* and nobody any more */
	take("", TIMER);
	phone_open_tcp(&asleep, &t.rig, "127.0.0.22");
	phone_register(&asleep, "bob", "builder99", TOKEN);
	ck_assert_str_eq(phone_header(&asleep, "Feature-Caps"), "");
	phone_close(&asleep);
	parley_audio(&t);
	hook_close(&hook);
}
END_TEST


START_TEST(whether_phones_show_a_password)
{
	struct phone stranger;

	take("", TIMER "auth = no\n");
	phone_open(&stranger, &t.rig, "127.0.0.23");
	talk.alice = &stranger;
	talk_request(&talk, &stranger, "INVITE", "",
		     talk_sdp("192.168.1.10", ""));
	talk_expect(&stranger, "SIP/2.0 100 ");
	talk_expect(&t.bob.ph, "INVITE ");
	talk_reply(&t.bob.ph, "486 Busy Here", "", "");
	talk_expect(&stranger, "SIP/2.0 486 ");
	talk_expect(&t.bob.ph, "ACK ");

	take("", TIMER "auth = yes\n");
	ck_assert_ptr_nonnull(t.rig.srv->eviction);
	next("new-2");
	talk_request(&talk, &stranger, "INVITE", "",
		     talk_sdp("192.168.1.10", ""));
	talk_expect(&stranger, "SIP/2.0 407 ");
	phone_close(&stranger);
	stands();
}
END_TEST


START_TEST(how_long_a_new_call_may_be)
{
	take("", TIMER "limit { call_length = 1 }\n");
	ring(talk_sdp("192.168.1.10", ""));
	talk_reply(&t.bob.ph, "200 OK", "", talk_sdp("192.168.1.10", ""));
	talk_expect(&caller, "SIP/2.0 200 ");
	(void)snprintf(talk.route, sizeof(talk.route), "%s",
		       phone_header(&caller, "Record-Route"));
	talk_inside(&talk, &caller, "ACK", talk.invite, "", "");
	talk_expect(&t.bob.ph, "ACK ");
	talk_expect(&t.bob.ph, "BYE ");
	talk_reply(&t.bob.ph, "200 OK", "", "");
	talk_expect(&caller, "BYE ");
	talk_reply(&caller, "200 OK", "", "");
	/* the one of before has the time of before */
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_active"), 1);
	stands();
}
END_TEST


START_TEST(what_becomes_of_ice)
{
	static const char ice[] =
		"a=ice-ufrag:abcd\r\na=ice-pwd:password+of+22+characters\r\n"
		"a=candidate:1 1 UDP 2130706431 192.168.1.10 4000 typ "
		"host\r\n";

	ring(talk_sdp("192.168.1.10", ice));
	ck_assert_ptr_nonnull(strstr(t.bob.ph.msg, "a=ice-lite"));
	give_up();
	next("new-2");
	take("ice = \"remove\"", TIMER);
	ck_assert(rewrite_has(&rw, "changed", "relay.ice"));
	ring(talk_sdp("192.168.1.10", ice));
	ck_assert_ptr_null(strstr(t.bob.ph.msg, "a=ice-"));
	give_up();
	stands();
}
END_TEST


static void hops_handler(int err, const struct hop *hopv, size_t hopc,
			 void *arg)
{
	struct sa *sa = arg;

	ck_assert_int_eq(err, 0);
	ck_assert_uint_ge(hopc, 1);
	sa_cpy(sa, &hopv[0].addr);
	re_cancel();
}


static void find_host(struct sa *sa)
{
	const struct pl pl = PL("sip:a.example.org:5060;transport=udp");
	struct resolve_query *q = NULL;
	struct sipuri uri;
	struct tmr tmr;

	sa_init(sa, AF_UNSPEC);
	tmr_init(&tmr);
	ck_assert_int_eq(sipuri_decode(&uri, &pl), 0);
	ck_assert_int_eq(
		resolve(&q, t.rig.srv->resolver, &uri, hops_handler, sa), 0);
	tmr_start(&tmr, RIG_WAIT_MS, stop_handler, NULL);
	if (q)
		(void)re_main(NULL);
	tmr_cancel(&tmr);
	mem_deref(q);
}


START_TEST(who_knows_names)
{
	static const char *const addrv[] = {"192.0.2.1", "192.0.2.2"};
	struct nameserver nsv[2];
	char conf[TEXT_MAX];
	struct sa sa, want;

	for (int i = 0; i < 2; i++) {
		nameserver_open(&nsv[i], "127.0.0.53");
		zone_add(&nsv[i].zone, "a.example.org", 300, "A", addrv[i]);
		(void)re_snprintf(conf, sizeof(conf),
				  TIMER "dns { servers = { \"%J\" } }\n",
				  &nsv[i].addr);
		take("", conf);
		find_host(&sa);
		ck_assert_int_eq(sa_set_str(&want, addrv[i], 5060), 0);
		ck_assert(sa_cmp(&sa, &want, SA_ALL));
	}
	stands();
	nameserver_close(&nsv[0]);
	nameserver_close(&nsv[1]);
}
END_TEST


/* alice calls somebody whom we do not serve */
static void call_elsewhere(unsigned scode)
{
	static const char uri[] = "sip:zoe@example.net";

	caller.auth[0] = '\0';
	talk_send(&talk, &caller, "INVITE", uri, "",
		  talk_sdp("192.168.1.10", ""));
	(void)phone_recv(&caller);
	phone_answer_challenge(&caller, "alice", "wonderland", "INVITE", uri);
	talk_send(&talk, &caller, "INVITE", uri, "",
		  talk_sdp("192.168.1.10", ""));
	do {
		(void)phone_recv(&caller);
	} while (phone_status(&caller) == 100 && scode != 100);
	ck_assert_uint_eq(phone_status(&caller), scode);
}


START_TEST(who_is_asked_for_callees)
{
	struct phone serverv[2];
	char conf[TEXT_MAX];

	call_elsewhere(404);
	for (int i = 0; i < 2; i++) {
		static const char *const hostv[] = {"127.0.0.31",
						    "127.0.0.32"};

		phone_open(&serverv[i], &t.rig, hostv[i]);
		(void)snprintf(
			conf, sizeof(conf),
			TIMER
			"redirect { name = \"us\" secret = \"12345678\"\n"
			"servers = { \"sip:%s:%u\" } }\n",
			hostv[i], serverv[i].port);
		take("", conf);
		/* it hears who is here already */
		talk_expect(&serverv[i], "REGISTER ");
		ck_assert_str_eq(phone_header(&serverv[i], "Expires"), "600");
		ck_assert_ptr_nonnull(strstr(phone_header(&serverv[i], "To"),
					     "bob@example.net"));
		talk_reply(&serverv[i], "200 OK", "Expires: 600\r\n", "");
	}

	/* who is left hears that they are gone; the other one is asked */
	talk_expect(&serverv[0], "REGISTER ");
	ck_assert_str_eq(phone_header(&serverv[0], "Expires"), "0");
	talk_reply(&serverv[0], "200 OK", "", "");
	next("new-2");
	call_elsewhere(100);
	talk_expect(&serverv[1], "INVITE sip:zoe@example.net ");
	talk_reply(&serverv[1], "404 Not Found", "", "");
	talk_expect(&serverv[1], "ACK ");
	talk_expect(&caller, "SIP/2.0 404 ");
	stands();
	phone_close(&serverv[0]);
	phone_close(&serverv[1]);
}
END_TEST


START_TEST(whether_peers_are_answered_with_302)
{
	static const char peer[] = TIMER
		"peer \"p\" { address = { \"127.0.0.33\" } }\n";
	char conf[TEXT_MAX];
	struct phone other;

	phone_open(&other, &t.rig, "127.0.0.33");
	(void)snprintf(conf, sizeof(conf), "%sredirect { serve = yes }\n",
		       peer);
	take("", conf);
	talk_send(&talk, &other, "INVITE", "sip:zoe@example.net", "", "");
	(void)phone_recv(&other);
	ck_assert_uint_eq(rig_counter(&t.rig, "redirect_server_unknown_total"),
			  1);

	take("", peer);
	next("new-2");
	talk_send(&talk, &other, "INVITE", "sip:zoe@example.net", "", "");
	(void)phone_recv(&other);
	ck_assert_uint_eq(rig_counter(&t.rig, "redirect_server_unknown_total"),
			  1);
	ck_assert_ptr_null(t.rig.srv->redirect_server);
	stands();
	phone_close(&other);
}
END_TEST


START_TEST(which_ports_a_new_call_has)
{
	char conf[TEXT_MAX];
	unsigned port = 0;

	(void)snprintf(
		conf, sizeof(conf),
		"relay { ports = \"30500-30531\" allow_local = yes "
		"media_timeout = 70 quarantine = 1 latch_packets = 2 }\n"
		"%s",
		TIMER);
	rewrite_take(&rw, conf);
	ck_assert(rewrite_has(&rw, "changed", "relay.ports"));
	ck_assert_uint_eq(rewrite_count(&rw, "restart"), 0);
	ring(talk_sdp("192.168.1.10", ""));
	ck_assert_int_eq(
		sscanf(strstr(t.bob.ph.msg, "m=audio "), "m=audio %u", &port),
		1);
	ck_assert(port >= 30500 && port <= 30531);
	give_up();
	stands();
	rig_settle(&t.rig, "relay_ports_free", 32, 5000);
	ck_assert_uint_eq(rig_counter(&t.rig, "relay_ports"), 32);
}
END_TEST


/* the file is where it is to be, and no more */
static bool recorded_in(const char *dir)
{
	char path[TEXT_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", t.rig.dir, dir);

	return !access(path, F_OK);
}


static bool id_handler(struct call *call, void *arg)
{
	*(struct call **)arg = call;

	return true;
}


static void record(void)
{
	struct call *call = NULL;
	const char *why = "";

	calls_apply(t.rig.srv->calls, id_handler, &call);
	ck_assert_ptr_nonnull(call);
	ck_assert_msg(!call_record(call, true, &why), "%s", why);
	for (int i = 0; i < 20; i++)
		parley_hears(&t.alice, &t.bob);
	ck_assert_int_eq(call_record(call, false, &why), 0);
}


static void wait_for_file(const char *dir)
{
	struct tmr tmr;

	tmr_init(&tmr);
	for (int i = 0; i < 300 && !recorded_in(dir); i++) {
		tmr_start(&tmr, 10, stop_handler, NULL);
		(void)re_main(NULL);
	}
	tmr_cancel(&tmr);
	ck_assert(recorded_in(dir));
}


START_TEST(where_calls_are_recorded)
{
	char conf[TEXT_MAX];

	for (int i = 0; i < 2; i++) {
		const char *dir = i ? "second" : "first";

		(void)snprintf(conf, sizeof(conf),
			       TIMER "record { directory = \"%s/%s\" }\n",
			       t.rig.dir, dir);
		take("", conf);
		ck_assert(rewrite_has(&rw, "changed", "record.directory"));
		ck_assert(!recorded_in(dir));
		record();
		wait_for_file(dir);
	}
	take("", TIMER "record { calls = 0 }\n");
	ck_assert_ptr_nonnull(t.rig.srv->recorder);
	stands();
}
END_TEST


START_TEST(what_callers_hear_before_a_refusal)
{
	char conf[TEXT_MAX], path[TEXT_MAX / 2];

	(void)snprintf(path, sizeof(path), "%s/gone.wav", t.rig.dir);
	tone_write(path, 600, 1, 8000, 1, AUFMT_S16LE);
	(void)snprintf(conf, sizeof(conf),
		       TIMER
		       "announcement gone { file = \"%s\" reply = { 404 } }\n"
		       "sounds { calls = 7 }\n",
		       path);
	call_elsewhere(404);
	next("new-2");
	take("", conf);
	ck_assert(rewrite_has(&rw, "changed", "announcement \"gone\""));
	ck_assert(rewrite_has(&rw, "changed", "sounds.calls"));
	call_elsewhere(183);
	ck_assert_ptr_nonnull(strstr(caller.msg, "m=audio "));

	/* it is heard to its end, whatever the file says meanwhile */
	take("", TIMER);
	do {
		(void)phone_recv(&caller);
	} while (phone_status(&caller) == 183);
	ck_assert_uint_eq(phone_status(&caller), 404);
	next("new-3");
	call_elsewhere(404);
	stands();
}
END_TEST


/* a record more, and a file of that size gives way */
START_TEST(how_long_records_are_kept)
{
	const char *path = t.rig.cfg->cdr.file;
	char former[TEXT_MAX];
	struct tmr tmr;
	FILE *f = fopen(path, "a");

	ck_assert_ptr_nonnull(f);
	for (int i = 0; i < 20000; i++)
		(void)fprintf(f, "%100s\n", "{}");
	(void)fclose(f);
	take("", TIMER "cdr { rotate_size = 1 keep = 3 }\n"
		       "history { days = 5 size = 7 }\n");
	ck_assert(rewrite_has(&rw, "changed", "cdr.rotate_size"));
	ck_assert(rewrite_has(&rw, "changed", "history.days"));
	ck_assert_int_eq(cdr_rotation_last(former, sizeof(former), path),
			 ENOENT);
	stands();

	tmr_init(&tmr);
	for (int i = 0; i < 300; i++) {
		if (!cdr_rotation_last(former, sizeof(former), path))
			break;
		tmr_start(&tmr, 10, stop_handler, NULL);
		(void)re_main(NULL);
	}
	tmr_cancel(&tmr);
	ck_assert_int_eq(cdr_rotation_last(former, sizeof(former), path), 0);
}
END_TEST


/* one call from the first to the last, others between them */
START_TEST(a_hundred_reloads_under_calls)
{
	struct phone server;
	char confv[2][TEXT_MAX], callid[32];

	phone_open(&server, &t.rig, "127.0.0.31");
	(void)snprintf(confv[0], sizeof(confv[0]),
		       "relay { ports = \"%u-%u\" allow_local = yes }\n" TIMER,
		       (unsigned)t.port_min,
		       (unsigned)t.port_min + PARLEY_PORTS - 1);
	(void)snprintf(confv[1], sizeof(confv[1]),
		       "relay { ports = \"30500-30563\" allow_local = yes\n"
		       "media_timeout = 90 quarantine = 1 ice = \"remove\" }\n"
		       "timer { t1 = 2000 t2 = 5000 }\n"
		       "dns { servers = { \"127.0.0.54\" } timeout = 900 }\n"
		       "redirect { servers = { \"sip:127.0.0.31:%u\" }\n"
		       "announce = no serve = yes }\n"
		       "hep { server = \"udp:127.0.0.31:%u\" }\n"
		       "trace { ladder = 1 size = 0 flight_size = 1 }\n"
		       "record { directory = \"%s/other\" calls = 3 }\n"
		       "registrar { contacts = 3 }\n"
		       "push { url = \"http://127.0.0.31/\" }\n",
		       server.port, server.port, t.rig.dir);
	for (int i = 0; i < RELOADS; i++) {
		rewrite_take(&rw, confv[(i + 1) % 2]);
		ck_assert_uint_eq(rewrite_count(&rw, "restart"), 0);
		if (i % 10)
			continue;
		parley_hears(&t.alice, &t.bob);
		parley_hears(&t.bob, &t.alice);
		(void)snprintf(callid, sizeof(callid), "turn-%d", i);
		next(callid);
		ring(talk_sdp("192.168.1.10", ""));
		give_up();
	}
	stands();
	rig_settle(&t.rig, "relay_ports_free", PARLEY_PORTS, 10000);
	phone_close(&server);
}
END_TEST


Suite *suite_reload_parts(void);
Suite *suite_reload_parts(void)
{
	Suite *s = suite_create("reload_parts");
	TCase *tc = tcase_create("reload_parts");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, timers_of_new_transactions);
	tcase_add_test(tc, where_messages_are_sent);
	tcase_add_test(tc, what_is_kept_of_messages);
	tcase_add_test(tc, how_many_phones_an_account_has);
	tcase_add_test(tc, who_wakes_phones);
	tcase_add_test(tc, whether_phones_show_a_password);
	tcase_add_test(tc, how_long_a_new_call_may_be);
	tcase_add_test(tc, what_becomes_of_ice);
	tcase_add_test(tc, who_knows_names);
	tcase_add_test(tc, who_is_asked_for_callees);
	tcase_add_test(tc, whether_peers_are_answered_with_302);
	tcase_add_test(tc, which_ports_a_new_call_has);
	tcase_add_test(tc, where_calls_are_recorded);
	tcase_add_test(tc, what_callers_hear_before_a_refusal);
	tcase_add_test(tc, how_long_records_are_kept);
	tcase_add_test(tc, a_hundred_reloads_under_calls);
	suite_add_tcase(s, tc);

	return s;
}
