/**
 * @file test/proxy/admin/trace/hep.c  HEP, chunk by chunk
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/octets.h"
#include "proxy/admin/trace/hep.h"

static struct sa a4, b4, a6;
static struct mbuf *mb;


static void setup(void)
{
	ck_assert_int_eq(sa_set_str(&a4, "192.0.2.1", 5060), 0);
	ck_assert_int_eq(sa_set_str(&b4, "198.51.100.7", 1024), 0);
	ck_assert_int_eq(sa_set_str(&a6, "2001:db8::1", 5061), 0);
	mb = mbuf_alloc(16);
}


static void teardown(void)
{
	mb = mem_deref(mb);
}


/* NULL: it is not there */
static const uint8_t *chunk(uint16_t type, size_t *len)
{
	size_t at = 6;

	while (at < mb->end) {
		const size_t n = octets_get16(mb->buf + at + 4);

		ck_assert_uint_ge(n, 6);
		ck_assert_uint_eq(octets_get16(mb->buf + at), 0);
		if (octets_get16(mb->buf + at + 2) == type) {
			*len = n - 6;
			return mb->buf + at + 6;
		}
		at += n;
	}
	ck_assert_uint_eq(at, mb->end);

	return NULL;
}


static uint64_t number(uint16_t type)
{
	size_t len = 0;
	const uint8_t *p = chunk(type, &len);
	uint64_t n = 0;

	ck_assert_ptr_nonnull(p);
	while (len--)
		n = n << 8 | *p++;

	return n;
}


static void is_text(uint16_t type, const char *text)
{
	size_t len = 0;
	const uint8_t *p = chunk(type, &len);

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(len, strlen(text));
	ck_assert_mem_eq(p, text, len);
}


START_TEST(a_message_is_told_with_all_that_is_known)
{
	struct hep h = {
		.src = &b4,
		.dst = &a4,
		.wall_us = 1700000000123456,
		.type = HEP_SIP,
		.id = 2001,
		.password = "secret",
		.p = "INVITE ",
		.len = 7,
	};
	size_t len;

	pl_set_str(&h.callid, "a@b");
	ck_assert_int_eq(hep_encode(mb, &h), 0);
	ck_assert_mem_eq(mb->buf, "HEP3", 4);
	ck_assert_uint_eq(octets_get16(mb->buf + 4), mb->end);
	ck_assert_uint_eq(number(1), 2);
	ck_assert_uint_eq(number(2), 17);
	ck_assert_uint_eq(number(3), 0xc6336407);
	ck_assert_uint_eq(number(4), 0xc0000201);
	ck_assert_uint_eq(number(7), 1024);
	ck_assert_uint_eq(number(8), 5060);
	ck_assert_uint_eq(number(9), 1700000000);
	ck_assert_uint_eq(number(10), 123456);
	ck_assert_uint_eq(number(11), 1);
	ck_assert_uint_eq(number(12), 2001);
	is_text(14, "secret");
	is_text(15, "INVITE ");
	is_text(17, "a@b");
	ck_assert_ptr_null(chunk(5, &len));
}
END_TEST


START_TEST(what_is_not_known_is_left_out)
{
	const struct hep h = {
		.src = &a6,
		.dst = &a6,
		.stream = true,
		.type = HEP_QUALITY,
		.p = "{}",
		.len = 2,
	};
	size_t len = 0;

	ck_assert_int_eq(hep_encode(mb, &h), 0);
	ck_assert_uint_eq(number(1), 10);
	ck_assert_uint_eq(number(2), 6);
	ck_assert_ptr_nonnull(chunk(5, &len));
	ck_assert_uint_eq(len, 16);
	ck_assert_uint_eq(number(11), 35);
	ck_assert_ptr_null(chunk(3, &len));
	ck_assert_ptr_null(chunk(14, &len));
	ck_assert_ptr_null(chunk(17, &len));
}
END_TEST


START_TEST(what_cannot_be_told_is_refused)
{
	struct hep h = {.src = &a4, .dst = &a6, .p = "x", .len = 1};

	ck_assert_int_eq(hep_encode(mb, &h), EAFNOSUPPORT);
	h.dst = &a4;
	h.len = HEP_PAYLOAD_MAX + 1;
	ck_assert_int_eq(hep_encode(mb, &h), EMSGSIZE);
	h.p = NULL;
	ck_assert_int_eq(hep_encode(mb, &h), EINVAL);
	ck_assert_int_eq(hep_encode(NULL, &h), EINVAL);
	ck_assert_uint_eq(mb->end, 0);
}
END_TEST


Suite *suite_hep(void);
Suite *suite_hep(void)
{
	Suite *s = suite_create("hep");
	TCase *tc = tcase_create("hep");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_message_is_told_with_all_that_is_known);
	tcase_add_test(tc, what_is_not_known_is_left_out);
	tcase_add_test(tc, what_cannot_be_told_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
