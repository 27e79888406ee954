/**
 * @file test/proxy/media/sdp_origin.c  Versions as a receiver counts them
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/sdp_origin.h"
#include "test/test.h"

static const struct hash_key key = {{1, 2, 3}};


static struct mbuf *sdp(const char *origin, const char *rest)
{
	struct mbuf *mb = mbuf_alloc(64);

	ck_assert_int_eq(
		mbuf_printf(mb,
			    "v=0\r\no=%s IN IP4 203.0.113.1\r\ns=-\r\n"
			    "t=0 0\r\n%s",
			    origin, rest),
		0);

	return mb;
}


/* what becomes of "name id version" in front of that text */
static const char *sent(struct sdp_origin *o, const char *origin,
			const char *rest)
{
	static char buf[256];
	struct mbuf *mb = sdp(origin, rest);
	const char *begin, *end;

	ck_assert_int_eq(sdp_origin_pass(o, &mb, &key), 0);
	begin = memmem(mb->buf, mb->end, "o=", 2);
	end = memmem(mb->buf, mb->end, " IN ", 4);
	ck_assert(begin && end);
	(void)re_snprintf(buf, sizeof(buf), "%b", begin + 2,
			  (size_t)(end - begin - 2));
	ck_assert_ptr_nonnull(memmem(mb->buf, mb->end, rest, strlen(rest)));
	mem_deref(mb);

	return buf;
}


START_TEST(a_version_is_raised_where_the_text_has_changed)
{
	struct sdp_origin o = {.sent = false};

	ck_assert_str_eq(sent(&o, "- 7 100", "m=1\r\n"), "- 7 100");
	ck_assert_str_eq(sent(&o, "- 7 100", "m=1\r\n"), "- 7 100");
	/* its sender has changed what the receiver does not see */
	ck_assert_str_eq(sent(&o, "- 7 101", "m=1\r\n"), "- 7 100");
	ck_assert_str_eq(sent(&o, "- 7 101", "m=2\r\n"), "- 7 101");
	/* ours has changed, and its sender knows nothing of it */
	ck_assert_str_eq(sent(&o, "- 7 101", "m=3\r\n"), "- 7 102");
	ck_assert_str_eq(sent(&o, "- 7 101", "m=3\r\n"), "- 7 102");
	/* and so on, by that one more */
	ck_assert_str_eq(sent(&o, "- 7 102", "m=4\r\n"), "- 7 103");
	ck_assert_str_eq(sent(&o, "- 7 103", "m=5\r\n"), "- 7 104");
	/* back to what was: a change as well */
	ck_assert_str_eq(sent(&o, "- 7 102", "m=1\r\n"), "- 7 105");
	/* its sender counts in another way */
	ck_assert_str_eq(sent(&o, "- 7 3900000000", "m=2\r\n"),
			 "- 7 3900000000");
}
END_TEST


START_TEST(another_session_begins_anew)
{
	struct sdp_origin o = {.sent = false};

	ck_assert_str_eq(sent(&o, "- 7 100", "m=1\r\n"), "- 7 100");
	ck_assert_str_eq(sent(&o, "- 7 100", "m=2\r\n"), "- 7 101");
	ck_assert_str_eq(sent(&o, "- 8 1", "m=3\r\n"), "- 8 1");
	ck_assert_str_eq(sent(&o, "x 8 1", "m=4\r\n"), "x 8 1");
	ck_assert_str_eq(sent(&o, "x 8 1", "m=5\r\n"), "x 8 2");
}
END_TEST


START_TEST(what_went_directly_counts)
{
	struct sdp_origin o = {.sent = false};
	struct mbuf *mb = sdp("- 7 5", "m=1\r\n");
	struct pl pl;

	pl.p = (const char *)mb->buf;
	pl.l = mb->end;
	sdp_origin_note(&o, &pl, &key);
	ck_assert_str_eq(sent(&o, "- 7 5", "m=2\r\n"), "- 7 6");
	sdp_origin_note(NULL, &pl, &key);
	sdp_origin_note(&o, NULL, &key);
	mem_deref(mb);
}
END_TEST


static const char *const oddv[] = {
	"- 7 x",
	"- 7 18446744073709551616",
	"7 -1",
	"- 7 1.5",
};


START_TEST(a_version_that_is_none_stays)
{
	struct sdp_origin o = {.sent = false};

	ck_assert_str_eq(sent(&o, oddv[_i], "m=1\r\n"), oddv[_i]);
	ck_assert_str_eq(sent(&o, oddv[_i], "m=2\r\n"), oddv[_i]);
}
END_TEST


START_TEST(the_last_version_is_the_last)
{
	struct sdp_origin o = {.sent = false};
	const char last[] = "- 7 18446744073709551615";

	ck_assert_str_eq(sent(&o, last, "m=1\r\n"), last);
	ck_assert_str_eq(sent(&o, last, "m=2\r\n"), last);
}
END_TEST


START_TEST(a_name_with_blanks_or_none)
{
	struct sdp_origin o = {.sent = false};

	ck_assert_str_eq(sent(&o, "a b c 7 1", "m=1\r\n"), "a b c 7 1");
	ck_assert_str_eq(sent(&o, "a b c 7 1", "m=2\r\n"), "a b c 7 2");
	ck_assert_str_eq(sent(&o, "8 1", "m=3\r\n"), "8 1");
	ck_assert_str_eq(sent(&o, "8 1", "m=4\r\n"), "8 2");
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct sdp_origin o = {.sent = false};
	struct mbuf *mb = NULL;

	ck_assert_int_eq(sdp_origin_pass(&o, &mb, &key), EINVAL);
	mb = mbuf_alloc(8);
	ck_assert_int_eq(sdp_origin_pass(&o, &mb, NULL), EINVAL);
	ck_assert_int_eq(sdp_origin_pass(NULL, &mb, &key), EINVAL);
	ck_assert_int_eq(sdp_origin_pass(&o, &mb, &key), 0);
	ck_assert(!o.sent);
	mem_deref(mb);
}
END_TEST


Suite *suite_sdp_origin(void);
Suite *suite_sdp_origin(void)
{
	Suite *s = suite_create("sdp_origin");
	TCase *tc = tcase_create("sdp_origin");

	tcase_add_test(tc, a_version_is_raised_where_the_text_has_changed);
	tcase_add_test(tc, another_session_begins_anew);
	tcase_add_test(tc, what_went_directly_counts);
	test_table(tc, a_version_that_is_none_stays, oddv);
	tcase_add_test(tc, the_last_version_is_the_last);
	tcase_add_test(tc, a_name_with_blanks_or_none);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
