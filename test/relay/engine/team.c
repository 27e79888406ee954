/**
 * @file test/relay/engine/team.c  Several workers
 */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "test/relay/rig.h"
#include "test/test.h"

enum { WORKERS = 3, CALLS = 7 };


static uint32_t sessions_of(const struct relay *r, uint32_t i)
{
	struct relay_load load;

	ck_assert_int_eq(relay_worker_load(r, i, &load), 0);

	return load.sessions;
}


static struct relay_session *begin(struct relay *r)
{
	struct relay_session *s = NULL;
	struct pl id;

	pl_set_str(&id, "call");
	ck_assert_int_eq(relay_session_alloc(&s, r, &id, NULL, NULL), 0);

	return s;
}


START_TEST(sessions_go_to_who_has_fewest_and_forks_to_their_first)
{
	struct relay_session *sv[CALLS], *fork = NULL;
	struct relay_conf conf = rig_conf();
	struct rig rig;

	conf.workers = WORKERS;
	rig_open(&rig, &conf);
	ck_assert_uint_eq(relay_workers(rig.relay), WORKERS);
	for (uint32_t i = 0; i < CALLS; i++)
		sv[i] = begin(rig.relay);
	for (uint32_t i = 0; i < WORKERS; i++)
		ck_assert_uint_eq(sessions_of(rig.relay, i), i ? 2 : 3);

	ck_assert_int_eq(relay_session_fork(&fork, sv[1], RELAY_A, NULL, NULL),
			 0);
	ck_assert_uint_eq(sessions_of(rig.relay, 1), 3);

	/* the third worker's end */
	sv[2] = mem_deref(sv[2]);
	sv[5] = mem_deref(sv[5]);
	ck_assert_uint_eq(sessions_of(rig.relay, 2), 0);
	sv[2] = begin(rig.relay);
	sv[5] = begin(rig.relay);
	ck_assert_uint_eq(sessions_of(rig.relay, 2), 2);

	for (uint32_t i = 0; i < CALLS; i++)
		mem_deref(sv[i]);
	ck_assert_uint_eq(sessions_of(rig.relay, 1), 1);
	mem_deref(fork);
	for (uint32_t i = 0; i < WORKERS; i++)
		ck_assert_uint_eq(sessions_of(rig.relay, i), 0);
	rig_close(&rig);
}
END_TEST


START_TEST(each_worker_counts_what_it_moves)
{
	struct relay_load load, other;
	struct relay_conf conf = rig_conf();
	struct relay_session *s;
	struct rig rig;

	conf.workers = 2;
	rig_open(&rig, &conf);
	s = begin(rig.relay);
	rig_call(&rig);
	rig_latch(&rig);

	/* what came is counted when it has gone */
	do {
		ck_assert_int_eq(relay_worker_load(rig.relay, 1, &load), 0);
	} while (load.packets < 8 || !load.busy_us);
	ck_assert_uint_eq(load.packets, 8);
	ck_assert_int_eq(relay_worker_load(rig.relay, 0, &other), 0);
	ck_assert_uint_eq(other.packets, 0);

	ck_assert_int_eq(relay_worker_load(rig.relay, 2, &load), ENOENT);
	ck_assert_int_eq(relay_worker_load(rig.relay, 0, NULL), EINVAL);
	ck_assert_int_eq(relay_worker_load(NULL, 0, &load), EINVAL);
	ck_assert_uint_eq(relay_workers(NULL), 0);
	mem_deref(s);
	rig_close(&rig);
}
END_TEST


/* how many of our threads have that name */
static int threads_named(const char *name)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *de;
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while ((de = readdir(dir))) {
		char path[300], got[32] = "", *rest = NULL;
		FILE *f;

		(void)snprintf(path, sizeof(path), "/proc/self/task/%s/comm",
			       de->d_name);
		f = fopen(path, "re");
		if (f && fgets(got, sizeof(got), f))
			n += !strcmp(strtok_r(got, "\n", &rest), name);
		if (f)
			(void)fclose(f);
	}
	(void)closedir(dir);

	return n;
}


START_TEST(threads_have_names_and_end_with_the_relay)
{
	struct relay_conf conf = rig_conf();
	struct rig rig;

	conf.workers = RELAY_WORKERS_MAX + 5;
	rig_open(&rig, &conf);
	ck_assert_uint_eq(relay_workers(rig.relay), RELAY_WORKERS_MAX);
	ck_assert_int_eq(threads_named("viaduct-relay0"), 1);
	ck_assert_int_eq(threads_named("viaduct-relay63"), 1);
	rig.relay = mem_deref(rig.relay);
	ck_assert_int_eq(threads_named("viaduct-relay0"), 0);
	ck_assert_int_eq(threads_named("viaduct-relay63"), 0);
	rig_close(&rig);
}
END_TEST


START_TEST(without_a_number_there_is_one_for_each_core)
{
	struct relay_conf conf = rig_conf();
	cpu_set_t set, one;
	struct rig rig;
	int n;

	conf.workers = 0;
	ck_assert_int_eq(sched_getaffinity(0, sizeof(set), &set), 0);
	n = CPU_COUNT(&set);
	rig_open(&rig, &conf);
	ck_assert_uint_eq(relay_workers(rig.relay), (uint32_t)n);
	rig_close(&rig);

	CPU_ZERO(&one);
	for (int i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++) {
		if (CPU_ISSET(i, &set))
			CPU_SET(i, &one);
	}
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	rig_open(&rig, &conf);
	ck_assert_uint_eq(relay_workers(rig.relay), 1);
	rig_close(&rig);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(set), &set), 0);
}
END_TEST


Suite *suite_team(void);
Suite *suite_team(void)
{
	Suite *s = suite_create("team");
	TCase *tc = tcase_create("team");

	tcase_add_test(tc,
		       sessions_go_to_who_has_fewest_and_forks_to_their_first);
	tcase_add_test(tc, each_worker_counts_what_it_moves);
	tcase_add_test(tc, threads_have_names_and_end_with_the_relay);
	tcase_add_test(tc, without_a_number_there_is_one_for_each_core);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
