/**
 * @file test/relay/engine/switchboard.c  Ports without sockets, and others'
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "test/relay/lookup_call.h"
#include "test/test.h"


/* a port has no descriptor and, before and after its call, no listener */
START_TEST(a_port_is_there_as_long_as_its_call)
{
	const struct relay_conf conf = lookup_conf("127.0.0.1");
	uint8_t c8 = 0;
	struct lookup_call c;
	struct rig rig;
	int fd, before, after;

	if (!lookup_open(&rig, &conf))
		return;

	before = dup(STDOUT_FILENO);
	(void)close(before);
	lookup_call_begin(&c, &rig, "127.0.0.2", "127.0.0.3");
	after = dup(STDOUT_FILENO);
	(void)close(after);
	ck_assert_int_eq(after, before + 2); /* the phones */
	lookup_call_latch(&c);
	lookup_call_end(&c);
	rig_wait_ports(&rig, relay_ports_free(rig.relay) + 4);

	/* the kernel says that nobody is there */
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(connect(fd, &c.at[0].u.sa, c.at[0].len), 0);
	ck_assert_int_eq(send(fd, &c8, 1, 0), 1);
	ck_assert_int_eq(recv(fd, &c8, 1, 0), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	(void)close(fd);
	rig_close(&rig);
}
END_TEST


START_TEST(what_somebody_else_has_is_left_to_him)
{
	struct relay_conf conf = lookup_conf("127.0.0.1");
	struct lookup_call cv[2];
	struct rig rig;
	int fdv[4];

	conf.port_min = 19300;
	conf.port_max = 19315;
	if (!lookup_open(&rig, &conf))
		return;

	/* of eight pairs four are left, which is two calls */
	for (uint16_t i = 0; i < 4; i++) {
		struct sa sa;

		(void)sa_set_str(&sa, i & 1 ? "127.0.0.1" : "0.0.0.0",
				 (uint16_t)(19300 + 4 * i + (i & 1)));
		fdv[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		ck_assert_int_eq(bind(fdv[i], &sa.u.sa, sa.len), 0);
	}

	for (int i = 0; i < 2; i++) {
		lookup_call_begin(&cv[i], &rig, "127.0.0.2", "127.0.0.3");
		for (int side = 0; side < 2; side++)
			ck_assert_uint_eq(sa_port(&cv[i].at[side]) & 2, 2);
		lookup_call_latch(&cv[i]);
	}
	for (int i = 0; i < 2; i++)
		lookup_call_end(&cv[i]);
	for (int i = 0; i < 4; i++)
		(void)close(fdv[i]);
	rig_close(&rig);
}
END_TEST


/* its ports could be bound, but would not be heard */
START_TEST(a_second_relay_has_sockets_and_hears_all_its_ports)
{
	struct relay_conf conf = lookup_conf("127.0.0.1");
	struct lookup_call first[3], second[3];
	struct rig rig, other;
	struct relay_plane plane;

	conf.port_min = 19400;
	conf.port_max = 19431;
	if (!lookup_open(&rig, &conf))
		return;

	rig_open(&other, &conf);
	ck_assert_int_eq(relay_plane(other.relay, &plane), 0);
	ck_assert_int_eq(plane.rung, RELAY_SOCKETS);
	ck_assert_str_eq(plane.no_lookup,
			 "another relay here has ports of that range");

	for (int i = 0; i < 3; i++) {
		lookup_call_begin(&first[i], &rig, "127.0.0.2", "127.0.0.3");
		lookup_call_begin(&second[i], &other, "127.0.0.4",
				  "127.0.0.5");
	}
	for (int i = 0; i < 3; i++) {
		lookup_call_latch(&first[i]);
		lookup_call_latch(&second[i]);
	}
	for (int i = 0; i < 3; i++) {
		lookup_call_end(&first[i]);
		lookup_call_end(&second[i]);
	}
	rig_close(&other);
	rig_close(&rig);
}
END_TEST


Suite *suite_switchboard(void);
Suite *suite_switchboard(void)
{
	Suite *s = suite_create("switchboard");
	TCase *tc = tcase_create("ports");

	tcase_add_test(tc, a_port_is_there_as_long_as_its_call);
	tcase_add_test(tc, what_somebody_else_has_is_left_to_him);
	tcase_add_test(tc, a_second_relay_has_sockets_and_hears_all_its_ports);
	suite_add_tcase(s, tc);

	return s;
}
