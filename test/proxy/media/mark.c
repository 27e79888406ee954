/**
 * @file test/proxy/media/mark.c  The signed mark of two proxies in one path
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "proxy/media/mark.h"


static const struct hash_key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};
static const struct pl call = {"abc@192.0.2.1", 13};
static const struct pl other_call = {"abd@192.0.2.1", 13};


static void decode(struct sa *sa, const char *text)
{
	ck_assert_int_eq(sa_decode(sa, text, strlen(text)), 0);
}


static const char *const addrv[] = {
	"203.0.113.1:16384",
	"0.0.0.1:1",
	"[2001:db8::1]:65535",
	"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
	"[::ffff:203.0.113.1]:16384",
};

START_TEST(a_mark_comes_back_as_it_was_made)
{
	char offer[SDP_MARK_MAX + 1], answer[SDP_MARK_MAX + 1];
	struct sa sa, out;
	struct pl pl;

	decode(&sa, addrv[_i]);
	ck_assert_int_eq(mark_offer(offer, sizeof(offer), &key, &call, &sa),
			 0);
	ck_assert_int_eq(mark_answer(answer, sizeof(answer), &key, &call, &sa),
			 0);
	ck_assert_str_ne(offer, answer);

	pl_set_str(&pl, offer);
	ck_assert_int_eq(mark_offer_check(&key, &pl, &call, &out), 0);
	ck_assert(sa_cmp(&sa, &out, SA_ALL));
	pl_set_str(&pl, answer);
	ck_assert_int_eq(mark_answer_check(&key, &pl, &call, &out), 0);
	ck_assert(sa_cmp(&sa, &out, SA_ADDR));
	ck_assert_uint_eq(sa_port(&out), 0);
}
END_TEST


START_TEST(a_mark_reads_as_documented)
{
	char buf[SDP_MARK_MAX + 1];
	struct sa sa;

	decode(&sa, "203.0.113.1:16384");
	ck_assert_int_eq(mark_offer(buf, sizeof(buf), &key, &call, &sa), 0);
	ck_assert_ptr_eq(strstr(buf, "1;relay=203.0.113.1:16384;call="), buf);
	ck_assert_uint_eq(strspn(buf + 31, "0123456789abcdef"), 16);
	ck_assert_ptr_eq(strstr(buf, ";mac="), buf + 47);
	ck_assert_uint_eq(strspn(buf + 52, "0123456789abcdef"), 32);
	ck_assert_uint_eq(strlen(buf), 84);
	ck_assert_int_eq(mark_answer(buf, sizeof(buf), &key, &call, &sa), 0);
	ck_assert_ptr_eq(strstr(buf, "1;seen=203.0.113.1;call="), buf);
}
END_TEST


START_TEST(a_mark_of_others_is_worth_nothing)
{
	char offer[SDP_MARK_MAX + 1], answer[SDP_MARK_MAX + 1];
	struct sa sa, out;
	struct pl pl;

	sa_init(&out, AF_UNSPEC);
	decode(&sa, "203.0.113.1:16384");
	ck_assert_int_eq(mark_offer(offer, sizeof(offer), &key, &call, &sa),
			 0);
	ck_assert_int_eq(mark_answer(answer, sizeof(answer), &key, &call, &sa),
			 0);

	pl_set_str(&pl, offer);
	ck_assert_int_eq(mark_offer_check(&other_key, &pl, &call, &out),
			 EACCES);
	ck_assert_int_eq(mark_offer_check(&key, &pl, &other_call, &out),
			 EACCES);
	ck_assert_int_eq(mark_answer_check(&key, &pl, &call, &out), EBADMSG);
	pl_set_str(&pl, answer);
	ck_assert_int_eq(mark_answer_check(&key, &pl, &other_call, &out),
			 EACCES);
	ck_assert_int_eq(mark_offer_check(&key, &pl, &call, &out), EBADMSG);
	ck_assert_int_eq(sa_af(&out), AF_UNSPEC);
}
END_TEST


/* each octet changed, and each length: nothing but the whole passes */
START_TEST(no_octet_of_a_mark_can_be_changed)
{
	char good[SDP_MARK_MAX + 1], bad[SDP_MARK_MAX + 1];
	struct sa sa;
	struct pl pl = {bad, 0};

	decode(&sa, "203.0.113.1:16384");
	ck_assert_int_eq(mark_offer(good, sizeof(good), &key, &call, &sa), 0);
	for (size_t i = 0; i < strlen(good); i++) {
		int err;

		memcpy(bad, good, sizeof(bad));
		pl.l = i;
		err = mark_offer_check(&key, &pl, &call, &sa);
		ck_assert_int_eq(err, EBADMSG);

		bad[i] ^= 1;
		pl.l = strlen(good);
		err = mark_offer_check(&key, &pl, &call, &sa);
		ck_assert_msg(err == EBADMSG || err == EACCES, "octet %zu", i);
	}
}
END_TEST


static const char *const badv[] = {
	"",
	"1",
	"2;relay=203.0.113.1:1;call=0123456789abcdef;mac=0",
	"1;relay=",
	"1;relay=;",
	"1;relay=203.0.113.1;call=0123456789abcdef;mac=0",
	"1;relay=203.0.113.1:0;call=0123456789abcdef;mac=0",
	"1;relay=gw:1;call=0123456789abcdef;mac=0",
	"1;relay=203.0.113.1:1;call=0123456789abcdef;mac=0;x=y",
};

START_TEST(a_malformed_mark_is_refused)
{
	struct sa sa;
	struct pl pl;

	pl_set_str(&pl, badv[_i]);
	ck_assert_int_eq(mark_offer_check(&key, &pl, &call, &sa), EBADMSG);
	ck_assert_int_eq(mark_answer_check(&key, &pl, &call, &sa), EBADMSG);
}
END_TEST


START_TEST(what_is_missing_is_an_error)
{
	char buf[SDP_MARK_MAX + 1] = "untouched";
	struct sa sa;
	struct pl pl = PL("1");

	sa_init(&sa, AF_UNSPEC);
	ck_assert_int_eq(mark_offer(buf, sizeof(buf), &key, &call, &sa),
			 EINVAL);
	ck_assert_int_eq(sa_set_str(&sa, "203.0.113.1", 0), 0);
	ck_assert_int_eq(mark_offer(buf, sizeof(buf), &key, &call, &sa),
			 EINVAL);
	ck_assert_int_eq(mark_answer(buf, 8, &key, &call, &sa), EOVERFLOW);
	ck_assert_str_eq(buf, "untouched");
	ck_assert_int_eq(mark_answer(NULL, 8, &key, &call, &sa), EINVAL);
	ck_assert_int_eq(mark_answer(buf, 8, NULL, &call, &sa), EINVAL);
	ck_assert_int_eq(mark_answer(buf, 8, &key, NULL, &sa), EINVAL);
	ck_assert_int_eq(mark_answer(buf, 8, &key, &call, NULL), EINVAL);
	ck_assert_int_eq(mark_offer_check(NULL, &pl, &call, &sa), EINVAL);
	ck_assert_int_eq(mark_offer_check(&key, NULL, &call, &sa), EINVAL);
	ck_assert_int_eq(mark_offer_check(&key, &pl, NULL, &sa), EINVAL);
	ck_assert_int_eq(mark_offer_check(&key, &pl, &call, NULL), EINVAL);
}
END_TEST


Suite *suite_mark(void);
Suite *suite_mark(void)
{
	Suite *s = suite_create("mark");
	TCase *tc = tcase_create("mark");

	test_table(tc, a_mark_comes_back_as_it_was_made, addrv);
	tcase_add_test(tc, a_mark_reads_as_documented);
	tcase_add_test(tc, a_mark_of_others_is_worth_nothing);
	tcase_add_test(tc, no_octet_of_a_mark_can_be_changed);
	test_table(tc, a_malformed_mark_is_refused, badv);
	tcase_add_test(tc, what_is_missing_is_an_error);
	suite_add_tcase(s, tc);

	return s;
}
