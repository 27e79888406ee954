/**
 * @file test/relay/terms.c  What a side's SDP says beside its addresses
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "test/test.h"
#include "relay/terms.h"


static void change(struct relay_terms *t, int what)
{
	switch (what) {
	case 0:
		t->mux = !t->mux;
		break;

	case 1:
		t->sends = !t->sends;
		break;

	case 2:
		t->hears = !t->hears;
		break;

	case 3:
		t->codecv[0].pt = 8;
		break;

	case 4:
		t->codecc = 0;
		break;

	case 5:
		t->keyv[0].key[3] ^= 1;
		break;

	case 6:
		t->keyc = 0;
		break;

	case 7:
		t->ice->pwd[0] = 'x';
		break;

	default:
		t->ice = mem_deref(t->ice);
	}
}


static struct relay_terms *make(void)
{
	struct relay_terms *t;

	ck_assert_int_eq(relay_terms_alloc(&t), 0);
	ck_assert(t->sends && t->hears);
	t->codecc = 1;
	t->codecv[0] = (struct relay_codec){0, "PCMU", 8000, 1};
	t->keyc = 1;
	t->keyv[0].len = 30;
	t->ice = mem_zalloc(sizeof(*t->ice), NULL);
	ck_assert_ptr_nonnull(t->ice);
	t->ice->ufrag[0] = t->ice->pwd[0] = 'a';

	return t;
}


START_TEST(a_copy_is_the_same_and_its_own)
{
	struct relay_terms *t = make(), *copy;

	ck_assert_int_eq(relay_terms_copy(&copy, t), 0);
	ck_assert(relay_terms_same(t, copy));
	ck_assert_ptr_ne(t->ice, copy->ice);

	change(copy, _i);
	ck_assert(!relay_terms_same(t, copy));

	mem_deref(copy);
	mem_deref(t);
}
END_TEST


/* what they say stays, with no room beside it */
START_TEST(terms_that_fit_are_the_same)
{
	struct relay_terms *t = make(), *copy;

	t->keyc = _i ? 2 : 0;
	t->codecc = 3;
	for (uint8_t i = 0; i < 3; i++)
		t->codecv[i] = (struct relay_codec){i, "opus", 48000, 2};
	t->keyv[1] = (struct relay_key){.len = 1, .key = {7}};
	ck_assert_int_eq(relay_terms_copy(&copy, t), 0);

	t = relay_terms_fit(relay_terms_fit(t));
	ck_assert(relay_terms_same(t, copy));
	ck_assert_uint_eq(t->room, copy->room);
	ck_assert_int_eq(t->keyc ? t->keyv[1].key[0] : 7, 7);

	mem_deref(copy);
	mem_deref(t);
}
END_TEST


START_TEST(none_are_copied_as_none)
{
	struct relay_terms *t = make(), *copy = t;

	ck_assert_int_eq(relay_terms_copy(&copy, NULL), 0);
	ck_assert_ptr_null(copy);
	ck_assert(relay_terms_same(NULL, NULL));
	ck_assert(!relay_terms_same(NULL, t));
	ck_assert_int_eq(relay_terms_copy(NULL, t), EINVAL);

	mem_deref(t);
}
END_TEST


START_TEST(short_of_memory)
{
	struct relay_terms *t = make(), *copy;

	for (int i = 0; i < 2; i++) {
		oom_after(i);
		ck_assert_int_eq(relay_terms_copy(&copy, t), ENOMEM);
		oom_after(-1);
		ck_assert_ptr_null(copy);
	}

	mem_deref(t);
}
END_TEST


Suite *suite_terms(void);
Suite *suite_terms(void)
{
	Suite *s = suite_create("terms");
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, a_copy_is_the_same_and_its_own, 0, 9);
	tcase_add_loop_test(tc, terms_that_fit_are_the_same, 0, 2);
	tcase_add_test(tc, none_are_copied_as_none);
	tcase_add_test(tc, short_of_memory);
	suite_add_tcase(s, tc);

	return s;
}
