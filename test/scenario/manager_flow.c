/**
 * @file scenario/manager_flow.c  A server under a service manager
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "test/scenario/talk.h"
#include "test/test.h"

static struct rig rig;
static int manager;
static char said[8192]; /* all that it was told */


/* a file, as systemd's own is one; the server's rig is not there yet */
static void setup(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	(void)re_snprintf(un.sun_path, sizeof(un.sun_path),
			  "/tmp/viaduct-manager-%d", getpid());
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(manager, (struct sockaddr *)&un, sizeof(un)), 0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", un.sun_path, 1), 0);
	ck_assert_int_eq(setenv("WATCHDOG_USEC", "5000000", 1), 0);
	(void)unsetenv("WATCHDOG_PID");
	said[0] = '\0';
}


static void teardown(void)
{
	(void)unlink(getenv("NOTIFY_SOCKET"));
	(void)unsetenv("NOTIFY_SOCKET");
	(void)close(manager);
}


static void listen_to_it(void)
{
	size_t len = strlen(said);
	ssize_t n;

	while ((n = recv(manager, said + len, sizeof(said) - len - 1, 0)) >
	       0) {
		len += (size_t)n;
		said[len] = '\0';
	}
}


static unsigned times(const char *what)
{
	const char *p = said;
	unsigned n = 0;

	while ((p = strstr(p, what))) {
		p += strlen(what);
		++n;
	}

	return n;
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


/* runs the loop until it was said so often, or for so long */
static void loop_until(const char *what, unsigned n)
{
	struct tmr tmr;

	tmr_init(&tmr);
	for (uint32_t ms = 0; ms < RIG_WAIT_MS && times(what) < n; ms += 50) {
		tmr_start(&tmr, 50, stop_handler, NULL);
		(void)re_main(NULL);
		listen_to_it();
	}
	tmr_cancel(&tmr);
}


START_TEST(it_is_told_when_all_is_open_and_when_we_end)
{
	rig_start(&rig, "");
	listen_to_it();
	ck_assert_uint_ge(times("EXTEND_TIMEOUT_USEC=90000000\n"), 1);
	ck_assert_uint_eq(times("READY=1\n"), 1);
	ck_assert_ptr_nonnull(
		strstr(said, "STATUS=0 calls, 0 registrations\n"));
	ck_assert_uint_eq(times("STOPPING=1\n"), 0);

	rig_stop(&rig);
	listen_to_it();
	ck_assert_str_eq(said + strlen(said) - strlen("STOPPING=1\n"),
			 "STOPPING=1\n");
	ck_assert_uint_eq(times("READY=1\n"), 1);
}
END_TEST


START_TEST(signs_of_life_come_from_the_loop)
{
	rig_start(&rig, "");
	listen_to_it();
	ck_assert_uint_eq(times("WATCHDOG=1\n"), 1);

	/* a loop that stands still gives none */
	(void)poll(NULL, 0, 1200);
	listen_to_it();
	ck_assert_uint_eq(times("WATCHDOG=1\n"), 1);

	loop_until("WATCHDOG=1\n", 2);
	ck_assert_uint_ge(times("WATCHDOG=1\n"), 2);
	ck_assert_uint_eq(times("STATUS="), 1);
	rig_stop(&rig);
}
END_TEST


START_TEST(who_wants_no_signs_of_life_gets_none)
{
	ck_assert_int_eq(setenv("WATCHDOG_PID", "1", 1), 0);
	rig_start(&rig, "");
	listen_to_it();
	rig_stop(&rig);
	ck_assert_uint_eq(times("READY=1\n"), 1);
	ck_assert_uint_eq(times("WATCHDOG=1\n"), 0);
}
END_TEST


START_TEST(a_manager_that_cannot_be_told_does_not_keep_us_from_serving)
{
	teardown();
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", "vsock:2:1", 1), 0);
	rig_start(&rig, "");
	rig_stop(&rig);
	setup();
}
END_TEST


/* it must neither be ignorant of it nor lose its patience */
START_TEST(while_calls_are_waited_for_it_is_asked_for_time)
{
	struct phone alice, bob;
	struct talk t;

	rig_start(&rig, "");
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.1.1.1");
	phone_open(&bob, &rig, "127.2.2.2");
	talk_begin(&t, &alice, &bob, "managed");
	talk_establish(&t, "192.168.1.10", "192.168.1.10");
	listen_to_it();
	ck_assert_uint_eq(times("STOPPING=1\n"), 0);

	server_leave(rig.srv);
	listen_to_it();
	ck_assert_uint_eq(times("STOPPING=1\n"), 1);
	ck_assert_uint_eq(times("EXTEND_TIMEOUT_USEC=20000000\n"), 1);
	ck_assert_ptr_nonnull(
		strstr(said, "STATUS=the server is draining, 1 call is "
			     "left, it ends in "));
	loop_until("EXTEND_TIMEOUT_USEC=20000000\n", 2);
	ck_assert_uint_ge(times("EXTEND_TIMEOUT_USEC=20000000\n"), 2);
	ck_assert_uint_eq(times("STOPPING=1\n"), 1);

	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
}
END_TEST


Suite *suite_manager_flow(void);
Suite *suite_manager_flow(void)
{
	Suite *s = suite_create("manager_flow");
	TCase *tc = tcase_create("manager_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_is_told_when_all_is_open_and_when_we_end);
	tcase_add_test(tc, signs_of_life_come_from_the_loop);
	tcase_add_test(tc, while_calls_are_waited_for_it_is_asked_for_time);
	tcase_add_test(tc, who_wants_no_signs_of_life_gets_none);
	tcase_add_test(
		tc,
		a_manager_that_cannot_be_told_does_not_keep_us_from_serving);
	suite_add_tcase(s, tc);

	return s;
}
