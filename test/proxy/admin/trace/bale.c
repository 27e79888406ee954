/**
 * @file test/proxy/admin/trace/bale.c  Messages are pressed, and had back
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/admin/trace/bale.h"

static struct fakeflow *ff;
static struct bale_press *press;
static struct bale *b;
static struct list before, after;


static void setup(void)
{
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_TCP, "192.0.2.1:5060",
					"198.51.100.7:1024", NULL),
			 0);
	press = mem_alloc(sizeof(*press), NULL);
	ck_assert_ptr_nonnull(press);
}


static void teardown(void)
{
	oom_after(-1);
	list_flush(&before);
	list_flush(&after);
	b = mem_deref(b);
	press = mem_deref(press);
	ff = mem_deref(ff);
}


static void add(const char *p, size_t len, bool sent)
{
	const struct sighting s = {
		.flow = ff->flow,
		.sent = sent,
		.p = p,
		.len = len,
		.wall_us = 1000 + len,
	};
	struct rung *r = rung_alloc(&s);

	ck_assert_ptr_nonnull(r);
	list_append(&before, &r->le, r);
}


static void compare(void)
{
	const struct le *x = before.head, *y = after.head;

	for (; x && y; x = x->next, y = y->next) {
		const struct rung *r = x->data, *s = y->data;

		ck_assert(rung_is_same(r, s));
		ck_assert_uint_eq(r->wall_us, s->wall_us);
		ck_assert_uint_eq(r->at_us, s->at_us);
		ck_assert_uint_eq(r->kept, s->kept);
		ck_assert(sa_cmp(&r->local, &s->local, SA_ALL));
		ck_assert_int_eq(s->proto, FLOW_TCP);
	}
	ck_assert(!x && !y);
}


START_TEST(what_is_pressed_comes_back)
{
	static char big[LADDER_TEXT_MAX + 100];

	rand_bytes((uint8_t *)big, sizeof(big));
	add("INVITE sip:b SIP/2.0\r\n", 22, false);
	add("", 0, true);
	add(big, sizeof(big), true);
	add("\0\xff", 2, false);
	add(big, sizeof(big), true);
	ck_assert_int_eq(bale_alloc(&b, press, &before), 0);
	ck_assert_uint_lt(b->len, b->raw - LADDER_TEXT_MAX + 100);
	ck_assert_int_eq(bale_open(b, press, &after), 0);
	compare();
}
END_TEST


START_TEST(what_says_the_same_takes_less)
{
	static const char text[] =
		"Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK776asdhds\r\n"
		"From: <sip:alice@example.net>;tag=1928301774\r\n"
		"To: <sip:bob@example.net>;tag=a6c85cf\r\n"
		"Call-ID: a84b4c76e66710@192.0.2.2\r\n";

	for (int i = 0; i < 6; i++)
		add(text, strlen(text), i & 1);
	ck_assert_int_eq(bale_alloc(&b, press, &before), 0);
	ck_assert_uint_lt(b->len, b->raw / 3);
}
END_TEST


START_TEST(too_much_is_no_bale)
{
	static char big[LADDER_TEXT_MAX];

	for (size_t i = 0; i <= BALE_RAW_MAX / sizeof(big); i++)
		add(big, sizeof(big), false);
	ck_assert_int_eq(bale_alloc(&b, press, &before), EOVERFLOW);
	ck_assert_ptr_null(b);
}
END_TEST


START_TEST(what_cannot_be_pressed_at_all_has_room)
{
	static char big[LADDER_TEXT_MAX];

	for (size_t i = 0; i < BALE_RAW_MAX / (sizeof(big) + 200); i++) {
		rand_bytes((uint8_t *)big, sizeof(big));
		add(big, sizeof(big), false);
	}
	ck_assert_int_eq(bale_alloc(&b, press, &before), 0);
	ck_assert_int_eq(bale_open(b, press, &after), 0);
	compare();
}
END_TEST


START_TEST(without_memory_it_is_all_or_nothing)
{
	add("INVITE", 6, false);
	add("ACK", 3, false);
	oom_after(0);
	ck_assert_int_eq(bale_alloc(&b, press, &before), ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(bale_alloc(&b, press, &before), 0);
	for (int i = 0; i < 2; i++) {
		oom_after(i);
		ck_assert_int_eq(bale_open(b, press, &after), ENOMEM);
		ck_assert(!after.head);
	}
	oom_after(-1);
	ck_assert_int_eq(bale_open(b, press, &after), 0);
	compare();
}
END_TEST


START_TEST(nothing_is_no_bale)
{
	ck_assert_int_eq(bale_alloc(&b, press, &before), ENOENT);
	ck_assert_int_eq(bale_alloc(NULL, press, &before), EINVAL);
	ck_assert_int_eq(bale_alloc(&b, NULL, &before), EINVAL);
	ck_assert_int_eq(bale_alloc(&b, press, NULL), EINVAL);
	ck_assert_int_eq(bale_open(NULL, press, &after), EINVAL);
}
END_TEST


Suite *suite_bale(void);
Suite *suite_bale(void)
{
	Suite *s = suite_create("bale");
	TCase *tc = tcase_create("bale");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_pressed_comes_back);
	tcase_add_test(tc, what_says_the_same_takes_less);
	tcase_add_test(tc, too_much_is_no_bale);
	tcase_add_test(tc, what_cannot_be_pressed_at_all_has_room);
	tcase_add_test(tc, without_memory_it_is_all_or_nothing);
	tcase_add_test(tc, nothing_is_no_bale);
	suite_add_tcase(s, tc);

	return s;
}
