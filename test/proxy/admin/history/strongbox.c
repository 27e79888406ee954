/**
 * @file test/proxy/admin/history/strongbox.c  Records that are still wanted
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "proxy/admin/history/strongbox.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

static char dir[TEMPDIR_SIZE];
static struct strongbox *box;


static void setup(void)
{
	tempdir_make(dir);
	ck_assert_int_eq(strongbox_alloc(&box, dir), 0);
}


static void teardown(void)
{
	box = mem_deref(box);
	tempdir_remove(dir);
}


static void put(uint64_t key, struct deposit *d)
{
	ck_assert_int_eq(strongbox_put(box, 1, key, "text", 4, d), 0);
	ck_assert_uint_ne(d->place, 0);
	ck_assert(!d->again);
}


/* what the next server finds */
static void expect_left(uint64_t first, uint64_t count)
{
	struct deposit d, before = {.place = 0};
	struct spool_item item;

	box = mem_deref(box);
	ck_assert_int_eq(strongbox_alloc(&box, dir), 0);
	ck_assert_int_eq(strongbox_found(box), SPOOL_KEPT);
	for (uint64_t key = first; key < first + count; key++) {
		ck_assert_int_eq(strongbox_next(box, &item, &d), 0);
		ck_assert_uint_eq(item.key, key);
		ck_assert_uint_eq(item.kind, 1);
		ck_assert_uint_eq(item.len, 4);
		ck_assert(d.again);
		ck_assert_uint_gt(d.place, before.place);
		before = d;
	}
	ck_assert_int_eq(strongbox_next(box, &item, &d), ENOENT);
}


START_TEST(a_record_is_there_until_all_have_released_it)
{
	struct deposit d;

	put(7, &d);
	strongbox_hold(box, &d);
	strongbox_hold(box, &d);
	strongbox_release(box, &d);
	strongbox_release(box, &d);
	expect_left(7, 1);
	put(8, &d);
	strongbox_release(box, &d);
	/* the one before it is wanted: it stays as well */
	expect_left(7, 2);
}
END_TEST


START_TEST(those_before_the_first_that_is_wanted_go)
{
	struct deposit dv[4];

	for (uint64_t i = 0; i < 4; i++)
		put(i, &dv[i]);
	strongbox_release(box, &dv[1]);
	ck_assert_uint_eq(strongbox_done(box), 0);
	strongbox_release(box, &dv[0]);
	ck_assert_uint_eq(strongbox_done(box), dv[1].place);
	strongbox_release(box, &dv[3]);
	ck_assert_uint_eq(strongbox_done(box), dv[1].place);
	expect_left(2, 2);
}
END_TEST


/* the same place: who has noted it knows it again */
START_TEST(a_place_is_the_same_for_the_next_server)
{
	const uint64_t id = strongbox_id(box);
	struct spool_item item;
	struct deposit d, again;

	put(7, &d);
	box = mem_deref(box);
	ck_assert_int_eq(strongbox_alloc(&box, dir), 0);
	ck_assert_uint_eq(strongbox_id(box), id);
	ck_assert_int_eq(strongbox_next(box, &item, &again), 0);
	ck_assert_uint_eq(again.place, d.place);
	strongbox_release(box, &again);
	ck_assert_uint_eq(strongbox_done(box), d.place);
	expect_left(0, 0);
}
END_TEST


START_TEST(a_full_box_takes_no_more_until_there_is_room)
{
	static char text[4000];
	struct deposit first, d;
	unsigned n = 1;
	int err;

	put(0, &first);
	while (!(err = strongbox_put(box, 1, n, text, sizeof(text), &d))) {
		strongbox_release(box, &d);
		++n;
	}
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_uint_eq(d.place, 0);
	ck_assert_uint_gt(n, 1000);
	strongbox_release(box, &first);
	put(1, &d);
	expect_left(1, 1);
}
END_TEST


START_TEST(small_ones_are_bounded_as_well)
{
	struct deposit first, d;
	unsigned n = 0;

	put(0, &first);
	while (!strongbox_put(box, 1, 1, NULL, 0, &d)) {
		strongbox_release(box, &d);
		++n;
	}
	ck_assert_uint_gt(n, 10000);
	strongbox_release(box, &first);
	for (unsigned i = 0; i < n; i++) {
		put(1, &d);
		strongbox_release(box, &d);
	}
	expect_left(0, 0);
}
END_TEST


START_TEST(no_box_holds_nothing_and_what_cannot_be_is_said)
{
	struct deposit d = {.place = 5};
	struct strongbox *other = NULL;
	struct spool_item item;

	ck_assert_int_eq(strongbox_put(NULL, 1, 1, "x", 1, &d), ENOENT);
	ck_assert_uint_eq(d.place, 0);
	strongbox_hold(NULL, &d);
	strongbox_release(NULL, &d);
	strongbox_release(box, &d);
	ck_assert_int_eq(strongbox_next(NULL, &item, &d), ENOENT);
	ck_assert_uint_eq(strongbox_id(NULL), 0);
	ck_assert_uint_eq(strongbox_done(NULL), 0);
	ck_assert_int_eq(strongbox_put(box, 1, 1, "x", 1, NULL), EINVAL);
	ck_assert_int_eq(strongbox_next(box, NULL, &d), EINVAL);
	ck_assert_int_eq(strongbox_alloc(NULL, dir), EINVAL);
	ck_assert_int_eq(strongbox_alloc(&other, NULL), EINVAL);
	ck_assert_int_eq(strongbox_alloc(&other, "/nonexistent"), ENOENT);
	for (int i = 0; i < 3; i++) {
		oom_after(i);
		ck_assert_int_eq(strongbox_alloc(&other, dir), ENOMEM);
	}
}
END_TEST


Suite *suite_strongbox(void);
Suite *suite_strongbox(void)
{
	Suite *s = suite_create("strongbox");
	TCase *tc = tcase_create("strongbox");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_record_is_there_until_all_have_released_it);
	tcase_add_test(tc, those_before_the_first_that_is_wanted_go);
	tcase_add_test(tc, a_place_is_the_same_for_the_next_server);
	tcase_add_test(tc, a_full_box_takes_no_more_until_there_is_room);
	tcase_add_test(tc, small_ones_are_bounded_as_well);
	tcase_add_test(tc, no_box_holds_nothing_and_what_cannot_be_is_said);
	suite_add_tcase(s, tc);

	return s;
}
