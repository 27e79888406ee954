/**
 * @file test/scenario/crash_flow.c  Calls that go on after a kill
 */
#include "common/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "proxy/server_state.h"
#include "test/scenario/killed.h"
#include "test/scenario/parley.h"
#include "test/test.h"

static struct parley t;

enum { ALL_PORTS = PARLEY_PORTS };


static void setup(void)
{
	parley_open(&t, "", NULL);
}


static void teardown(void)
{
	parley_close(&t);
}


/* the journal is some ms behind */
static void settle(void)
{
	ck_assert(phone_quiet(&t.alice.ph));
}


/* what the relay has counted of a side of the one call */
static bool stats_handler(struct call *call, void *arg)
{
	struct relay_stats *st = arg;
	struct resource *res = call_media(call);

	ck_assert_int_eq(
		res->stats(res, 0, (enum relay_side)st->tx_packets, st), 0);

	return true;
}


static struct relay_stats heard_of(enum relay_side side)
{
	struct relay_stats st = {.tx_packets = side};

	calls_apply(t.rig.srv->calls, stats_handler, &st);

	return st;
}


static void kill_it(void)
{
	settle();
	rig_kill(&t.rig, NULL, NULL);
}


static void establish(void)
{
	parley_establish(&t);
	parley_audio(&t);
	parley_rtcp(&t);
}


START_TEST(audio_goes_on_by_itself)
{
	establish();
	kill_it();
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_restored_total"), 1);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_active"), 1);

	/* the first packets already */
	parley_hears(&t.bob, &t.alice);
	parley_hears(&t.alice, &t.bob);
	parley_rtcp(&t);
	parley_bye(&t, &t.bob);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_active"), 0);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


/* the one line of calls.jsonl, the caller's */
static json_t *record(void)
{
	char path[128], line[16384], more[16];
	json_t *o;
	FILE *f;

	rig_settle(&t.rig, "cdr_written_total", 1, 3000);
	(void)snprintf(path, sizeof(path), "%s/calls.jsonl", t.rig.dir);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), f));
	ck_assert_ptr_null(fgets(more, sizeof(more), f));
	(void)fclose(f);
	o = json_loads(line, 0, NULL);
	ck_assert_ptr_nonnull(o);

	return o;
}


static json_int_t packets(const json_t *o, size_t i, const char *side)
{
	const json_t *stream = json_array_get(json_object_get(o, "streams"),
					      i);
	const json_t *end = json_object_get(stream, side);

	return json_integer_value(json_object_get(end, "rx_packets"));
}


START_TEST(it_is_told_once_and_as_a_whole)
{
	struct relay_stats before[2];
	json_t *o;

	establish();
	for (int i = 0; i < 2; i++)
		before[i] = heard_of((enum relay_side)i);
	kill_it();
	parley_hears(&t.bob, &t.alice);
	parley_hears(&t.alice, &t.bob);
	parley_bye(&t, &t.bob);

	o = record();
	ck_assert_str_eq(json_string_value(json_object_get(o, "why")), "bye");
	ck_assert_str_eq(json_string_value(json_object_get(o, "ended_by")),
			 "b");
	ck_assert_uint_eq((uint64_t)packets(o, 0, "a"),
			  before[0].rx_packets + 1);
	ck_assert_uint_eq((uint64_t)packets(o, 0, "b"),
			  before[1].rx_packets + 1);
	json_decref(o);
}
END_TEST


START_TEST(either_end_hangs_up)
{
	establish();
	kill_it();
	parley_bye(&t, _i ? &t.bob : &t.alice);
	parley_wait_ports(&t, ALL_PORTS);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_active"), 0);

	/* and leaves nothing for the next start */
	kill_it();
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_restored_total"), 0);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_lost_total"), 0);
}
END_TEST


START_TEST(a_reinvite_keeps_the_ports)
{
	struct party *who = _i ? &t.bob : &t.alice;
	struct party *other = _i ? &t.alice : &t.bob;
	struct sa to[2];

	establish();
	to[0] = who->to[0];
	to[1] = other->to[0];
	kill_it();
	parley_reinvite(&t, who, parley_nat_sdp(who), parley_nat_sdp(other));
	parley_learn(who, 0);
	parley_learn(other, 0);
	ck_assert(sa_cmp(&who->to[0], &to[0], SA_ALL));
	ck_assert(sa_cmp(&other->to[0], &to[1], SA_ALL));
	parley_hears(&t.bob, &t.alice);
	parley_hears(&t.alice, &t.bob);
	parley_bye(&t, who);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


START_TEST(a_stranger_gets_nothing_of_a_call_that_is_back)
{
	establish();
	kill_it();
	for (int i = 0; i < 20; i++) {
		(void)media_send_rtp(&t.stranger, &t.alice.to[0]);
		(void)media_send_rtp(&t.stranger, &t.bob.to[0]);
	}
	parley_hears(&t.bob, &t.alice);
	parley_hears(&t.alice, &t.bob);
	ck_assert(media_is_silent(&t.stranger));
	parley_bye(&t, &t.alice);
}
END_TEST


START_TEST(killed_again_and_again)
{
	establish();
	for (int i = 0; i < 3; i++) {
		kill_it();
		parley_hears(&t.bob, &t.alice);
		parley_hears(&t.alice, &t.bob);
	}
	parley_bye(&t, &t.alice);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


static void ring(void)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "180 Ringing", "");
	parley_expect(&t.alice, "SIP/2.0 180");
}


static void kill_while_it_rings(void)
{
	const char *invite = strdup(t.bob.ph.msg);

	ck_assert_ptr_nonnull(invite);
	kill_it();
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_restored_total"), 1);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_lost_total"), 0);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_ringing"), 1);

	/* her INVITE is here, his was not sent again */
	parley_expect(&t.alice, "SIP/2.0 100");
	ck_assert(phone_quiet(&t.bob.ph));
	(void)snprintf(t.bob.ph.msg, sizeof(t.bob.ph.msg), "%s", invite);
	free((void *)invite);
}


START_TEST(a_phone_that_rings_is_answered)
{
	ring();
	for (int i = 0; i <= _i; i++)
		kill_while_it_rings();
	parley_answer(&t.bob, "200 OK", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	parley_route(&t);
	parley_ack(&t, &t.alice, NULL);
	parley_audio(&t);
	parley_rtcp(&t);
	kill_it();
	parley_hears(&t.bob, &t.alice);
	parley_hears(&t.alice, &t.bob);
	parley_bye(&t, &t.bob);
	json_decref(record());
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


static void send_cancel(void)
{
	struct phone *ph = &t.alice.ph;

	phone_send(ph,
		   "CANCEL %s SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%sINVITE%u;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=alice\r\n"
		   "To: <sip:bob@example.net>\r\n"
		   "Call-ID: %s\r\nCSeq: %u CANCEL\r\n"
		   "Content-Length: 0\r\n\r\n",
		   t.ruri, ph->host, ph->port, t.callid, t.alice.cseq,
		   t.callid, t.alice.cseq);
}


START_TEST(a_phone_that_rings_is_called_back)
{
	json_t *o;
	char *invite;

	ring();
	kill_while_it_rings();
	invite = strdup(t.bob.ph.msg);
	send_cancel();
	parley_expect(&t.bob, "CANCEL ");
	parley_answer(&t.bob, "200 OK", "");
	(void)snprintf(t.bob.ph.msg, sizeof(t.bob.ph.msg), "%s", invite);
	free(invite);
	parley_answer(&t.bob, "487 Request Terminated", "");
	parley_expect(&t.alice, "SIP/2.0 487");
	parley_expect(&t.bob, "ACK ");
	o = record();
	ck_assert_str_eq(json_string_value(json_object_get(o, "ended_by")),
			 "a");
	ck_assert_int_eq(json_integer_value(json_object_get(o, "status")),
			 487);
	json_decref(o);
	parley_wait_ports(&t, ALL_PORTS);

	/* nor is it there for the next start */
	rig_kill(&t.rig, NULL, NULL);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_restored_total"), 0);
}
END_TEST


START_TEST(a_phone_that_rings_says_no)
{
	ring();
	kill_while_it_rings();
	parley_answer(&t.bob, "486 Busy Here", "");
	parley_expect(&t.alice, "SIP/2.0 486");
	parley_expect(&t.bob, "ACK ");
	json_decref(record());
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_active"), 0);
	parley_wait_ports(&t, ALL_PORTS);
}
END_TEST


/* bob's phones say which ones they are */
static void send_register(struct phone *ph, unsigned n)
{
	++ph->cseq;
	phone_send(
		ph,
		"REGISTER sip:example.net SIP/2.0\r\n"
		"Via: SIP/2.0/TCP 127.0.0.20:%u;branch=z9hG4bK%u-%u;rport\r\n"
		"From: <sip:bob@example.net>;tag=r\r\n"
		"To: <sip:bob@example.net>\r\n"
		"Call-ID: phone-%u-%u\r\nCSeq: %u REGISTER\r\n"
		"Contact: <sip:bob@192.168.1.%u:%u;transport=tcp>;"
		"+sip.instance=\"<urn:uuid:%u>\"\r\n"
		"%sContent-Length: 0\r\n\r\n",
		ph->port, ph->port, ph->cseq, ph->port, n, ph->cseq, n,
		ph->port, n, ph->auth);
	(void)phone_recv(ph);
}


static void register_phone(struct phone *ph, unsigned n)
{
	ph->auth[0] = '\0';
	send_register(ph, n);
	ck_assert_uint_eq(phone_status(ph), 401);
	phone_answer_challenge(ph, "bob", "builder99", "REGISTER",
			       "sip:example.net");
	send_register(ph, n);
	ck_assert_uint_eq(phone_status(ph), 200);
	ph->auth[0] = '\0';
}


static void reconnect(struct phone *ph)
{
	phone_close(ph);
	phone_open_tcp(ph, &t.rig, "127.0.0.20");
}


/* its connection has died, alone or with the server; which of bob's phones it is is
 * known by its instance, the one that came back last is another */
START_TEST(a_phone_that_comes_back_by_another_connection_is_found)
{
	struct phone other;

	reconnect(&t.bob.ph);
	register_phone(&t.bob.ph, 1);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	parley_answer(&t.bob, "200 OK", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_route(&t);
	parley_ack(&t, &t.alice, NULL);
	if (_i)
		kill_it();

	phone_close(&t.bob.ph);
	settle();
	phone_open_tcp(&t.bob.ph, &t.rig, "127.0.0.20");
	register_phone(&t.bob.ph, 1);
	phone_open_tcp(&other, &t.rig, "127.0.0.21");
	register_phone(&other, 2);
	parley_bye(&t, &t.alice);
	ck_assert(phone_quiet(&other));
	phone_close(&other);
}
END_TEST


/* another process was quicker: the call is lost, and that is said */
static void take_port(const struct rig *rig, void *arg)
{
	int *fd = arg;
	(void)rig;

	*fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(*fd, &t.alice.to[0].u.sa, t.alice.to[0].len), 0);
}


START_TEST(a_port_that_is_taken_loses_its_call_only)
{
	int fd = -1;

	establish();
	settle();
	rig_kill(&t.rig, take_port, &fd);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_restored_total"), 0);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_lost_total"), 1);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_active"), 0);
	(void)close(fd);

	/* it is no call for the start after this one either, as the token says
	 * enough for its BYE */
	parley_bye(&t, &t.alice);
	kill_it();
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_lost_total"), 0);
}
END_TEST


static void write_over(const struct rig *rig, const char *name)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", rig->dir, name);
	f = fopen(path, "r+");
	ck_assert_ptr_nonnull(f);
	for (int i = 0; i < 20000; i++)
		(void)fputc(0xa5, f);
	(void)fclose(f);
}


static void damage(const struct rig *rig, void *arg)
{
	const unsigned *which = arg;

	if (*which & 1)
		write_over(rig, "calls.db");
	if (*which & 2)
		write_over(rig, "calls.spool");
}


START_TEST(damaged_files_keep_nobody_from_starting)
{
	unsigned which = (unsigned)_i;

	establish();
	settle();
	rig_kill(&t.rig, damage, &which);
	ck_assert_uint_le(rig_counter(&t.rig, "calls_restored_total"), 1);

	/* and it keeps calls from now on */
	parley_reinvite(&t, &t.alice, parley_nat_sdp(&t.alice),
			parley_nat_sdp(&t.bob));
	parley_learn(&t.alice, 0);
	parley_learn(&t.bob, 0);
	parley_audio(&t);
	kill_it();
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_restored_total"), 1);
	parley_hears(&t.bob, &t.alice);
	parley_hears(&t.alice, &t.bob);
	parley_bye(&t, &t.alice);
}
END_TEST


START_TEST(a_server_that_was_stopped_has_no_calls)
{
	establish();
	settle();
	rig_restart(&t.rig);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_restored_total"), 0);
	ck_assert_uint_eq(rig_counter(&t.rig, "calls_lost_total"), 0);
}
END_TEST


Suite *suite_crash_flow(void);
Suite *suite_crash_flow(void)
{
	Suite *s = suite_create("crash_flow");
	TCase *tc = tcase_create("crash_flow");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, audio_goes_on_by_itself);
	tcase_add_test(tc, it_is_told_once_and_as_a_whole);
	tcase_add_loop_test(tc, either_end_hangs_up, 0, 2);
	tcase_add_loop_test(tc, a_reinvite_keeps_the_ports, 0, 2);
	tcase_add_test(tc, a_stranger_gets_nothing_of_a_call_that_is_back);
	tcase_add_test(tc, killed_again_and_again);
	tcase_add_test(tc,
		       a_phone_that_comes_back_by_another_connection_is_found);
	tcase_add_loop_test(tc, a_phone_that_rings_is_answered, 0, 2);
	tcase_add_test(tc, a_phone_that_rings_is_called_back);
	tcase_add_test(tc, a_phone_that_rings_says_no);
	tcase_add_test(tc, a_port_that_is_taken_loses_its_call_only);
	tcase_add_loop_test(tc, damaged_files_keep_nobody_from_starting, 1, 4);
	tcase_add_test(tc, a_server_that_was_stopped_has_no_calls);
	suite_add_tcase(s, tc);

	return s;
}
