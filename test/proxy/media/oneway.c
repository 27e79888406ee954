/**
 * @file test/proxy/media/oneway.c  Why a side that should be heard is not
 */
#include <string.h>
#include "proxy/media/oneway.h"
#include "test/test.h"

#define NEVER UINT64_MAX

static const struct {
	const char *name;
	uint64_t silent_ms, rtcp_ms;
	uint64_t refused, strangers, unsent;
	uint32_t astray;
	const char *latched, *refused_src;
	bool nat;
	enum oneway_cause cause;
	const char *source; /* NULL: none */
} casev[] = {
	{"nothing since the answer", NEVER, NEVER, 0, 0, 0, 0, NULL, NULL,
	 false, ONEWAY_NOT_HEARD, NULL},
	{"a scanner is no phone", NEVER, NEVER, 3, 3, 0, 0, NULL, "192.0.2.66",
	 false, ONEWAY_NOT_HEARD, NULL},
	{"it sends from elsewhere", NEVER, NEVER, 250, 250, 200, 0, NULL,
	 "192.0.2.66", true, ONEWAY_REFUSED, "192.0.2.66"},
	{"nobody knows where it is", NEVER, NEVER, 0, 0, 250, 0, NULL, NULL,
	 true, ONEWAY_UNKNOWN, NULL},
	{"RTCP alone passes", NEVER, 2000, 0, 0, 0, 0, NULL, NULL, true,
	 ONEWAY_BLOCKED, NULL},
	{"its port has changed", 5000, NEVER, 250, 250, 0, 0, "192.0.2.7",
	 "192.0.2.7", true, ONEWAY_MAPPING, "192.0.2.7"},
	{"its port had changed before", 60000, 1000, 250, 0, 0, 0, "192.0.2.7",
	 "192.0.2.7", true, ONEWAY_HELD, "192.0.2.7"},
	{"it sends, says its RTCP", 6000, 1000, 0, 0, 0, 250, "192.0.2.7",
	 NULL, true, ONEWAY_BLOCKED, "192.0.2.7"},
	{"it sends nothing, says its RTCP", 60000, 1000, 0, 0, 0, 2,
	 "192.0.2.7", NULL, true, ONEWAY_HELD, "192.0.2.7"},
	{"RTCP has ended as well", 60000, 30000, 0, 0, 0, 250, "192.0.2.7",
	 NULL, false, ONEWAY_STOPPED, "192.0.2.7"},
	{"the last RTCP was before the last RTP", 8000, 9000, 0, 0, 0, 250,
	 "192.0.2.7", NULL, false, ONEWAY_STOPPED, "192.0.2.7"},
	{"behind NAT", 8000, NEVER, 0, 0, 0, 0, "192.0.2.7", NULL, true,
	 ONEWAY_MAPPING, "192.0.2.7"},
	{"not behind NAT", 8000, NEVER, 0, 0, 0, 0, "192.0.2.7", NULL, false,
	 ONEWAY_STOPPED, "192.0.2.7"},
	{"somebody else speaks instead", 8000, NEVER, 300, 250, 0, 0,
	 "192.0.2.7", "192.0.2.66", true, ONEWAY_REFUSED, "192.0.2.66"},
	{"it was refused at first", 8000, NEVER, 300, 0, 0, 0, "192.0.2.7",
	 "192.0.2.66", false, ONEWAY_STOPPED, "192.0.2.7"},
};


static void set(struct sa *sa, const char *host)
{
	sa_init(sa, AF_UNSPEC);
	if (host)
		ck_assert_int_eq(sa_set_str(sa, host, 4000), 0);
}


START_TEST(each_silence_has_its_cause)
{
	struct relay_stats st;
	const struct oneway_facts f = {.stats = &st, .nat = casev[_i].nat};
	enum oneway_cause cause;
	struct sa source, want;

	memset(&st, 0, sizeof(st));
	st.refused = casev[_i].refused;
	st.unsent = casev[_i].unsent;
	st.quality.silent_ms = casev[_i].silent_ms;
	st.quality.rtcp_ms = casev[_i].rtcp_ms;
	st.quality.strangers = casev[_i].strangers;
	st.quality.astray = casev[_i].astray;
	set(&st.latched[RELAY_RTP], casev[_i].latched);
	set(&st.refused_src, casev[_i].refused_src);

	cause = oneway_judge(&f);
	ck_assert_msg(cause == casev[_i].cause, "%s: %s", casev[_i].name,
		      oneway_name(cause));

	source = oneway_source(cause, &st);
	set(&want, casev[_i].source);
	ck_assert_int_eq(sa_af(&source), sa_af(&want));
	if (casev[_i].source)
		ck_assert(sa_cmp(&source, &want, SA_ADDR));
}
END_TEST


START_TEST(each_cause_has_words)
{
	for (int i = 0; i < ONEWAY_CAUSES; i++) {
		ck_assert_uint_gt(strlen(oneway_name((enum oneway_cause)i)),
				  0);
		ck_assert_uint_gt(strlen(oneway_remedy((enum oneway_cause)i)),
				  20);
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(oneway_name((enum oneway_cause)i),
					 oneway_name((enum oneway_cause)k));
	}
	ck_assert_str_eq(oneway_name(ONEWAY_CAUSES), "?");
	ck_assert_str_eq(oneway_remedy(ONEWAY_CAUSES), "");
}
END_TEST


Suite *suite_oneway(void);
Suite *suite_oneway(void)
{
	Suite *s = suite_create("oneway");
	TCase *tc = tcase_create("oneway");

	test_table(tc, each_silence_has_its_cause, casev);
	tcase_add_test(tc, each_cause_has_words);
	suite_add_tcase(s, tc);

	return s;
}
