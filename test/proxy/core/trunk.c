/**
 * @file test/proxy/core/trunk.c  A carrier that challenges, dies, comes back
 */
#include <errno.h>
#include <string.h>
#include "common/metrics.h"
#include "proxy/core/trunk.h"
#include "proxy/core/trunk_register.h"
#include "proxy/sip/resolve.h"
#include "test/mock/stack.h"
#include "test/test.h"


static struct timers *timers;
static struct metrics *metrics;
static struct resolver *resolver;
static struct stack us, carrier;
static struct trunks *trunks;
static struct trunk *trunk;
static struct config cfg;
static struct config_peer peer;

/** What the carrier does, and what it has seen */
static struct {
	uint16_t options; /* its answer to OPTIONS; 0: silence */
	uint16_t fails;   /* its answer to REGISTER, 0: as it should */
	uint32_t min_expires, grants;
	bool md5_only;
	unsigned registers, registered, nonce, wrong;
	char contact[128];
	uint32_t asked;
} seen;


static void reply(struct message *req, uint16_t scode, const char *extra)
{
	struct server_txn *txn = NULL;

	ck_assert_int_eq(server_txn_alloc(&txn, carrier.txns, req, NULL, NULL),
			 0);
	ck_assert_int_eq(server_txn_reply(txn, scode, NULL, extra), 0);
	mem_deref(txn);
}


static void challenge(struct message *req)
{
	char extra[512];

	++seen.nonce;
	(void)re_snprintf(
		extra, sizeof(extra),
		"%s%u\"\r\n"
		"WWW-Authenticate: Digest realm=\"carrier.net\", qop=\"auth\","
		" algorithm=%s, nonce=\"n%u\"\r\n",
		"WWW-Authenticate: Digest realm=\"carrier.net\", "
		"qop=\"auth\", nonce=\"n",
		seen.nonce, seen.md5_only ? "NONE" : "SHA-256", seen.nonce);
	reply(req, 401, extra);
}


static bool is_right(const struct message *req)
{
	const struct hdr *h = message_hdr(req, HDR_AUTHORIZATION);
	const struct pl user = PL("us"), pw = PL("s3cret");
	struct digest_cred c;
	char ha1[DIGEST_HEX_MAX], nonce[16];

	if (!h || digest_cred_decode(&c, &h->val))
		return false;

	ck_assert_int_eq(c.alg, seen.md5_only ? DIGEST_MD5 : DIGEST_SHA256);
	(void)re_snprintf(nonce, sizeof(nonce), "n%u", seen.nonce);
	digest_ha1(ha1, c.alg, &user, &c.realm, &pw);
	if (digest_verify(&c, ha1, &req->met)) {
		++seen.wrong;
		return false;
	}

	return !pl_strcmp(&c.nonce, nonce);
}


static void take_register(struct message *req)
{
	struct pl val = PL_INIT;
	char extra[256];

	++seen.registers;
	if (seen.fails) {
		reply(req, seen.fails, NULL);
		return;
	}
	if (!is_right(req)) {
		challenge(req);
		return;
	}

	ck_assert_int_eq(message_u32(req, HDR_EXPIRES, 100000, &seen.asked),
			 0);
	if (seen.asked < seen.min_expires) {
		(void)re_snprintf(extra, sizeof(extra), "Min-Expires: %u\r\n",
				  seen.min_expires);
		reply(req, 423, extra);
		return;
	}

	++seen.registered;
	ck_assert_int_eq(message_value(req, HDR_CONTACT, 0, &val), 0);
	(void)pl_strcpy(&val, seen.contact, sizeof(seen.contact));
	(void)re_snprintf(extra, sizeof(extra),
			  "Contact: <sip:else@192.0.2.1>;expires=9999, "
			  "%r;expires=%u\r\n",
			  &val, seen.grants);
	reply(req, 200, extra);
}


static void request_handler(struct message *req, void *arg)
{
	(void)arg;
	if (message_is(req, "REGISTER"))
		take_register(req);
	else if (seen.options)
		reply(req, seen.options, NULL);
}


static void setup(void)
{
	struct resolver_conf rc = {
		.deadline_ms = 1000, .cache_max = 10, .pending_max = 10};

	memset(&seen, 0, sizeof(seen));
	seen.grants = 600;
	memset(&cfg, 0, sizeof(cfg));
	memset(&peer, 0, sizeof(peer));
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	rc.can4[FLOW_UDP] = true;
	ck_assert_int_eq(resolver_alloc(&resolver, &rc, timers, NULL, NULL),
			 0);
	stack_open(&us, timers, "127.0.0.1", NULL, NULL);
	stack_open(&carrier, timers, "127.0.0.2", request_handler, NULL);

	cfg.peerv = &peer;
	cfg.peerc = 1;
	(void)str_ncpy(peer.name, "carrier", sizeof(peer.name));
	(void)re_snprintf(peer.uri, sizeof(peer.uri), "sip:%J", &carrier.addr);
	(void)str_ncpy(peer.user, "us", sizeof(peer.user));
	(void)str_ncpy(peer.password, "s3cret", sizeof(peer.password));
	peer.expires = 3600;
	peer.deadline = 6;
}


static void teardown(void)
{
	trunks = mem_deref(trunks);
	stack_close(&us);
	stack_close(&carrier);
	resolver = mem_deref(resolver);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static int try_start(void)
{
	const struct trunks_conf conf = {
		.cfg = &cfg,
		.tp = us.tp,
		.txns = us.txns,
		.resolver = resolver,
		.timers = timers,
		.metrics = metrics,
		.token_key = {{7}},
	};

	return trunks_alloc(&trunks, &conf);
}


static void start(void)
{
	ck_assert_int_eq(try_start(), 0);
	trunk = trunks_find(trunks, "carrier");
	ck_assert_ptr_nonnull(trunk);
}


static bool is_up(void *arg)
{
	return trunk->down != *(bool *)arg;
}


static void wait_up(bool up)
{
	for (int i = 0; i < 200 && trunk->down == up; i++)
		stack_pass(&us, 1);
	stack_run(timers, is_up, &up);
}


static uint64_t gauge(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


START_TEST(a_trunk_that_does_not_answer_is_down_after_two_misses)
{
	peer.probe = 30;
	seen.options = 200;
	start();
	stack_pass(&us, 60);
	ck_assert(!trunk->down);
	ck_assert_uint_ge(carrier.requests, 2);

	seen.options = 0;
	stack_pass(&us, 20);
	wait_up(false);
	ck_assert_uint_eq(gauge("peer_up{peer=\"carrier\"}"), 0);

	seen.options = 404; /* whatever it says, it lives */
	wait_up(true);
	ck_assert_uint_eq(gauge("peer_up{peer=\"carrier\"}"), 1);
}
END_TEST


static const struct {
	uint16_t scode;
	bool up;
} probev[] = {{200, true},  {401, true}, {404, true}, {405, true},
	      {483, true},  {500, true}, {501, true}, {503, false},
	      {408, false}, {603, true}};


START_TEST(what_it_answers_says_whether_it_takes_calls)
{
	peer.probe = 10;
	seen.options = probev[_i].scode;
	start();
	stack_pass(&us, 40);
	stack_run(timers, NULL, NULL);
	ck_assert(trunk->down != probev[_i].up);
}
END_TEST


START_TEST(one_miss_is_no_outage)
{
	peer.probe = 10;
	seen.options = 503;
	start();
	while (!carrier.requests)
		stack_pass(&us, 1);
	seen.options = 200;
	stack_pass(&us, 60);
	ck_assert(!trunk->down);
}
END_TEST


static bool registered(void *arg)
{
	(void)arg;

	return trunk_is_registered(trunk->reg);
}


START_TEST(we_register_answer_the_challenge_and_refresh)
{
	peer.do_register = true;
	seen.md5_only = _i == 1;
	start();
	ck_assert(!trunk_is_registered(trunk->reg));
	timers_advance(timers, 300);
	stack_run(timers, registered, NULL);
	ck_assert_uint_eq(seen.asked, 3600);
	ck_assert_uint_eq(seen.registers, 2);
	ck_assert_uint_ge(trunk_registered_for(trunk->reg), 590);
	ck_assert_uint_le(trunk_registered_for(trunk->reg), 600);
	ck_assert_uint_eq(gauge("peer_registered{peer=\"carrier\"}"), 1);

	/* at half of what was granted; the nonce is known */
	for (int i = 0; i < 30; i++) {
		stack_pass(&us, 60);
		ck_assert(trunk_is_registered(trunk->reg));
	}
	ck_assert_uint_ge(seen.registered, 6);
	ck_assert_uint_le(seen.registered, 9);
	ck_assert_uint_eq(seen.registers, seen.registered + 1);
}
END_TEST


START_TEST(the_contact_is_a_secret_that_stays)
{
	char first[128], token[TRUNK_TOKEN_SIZE];

	peer.do_register = true;
	start();
	timers_advance(timers, 300);
	stack_run(timers, registered, NULL);
	(void)str_ncpy(first, seen.contact, sizeof(first));
	trunk_token(token, trunk);
	ck_assert_ptr_nonnull(strstr(first, token));
	trunks = mem_deref(trunks);

	start();
	timers_advance(timers, 300);
	stack_run(timers, registered, NULL);
	ck_assert_str_eq(seen.contact, first);
}
END_TEST


START_TEST(a_longer_life_is_asked_for_where_the_registrar_wants_it)
{
	peer.do_register = true;
	peer.expires = 60;
	seen.min_expires = 900;
	start();
	timers_advance(timers, 300);
	stack_run(timers, registered, NULL);
	ck_assert_uint_eq(seen.asked, 900);
}
END_TEST


START_TEST(failures_make_a_pause_that_doubles)
{
	peer.do_register = true;
	seen.fails = 500;
	start();
	for (int i = 0; i < 60; i++)
		stack_pass(&us, 60);
	ck_assert(!trunk_is_registered(trunk->reg));
	ck_assert_uint_eq(trunk_register_status(trunk->reg), 500);
	ck_assert_uint_ge(seen.registers, 9);
	ck_assert_uint_le(seen.registers, 16);

	seen.fails = 0;
	stack_pass(&us, 600);
	stack_run(timers, registered, NULL);
	ck_assert_uint_eq(trunk_register_status(trunk->reg), 0);
}
END_TEST


START_TEST(a_wrong_password_is_not_hammered)
{
	peer.do_register = true;
	(void)str_ncpy(peer.password, "wrong", sizeof(peer.password));
	start();
	stack_pass(&us, 3);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(seen.registers, 2);
	ck_assert_uint_eq(seen.wrong, 1);
	ck_assert_uint_eq(trunk_register_status(trunk->reg), 401);
}
END_TEST


START_TEST(another_realm_is_not_answered)
{
	peer.do_register = true;
	(void)str_ncpy(peer.realm, "other.net", sizeof(peer.realm));
	start();
	stack_pass(&us, 3);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(seen.registers, 1);
}
END_TEST


START_TEST(a_registration_that_is_not_renewed_ends)
{
	peer.do_register = true;
	start();
	timers_advance(timers, 300);
	stack_run(timers, registered, NULL);
	seen.fails = 503;
	stack_pass(&us, 700);
	stack_run(timers, NULL, NULL);
	ck_assert(!trunk_is_registered(trunk->reg));
	ck_assert_uint_eq(gauge("peer_registered{peer=\"carrier\"}"), 0);
}
END_TEST


START_TEST(a_call_to_our_contact_is_known_by_token_and_host)
{
	char text[512];
	struct message *m;
	struct sa other;

	peer.do_register = true;
	start();
	timers_advance(timers, 300);
	stack_run(timers, registered, NULL);

	(void)re_snprintf(text, sizeof(text),
			  "INVITE %b SIP/2.0\r\n"
			  "Via: SIP/2.0/UDP %J;branch=z9hG4bK1\r\n"
			  "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\n"
			  "Call-ID: c\r\nCSeq: 1 INVITE\r\n\r\n",
			  seen.contact + 1, strlen(seen.contact) - 2,
			  &carrier.addr);
	m = stack_message(&us, &carrier.addr, text);
	ck_assert_ptr_eq(trunks_inbound(trunks, m), trunk);
	mem_deref(m);

	ck_assert_int_eq(sa_set_str(&other, "127.0.0.9", 5060), 0);
	m = stack_message(&us, &other, text);
	ck_assert_ptr_null(trunks_inbound(trunks, m));
	mem_deref(m);

	text[12] = text[12] == '0' ? '1' : '0';
	m = stack_message(&us, &carrier.addr, text);
	ck_assert_ptr_null(trunks_inbound(trunks, m));
	mem_deref(m);
}
END_TEST


START_TEST(calls_at_once_have_a_limit)
{
	void *slotv[3];

	peer.calls = 2;
	start();
	ck_assert_int_eq(trunk_admit(&slotv[0], trunk, false), 0);
	ck_assert_int_eq(trunk_admit(&slotv[1], trunk, false), 0);
	ck_assert_int_eq(trunk_admit(&slotv[2], trunk, false), EBUSY);
	ck_assert_int_eq(trunk_admit(&slotv[2], trunk, true), 0);
	ck_assert_uint_eq(gauge("peer_calls{peer=\"carrier\"}"), 3);
	mem_deref(slotv[2]);
	mem_deref(slotv[1]);
	ck_assert_uint_eq(gauge("peer_calls{peer=\"carrier\"}"), 1);
	ck_assert_int_eq(trunk_admit(&slotv[1], trunk, false), 0);
	mem_deref(slotv[1]);

	/* a call may outlive the trunks */
	trunks = mem_deref(trunks);
	mem_deref(slotv[0]);
}
END_TEST


START_TEST(calls_a_minute_have_a_limit)
{
	unsigned passed = 0;
	void *slot;

	peer.calls_per_minute = 6;
	start();
	for (int i = 0; i < 20; i++) {
		if (!trunk_admit(&slot, trunk, false)) {
			++passed;
			mem_deref(slot);
		}
	}
	ck_assert_uint_eq(passed, 6);
	ck_assert_int_eq(trunk_admit(&slot, trunk, false), EAGAIN);
	ck_assert_int_eq(trunk_admit(&slot, trunk, true), 0);
	mem_deref(slot);
	timers_advance(timers, 10000);
	ck_assert_int_eq(trunk_admit(&slot, trunk, false), 0);
	mem_deref(slot);
	ck_assert_int_eq(trunk_admit(&slot, trunk, false), EAGAIN);
	timers_advance(timers, 3600000);
	for (passed = 0; !trunk_admit(&slot, trunk, false); passed++)
		mem_deref(slot);
	ck_assert_uint_eq(passed, 6);
}
END_TEST


START_TEST(where_its_name_leads_is_remembered)
{
	struct sa sa;

	start();
	ck_assert_int_eq(sa_set_str(&sa, "192.0.2.0", 5060), 0);
	ck_assert(!trunks_are_at(trunks, &sa));
	for (uint32_t i = 0; i <= TRUNK_HOSTS_MAX; i++) {
		sa_set_in(&sa, 0xc0000200 + i, 5060);
		trunk_goes_to(trunk, &sa);
		trunk_goes_to(trunk, &sa);
		sa_set_port(&sa, 40000);
		ck_assert(trunks_are_at(trunks, &sa));
	}
	sa_set_in(&sa, 0xc0000200, 5060);
	ck_assert(!trunks_are_at(trunks, &sa));
	trunk_goes_to(NULL, &sa);
	ck_assert(!trunks_are_at(NULL, &sa));
}
END_TEST


START_TEST(who_fails_rests)
{
	start();
	ck_assert(!trunk_rests(trunk));
	trunk_heard(trunk, 486);
	ck_assert(!trunk_rests(trunk));
	trunk_heard(trunk, 0);
	ck_assert(trunk_rests(trunk));
	timers_advance(timers, TRUNK_REST_MS);
	ck_assert(!trunk_rests(trunk));
	trunk_heard(trunk, 503);
	ck_assert(trunk_rests(trunk));
	trunk_heard(trunk, 200);
	ck_assert(!trunk_rests(trunk));
}
END_TEST


static const struct {
	const char *uri, *num, *ruri;
} uriv[] = {
	{"sip:carrier.net", "110", "sip:110@carrier.net"},
	{"sips:carrier.net:5071;transport=tls", "+4930",
	 "sips:+4930@carrier.net:5071;transport=tls"},
	{"sip:[2001:db8::1]", "*21#", "sip:*21%23@[2001:db8::1]"},
	{"", "110", "sip:110@192.0.2.5:5060"},
};


START_TEST(a_number_becomes_a_uri)
{
	char buf[CONFIG_URI_MAX];

	(void)str_ncpy(peer.uri, uriv[_i].uri, sizeof(peer.uri));
	(void)sa_set_str(&peer.addrv[0], "192.0.2.5", 0);
	peer.addrc = 1;
	start();
	ck_assert_int_eq(
		trunk_number_uri(buf, sizeof(buf), trunk, uriv[_i].num), 0);
	ck_assert_str_eq(buf, uriv[_i].ruri);
	ck_assert_int_eq(trunk_number_uri(buf, 10, trunk, "110"), EOVERFLOW);
}
END_TEST


START_TEST(out_of_memory_leaves_nothing)
{
	int err = ENOMEM;

	peer.probe = 30;
	peer.do_register = true;
	for (int n = 0; err; n++) {
		oom_after(n);
		err = try_start();
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	}
}
END_TEST


static void change(struct config_peer *v, size_t n)
{
	struct trunk_change *c = NULL;
	struct config next;

	memset(&next, 0, sizeof(next));
	next.peerv = v;
	next.peerc = n;
	ck_assert_int_eq(trunk_change_alloc(&c, trunks, &next), 0);
	cfg.peerv = v;
	cfg.peerc = n;
	trunk_change_take(c);
}


static bool asked_to_end(void *arg)
{
	(void)arg;

	return seen.registered >= 2;
}


static void start_registered(void)
{
	peer.do_register = true;
	start();
	timers_advance(timers, 300);
	stack_run(timers, registered, NULL);
}


START_TEST(a_peer_that_stays_keeps_its_calls_and_its_registration)
{
	struct config_peer v[2] = {{.name = "first"}};
	const struct trunk_registration *reg;
	void *slot = NULL;

	start_registered();
	reg = trunk->reg;
	ck_assert_int_eq(trunk_admit(&slot, trunk, false), 0);
	v[1] = peer;
	v[1].priority = 7;
	change(v, 2);

	ck_assert_ptr_eq(trunks_find(trunks, "carrier"), trunk);
	ck_assert_ptr_eq(trunks_at(trunks, 1), trunk);
	ck_assert_ptr_eq(trunk->peer, &v[1]);
	ck_assert_ptr_eq(trunk->reg, reg);
	ck_assert_uint_eq(trunk->calls, 1);
	ck_assert_uint_eq(seen.registered, 1);
	ck_assert_ptr_eq(trunks_of(trunks, &peer), trunk);
	mem_deref(slot);
	ck_assert_uint_eq(trunk->calls, 0);
}
END_TEST


/* its registrar is told; a call of it goes on */
START_TEST(a_peer_that_is_gone_is_left)
{
	void *slot = NULL;

	start_registered();
	ck_assert_int_eq(trunk_admit(&slot, trunk, false), 0);
	change(NULL, 0);
	ck_assert_ptr_null(trunks_find(trunks, "carrier"));
	stack_run(timers, asked_to_end, NULL);
	ck_assert_uint_eq(seen.asked, 0);
	ck_assert_uint_eq(gauge("peer_registered{peer=\"carrier\"}"), 0);
	mem_deref(slot);
}
END_TEST


START_TEST(a_registration_that_is_not_wanted_is_taken_back)
{
	struct config_peer other;

	start_registered();
	other = peer;
	other.do_register = false;
	change(&other, 1);
	ck_assert_ptr_null(trunk->reg);
	stack_run(timers, asked_to_end, NULL);
	ck_assert_uint_eq(seen.asked, 0);
}
END_TEST


/* nothing that was learnt of the old place counts */
START_TEST(a_peer_that_moves_is_asked_anew)
{
	struct config_peer other;

	start_registered();
	trunk->down = true;
	other = peer;
	(void)str_ncpy(other.user, "new", sizeof(other.user));
	change(&other, 1);
	ck_assert(!trunk->down);
	ck_assert_ptr_nonnull(trunk->reg);
	ck_assert(!trunk_is_registered(trunk->reg));
	ck_assert_str_eq(trunk->login.server.nonce, "");
}
END_TEST


/* also while the registrar is asked */
START_TEST(a_change_that_is_given_up_changes_nothing)
{
	struct config_peer v[2] = {{.name = "new"}};
	struct trunk_change *c = NULL;
	struct config next;

	start_registered();
	memset(&next, 0, sizeof(next));
	next.peerv = v;
	next.peerc = 1;
	ck_assert_int_eq(trunk_change_alloc(&c, trunks, &next), 0);
	mem_deref(c);
	ck_assert_ptr_eq(trunks_find(trunks, "carrier"), trunk);
	ck_assert(trunk_is_registered(trunk->reg));

	change(NULL, 0);
	trunks = mem_deref(trunks);
}
END_TEST


Suite *suite_trunk(void);
Suite *suite_trunk(void)
{
	Suite *s = suite_create("trunk");
	TCase *tc = tcase_create("trunk");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc,
		       a_trunk_that_does_not_answer_is_down_after_two_misses);
	test_table(tc, what_it_answers_says_whether_it_takes_calls, probev);
	tcase_add_test(tc, one_miss_is_no_outage);
	tcase_add_loop_test(tc, we_register_answer_the_challenge_and_refresh,
			    0, 2);
	tcase_add_test(tc, the_contact_is_a_secret_that_stays);
	tcase_add_test(
		tc, a_longer_life_is_asked_for_where_the_registrar_wants_it);
	tcase_add_test(tc, failures_make_a_pause_that_doubles);
	tcase_add_test(tc, a_wrong_password_is_not_hammered);
	tcase_add_test(tc, another_realm_is_not_answered);
	tcase_add_test(tc, a_registration_that_is_not_renewed_ends);
	tcase_add_test(tc, a_call_to_our_contact_is_known_by_token_and_host);
	tcase_add_test(tc, calls_at_once_have_a_limit);
	tcase_add_test(tc, calls_a_minute_have_a_limit);
	tcase_add_test(tc, where_its_name_leads_is_remembered);
	tcase_add_test(tc, who_fails_rests);
	test_table(tc, a_number_becomes_a_uri, uriv);
	tcase_add_test(tc, out_of_memory_leaves_nothing);
	tcase_add_test(tc,
		       a_peer_that_stays_keeps_its_calls_and_its_registration);
	tcase_add_test(tc, a_peer_that_is_gone_is_left);
	tcase_add_test(tc, a_registration_that_is_not_wanted_is_taken_back);
	tcase_add_test(tc, a_peer_that_moves_is_asked_anew);
	tcase_add_test(tc, a_change_that_is_given_up_changes_nothing);
	suite_add_tcase(s, tc);

	return s;
}
