/**
 * @file test/relay/engine/hindrance.c  Why a leg does not ride in the kernel
 */
#include <errno.h>
#include <string.h>
#include "relay/engine/hindrance.h"
#include "relay/ice/ice.h"
#include "relay/tap.h"
#include "test/mock/riding.h"
#include "test/test.h"

static struct riding r;
static struct relay_tap tap;
static struct ice *ice;


static void setup(void)
{
	riding_open(&r, false);
	riding_talk(&r, 4);
}


static void teardown(void)
{
	r.path->tap = NULL;
	riding_leg(&r, RELAY_A)->ice = NULL;
	ice = mem_deref(ice);
	riding_close(&r);
}


static void nothing(struct leg *leg)
{
	(void)leg;
}


static void record(struct leg *leg)
{
	leg->path->tap = &tap;
}


static void key(struct leg *leg)
{
	leg->latch.keyed = true;
}


static void key_other(struct leg *leg)
{
	leg->across->latch.keyed = true;
}


static void fax(struct leg *leg)
{
	leg->latch.anchor.any = true;
}


static void fax_other(struct leg *leg)
{
	leg->across->latch.anchor.any = true;
}


static void share(struct leg *leg)
{
	list_unlink(&leg->across->le);
	list_append(&leg->port->legl, &leg->across->le, leg->across);
}


static void differ(struct leg *leg)
{
	(void)sa_set_str(&leg->across->port->local, "2001:db8::1", 17002);
}


static void speak_ice(struct leg *leg)
{
	latch_ice(&leg->latch, true);
}


static void check_ice(struct leg *leg)
{
	struct ice_login ours;

	ice_login_make(&ours);
	ck_assert_int_eq(ice_alloc(&ice, &ours), 0);
	leg->ice = ice;
	latch_ice(&leg->latch, true);
}


static void unlatch(struct leg *leg)
{
	latch_reset(&leg->latch);
}


static void unlatch_other(struct leg *leg)
{
	latch_reset(&leg->across->latch);
}


static void never_heard(struct leg *leg)
{
	memset(&leg->hearsay->quality, 0, sizeof(leg->hearsay->quality));
}


static void silence(struct leg *leg)
{
	latch_silent(&leg->latch);
}


static void silence_told(struct leg *leg)
{
	leg->silent = 1;
}


static void silence_other(struct leg *leg)
{
	latch_silent(&leg->across->latch);
}


static const struct {
	const char *name;
	void (*doh)(struct leg *leg);
	enum hindrance want;
	const char *text;
} casev[] = {
	{"two that talk", nothing, HINDRANCE_NONE, NULL},
	{"a tap", record, HINDRANCE_TAP, "recorded"},
	{"its keys are known", key, HINDRANCE_KEYS, "SRTP"},
	{"only the other's keys are", key_other, HINDRANCE_NONE, NULL},
	{"T.38", fax, HINDRANCE_ANY, "not RTP"},
	{"T.38 there", fax_other, HINDRANCE_ANY, "not RTP"},
	{"others hear its port", share, HINDRANCE_PORT, "shared port"},
	{"families", differ, HINDRANCE_FAMILIES,
	 "IPv4 on one side, IPv6 on the other"},
	{"it speaks ICE without us", speak_ice, HINDRANCE_ICE,
	 "ICE is not done"},
	{"no check of it has come", check_ice, HINDRANCE_ICE,
	 "ICE is not done"},
	{"unlatched", unlatch, HINDRANCE_SOURCE, "not latched"},
	{"latched without RTP", never_heard, HINDRANCE_SOURCE, "not latched"},
	{"nowhere to go", unlatch_other, HINDRANCE_TARGET,
	 "the other side is not latched"},
	{"silent", silence, HINDRANCE_SILENT, "silent"},
	{"silent, and not told yet", silence_told, HINDRANCE_SILENT, "silent"},
	{"the other one is silent", silence_other, HINDRANCE_NONE, NULL},
};


START_TEST(what_keeps_it_in_user_space)
{
	struct leg *leg = riding_leg(&r, RELAY_A);
	enum hindrance h;

	casev[_i].doh(leg);
	h = hindrance_of(leg);
	ck_assert_msg(h == casev[_i].want, "%s: %d", casev[_i].name, (int)h);
	if (casev[_i].text)
		ck_assert_str_eq(hindrance_text(h), casev[_i].text);
	else
		ck_assert_ptr_null(hindrance_text(h));
}
END_TEST


START_TEST(each_has_words)
{
	for (int h = HINDRANCE_TAP; h <= HINDRANCE_ERROR; h++)
		ck_assert_ptr_nonnull(hindrance_text((enum hindrance)h));
	ck_assert_ptr_null(hindrance_text(HINDRANCE_UNKNOWN));
	ck_assert_ptr_null(hindrance_text((enum hindrance)99));
	ck_assert_int_eq(hindrance_error(ENETUNREACH), HINDRANCE_WAY);
	ck_assert_int_eq(hindrance_error(EIO), HINDRANCE_ERROR);
}
END_TEST


Suite *suite_hindrance(void);
Suite *suite_hindrance(void)
{
	Suite *s = suite_create("hindrance");
	TCase *tc = tcase_create("hindrance");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, what_keeps_it_in_user_space, casev);
	tcase_add_test(tc, each_has_words);
	suite_add_tcase(s, tc);

	return s;
}
