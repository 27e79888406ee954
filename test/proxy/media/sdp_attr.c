/**
 * @file test/proxy/media/sdp_attr.c  The attributes of an SDP
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "proxy/media/sdp.h"

#define TEXT                                                                \
	"v=0\r\nc=IN IP4 192.0.2.1\r\na=ice-lite\r\na=group:BUNDLE 0 1\r\n" \
	"m=audio 4000 RTP/AVP 0 101\r\na=mid:0\r\na=sendonly\r\n"           \
	"m=video 0 RTP/AVP\r\n"                                             \
	"m=image 4004 udptl  t38 \r\na=mid:2\r\n"


static bool append(const struct pl *name, const struct pl *val, void *arg)
{
	struct mbuf *mb = arg;

	ck_assert_int_eq(mbuf_printf(mb, "%r=%r;", name, val), 0);

	return mb->end > 200;
}


static const struct {
	int n;
	const char *attrs;
} attrv[] = {
	{SDP_SESSION, "ice-lite=;group=BUNDLE 0 1;"},
	{0, "mid=0;sendonly=;"},
	{1, ""},
	{2, "mid=2;"},
	{3, ""},
	{-2, ""},
};


static struct sdp *parsed(void)
{
	struct sdp *sdp;
	struct pl pl;

	pl_set_str(&pl, TEXT);
	ck_assert_int_eq(sdp_parse(&sdp, &pl), 0);

	return sdp;
}


START_TEST(each_section_has_its_own)
{
	struct sdp *sdp = parsed();
	struct mbuf *mb = mbuf_alloc(64);

	ck_assert(!sdp_attrs(sdp, attrv[_i].n, append, mb));
	ck_assert_uint_eq(mb->end, strlen(attrv[_i].attrs));
	ck_assert(!memcmp(mb->buf, attrv[_i].attrs, mb->end));

	mem_deref(mb);
	mem_deref(sdp);
}
END_TEST


static bool first(const struct pl *name, const struct pl *val, void *arg)
{
	(void)name;
	(void)val;
	++*(int *)arg;

	return true;
}


START_TEST(enough_is_enough)
{
	struct sdp *sdp = parsed();
	int n = 0;

	ck_assert(sdp_attrs(sdp, 0, first, &n));
	ck_assert_int_eq(n, 1);
	ck_assert(!sdp_attrs(NULL, 0, first, &n));
	ck_assert(!sdp_attrs(sdp, 0, NULL, &n));

	mem_deref(sdp);
}
END_TEST


static const char *const formatv[] = {"0 101", "", "t38"};


START_TEST(formats_of_the_line)
{
	struct sdp *sdp = parsed();
	struct pl pl;

	ck_assert_int_eq(sdp_formats(sdp, (size_t)_i, &pl), 0);
	ck_assert_uint_ge(pl.l, strlen(formatv[_i]));
	ck_assert(!memcmp(pl.p, formatv[_i], strlen(formatv[_i])));
	ck_assert_int_eq(sdp_formats(sdp, 3, &pl), ENOENT);

	mem_deref(sdp);
}
END_TEST


Suite *suite_sdp_attr(void);
Suite *suite_sdp_attr(void)
{
	Suite *s = suite_create("sdp_attr");
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, each_section_has_its_own, 0,
			    (int)ARRAY_SIZE(attrv));
	tcase_add_test(tc, enough_is_enough);
	tcase_add_loop_test(tc, formats_of_the_line, 0,
			    (int)ARRAY_SIZE(formatv));
	suite_add_tcase(s, tc);

	return s;
}
