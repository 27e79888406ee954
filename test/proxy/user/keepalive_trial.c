/**
 * @file test/proxy/user/keepalive_trial.c  The interval learns from a NAT
 *
 * A NAT in the test: what leaves reaches the phone while its mapping lives;
 * what the phone sends renews it, from another port where it had died.
 */
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "common/metrics.h"
#include "proxy/sip/traffic.h"
#include "proxy/user/keepalive.h"


enum { STEP_MS = 250, HOUR_MS = 3600 * 1000, BASE_S = 25, MAX_S = 180 };

static struct config cfg;
static struct timers *timers;
static struct transport *tp;
static struct txns *txns;
static struct location *loc;
static struct metrics *metrics;
static struct keepalive *ka;
static struct fakeflow *ff;

static struct {
	uint64_t lives_ms;
	bool keeps_port;
	bool rewrites_in; /* what comes in renews it too (Linux) */
	bool deaf;        /* the phone does not answer OPTIONS */
	bool chatty;      /* it sends line ends of its own */
	bool gone;        /* it is switched off */
	uint64_t touched; /* ms */
	uint64_t registers_at;
	unsigned granted_s;
	uint16_t port;
	size_t seen;         /* of what was sent by the flow */
	uint64_t outage_ms;  /* the longest */
	uint64_t outages_ms; /* all of them */
	unsigned options;
} nat;


static void drop_message(struct message *msg, void *arg)
{
	(void)msg;
	(void)arg;
}


static void open_flow(void)
{
	char peer[64];

	(void)re_snprintf(peer, sizeof(peer), "198.51.100.7:%u", nat.port);
	ff = mem_deref(ff);
	ck_assert_int_eq(
		fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060", peer, timers),
		0);
	nat.seen = 0;
}


static void setup(void)
{
	const struct transport_conf tconf = {
		.tcp_per_source = 8,
		.tcp_total = 8,
		.tcp_message_ms = 1000,
		.tcp_idle_ms = 1000,
		.tcp_connect_ms = 1000,
	};
	const struct txn_conf xconf = {500, 4000, 5000, 185000, 1000};
	const struct hash_key key = {{1}};

	memset(&nat, 0, sizeof(nat));
	nat.port = 40000;
	nat.granted_s = 3600;
	memset(&cfg, 0, sizeof(cfg));
	(void)strcpy(cfg.domainv[0], "example.net");
	cfg.domainc = 1;
	cfg.registrar.keepalive = BASE_S;
	cfg.registrar.keepalive_max = MAX_S;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(transport_alloc(&tp, timers, NULL, NULL, &tconf,
					 drop_message, NULL),
			 0);
	ck_assert_int_eq(txns_alloc(&txns, timers, NULL, NULL, &xconf,
				    drop_message, drop_message, NULL),
			 0);
	ck_assert_int_eq(location_alloc(&loc, timers, 10), 0);
	ck_assert_int_eq(keepalive_alloc(&ka, &cfg, &key, loc, tp, txns,
					 timers, NULL, metrics),
			 0);
	open_flow();
	srand(1);
}


static void teardown(void)
{
	ka = mem_deref(ka);
	txns = mem_deref(txns);
	tp = mem_deref(tp);
	loc = mem_deref(loc);
	ff = mem_deref(ff);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static uint64_t metric(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static struct binding *the_binding(void)
{
	const struct pl aor = PL("alice@example.net");

	return list_ledata(list_head(location_get(loc, &aor)));
}


static bool is_alive(void)
{
	return timers_now(timers) - nat.touched <= nat.lives_ms;
}


/* from the phone; a dead mapping is replaced by another one */
static void comes_in(void)
{
	const uint64_t now = timers_now(timers);

	if (nat.touched && !is_alive()) {
		const uint64_t dead = now - nat.touched - nat.lives_ms;

		if (dead > nat.outage_ms)
			nat.outage_ms = dead;
		nat.outages_ms += dead;
		if (!nat.keeps_port) {
			++nat.port;
			open_flow();
		}
	}
	nat.touched = now;
	traffic_note(transport_traffic(tp), &ff->flow->peer, true);
}


static void answer(const char *text)
{
	static struct guard g;
	const char *via = strstr(text, "\r\nVia:");
	struct message *m = NULL;
	char buf[2048];
	int len;

	len = re_snprintf(buf, sizeof(buf), "SIP/2.0 200 OK%s", via);
	ck_assert_int_gt(len, 0);
	ck_assert_int_eq(message_decode(&m, &g, (uint8_t *)buf, (size_t)len),
			 0);
	comes_in();
	m->flow = mem_ref(ff->flow);
	m->src = ff->flow->peer;
	txns_input(txns, m);
	mem_deref(m);
}


static void goes_out(void)
{
	while (nat.seen < ff->sentc) {
		char text[2048];

		ck_assert_uint_lt(ff->sentc, FAKEFLOW_MAX);
		(void)str_ncpy(text, fakeflow_text(ff, nat.seen),
			       sizeof(text));
		++nat.seen;
		/* the log of a fake flow is short */
		if (nat.seen > FAKEFLOW_MAX / 2 && nat.seen == ff->sentc) {
			fakeflow_clear(ff);
			nat.seen = 0;
		}
		traffic_note(transport_traffic(tp), &ff->flow->peer, false);
		if (!is_alive())
			continue;
		if (nat.rewrites_in)
			nat.touched = timers_now(timers);
		if (!strncmp(text, "OPTIONS ", 8)) {
			++nat.options;
			if (!nat.deaf && !nat.gone)
				answer(text);
		}
	}
}


/* at nine tenths of what it was granted, and that differs by some */
static void phone_registers(void)
{
	struct binding b;

	comes_in();
	memset(&b, 0, sizeof(b));
	b.aor = (char *)"alice@example.net";
	b.contact = (char *)"sip:a@192.168.1.10";
	b.callid = (char *)"c";
	b.user_agent = (char *)"Phone/1";
	b.flow = ff->flow;
	b.source = ff->flow->peer;
	b.verdict.media = NAT_RELAY;
	nat.granted_s = 3240 + (unsigned)rand() % 360;
	ck_assert_int_eq(location_put(loc, &b, nat.granted_s), 0);
	nat.registers_at = timers_now(timers) + nat.granted_s * 900ULL +
			   (unsigned)rand() % 500;
}


static void pass(uint64_t ms)
{
	const uint64_t until = timers_now(timers) + ms;
	uint64_t chat = 0;

	while (timers_now(timers) < until) {
		if (!nat.gone && timers_now(timers) >= nat.registers_at)
			phone_registers();
		if (nat.chatty && timers_now(timers) >= chat) {
			comes_in();
			chat = timers_now(timers) + 15000;
		}
		timers_advance(timers, STEP_MS);
		goes_out();
	}
}


static struct keepalive_view view(void)
{
	struct keepalive_view v;

	ck_assert_int_eq(keepalive_view(ka, the_binding(), &v), 0);

	return v;
}


static const struct {
	unsigned lives_s;
	bool keeps_port, rewrites_in;
	unsigned interval_min, interval_max; /* s */
} natv[] = {
	{30, false, true, 25, 25},     {30, true, true, 25, 25},
	{60, false, true, 33, 40},     {60, true, false, 33, 40},
	{120, false, true, 66, 80},    {120, true, true, 66, 80},
	{180, true, false, 100, 120},  {300, false, true, 180, 180},
	{7200, true, false, 180, 180},
};


START_TEST(it_finds_what_a_nat_lives_and_stays_well_below)
{
	struct keepalive_view v;

	nat.lives_ms = natv[_i].lives_s * 1000;
	nat.keeps_port = natv[_i].keeps_port;
	nat.rewrites_in = natv[_i].rewrites_in;
	if (!nat.rewrites_in)
		cfg.registrar.keepalive_options = true;
	pass(20 * HOUR_MS);

	v = view();
	ck_assert_uint_ge(v.interval_s, natv[_i].interval_min);
	ck_assert_uint_le(v.interval_s, natv[_i].interval_max);
	ck_assert_uint_le(v.lived_s, natv[_i].lives_s);
	ck_assert_uint_eq(the_binding()->mapping_s, v.lived_s);

	/* a trial that failed: less than a third of its silence, and the
	 * time until the phone registered */
	ck_assert_uint_le(nat.outage_ms, natv[_i].lives_s * 500 + 8000);
	ck_assert_uint_le(nat.outages_ms, 4 * nat.outage_ms);

	/* from then on there is none */
	nat.outages_ms = 0;
	pass(3 * HOUR_MS);
	ck_assert_uint_eq(nat.outages_ms, 0);
}
END_TEST


START_TEST(what_is_known_means_fewer_keepalives)
{
	uint64_t before, after;

	nat.lives_ms = 7200000;
	nat.rewrites_in = true;
	before = metric("keepalive_sent_total");
	pass(HOUR_MS);
	before = metric("keepalive_sent_total") - before;
	pass(20 * HOUR_MS);
	after = metric("keepalive_sent_total");
	pass(HOUR_MS);
	after = metric("keepalive_sent_total") - after;
	ck_assert_uint_ge(before, 130);
	ck_assert_uint_le(after, 25);
}
END_TEST


START_TEST(a_nat_that_forgets_sooner_is_noticed_at_the_next_keepalive)
{
	nat.lives_ms = 300000;
	nat.rewrites_in = true;
	pass(20 * HOUR_MS);
	ck_assert_uint_eq(view().interval_s, MAX_S);

	nat.lives_ms = 60000;
	pass(10 * 60 * 1000);
	ck_assert_uint_eq(view().interval_s, BASE_S);
	pass(2 * HOUR_MS);
	ck_assert_uint_le(view().interval_s, 60);
}
END_TEST


START_TEST(a_phone_that_does_not_answer_options_keeps_its_interval)
{
	nat.lives_ms = 300000;
	nat.rewrites_in = true;
	nat.deaf = true;
	pass(20 * HOUR_MS);
	ck_assert_uint_eq(view().interval_s, BASE_S);
	ck_assert_uint_eq(view().lived_s, 0);
	ck_assert_uint_eq(view().died_s, 0);
	ck_assert_uint_le(metric("keepalive_trials_total"), 3);
	ck_assert_uint_eq(nat.outages_ms, 0);
}
END_TEST


START_TEST(a_silence_that_was_none_proves_nothing)
{
	nat.lives_ms = 30000;
	nat.rewrites_in = true;
	nat.chatty = true;
	pass(20 * HOUR_MS);
	ck_assert_uint_eq(view().lived_s, 0);
	ck_assert_uint_eq(view().interval_s, BASE_S);
	ck_assert_uint_eq(nat.outages_ms, 0);
}
END_TEST


START_TEST(a_phone_that_is_switched_off_says_nothing_of_its_nat)
{
	nat.lives_ms = 7200000;
	nat.rewrites_in = true;
	pass(4 * HOUR_MS);
	while (metric("keepalive_trials_total") ==
	       metric("keepalive_lived_total"))
		pass(1000);
	/* in the middle of a trial */
	nat.gone = true;
	pass(10 * 60 * 1000);
	ck_assert_uint_eq(metric("keepalive_died_total"), 0);
	pass(2 * HOUR_MS);
	ck_assert_uint_eq(location_count(loc), 0);
}
END_TEST


START_TEST(a_phone_that_comes_back_is_remembered)
{
	uint32_t lived;

	nat.lives_ms = 300000;
	nat.rewrites_in = true;
	pass(20 * HOUR_MS);
	lived = view().lived_s;
	location_del(loc, the_binding());
	nat.registers_at = 0;
	pass(1000);
	ck_assert_uint_eq(view().lived_s, lived);
	ck_assert_uint_eq(the_binding()->mapping_s, lived);
	ck_assert_uint_eq(view().interval_s, MAX_S);
}
END_TEST


START_TEST(a_fixed_interval_is_a_setting)
{
	cfg.registrar.keepalive_max = 0;
	nat.lives_ms = 300000;
	nat.rewrites_in = true;
	pass(20 * HOUR_MS);
	ck_assert_uint_eq(metric("keepalive_trials_total"), 0);
	ck_assert_uint_eq(view().interval_s, BASE_S);
	ck_assert_uint_eq(nat.options, 0);
}
END_TEST


Suite *suite_keepalive_trial(void);
Suite *suite_keepalive_trial(void)
{
	Suite *s = suite_create("keepalive_trial");
	TCase *tc = tcase_create("keepalive_trial");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	test_table(tc, it_finds_what_a_nat_lives_and_stays_well_below, natv);
	tcase_add_test(tc, what_is_known_means_fewer_keepalives);
	tcase_add_test(
		tc,
		a_nat_that_forgets_sooner_is_noticed_at_the_next_keepalive);
	tcase_add_test(
		tc, a_phone_that_does_not_answer_options_keeps_its_interval);
	tcase_add_test(tc, a_silence_that_was_none_proves_nothing);
	tcase_add_test(tc,
		       a_phone_that_is_switched_off_says_nothing_of_its_nat);
	tcase_add_test(tc, a_phone_that_comes_back_is_remembered);
	tcase_add_test(tc, a_fixed_interval_is_a_setting);
	suite_add_tcase(s, tc);

	return s;
}
