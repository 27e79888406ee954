/**
 * @file test/common/ink.c  Text without formats, as libre's formats write it
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/ink.h"


static const struct {
	uint64_t n;
	unsigned digits;
	const char *text, *hex;
} numberv[] = {
	{0, 1, "0", "0000000000000000"},
	{0, 3, "000", "0000000000000000"},
	{7, 3, "007", "0000000000000007"},
	{1234, 3, "1234", "00000000000004d2"},
	{5060, 1, "5060", "00000000000013c4"},
	{UINT64_MAX, 1, "18446744073709551615", "ffffffffffffffff"},
};

START_TEST(numbers_have_their_digits)
{
	char buf[64];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	ink_digits(&k, numberv[_i].n, numberv[_i].digits);
	ink_text(&k, " ");
	ink_hex(&k, numberv[_i].n, 16);
	ck_assert_int_eq(ink_end(&k), 0);
	ck_assert_uint_eq(k.len, strlen(numberv[_i].text) + 17);
	ck_assert(!strncmp(buf, numberv[_i].text, strlen(numberv[_i].text)));
	ck_assert_str_eq(buf + strlen(numberv[_i].text) + 1, numberv[_i].hex);
}
END_TEST


START_TEST(hexadecimal_is_cut_to_its_last_digits)
{
	char buf[16];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	ink_hex(&k, 0x123456789abcdef0, 8);
	ck_assert_int_eq(ink_end(&k), 0);
	ck_assert_str_eq(buf, "9abcdef0");
}
END_TEST


static const char *const addrv[] = {
	"0.0.0.0",     "10.20.30.40",      "192.0.2.255", "255.255.255.255",
	"2001:db8::1", "::ffff:192.0.2.1", "::1",
};

START_TEST(addresses_are_written_as_libre_writes_them)
{
	char buf[INK_ADDR_SIZE], host[INK_ADDR_SIZE], full[INK_ADDR_SIZE];
	struct sa sa;
	struct ink k;

	ck_assert_int_eq(sa_set_str(&sa, addrv[_i], 5061), 0);
	ck_assert_int_gt(re_snprintf(host, sizeof(host), "%j", &sa), 0);
	ck_assert_int_gt(re_snprintf(full, sizeof(full), "%J", &sa), 0);

	ink_init(&k, buf, sizeof(buf));
	ink_addr(&k, &sa);
	ck_assert_int_eq(ink_end(&k), 0);
	ck_assert_str_eq(buf, host);

	ink_init(&k, buf, sizeof(buf));
	ink_sa(&k, &sa);
	ck_assert_int_eq(ink_end(&k), 0);
	ck_assert_str_eq(buf, full);
}
END_TEST


START_TEST(an_address_that_is_none_is_nothing)
{
	char buf[INK_ADDR_SIZE];
	struct sa sa;
	struct ink k;

	sa_init(&sa, AF_UNSPEC);
	ink_init(&k, buf, sizeof(buf));
	ink_addr(&k, &sa);
	ink_sa(&k, &sa);
	ck_assert_int_eq(ink_end(&k), 0);
	ck_assert_str_eq(buf, "");
}
END_TEST


START_TEST(what_does_not_fit_is_cut_and_told)
{
	char buf[6] = "XXXXX";
	struct ink k;

	ink_init(&k, buf, 5);
	ink_text(&k, "ab");
	ink_number(&k, 12);
	ck_assert_int_eq(ink_end(&k), 0);
	ck_assert_str_eq(buf, "ab12");
	ink_text(&k, "cd");
	ck_assert_int_eq(ink_end(&k), ENOSPC);
	ck_assert_str_eq(buf, "ab12");

	ink_init(&k, buf, 1);
	ink_text(&k, "a");
	ck_assert_int_eq(ink_end(&k), ENOSPC);
	ck_assert_str_eq(buf, "");
}
END_TEST


Suite *suite_ink(void);
Suite *suite_ink(void)
{
	Suite *s = suite_create("ink");
	TCase *tc = tcase_create("ink");

	tcase_add_loop_test(tc, numbers_have_their_digits, 0,
			    ARRAY_SIZE(numberv));
	tcase_add_test(tc, hexadecimal_is_cut_to_its_last_digits);
	tcase_add_loop_test(tc, addresses_are_written_as_libre_writes_them, 0,
			    ARRAY_SIZE(addrv));
	tcase_add_test(tc, an_address_that_is_none_is_nothing);
	tcase_add_test(tc, what_does_not_fit_is_cut_and_told);
	suite_add_tcase(s, tc);

	return s;
}
