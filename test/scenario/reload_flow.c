/**
 * @file scenario/reload_flow.c  The file is read again while calls go on
 */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "proxy/core/peer.h"
#include "proxy/core/trunk.h"
#include "proxy/server_state.h"
#include "test/scenario/rewrite.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { RELOADS = 100 };

static const char first[] =
	"relay { ports = \"22800-22899\" allow_local = yes }\n"
	"peer one { address = \"127.0.0.50\" media = \"relay\" }\n"
	"peer two { address = \"127.0.0.51\" }\n"
	"route world { match = \"0*\" peers = { two } }\n";

static const char second[] =
	"relay { ports = \"23800-23899\" allow_local = yes workers = 2 }\n"
	"proxy { ring = 20 }\n"
	"limit { requests = 7000 }\n"
	"tcp { idle_timeout = 700 }\n"
	"sounds { test = \"echo\" }\n"
	"peer one { address = { \"127.0.0.50\", \"127.0.0.60\" }\n"
	"  media = \"direct\" secret = \"hidden-one\" }\n"
	"peer three { address = \"127.0.0.53\" }\n"
	"route world { match = \"0*\" peers = { three } }\n";

static struct rig rig;
static struct phone alice, bob;
static struct talk talk;
static struct rewrite rw;
static int held; /* a socket on a port that others want */


static void setup(void)
{
	held = -1;
	rig_start(&rig, first);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	rewrite_begin(&rw, &rig);
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
	talk_begin(&talk, &alice, &bob, "reload-1");
}


static void teardown(void)
{
	rewrite_end(&rw);
	if (held >= 0)
		(void)close(held);
	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
}


static void late_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


/* a port of loopback that nobody else has; UDP */
static int take_port(struct sa *sa)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	sa_set_in(sa, INADDR_LOOPBACK, 0);
	ck_assert_int_eq(bind(fd, &sa->u.sa, sa->len), 0);
	ck_assert_int_eq(getsockname(fd, &sa->u.sa, &sa->len), 0);

	return fd;
}


static const struct config_peer *peer_at(const char *host)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, host, 5060), 0);

	return peers_find(rig.srv->proxy->peers, &sa);
}


START_TEST(a_call_goes_on_across_a_reload)
{
	const struct config *cfg = rig.cfg;
	char listener[64];
	struct sa sa;

	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	(void)close(take_port(&sa));
	(void)re_snprintf(listener, sizeof(listener), ", \"udp:%J\"", &sa);
	rewrite_file(&rw, listener, second);
	rewrite_reload(&rw);
	ck_assert_msg(rewrite_is_ok(&rw), "%s", rewrite_error(&rw));

	/* told */
	ck_assert(rewrite_has(&rw, "changed", "listen"));
	ck_assert(rewrite_has(&rw, "changed", "proxy.ring"));
	ck_assert(rewrite_has(&rw, "changed", "peer \"one\""));
	ck_assert(rewrite_has(&rw, "changed", "peer \"two\""));
	ck_assert(rewrite_has(&rw, "changed", "peer \"three\""));
	ck_assert(rewrite_has(&rw, "changed", "route \"world\""));
	ck_assert(rewrite_has(&rw, "changed", "relay.ports"));
	ck_assert(rewrite_has(&rw, "restart", "relay.workers"));
	ck_assert_uint_eq(rewrite_count(&rw, "restart"), 1);

	/* and done */
	ck_assert_uint_eq(cfg->proxy.ring, 20);
	ck_assert_uint_eq(cfg->relay.port_min, 23800);
	ck_assert_uint_eq(cfg->relay.workers, 0);
	ck_assert_int_eq(peer_at("127.0.0.50")->media, CONFIG_MEDIA_DIRECT);
	ck_assert_ptr_nonnull(peer_at("127.0.0.60"));
	ck_assert_ptr_null(peer_at("127.0.0.51"));
	ck_assert_ptr_nonnull(peer_at("127.0.0.53"));
	ck_assert_ptr_null(trunks_find(rig.srv->proxy->trunks, "two"));
	ck_assert_int_eq(server_bound(rig.srv, 2, &sa), 0);
	ck_assert_uint_ne(sa_port(&sa), 0);

	/* the phones notice nothing */
	talk_inside(&talk, &alice, "BYE", 7, "", "");
	talk_expect(&bob, "BYE ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
}
END_TEST


START_TEST(a_new_listener_is_heard_and_goes_again)
{
	char listener[64];
	struct sa sa, us = rig.us;

	(void)close(take_port(&sa));
	(void)re_snprintf(listener, sizeof(listener), ", \"udp:%J\"", &sa);
	rewrite_file(&rw, listener, first);
	rewrite_reload(&rw);
	ck_assert(rewrite_is_ok(&rw));

	rig.us = sa;
	talk_request(&talk, &alice, "OPTIONS", "", "");
	(void)phone_recv(&alice);
	ck_assert_uint_ne(phone_status(&alice), 503);

	rig.us = us;
	rewrite_file(&rw, "", first);
	rewrite_reload(&rw);
	ck_assert(rewrite_is_ok(&rw));
	ck_assert_int_eq(server_bound(rig.srv, 2, &sa), ENOENT);
	rig.us = sa;
	talk_request(&talk, &alice, "OPTIONS", "", "");
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), 503);
	rig.us = us;
}
END_TEST


START_TEST(a_wrong_file_changes_nothing)
{
	static const struct {
		const char *text, *fault;
	} v[] = {
		{"proxy { ring = 20 }\nproxi { ring = 20 }\n",
		 "viaduct.conf:7: unknown key \"proxi\""},
		{"proxy { ring = 0 }\n", "viaduct.conf:6: ring"},
		{"peer one { }\n", "peer \"one\" has no address"},
		{"listen { }", "listen"},
	};
	const char *error;

	rewrite_file(&rw, "", v[_i].text);
	rewrite_reload(&rw);
	ck_assert(!rewrite_is_ok(&rw));
	error = rewrite_error(&rw);
	ck_assert_msg(strstr(error, v[_i].fault), "%s", error);
	ck_assert_uint_eq(rig.cfg->proxy.ring, 30);
	ck_assert_ptr_nonnull(peer_at("127.0.0.51"));
}
END_TEST


START_TEST(a_listener_among_the_relays_ports_is_refused)
{
	rewrite_file(&rw, ", \"udp:127.0.0.1:23850\"", second);
	rewrite_reload(&rw);
	ck_assert(!rewrite_is_ok(&rw));
	ck_assert_ptr_nonnull(strstr(rewrite_error(&rw), "23850"));
	ck_assert_uint_eq(rig.cfg->proxy.ring, 30);
}
END_TEST


START_TEST(a_file_that_is_gone_changes_nothing)
{
	rewrite_reload(&rw);
	ck_assert(!rewrite_is_ok(&rw));
	ck_assert_ptr_nonnull(peer_at("127.0.0.51"));
}
END_TEST


/* what was opened before it is closed again */
START_TEST(a_port_in_use_changes_nothing)
{
	char listeners[128];
	const char *error;
	struct sa open, taken;
	int fd;

	(void)close(take_port(&open));
	held = take_port(&taken);
	(void)re_snprintf(listeners, sizeof(listeners),
			  ", \"udp:%J\", \"udp:%J\"", &open, &taken);
	rewrite_file(&rw, listeners, second);
	rewrite_reload(&rw);
	ck_assert(!rewrite_is_ok(&rw));
	error = rewrite_error(&rw);
	ck_assert_msg(strstr(error, "Address already in use"), "%s", error);

	ck_assert_uint_eq(rig.cfg->proxy.ring, 30);
	ck_assert_uint_eq(rig.cfg->listenc, 2);
	ck_assert_ptr_nonnull(peer_at("127.0.0.51"));
	ck_assert_ptr_null(peer_at("127.0.0.53"));
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(fd, &open.u.sa, open.len), 0);
	(void)close(fd);

	/* and once it is free, the same file is fine */
	(void)close(held);
	held = -1;
	rewrite_reload(&rw);
	ck_assert(rewrite_is_ok(&rw));
	ck_assert_uint_eq(rig.cfg->listenc, 4);
}
END_TEST


START_TEST(many_reloads_leave_nothing)
{
	talk_establish(&talk, "192.168.1.10", "192.168.1.10");
	for (int i = 0; i < RELOADS; i++) {
		rewrite_file(&rw, "", i % 2 ? first : second);
		rewrite_reload(&rw);
		ck_assert(rewrite_is_ok(&rw));
	}
	ck_assert_ptr_nonnull(peer_at("127.0.0.51"));
	ck_assert_ptr_null(trunks_at(rig.srv->proxy->trunks, 2));

	talk_inside(&talk, &alice, "BYE", 7, "", "");
	talk_expect(&bob, "BYE ");
	talk_reply(&bob, "200 OK", "", "");
	talk_expect(&alice, "SIP/2.0 200 ");
}
END_TEST


START_TEST(the_same_file_changes_nothing)
{
	rewrite_file(&rw, "", second);
	rewrite_reload(&rw);
	rewrite_reload(&rw);
	ck_assert(rewrite_is_ok(&rw));
	ck_assert_uint_eq(rewrite_count(&rw, "changed"), 0);
	/* it still waits for one */
	ck_assert(rewrite_has(&rw, "restart", "relay.workers"));
}
END_TEST


static void ask_for(const char *user, unsigned scode)
{
	char uri[64];

	(void)re_snprintf(uri, sizeof(uri), "sip:%s@example.net", user);
	alice.auth[0] = '\0';
	talk_send(&talk, &alice, "OPTIONS", uri, "", "");
	(void)phone_recv(&alice);
	phone_answer_challenge(&alice, "alice", "wonderland", "OPTIONS", uri);
	talk_send(&talk, &alice, "OPTIONS", uri, "", "");
	(void)phone_recv(&alice);
	ck_assert_uint_eq(phone_status(&alice), scode);
}


START_TEST(the_test_number_has_another_name)
{
	ask_for("test", 200);
	rewrite_file(&rw, "", second);
	rewrite_reload(&rw);
	ck_assert(rewrite_has(&rw, "changed", "sounds.test"));
	ask_for("echo", 200);
	ask_for("test", 404);
}
END_TEST


static void run_until_ring(uint32_t ring)
{
	const struct config *cfg = rig.cfg;

	for (int i = 0; i < 1000 && cfg->proxy.ring != ring; i++) {
		struct tmr tmr;

		tmr_init(&tmr);
		tmr_start(&tmr, 10, late_handler, NULL);
		(void)re_main(NULL);
		tmr_cancel(&tmr);
	}
	ck_assert_uint_eq(cfg->proxy.ring, ring);
}


START_TEST(a_signal_does_the_same)
{
	rewrite_file(&rw, "", second);
	ck_assert_int_eq(kill(getpid(), SIGHUP), 0);
	run_until_ring(20);
}
END_TEST


static int threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		++n;
	(void)closedir(dir);

	return n;
}


/* it is about what was written since the reading began */
START_TEST(a_signal_while_the_file_is_read_is_not_lost)
{
	const int before = threads();

	rewrite_file(&rw, "", first);
	ck_assert_int_eq(server_reload(rig.srv), 0);
	while (threads() > before)
		(void)sched_yield();
	rewrite_file(&rw, "", second);
	server_reload_signalled(rig.srv);
	run_until_ring(20);
}
END_TEST


/* whoever asked is gone, and the server stops, before the thread is done */
START_TEST(nobody_has_to_wait_for_it)
{
	rewrite_file(&rw, "", second);
	ck_assert_int_eq(server_reload(rig.srv), 0);
	ck_assert_int_eq(server_reload(rig.srv), EBUSY);
}
END_TEST


START_TEST(without_a_file_it_says_so)
{
	rig.cfg->path = mem_deref(rig.cfg->path);
	rewrite_reload(&rw);
	ck_assert(!rewrite_is_ok(&rw));
	ck_assert_str_eq(rewrite_error(&rw), "the server has no file");
}
END_TEST


Suite *suite_reload_flow(void);
Suite *suite_reload_flow(void)
{
	Suite *s = suite_create("reload_flow");
	TCase *tc = tcase_create("reload_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_call_goes_on_across_a_reload);
	tcase_add_test(tc, a_new_listener_is_heard_and_goes_again);
	tcase_add_loop_test(tc, a_wrong_file_changes_nothing, 0, 4);
	tcase_add_test(tc, a_listener_among_the_relays_ports_is_refused);
	tcase_add_test(tc, a_file_that_is_gone_changes_nothing);
	tcase_add_test(tc, a_port_in_use_changes_nothing);
	tcase_add_test(tc, many_reloads_leave_nothing);
	tcase_add_test(tc, the_same_file_changes_nothing);
	tcase_add_test(tc, the_test_number_has_another_name);
	tcase_add_test(tc, a_signal_does_the_same);
	tcase_add_test(tc, a_signal_while_the_file_is_read_is_not_lost);
	tcase_add_test(tc, nobody_has_to_wait_for_it);
	tcase_add_test(tc, without_a_file_it_says_so);
	suite_add_tcase(s, tc);

	return s;
}
