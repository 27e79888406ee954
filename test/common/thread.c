/**
 * @file test/common/thread.c  What a thread of ours begins with
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include "test/test.h"
#include "common/clock.h"
#include "common/thread.h"


/** What a thread finds */
struct finding {
	pthread_mutex_t lock;
	char name[16];
	bool blocked;
};


static void *look(void *arg)
{
	struct finding *f = arg;
	sigset_t now;

	/* its name is given when it is started already */
	(void)pthread_mutex_lock(&f->lock);
	(void)pthread_getname_np(pthread_self(), f->name, sizeof(f->name));
	(void)pthread_mutex_unlock(&f->lock);

	f->blocked = !pthread_sigmask(SIG_BLOCK, NULL, &now) &&
		     sigismember(&now, SIGTERM) == 1 &&
		     sigismember(&now, SIGXFSZ) == 1;

	return NULL;
}


START_TEST(a_thread_has_a_name_and_no_signals)
{
	struct finding f = {.lock = PTHREAD_MUTEX_INITIALIZER};
	sigset_t before, after;
	pthread_t thread;

	ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, NULL, &before), 0);

	(void)pthread_mutex_lock(&f.lock);
	ck_assert_int_eq(thread_start(&thread, "viaduct-test", look, &f), 0);
	(void)pthread_mutex_unlock(&f.lock);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);

	ck_assert_str_eq(f.name, "viaduct-test");
	ck_assert(f.blocked);

	ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, NULL, &after), 0);
	ck_assert_int_eq(sigismember(&before, SIGTERM),
			 sigismember(&after, SIGTERM));
}
END_TEST


START_TEST(a_thread_needs_all_but_an_argument)
{
	pthread_t thread;

	ck_assert_int_eq(thread_start(NULL, "viaduct-test", look, NULL),
			 EINVAL);
	ck_assert_int_eq(thread_start(&thread, NULL, look, NULL), EINVAL);
	ck_assert_int_eq(thread_start(&thread, "viaduct-test", NULL, NULL),
			 EINVAL);
}
END_TEST


START_TEST(a_condition_is_waited_for_by_the_monotonic_clock)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	const uint64_t until_us = clock_us() + 1999;
	const struct timespec until = thread_at(until_us);
	pthread_cond_t cond;
	int err = 0;

	ck_assert_int_eq(thread_cond_init(&cond), 0);
	(void)pthread_mutex_lock(&lock);
	while (!err)
		err = pthread_cond_timedwait(&cond, &lock, &until);
	(void)pthread_mutex_unlock(&lock);
	(void)pthread_cond_destroy(&cond);

	ck_assert_int_eq(err, ETIMEDOUT);
	ck_assert_uint_ge(clock_us(), until_us);
}
END_TEST


START_TEST(a_moment_is_split_where_the_second_ends)
{
	ck_assert_int_eq(thread_at(1999999).tv_sec, 1);
	ck_assert_int_eq(thread_at(1999999).tv_nsec, 999999000);
	ck_assert_int_eq(thread_at(2000000).tv_sec, 2);
	ck_assert_int_eq(thread_at(2000000).tv_nsec, 0);
}
END_TEST


Suite *suite_thread(void);
Suite *suite_thread(void)
{
	Suite *s = suite_create("thread");
	TCase *tc = tcase_create("thread");

	tcase_add_test(tc, a_thread_has_a_name_and_no_signals);
	tcase_add_test(tc, a_thread_needs_all_but_an_argument);
	tcase_add_test(tc, a_condition_is_waited_for_by_the_monotonic_clock);
	tcase_add_test(tc, a_moment_is_split_where_the_second_ends);
	suite_add_tcase(s, tc);

	return s;
}
