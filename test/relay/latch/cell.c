/**
 * @file test/relay/latch/cell.c  An address that one thread writes, another reads
 */
#include <pthread.h>
#include <string.h>
#include "relay/latch/cell.h"
#include "test/test.h"

enum { WRITES = 20000 };

static const struct {
	const char *addr;
	uint16_t port;
} casev[] = {
	{"203.0.113.5", 4000},
	{"2001:db8::5", 65535},
	{"0.0.0.0", 0},
};


START_TEST(what_was_written_is_read)
{
	struct cell c = {0};
	struct sa in, out;

	cell_get(&c, &out);
	ck_assert_int_eq(sa_af(&out), AF_UNSPEC);

	ck_assert_int_eq(sa_set_str(&in, casev[_i].addr, casev[_i].port), 0);
	cell_set(&c, &in);
	cell_get(&c, &out);
	ck_assert(sa_cmp(&in, &out, SA_ALL));

	sa_init(&in, AF_UNSPEC);
	cell_set(&c, &in);
	cell_get(&c, &out);
	ck_assert_int_eq(sa_af(&out), AF_UNSPEC);
}
END_TEST


/* address and port are always those of one write */
static void *writer(void *arg)
{
	struct cell *c = arg;

	for (uint32_t i = 1; i <= WRITES; i++) {
		struct sa sa;

		sa_set_in(&sa, i, (uint16_t)i);
		cell_set(c, &sa);
	}

	return NULL;
}


START_TEST(a_reader_never_sees_half_a_write)
{
	struct cell c = {0};
	pthread_t thread;
	struct sa sa;

	ck_assert_int_eq(pthread_create(&thread, NULL, writer, &c), 0);
	do {
		cell_get(&c, &sa);
		if (sa_af(&sa) == AF_INET)
			ck_assert_uint_eq(sa_port(&sa), (uint16_t)sa_in(&sa));
	} while (sa_af(&sa) != AF_INET || sa_in(&sa) != WRITES);

	ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST


Suite *suite_cell(void);
Suite *suite_cell(void)
{
	Suite *s = suite_create("cell");
	TCase *tc = tcase_create("cell");

	test_table(tc, what_was_written_is_read, casev);
	tcase_add_test(tc, a_reader_never_sees_half_a_write);
	suite_add_tcase(s, tc);

	return s;
}
