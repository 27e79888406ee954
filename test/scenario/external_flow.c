/**
 * @file scenario/external_flow.c  A proxy whose relay is another server
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "proxy/admin/trace/call_ladder.h"
#include "proxy/server_state.h"
#include "test/scenario/parley.h"
#include "test/scenario/rewrite.h"
#include "test/test.h"

enum { ALL_PORTS = PARLEY_PORTS, CALL_PORTS = 4, SHORT_MS = 1500 };

static struct rig relay;
static struct parley t;
static struct media dead; /* a relay server that never answers */


static void relay_start(const char *peer)
{
	const unsigned port = 29600 + PARLEY_PORTS * (getpid() % 90);
	char conf[512];

	(void)snprintf(conf, sizeof(conf),
		       "relay { ports = \"%u-%u\"\nallow_local = yes\n"
		       "quarantine = 0\nlease = 10\nserve = yes }\n"
		       "timer { t1 = 3000\nt2 = 6000 }\n"
		       "peer \"proxy\" { address = { \"%s\" } }\n",
		       port, port + PARLEY_PORTS - 1, peer);
	rig_start(&relay, conf);
}


static void proxy_start(bool dead_first)
{
	char conf[512], first[64] = "";

	if (dead_first)
		(void)snprintf(first, sizeof(first), "\"sip:127.0.0.1:%u\", ",
			       sa_port(&dead.addr));
	(void)snprintf(conf, sizeof(conf),
		       "mode = \"external\"\nlease = 10\n"
		       "servers = { %s\"sip:127.0.0.1:%u\" }",
		       first, sa_port(&relay.us));
	parley_open(&t, conf, NULL);
}


static void setup(void)
{
	media_open(&dead, "127.0.0.1");
	relay_start("127.0.0.1");
	proxy_start(false);
}


static void teardown(void)
{
	parley_close(&t);
	rig_stop(&relay);
	media_close(&dead);
}


static void next_call(const char *callid)
{
	t.route[0] = '\0';
	(void)str_ncpy(t.callid, callid, sizeof(t.callid));
}


static void wait_ports(uint64_t n)
{
	rig_settle(&relay, "relay_ports_free", n, 10000);
}


START_TEST(a_call_is_relayed_elsewhere)
{
	parley_establish(&t);
	wait_ports(ALL_PORTS - CALL_PORTS);
	parley_audio(&t);
	parley_rtcp(&t);
	/* twice: both sides' re-INVITEs go to where the session is */
	parley_reinvite(&t, &t.bob, parley_nat_sdp(&t.bob),
			parley_nat_sdp(&t.alice));
	media_close(&t.alice.rtp);
	media_open(&t.alice.rtp, "127.0.0.10");
	parley_reinvite(&t, &t.alice, parley_nat_sdp(&t.alice),
			parley_nat_sdp(&t.bob));
	parley_audio(&t);
	wait_ports(ALL_PORTS - CALL_PORTS);
	parley_bye(&t, &t.bob);
	wait_ports(ALL_PORTS);
}
END_TEST


/* what was asked of the relay server for the call: an INVITE for each side, a
 * BYE at the end */
static void count_asked(unsigned invites, unsigned redirects, unsigned byes)
{
	const struct ladder_call *c;
	struct pl callid;
	unsigned nv[3] = {0};
	const struct le *le;

	pl_set_str(&callid, t.callid);
	c = call_ladder_find(t.rig.srv->ladder, &callid);
	ck_assert_ptr_nonnull(c);
	LIST_FOREACH(&c->rungl, le)
	{
		const struct rung *r = le->data;

		if (!sa_cmp(&r->peer, &relay.us, SA_ALL))
			continue;
		nv[0] += r->kept > 7 && !memcmp(r->text, "INVITE ", 7);
		nv[1] += r->kept > 11 && !memcmp(r->text, "SIP/2.0 302", 11);
		nv[2] += r->kept > 4 && !memcmp(r->text, "BYE ", 4);
	}
	ck_assert_uint_eq(nv[0], invites);
	ck_assert_uint_eq(nv[1], redirects);
	ck_assert_uint_eq(nv[2], byes);
	ck_assert_uint_eq(call_ladder_count(t.rig.srv->ladder), 1);
}


START_TEST(what_is_asked_stands_in_the_ladder_of_the_call)
{
	parley_establish(&t);
	count_asked(2, 2, 0);
	parley_bye(&t, &t.bob);
	wait_ports(ALL_PORTS);
	count_asked(2, 2, 1);
}
END_TEST


START_TEST(a_dead_server_delays_one_call_only)
{
	uint64_t begin, took;

	parley_close(&t);
	proxy_start(true);
	begin = tmr_jiffies();
	parley_establish(&t);
	took = tmr_jiffies() - begin;
	ck_assert_msg(took > SHORT_MS, "the dead one was not asked: %u ms",
		      (unsigned)took);
	parley_audio(&t);
	parley_bye(&t, &t.alice);

	next_call("parley-2");
	begin = tmr_jiffies();
	parley_establish(&t);
	took = tmr_jiffies() - begin;
	ck_assert_msg(took < SHORT_MS, "%u ms", (unsigned)took);
	parley_audio(&t);
	parley_bye(&t, &t.bob);
	wait_ports(ALL_PORTS);
}
END_TEST


START_TEST(other_relay_servers_are_asked_by_new_calls)
{
	struct rewrite rw;
	char conf[512];

	parley_establish(&t);
	wait_ports(ALL_PORTS - CALL_PORTS);
	rewrite_begin(&rw, &t.rig);
	(void)snprintf(conf, sizeof(conf),
		       "relay { mode = \"external\" lease = 10\n"
		       "ports = \"%u-%u\" allow_local = yes\n"
		       "servers = { \"sip:127.0.0.1:%u\" } }\n"
		       "timer { t1 = 3000 t2 = 6000 }\n",
		       (unsigned)t.port_min,
		       (unsigned)t.port_min + PARLEY_PORTS - 1,
		       sa_port(&dead.addr));
	rewrite_take(&rw, conf);
	ck_assert(rewrite_has(&rw, "changed", "relay.servers"));
	ck_assert_uint_eq(rewrite_count(&rw, "restart"), 0);

	/* the call that stands is kept up where it is, and let go of there */
	parley_audio(&t);
	parley_bye(&t, &t.bob);
	wait_ports(ALL_PORTS);

	next_call("parley-2");
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.alice, "SIP/2.0 503");
	ck_assert_uint_eq(server_counter(relay.srv, "relay_ports_free"),
			  ALL_PORTS);
	rewrite_end(&rw);
}
END_TEST


START_TEST(without_a_server_it_is_503_and_at_once_the_next_time)
{
	uint64_t begin;

	parley_close(&t);
	rig_stop(&relay);
	relay_start("127.0.0.99"); /* we are no peer of it: 403 */
	proxy_start(false);
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	for (int i = 0; i < 2; i++) {
		next_call(i ? "parley-2" : "parley-1");
		begin = tmr_jiffies();
		parley_invite(&t, parley_nat_sdp(&t.alice), "");
		parley_expect(&t.alice, "SIP/2.0 503");
		ck_assert_uint_lt(tmr_jiffies() - begin, SHORT_MS);
	}
	ck_assert(phone_quiet(&t.bob.ph));
	ck_assert_uint_eq(server_counter(relay.srv, "relay_ports_free"),
			  ALL_PORTS);
}
END_TEST


START_TEST(a_cancelled_call_gives_back_what_it_leased)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	wait_ports(ALL_PORTS - CALL_PORTS);
	parley_answer(&t.bob, "486 Busy Here", "");
	parley_expect(&t.alice, "SIP/2.0 486");
	wait_ports(ALL_PORTS);
}
END_TEST


/* and a relay server that has forgotten the session says so, to the end */
START_TEST(a_lease_is_refreshed_until_it_is_forgotten)
{
	parley_establish(&t);
	parley_audio(&t);

	/* the callee's side was the first one */
	rig_settle(&relay, "relay_leases_refreshed_total", 2, 9000);
	parley_audio(&t);
	ck_assert_uint_eq(server_counter(relay.srv, "relay_ports_free"),
			  ALL_PORTS - CALL_PORTS);

	rig_restart(&relay);
	rig_settle(&t.rig, "relay_resources_lost_total", 1, 9000);
	parley_expect(&t.alice, "BYE ");
	parley_answer(&t.alice, "200 OK", "");
	parley_expect(&t.bob, "BYE ");
	parley_answer(&t.bob, "200 OK", "");
}
END_TEST


Suite *suite_external_flow(void);
Suite *suite_external_flow(void)
{
	Suite *s = suite_create("external_flow");
	TCase *tc = tcase_create("external_flow");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_call_is_relayed_elsewhere);
	tcase_add_test(tc, what_is_asked_stands_in_the_ladder_of_the_call);
	tcase_add_test(tc, other_relay_servers_are_asked_by_new_calls);
	tcase_add_test(tc, a_dead_server_delays_one_call_only);
	tcase_add_test(tc,
		       without_a_server_it_is_503_and_at_once_the_next_time);
	tcase_add_test(tc, a_cancelled_call_gives_back_what_it_leased);
	tcase_add_test(tc, a_lease_is_refreshed_until_it_is_forgotten);
	suite_add_tcase(s, tc);

	return s;
}
