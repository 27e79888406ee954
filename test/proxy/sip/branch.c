/**
 * @file test/proxy/sip/branch.c  Branches of ours
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/branch.h"


static const struct hash_key key = {{1, 2, 3}};
static const struct hash_key other = {{3, 2, 1}};


START_TEST(what_is_written_is_recognised)
{
	char buf[BRANCH_SIZE];
	uint64_t id = 0;
	uint32_t loop = 0;
	struct pl pl;

	branch_encode(buf, &key, 0x123456789abcdef0, 0x0a0b0c0d);
	ck_assert_int_eq(strncmp(buf, "z9hG4bK", 7), 0);
	pl_set_str(&pl, buf);
	ck_assert_int_eq(branch_decode(&key, &pl, &id, &loop), 0);
	ck_assert_uint_eq(id, 0x123456789abcdef0);
	ck_assert_uint_eq(loop, 0x0a0b0c0d);
	ck_assert_int_eq(branch_decode(&key, &pl, NULL, NULL), 0);
	ck_assert_int_eq(branch_decode(&other, &pl, &id, &loop), EACCES);
}
END_TEST


START_TEST(every_changed_octet_is_noticed)
{
	char buf[BRANCH_SIZE];
	struct pl pl;

	branch_encode(buf, &key, UINT64_MAX, 0);
	pl_set_str(&pl, buf);
	for (size_t i = 0; i < pl.l; i++) {
		const char was = buf[i];

		buf[i] = was == '0' ? '1' : '0';
		ck_assert_int_ne(branch_decode(&key, &pl, NULL, NULL), 0);
		buf[i] = was;
	}
	for (size_t n = 0; n < pl.l; n++) {
		const struct pl cut = {buf, n};

		ck_assert_int_eq(branch_decode(&key, &cut, NULL, NULL),
				 EBADMSG);
	}
}
END_TEST


START_TEST(other_branches_are_not_ours)
{
	static const char *const casev[] = {
		"",
		"z9hG4bK",
		"z9hG4bK-vd-",
		"390skdjuw",
		"z9hG4bK-vd-0000000000000000-00000000-000000000000000g",
		"z9hG4bK-vd-0000000000000000-00000000-00000000000000000",
		"z9hG4bK-VD-0000000000000000-00000000-0000000000000000",
		"z9hG4bK-vd-000000000000000A-00000000-0000000000000000",
	};
	struct pl pl;

	for (size_t i = 0; i < ARRAY_SIZE(casev); i++) {
		pl_set_str(&pl, casev[i]);
		ck_assert_int_eq(branch_decode(&key, &pl, NULL, NULL),
				 EBADMSG);
	}
	ck_assert_int_eq(branch_decode(NULL, &pl, NULL, NULL), EINVAL);
	ck_assert_int_eq(branch_decode(&key, NULL, NULL, NULL), EINVAL);
}
END_TEST


#define MSG(ruri, ft, tt, id, cseq, lines)                           \
	"INVITE " ruri " SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n"          \
	"From: <sip:a@h>;tag=" ft "\r\nTo: <sip:b@h>;tag=" tt "\r\n" \
	"Call-ID: " id "\r\nCSeq: " cseq " INVITE\r\n" lines "\r\n"

static const struct {
	const char *text;
	bool same;
} loopv[] = {
	{MSG("sip:b@h", "1", "2", "3", "4", ""), true},
	{MSG("sip:b@h", "1", "2", "3", "4", "Max-Forwards: 7\r\nX: y\r\n"),
	 true},
	{MSG("sip:c@h", "1", "2", "3", "4", ""), false},
	{MSG("sip:b@h", "x", "2", "3", "4", ""), false},
	{MSG("sip:b@h", "1", "x", "3", "4", ""), false},
	{MSG("sip:b@h", "2", "1", "3", "4", ""), false},
	{MSG("sip:b@h", "1", "2", "x", "4", ""), false},
	{MSG("sip:b@h", "1", "2", "3", "5", ""), false},
	{MSG("sip:b@h", "1", "2", "3", "4", "Route: <sip:r>\r\n"), false},
	{MSG("sip:b@h", "1", "2", "3", "4", "Proxy-Require: r\r\n"), false},
	{MSG("sip:b@h", "1", "2", "3", "4", "Proxy-Authorization: r\r\n"),
	 false},
};

START_TEST(a_loop_repeats_its_hash_and_a_spiral_does_not)
{
	struct message *a = decoded(loopv[0].text);
	struct message *b = decoded(loopv[_i].text);

	ck_assert((branch_loop_hash(&key, a) == branch_loop_hash(&key, b)) ==
		  loopv[_i].same);
	ck_assert_uint_ne(branch_loop_hash(&key, a),
			  branch_loop_hash(&other, a));
	ck_assert_uint_eq(branch_loop_hash(NULL, a), 0);
	mem_deref(b);
	mem_deref(a);
}
END_TEST


Suite *suite_branch(void);
Suite *suite_branch(void)
{
	Suite *s = suite_create("branch");
	TCase *tc = tcase_create("branch");

	tcase_add_test(tc, what_is_written_is_recognised);
	tcase_add_test(tc, every_changed_octet_is_noticed);
	tcase_add_test(tc, other_branches_are_not_ours);
	test_table(tc, a_loop_repeats_its_hash_and_a_spiral_does_not, loopv);
	suite_add_tcase(s, tc);

	return s;
}
