/**
 * @file test/proxy/user/push_text.c  What the hook that wakes phones is told
 */
#include <string.h>
#include "test/test.h"
#include "proxy/user/push_text.h"


static const struct {
	const char *contact, *callid;
	const char *text; /* NULL: it cannot be said */
} casev[] = {
	{"sip:a@h;pn-provider=fcm;pn-prid=t%3Ak%2f;pn-param=p", "c",
	 "{\"aor\":\"a@b\",\"provider\":\"fcm\",\"prid\":\"t:k/\","
	 "\"param\":\"p\",\"call-id\":\"c\"}"},
	{"sip:a@h;pn-provider=apns;pn-prid=%22", "\"c\\",
	 "{\"aor\":\"a@b\",\"provider\":\"apns\",\"prid\":\"\\\"\","
	 "\"param\":\"\",\"call-id\":\"\\\"c\\\\\"}"},
	{"sip:a@h;pn-provider=apns;pn-prid=a%00b", "c", NULL},
	{"sip:a@h;pn-provider=apns;pn-prid=%ff", "c", NULL},
	{"sip:a@h;pn-provider=apns", "c", NULL},
	{"sip:a@h", "c", NULL},
};


START_TEST(a_hook_is_told_whom_to_wake)
{
	struct binding b;
	char *text = NULL;
	struct pl callid;
	int err;

	memset(&b, 0, sizeof(b));
	b.aor = (char *)"a@b";
	b.contact = (char *)(uintptr_t)casev[_i].contact;
	pl_set_str(&callid, casev[_i].callid);
	err = push_text_make(&text, &b, &callid);
	if (casev[_i].text) {
		ck_assert_int_eq(err, 0);
		ck_assert_str_eq(text, casev[_i].text);
	}
	else {
		ck_assert_int_eq(err, EBADMSG);
	}
	mem_deref(text);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	const struct pl callid = PL("c");
	struct binding b;
	char *text = NULL;

	memset(&b, 0, sizeof(b));
	ck_assert_int_eq(push_text_make(NULL, &b, &callid), EINVAL);
	ck_assert_int_eq(push_text_make(&text, NULL, &callid), EINVAL);
	ck_assert_int_eq(push_text_make(&text, &b, NULL), EINVAL);
}
END_TEST


Suite *suite_push_text(void);
Suite *suite_push_text(void)
{
	Suite *s = suite_create("push_text");
	TCase *tc = tcase_create("push_text");

	test_table(tc, a_hook_is_told_whom_to_wake, casev);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
