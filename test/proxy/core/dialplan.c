/**
 * @file test/proxy/core/dialplan.c  Which row of the dial plan takes a number
 */
#include <string.h>
#include "proxy/core/dialplan.h"
#include "test/test.h"


static struct config *cfg;

static const char text[] =
	"listen = { \"udp:192.0.2.1:5060\" }\n"
	"peer one { address = \"192.0.2.2\" }\n"
	"peer two { address = \"192.0.2.3\" }\n"
	"peer three { address = \"192.0.2.4\" }\n"
	"route emergency { match = { 110, 112 } peers = { one, two }\n"
	"  emergency = yes }\n"
	"route europe { match = { \"00[34]*\", \"+[34]*\" } peers = two }\n"
	"route world { match = { \"00*\", \"+*\" } peers = one }\n";


static void setup(void)
{
	struct mbuf *errs = mbuf_alloc(256);

	ck_assert_int_eq(config_decode(&cfg, "c", text, errs), 0);
	mem_deref(errs);
}


static void teardown(void)
{
	cfg = mem_deref(cfg);
}


static const struct {
	const char *num, *route, *pattern;
} casev[] = {
	{"110", "emergency", "110"},
	{"112", "emergency", "112"},
	{"1100", NULL, NULL},
	{"0049301", "europe", "00[34]*"},
	{"+49301", "europe", "+[34]*"},
	{"001", "world", "00*"},
	{"+1", "world", "+*"},
	{"030", NULL, NULL},
	{"", NULL, NULL},
};


START_TEST(the_first_that_fits_counts)
{
	const struct config_route *r = dialplan_find(cfg, casev[_i].num);

	if (!casev[_i].route) {
		ck_assert_ptr_null(r);
		return;
	}
	ck_assert_ptr_nonnull(r);
	ck_assert_str_eq(r->name, casev[_i].route);
	ck_assert_str_eq(dialplan_pattern(r, casev[_i].num),
			 casev[_i].pattern);
}
END_TEST


START_TEST(a_trunk_is_a_peer_that_a_route_leads_to)
{
	ck_assert(dialplan_uses(cfg, &cfg->peerv[0]));
	ck_assert(dialplan_uses(cfg, &cfg->peerv[1]));
	ck_assert(!dialplan_uses(cfg, &cfg->peerv[2]));
	ck_assert(!dialplan_uses(cfg, NULL));
	ck_assert(!dialplan_uses(NULL, &cfg->peerv[0]));
}
END_TEST


static const struct {
	const char *user;
	bool is;
} emergencyv[] = {
	{"110", true},   {"11-2", true},   {"%31%310", true}, {"1100", false},
	{"0049", false}, {"alice", false}, {"", false},
};


START_TEST(an_emergency_is_known_in_each_writing)
{
	struct pl pl;

	pl_set_str(&pl, emergencyv[_i].user);
	ck_assert(dialplan_is_emergency(cfg, &pl) == emergencyv[_i].is);
	ck_assert(!dialplan_is_emergency(NULL, &pl));
}
END_TEST


START_TEST(null_is_taken_by_none)
{
	ck_assert_ptr_null(dialplan_find(NULL, "110"));
	ck_assert_ptr_null(dialplan_find(cfg, NULL));
	ck_assert_ptr_null(dialplan_pattern(NULL, "110"));
}
END_TEST


Suite *suite_dialplan(void);
Suite *suite_dialplan(void)
{
	Suite *s = suite_create("dialplan");
	TCase *tc = tcase_create("dialplan");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, the_first_that_fits_counts, casev);
	tcase_add_test(tc, a_trunk_is_a_peer_that_a_route_leads_to);
	test_table(tc, an_emergency_is_known_in_each_writing, emergencyv);
	tcase_add_test(tc, null_is_taken_by_none);
	suite_add_tcase(s, tc);

	return s;
}
