/**
 * @file test/relay/latch/foreign.c  Who the strangers of a leg are
 */
#include <pthread.h>
#include <string.h>
#include "relay/latch/foreign.h"
#include "test/test.h"

static struct foreign strangers;


static struct sa sa_of(unsigned i)
{
	struct sa sa;

	sa_set_in(&sa, 0xc6336400 + i, (uint16_t)(4000 + i));

	return sa;
}


static void add(unsigned i, unsigned n)
{
	const struct sa sa = sa_of(i);

	while (n--)
		foreign_add(&strangers, &sa);
}


static void expect(const struct relay_stats *st, size_t i, unsigned who,
		   uint64_t packets)
{
	const struct sa sa = sa_of(who);

	ck_assert_uint_lt(i, st->foreignc);
	ck_assert(sa_cmp(&st->foreignv[i].src, &sa, SA_ALL));
	ck_assert_uint_eq(st->foreignv[i].packets, packets);
}


static struct relay_stats stats(void)
{
	struct relay_stats st;

	memset(&st, 0, sizeof(st));
	foreign_stats(&strangers, &st);

	return st;
}


static void setup(void)
{
	memset(&strangers, 0, sizeof(strangers));
}


static void teardown(void)
{
	foreign_close(&strangers);
}


START_TEST(nobody_came)
{
	ck_assert_uint_eq(stats().foreignc, 0);
}
END_TEST


START_TEST(who_sent_most_is_first)
{
	struct relay_stats st;

	add(1, 2);
	add(2, 5);
	add(3, 3);
	add(1, 2);
	st = stats();
	ck_assert_uint_eq(st.foreignc, 3);
	expect(&st, 0, 2, 5);
	expect(&st, 1, 1, 4);
	expect(&st, 2, 3, 3);
}
END_TEST


START_TEST(another_port_is_somebody_else)
{
	struct sa sa = sa_of(1);

	foreign_add(&strangers, &sa);
	sa_set_port(&sa, 9);
	foreign_add(&strangers, &sa);
	ck_assert_uint_eq(stats().foreignc, 2);
}
END_TEST


/* somebody with a new address for each packet does not hide another one */
START_TEST(who_sends_much_is_not_lost_among_many)
{
	struct relay_stats st;

	for (unsigned i = 0; i < 5000; i++) {
		add(100 + i, 1);
		add(7, 1);
	}
	st = stats();
	ck_assert_uint_eq(st.foreignc, RELAY_FOREIGN_MAX);
	expect(&st, 0, 7, 5000);
}
END_TEST


START_TEST(those_of_two_legs_are_summed)
{
	struct relay_stats st = stats();

	add(1, 10);
	add(2, 20);
	foreign_stats(&strangers, &st);
	foreign_close(&strangers);
	add(1, 15);
	add(3, 1);
	add(4, 2);
	add(5, 3);
	foreign_stats(&strangers, &st);
	ck_assert_uint_eq(st.foreignc, RELAY_FOREIGN_MAX);
	expect(&st, 0, 1, 25);
	expect(&st, 1, 2, 20);
	expect(&st, 2, 5, 3);
	expect(&st, 3, 4, 2);
	relay_stats_foreign(&st, NULL);
	relay_stats_foreign(NULL, &st.foreignv[0]);
}
END_TEST


enum { ROUNDS = 200000 };


static void *writer(void *arg)
{
	for (unsigned i = 0; i < ROUNDS; i++)
		add(i % 7, 1);

	return arg;
}


START_TEST(without_memory_nobody_is_remembered)
{
	oom_after(0);
	add(1, 1);
	oom_after(-1);
	ck_assert_uint_eq(stats().foreignc, 0);

	add(1, 1);
	ck_assert_uint_eq(stats().foreignc, 1);
}
END_TEST


/* address and port are of the same stranger always */
START_TEST(a_reader_sees_whole_addresses)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, writer, NULL), 0);
	for (int i = 0; i < 20000; i++) {
		const struct relay_stats st = stats();

		for (size_t k = 0; k < st.foreignc; k++) {
			const unsigned who = sa_in(&st.foreignv[k].src) & 0xff;

			ck_assert_uint_eq(sa_port(&st.foreignv[k].src),
					  4000 + who);
			ck_assert_uint_le(st.foreignv[k].packets, ROUNDS);
		}
	}
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST


Suite *suite_foreign(void);
Suite *suite_foreign(void)
{
	Suite *s = suite_create("foreign");
	TCase *tc = tcase_create("foreign");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, nobody_came);
	tcase_add_test(tc, who_sent_most_is_first);
	tcase_add_test(tc, another_port_is_somebody_else);
	tcase_add_test(tc, who_sends_much_is_not_lost_among_many);
	tcase_add_test(tc, those_of_two_legs_are_summed);
	tcase_add_test(tc, without_memory_nobody_is_remembered);
	tcase_add_test(tc, a_reader_sees_whole_addresses);
	suite_add_tcase(s, tc);

	return s;
}
