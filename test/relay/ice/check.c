/**
 * @file test/relay/ice/check.c  STUN messages, told apart and checked
 */
#include <errno.h>
#include <string.h>
#include "relay/ice/check.h"
#include "test/mock/stun.h"
#include "test/test.h"

/* RFC 5769 section 2.1 */
static const uint8_t rfc5769[] = {
	0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01,
	0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10,
	0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73, 0x74, 0x20, 0x63, 0x6c,
	0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
	0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36,
	0x00, 0x06, 0x00, 0x09, 0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76,
	0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14, 0x9a, 0xea, 0xa7, 0x0c,
	0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
	0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf,
};
#define RFC5769_PWD "VOkJxbRl1RmTxUk/WvJxBt"

/* RFC 5769 section 2.2, an answer over IPv4 */
static const uint8_t answer[] = {
	0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01,
	0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b,
	0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20,
	0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
	0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3,
	0x8c, 0x74, 0x89, 0xf9, 0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7,
	0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96,
};


START_TEST(the_request_of_rfc_5769_is_read_and_verified)
{
	struct check c;

	ck_assert_int_eq(check_read(&c, rfc5769, sizeof(rfc5769)), 0);
	ck_assert_uint_eq(c.class, STUN_CLASS_REQUEST);
	ck_assert_uint_eq(c.method, STUN_METHOD_BINDING);
	ck_assert_int_eq(pl_strcmp(&c.username, "evtj:h6vY"), 0);
	ck_assert_uint_eq(c.priority, 0x6e0001ff);
	ck_assert(c.controlled && c.fingerprint && c.alone && c.has_priority);
	ck_assert(!c.nominates && !c.unknown.typec);
	ck_assert_mem_eq(check_tid(&c), rfc5769 + 8, STUN_TID_SIZE);

	ck_assert_int_eq(check_fingerprint(&c), 0);
	ck_assert_int_eq(check_integrity(&c, RFC5769_PWD), 0);
	ck_assert_int_eq(check_integrity(&c, "VOkJxbRl1RmTxUk/WvJxBT"),
			 EBADMSG);
}
END_TEST


START_TEST(the_answer_of_rfc_5769_is_none_of_ours)
{
	struct check c;

	ck_assert_int_eq(check_read(&c, answer, sizeof(answer)), 0);
	ck_assert_uint_eq(c.class, STUN_CLASS_SUCCESS_RESP);
	ck_assert_uint_eq(c.method, STUN_METHOD_BINDING);
	ck_assert_int_eq(check_fingerprint(&c), 0);
	ck_assert_int_eq(check_integrity(&c, RFC5769_PWD), 0);
}
END_TEST


/* each octet is under the fingerprint, or makes it no message at all */
START_TEST(no_octet_may_be_another)
{
	uint8_t buf[sizeof(rfc5769)];
	struct check c;

	for (size_t i = 0; i < sizeof(buf); i++) {
		memcpy(buf, rfc5769, sizeof(buf));
		buf[i] ^= 0x10;

		if (check_read(&c, buf, sizeof(buf)))
			continue;
		ck_assert_msg(check_fingerprint(&c) != 0, "octet %zu", i);
	}
}
END_TEST


START_TEST(no_prefix_is_a_message)
{
	struct check c;

	for (size_t len = 0; len < sizeof(rfc5769); len++)
		ck_assert_int_eq(check_read(&c, rfc5769, len), EBADMSG);
}
END_TEST


/* as it stands behind the integrity, whoever passed it on put it there */
START_TEST(what_is_behind_the_integrity_is_not_read)
{
	static const uint8_t more[] = {0x00, 0x25, 0x00, 0x00, 0x7f, 0x01,
				       0x00, 0x04, 1,    2,    3,    4};
	struct mbuf *mb = stun_probe(&(struct stun_probe){
		.username = "a:b", .pwd = "secret", .bare = true});
	struct check c;

	mb->pos = mb->end;
	ck_assert_int_eq(mbuf_write_mem(mb, more, sizeof(more)), 0);
	mb->pos = 2;
	ck_assert_int_eq(mbuf_write_u16(mb, htons((uint16_t)(mb->end - 20))),
			 0);

	ck_assert_int_eq(check_read(&c, mb->buf, mb->end), 0);
	ck_assert(!c.nominates && !c.unknown.typec && !c.alone);
	ck_assert_int_eq(check_integrity(&c, "secret"), 0);
	ck_assert_int_eq(check_integrity(&c, "Secret"), EBADMSG);
	ck_assert_int_eq(check_fingerprint(&c), EPROTO);
	mem_deref(mb);
}
END_TEST


START_TEST(what_it_must_know_and_does_not_is_noted)
{
	struct mbuf *mb = stun_probe(&(struct stun_probe){
		.username = "a:b", .pwd = "secret", .unknown = 0x7f01});
	struct check c;

	ck_assert_int_eq(check_read(&c, mb->buf, mb->end), 0);
	ck_assert_uint_eq(c.unknown.typec, 1);
	ck_assert_uint_eq(c.unknown.typev[0], 0x7f01);
	ck_assert_int_eq(check_fingerprint(&c), 0);
	ck_assert_int_eq(check_integrity(&c, "secret"), 0);
	mem_deref(mb);
}
END_TEST


/* the header, then what is said; lengths are made to fit */
static const struct {
	const char *what;
	const char *attrs;
	size_t len;
	int err;
} shapev[] = {
	{"nothing", "", 0, 0},
	{"an attribute longer than the message",
	 "\x00\x06\x00\x05"
	 "abcd",
	 8, EBADMSG},
	{"one that ends with its padding",
	 "\x00\x06\x00\x03"
	 "abc\0",
	 8, 0},
	{"a length of 65535",
	 "\x00\x06\xff\xff"
	 "abcd",
	 8, EBADMSG},
	{"integrity of another size",
	 "\x00\x08\x00\x04"
	 "abcd",
	 8, EBADMSG},
	{"a fingerprint of another size", "\x80\x28\x00\x00", 4, EBADMSG},
	{"something behind the fingerprint",
	 "\x80\x28\x00\x04"
	 "abcd"
	 "\x00\x25\x00\x00",
	 12, EBADMSG},
	{"a priority of another size",
	 "\x00\x24\x00\x02"
	 "ab\0\0",
	 8, EBADMSG},
};


START_TEST(shapes_that_are_bounded)
{
	uint8_t buf[64] = {0x00, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42};
	struct check c;

	memcpy(buf + 20, shapev[_i].attrs, shapev[_i].len);
	buf[3] = (uint8_t)shapev[_i].len;
	ck_assert_msg(check_read(&c, buf, 20 + shapev[_i].len) ==
			      shapev[_i].err,
		      "%s", shapev[_i].what);
}
END_TEST


START_TEST(many_attributes_are_no_check)
{
	uint8_t buf[20 + 4 * (CHECK_ATTRS_MAX + 1)] = {0x00, 0x01, 0,    0,
						       0x21, 0x12, 0xa4, 0x42};
	struct check c;

	for (size_t i = 20; i < sizeof(buf); i += 4)
		buf[i] = 0x80;
	buf[3] = sizeof(buf) - 20 - 4;
	ck_assert_int_eq(check_read(&c, buf, sizeof(buf) - 4), 0);
	buf[3] += 4;
	ck_assert_int_eq(check_read(&c, buf, sizeof(buf)), EBADMSG);
}
END_TEST


/* the old protocol had no cookie, and no ICE */
START_TEST(rfc_3489_is_no_check)
{
	uint8_t buf[20] = {0x00, 0x01};
	struct check c;

	ck_assert_int_eq(check_read(&c, buf, sizeof(buf)), EBADMSG);
}
END_TEST


START_TEST(verifying_survives_a_lack_of_memory)
{
	struct check c;

	ck_assert_int_eq(check_read(&c, rfc5769, sizeof(rfc5769)), 0);
	for (int n = 0; n < 6; n++) {
		oom_after(n);
		ck_assert_int_ne(check_fingerprint(&c), EBADMSG);
		oom_after(n);
		ck_assert_int_ne(check_integrity(&c, RFC5769_PWD), EBADMSG);
	}
	oom_after(-1);
}
END_TEST


Suite *suite_check(void);
Suite *suite_check(void)
{
	Suite *s = suite_create("check");
	TCase *tc = tcase_create("stun");

	tcase_add_test(tc, the_request_of_rfc_5769_is_read_and_verified);
	tcase_add_test(tc, the_answer_of_rfc_5769_is_none_of_ours);
	tcase_add_test(tc, no_octet_may_be_another);
	tcase_add_test(tc, no_prefix_is_a_message);
	tcase_add_test(tc, what_is_behind_the_integrity_is_not_read);
	tcase_add_test(tc, what_it_must_know_and_does_not_is_noted);
	test_table(tc, shapes_that_are_bounded, shapev);
	tcase_add_test(tc, many_attributes_are_no_check);
	tcase_add_test(tc, rfc_3489_is_no_check);
	tcase_add_test(tc, verifying_survives_a_lack_of_memory);
	suite_add_tcase(s, tc);

	return s;
}
