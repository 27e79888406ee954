/**
 * @file test/proxy/sip/stun_echo.c  A phone asks where it is seen
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "proxy/sip/stun_echo.h"


#define ID "0123456789ab"

static struct sa v4, v6;
static uint8_t out[STUN_ECHO_MAX];
static size_t n;


static void setup(void)
{
	ck_assert_int_eq(sa_set_str(&v4, "192.0.2.1", 0x1234), 0);
	ck_assert_int_eq(sa_set_str(&v6, "2001:db8::1", 0x1234), 0);
	memset(out, 0xee, sizeof(out));
}


static int answer(const char *p, size_t len, const struct sa *src)
{
	return stun_echo_answer(out, &n, (const uint8_t *)p, len, src);
}


START_TEST(rfc5389_xor_mapped_address_and_nothing_else)
{
	static const char want4[] = "\x01\x01\x00\x0c\x21\x12\xa4\x42" ID
				    "\x00\x20\x00\x08\x00\x01\x33\x26"
				    "\xe1\x12\xa6\x43";

	ck_assert_int_eq(
		answer("\x00\x01\x00\x00\x21\x12\xa4\x42" ID, 20, &v4), 0);
	ck_assert_uint_eq(n, 32);
	ck_assert_mem_eq(out, want4, 32);

	ck_assert_int_eq(
		answer("\x00\x01\x00\x00\x21\x12\xa4\x42" ID, 20, &v6), 0);
	ck_assert_uint_eq(n, 44);
	ck_assert_uint_eq(out[25], 2);
	/* 2001:0db8 XOR 2112:a442, and the last octet XOR 'b' */
	ck_assert_mem_eq(out + 28, "\x01\x13\xa9\xfa", 4);
	ck_assert_uint_eq(out[43], 1 ^ 'b');
}
END_TEST


START_TEST(what_a_client_may_add_does_not_matter)
{
	/* USERNAME of 3 octets, SOFTWARE, FINGERPRINT */
	static const char p[] = "\x00\x01\x00\x18\x21\x12\xa4\x42" ID
				"\x00\x06\x00\x03"
				"abc\0"
				"\x80\x22\x00\x04test"
				"\x80\x28\x00\x04\x01\x02\x03\x04";

	ck_assert_int_eq(answer(p, sizeof(p) - 1, &v4), 0);
	ck_assert_uint_eq(n, 32);
}
END_TEST


START_TEST(what_must_be_understood_and_is_not_is_420)
{
	/* CHANGE-REQUEST (RFC 5780) */
	static const char p[] = "\x00\x01\x00\x08\x21\x12\xa4\x42" ID
				"\x00\x03\x00\x04\x00\x00\x00\x06";
	static const char want[] = "\x01\x11\x00\x10\x21\x12\xa4\x42" ID
				   "\x00\x09\x00\x04\x00\x00\x04\x14"
				   "\x00\x0a\x00\x02\x00\x03\x00\x00";

	ck_assert_int_eq(answer(p, sizeof(p) - 1, &v4), 0);
	ck_assert_uint_eq(n, 36);
	ck_assert_mem_eq(out, want, 36);
}
END_TEST


START_TEST(the_longest_420_fits)
{
	char p[20 + 4 * 100] = "\x00\x01\x01\x90\x21\x12\xa4\x42" ID;

	for (size_t i = 0; i < 100; i++)
		p[20 + 4 * i + 1] = 0x30;
	ck_assert_int_eq(answer(p, sizeof(p), &v4), 0);
	ck_assert_uint_le(n, STUN_ECHO_MAX);
}
END_TEST


static const struct {
	const char *p;
	size_t len;
} badv[] = {
	{"", 0},
	{"\x00\x01\x00\x00\x21\x12\xa4\x42" ID, 19},
	/* no cookie, RFC 3489 */
	{"\x00\x01\x00\x00\x21\x12\xa4\x43" ID, 20},
	/* an indication, an answer, another method */
	{"\x00\x11\x00\x00\x21\x12\xa4\x42" ID, 20},
	{"\x01\x01\x00\x00\x21\x12\xa4\x42" ID, 20},
	{"\x00\x03\x00\x00\x21\x12\xa4\x42" ID, 20},
	/* lengths */
	{"\x00\x01\x00\x04\x21\x12\xa4\x42" ID, 20},
	{"\x00\x01\x00\x00\x21\x12\xa4\x42" ID "\0\0\0\0", 24},
	{"\x00\x01\x00\x02\x21\x12\xa4\x42" ID "\0\0", 22},
	{"\x00\x01\x00\x04\x21\x12\xa4\x42" ID "\x80\x22\x00\x01", 24},
	{"\x00\x01\x00\x04\x21\x12\xa4\x42" ID "\x80\x22\xff\xff", 24},
};


START_TEST(anything_else_is_not_answered)
{
	ck_assert_int_eq(answer(badv[_i].p, badv[_i].len, &v4), EBADMSG);
	ck_assert_uint_eq(out[0], 0xee);
}
END_TEST


Suite *suite_stun_echo(void);
Suite *suite_stun_echo(void)
{
	Suite *s = suite_create("stun_echo");
	TCase *tc = tcase_create("stun_echo");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, rfc5389_xor_mapped_address_and_nothing_else);
	tcase_add_test(tc, what_a_client_may_add_does_not_matter);
	tcase_add_test(tc, what_must_be_understood_and_is_not_is_420);
	tcase_add_test(tc, the_longest_420_fits);
	test_table(tc, anything_else_is_not_answered, badv);
	suite_add_tcase(s, tc);

	return s;
}
