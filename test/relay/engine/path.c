/**
 * @file test/relay/engine/path.c  Taking and binding ports
 */
#include <errno.h>
#include <unistd.h>
#include "common/timer.h"
#include "relay/engine/path.h"
#include "relay/engine/ports.h"
#include "relay/trail/sheaf.h"
#include "relay/trail/trail.h"
#include "relay/trail/trail_pool.h"
#include "test/relay/rig.h"
#include "test/test.h"


static int hold_port(uint16_t port)
{
	struct sa sa;
	int fd;

	(void)sa_set_str(&sa, "127.0.0.1", port);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, &sa.u.sa, sa.len), 0);

	return fd;
}


/* the RTCP port counts as well */
START_TEST(a_pair_that_another_program_holds_is_passed_over)
{
	const struct relay_conf conf = rig_conf();
	struct timers *timers = NULL;
	struct ports *ports = NULL;
	struct path *path = NULL;
	int fd[2];

	fd[0] = hold_port(18100);
	fd[1] = hold_port(18103);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(ports_alloc(&ports, 18100, 18105, 1000), 0);
	ck_assert_int_eq(path_alloc(&path, &conf, timers), 0);

	ck_assert_int_eq(path_open(path, RELAY_A, &conf.addrv[0], ports), 0);
	ck_assert_uint_eq(sa_port(path->legv[0][0].local), 18104);
	ck_assert_int_eq(path_open(path, RELAY_B, &conf.addrv[0], ports),
			 ENOSPC);

	/* when it lets go they can be had, after their rest */
	(void)close(fd[0]);
	(void)close(fd[1]);
	timers_advance(timers, 1000);
	ck_assert_int_eq(path_open(path, RELAY_B, &conf.addrv[0], ports), 0);

	mem_deref(path);
	ck_assert_uint_eq(ports_free(ports, timers_now(timers) + 1000), 3);
	mem_deref(ports);
	mem_deref(timers);
}
END_TEST


START_TEST(headers_go_to_who_wants_them)
{
	const struct relay_conf conf = rig_conf();
	struct trail_pool *pool = NULL;
	struct timers *timers = NULL;
	struct ports *ports = NULL;
	struct path *path = NULL;
	struct sheaf *sheaf = NULL;
	struct trail *t;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(ports_alloc(&ports, 18200, 18203, 1000), 0);
	ck_assert_int_eq(trail_pool_alloc(&pool, 4096, NULL), 0);
	ck_assert_int_eq(sheaf_alloc(&sheaf), 0);
	ck_assert_int_eq(path_alloc(&path, &conf, timers), 0);
	ck_assert_int_eq(path_open(path, RELAY_A, &conf.addrv[0], ports), 0);
	ck_assert_int_eq(path_open(path, RELAY_B, &conf.addrv[0], ports), 0);
	path_kept(path);

	oom_after(0);
	ck_assert_ptr_null(path_trail(path, pool));
	oom_after(-1);
	t = path_trail(path, pool);
	ck_assert_ptr_nonnull(t);
	ck_assert_ptr_eq(path_trail(path, pool), t);
	for (int i = 0; i < 4; i++)
		ck_assert(sa_cmp(&t->localv[i >> 1][i & 1],
				 path->legv[i >> 1][i & 1].local, SA_ALL));

	/* nobody does */
	path_kept(path);
	ck_assert_ptr_eq(path->trail, t);
	path->sheaf = mem_ref(sheaf);
	path_kept(path);
	mem_deref(path);
	ck_assert_ptr_eq(list_ledata(sheaf->traill.head), t);

	mem_deref(sheaf);
	trail_pool_release(pool);
	mem_deref(ports);
	mem_deref(timers);
}
END_TEST


START_TEST(the_real_errno_comes_up)
{
	const struct relay_conf conf = rig_conf();
	struct timers *timers = NULL;
	struct ports *ports = NULL;
	struct path *path = NULL;
	struct sa sa;

	(void)sa_set_str(&sa, "192.0.2.254", 0);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(ports_alloc(&ports, 18100, 18105, 0), 0);
	ck_assert_int_eq(path_alloc(&path, &conf, timers), 0);
	ck_assert_int_eq(path_open(path, RELAY_A, &sa, ports), EADDRNOTAVAIL);
	ck_assert_uint_eq(ports_free(ports, 0), 3);

	mem_deref(path);
	mem_deref(ports);
	mem_deref(timers);
}
END_TEST


Suite *suite_path(void);
Suite *suite_path(void)
{
	Suite *s = suite_create("path");
	TCase *tc = tcase_create("path");

	tcase_add_test(tc, a_pair_that_another_program_holds_is_passed_over);
	tcase_add_test(tc, headers_go_to_who_wants_them);
	tcase_add_test(tc, the_real_errno_comes_up);
	suite_add_tcase(s, tc);

	return s;
}
