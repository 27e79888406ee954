/**
 * @file test/proxy/user/push_params.c  How a sleeping phone is woken
 */
#include "test/test.h"
#include "proxy/user/push_params.h"

#define P "sip:a@192.0.2.1;pn-provider="


static const struct {
	const char *contact;
	int err;
	const char *provider, *prid, *param;
} casev[] = {
	{P "apns;pn-prid=00fc13adff78512;pn-param=DEF123.com.app", 0, "apns",
	 "00fc13adff78512", "DEF123.com.app"},
	{P "fcm;pn-prid=%20x", 0, "fcm", "%20x", ""},
	{"sip:a@192.0.2.1;PN-PRID=1;PN-Provider=webpush", 0, "webpush", "1",
	 ""},
	{P "fcm", ENOENT, NULL, NULL, NULL},
	{P "fcm;pn-prid", ENOENT, NULL, NULL, NULL},
	{P ";pn-prid=1", ENOENT, NULL, NULL, NULL},
	{"sip:a@192.0.2.1;pn-prid=1", ENOENT, NULL, NULL, NULL},
	{"sip:a@192.0.2.1", ENOENT, NULL, NULL, NULL},
	{"sip:a@192.0.2.1?x=;pn-provider=a;pn-prid=b", ENOENT, NULL, NULL,
	 NULL},
	{"nonsense", EBADMSG, NULL, NULL, NULL},
};


START_TEST(a_contact_says_how_its_phone_is_woken)
{
	struct push_params pp;
	const int err = push_params_decode(&pp, casev[_i].contact);

	ck_assert_msg((err != 0) == (casev[_i].err != 0), "%s",
		      casev[_i].contact);
	if (casev[_i].err == ENOENT && casev[_i].contact[4] == 'a')
		ck_assert(err == ENOENT || err == EBADMSG);
	if (err)
		return;

	ck_assert_int_eq(pl_strcmp(&pp.provider, casev[_i].provider), 0);
	ck_assert_int_eq(pl_strcmp(&pp.prid, casev[_i].prid), 0);
	ck_assert_int_eq(pl_strcmp(&pp.param, casev[_i].param), 0);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct push_params pp;

	ck_assert_int_eq(push_params_decode(NULL, "sip:a@h"), EINVAL);
	ck_assert_int_eq(push_params_decode(&pp, NULL), EINVAL);
}
END_TEST


Suite *suite_push_params(void);
Suite *suite_push_params(void)
{
	Suite *s = suite_create("push_params");
	TCase *tc = tcase_create("push_params");

	test_table(tc, a_contact_says_how_its_phone_is_woken, casev);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
