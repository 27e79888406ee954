/**
 * @file test/proxy/redirect/announce.c  Whom we serve, told by REGISTER
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/stack.h"
#include "proxy/redirect/announce.h"
#include "proxy/redirect/redirect_server.h"


static struct timers *timers;
static struct stack us, first, second;
static struct announce *a;
static struct config cfg;
static struct redirect_server *rs;
static struct config_peer peer;
static const struct pl bob = PL("bob@example.net");
static const struct hash_key key = {{1}};


static void request_handler(struct message *req, void *arg)
{
	(void)arg;
	redirect_server_request(rs, req, &peer);
}


static void setup(void)
{
	memset(&cfg, 0, sizeof(cfg));
	memset(&peer, 0, sizeof(peer));
	str_ncpy(peer.name, "proxy1", sizeof(peer.name));

	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	stack_open(&us, timers, "127.0.0.1", NULL, NULL);
	stack_open(&first, timers, "127.0.0.2", request_handler, NULL);
	stack_open(&second, timers, "127.0.0.3", NULL, NULL);
	ck_assert_int_eq(redirect_server_alloc(&rs, &cfg, &key, first.tp,
					       first.txns, timers, NULL, NULL),
			 0);

	cfg.redirect.announce = true;
	cfg.redirect.serverc = 1;
	cfg.redirect.serverv[0] = stack_server(&first);
	cfg.redirect.serverv[1] = stack_server(&second);
	str_ncpy(cfg.redirect.name, "proxy1", sizeof(cfg.redirect.name));
}


static void open_announce(void)
{
	ck_assert_int_eq(announce_alloc(&a, &cfg, &key, us.tp, us.txns, timers,
					NULL, NULL),
			 0);
}


static void teardown(void)
{
	a = mem_deref(a);
	rs = mem_deref(rs);
	stack_close(&us);
	stack_close(&first);
	stack_close(&second);
	timers = mem_deref(timers);
}


static bool has_users(void *arg)
{
	return redirect_server_users(rs) == *(uint32_t *)arg;
}


static void wait_users(uint32_t n)
{
	stack_run(timers, has_users, &n);
}


static bool reached(void *arg)
{
	return ((struct stack *)arg)->requests > 0;
}


START_TEST(a_user_is_announced_and_taken_back)
{
	open_announce();
	announce_user(a, &bob, true);
	wait_users(1);
	announce_user(a, &bob, false);
	wait_users(0);
}
END_TEST


START_TEST(the_announcement_is_kept_up)
{
	open_announce();
	announce_user(a, &bob, true);
	wait_users(1);
	for (int i = 0; i < 30; i++) {
		stack_pass(&us, 60);
		ck_assert_uint_eq(redirect_server_users(rs), 1);
	}
	ck_assert_uint_ge(first.requests, 6);
	ck_assert_uint_le(first.requests, 10);
}
END_TEST


START_TEST(a_challenge_is_answered)
{
	str_ncpy(peer.secret, "s3cret", sizeof(peer.secret));
	str_ncpy(cfg.redirect.secret, "s3cret", sizeof(cfg.redirect.secret));
	open_announce();
	announce_user(a, &bob, true);
	wait_users(1);
	ck_assert_uint_eq(first.requests, 2);
	announce_user(a, &bob, false);
	wait_users(0);
}
END_TEST


START_TEST(a_wrong_secret_is_tried_once)
{
	str_ncpy(peer.secret, "s3cret", sizeof(peer.secret));
	str_ncpy(cfg.redirect.secret, "guess", sizeof(cfg.redirect.secret));
	open_announce();
	announce_user(a, &bob, true);
	stack_run(timers, reached, &first);
	stack_run(timers, NULL, NULL);
	timers_advance(timers, 100000);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(first.requests, 2);
	ck_assert_uint_eq(redirect_server_users(rs), 0);
}
END_TEST


START_TEST(a_change_of_mind_under_way_is_followed)
{
	open_announce();
	announce_user(a, &bob, true);
	announce_user(a, &bob, false);
	announce_user(a, &bob, true);
	announce_user(a, &bob, false);
	stack_run(timers, reached, &first);
	wait_users(0);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(redirect_server_users(rs), 0);
	ck_assert_uint_eq(first.requests, 2);
}
END_TEST


START_TEST(a_server_that_is_away_is_told_when_it_is_back)
{
	txns_request_h *h = first.h;

	first.h = NULL;
	first.answer = 503;
	open_announce();
	announce_user(a, &bob, true);
	stack_run(timers, reached, &first);
	stack_run(timers, NULL, NULL);
	first.h = h;
	timers_advance(timers, 2000);
	wait_users(1);
}
END_TEST


START_TEST(all_servers_are_told)
{
	cfg.redirect.serverc = 2;
	second.answer = 404;
	open_announce();
	announce_user(a, &bob, true);
	wait_users(1);
	stack_run(timers, reached, &second);
}
END_TEST


START_TEST(many_users_leave_in_bounded_numbers)
{
	char text[64];
	struct pl aor;

	open_announce();
	for (int i = 0; i < 300; i++) {
		(void)snprintf(text, sizeof(text), "user%d@example.net", i);
		pl_set_str(&aor, text);
		announce_user(a, &aor, true);
		ck_assert_uint_le(txns_clients(us.txns), 50);
	}
	wait_users(300);
}
END_TEST


START_TEST(a_silent_configuration_says_nothing)
{
	cfg.redirect.announce = false;
	open_announce();
	announce_user(a, &bob, true);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(first.requests, 0);
	announce_user(NULL, &bob, true);
	announce_user(a, NULL, true);
}
END_TEST


START_TEST(what_no_uri_can_be_made_of_is_dropped)
{
	const struct pl nohost = PL("bob@");

	open_announce();
	announce_user(a, &nohost, true);
	announce_user(a, &bob, true);
	wait_users(1);
}
END_TEST


Suite *suite_announce(void);
Suite *suite_announce(void)
{
	Suite *s = suite_create("announce");
	TCase *tc = tcase_create("announce");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, a_user_is_announced_and_taken_back);
	tcase_add_test(tc, the_announcement_is_kept_up);
	tcase_add_test(tc, a_challenge_is_answered);
	tcase_add_test(tc, a_wrong_secret_is_tried_once);
	tcase_add_test(tc, a_change_of_mind_under_way_is_followed);
	tcase_add_test(tc, a_server_that_is_away_is_told_when_it_is_back);
	tcase_add_test(tc, all_servers_are_told);
	tcase_add_test(tc, many_users_leave_in_bounded_numbers);
	tcase_add_test(tc, a_silent_configuration_says_nothing);
	tcase_add_test(tc, what_no_uri_can_be_made_of_is_dropped);
	suite_add_tcase(s, tc);

	return s;
}
