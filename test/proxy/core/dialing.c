/**
 * @file test/proxy/core/dialing.c  What becomes of a number
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/dialing.h"
#include "test/test.h"


static struct timers *timers;
static struct config *cfg;
static struct trunks *trunks;

static const char text[] =
	"listen = { \"udp:192.0.2.1:5060\" }\n"
	"peer one { uri = \"sip:one.example\" strip = 1 add = \"9\" }\n"
	"peer two { address = \"192.0.2.3\" }\n"
	"peer three { address = \"192.0.2.4\" priority = 5 }\n"
	"peer pbx { address = \"192.0.2.5\" transit = yes }\n"
	"route emergency { match = { 110, 112 } peers = { one, two }\n"
	"  emergency = yes }\n"
	"route world { match = { \"00*\", \"+*\" } strip = 2 add = \"+\"\n"
	"  peers = { one, two, three } }\n"
	"route house { match = \"2??\" peers = two }\n"
	"route odd { match = \"3*\" strip = 5 peers = two }\n"
	"route none { match = \"0900*\" refuse = 410 }\n";


static void setup(void)
{
	struct mbuf *errs = mbuf_alloc(256);
	struct trunks_conf conf;

	memset(&conf, 0, sizeof(conf));
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(config_decode(&cfg, "c", text, errs), 0);
	mem_deref(errs);
	conf.cfg = cfg;
	conf.timers = timers;
	ck_assert_int_eq(trunks_alloc(&trunks, &conf), 0);
}


static void teardown(void)
{
	trunks = mem_deref(trunks);
	cfg = mem_deref(cfg);
	timers = mem_deref(timers);
}


static int dial(struct dialing *d, const char *num, const char *peer,
		const char *allow)
{
	struct dialing_caller who = {.allow = allow};
	struct pl pl;

	if (peer)
		who.peer = trunks_find(trunks, peer)->peer;
	pl_set_str(&pl, num);

	return dialing_find(d, cfg, trunks, &pl, &who);
}


/* "one:9123 two:0123 ", with a ! in front of those that are not tried */
static const char *ways(const struct dialing *d)
{
	static char buf[512];
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < d->wayc; i++)
		n += (size_t)re_snprintf(buf + n, sizeof(buf) - n, "%s%s:%s ",
					 d->wayv[i].skip ? "!" : "",
					 d->wayv[i].trunk->peer->name,
					 d->wayv[i].num);

	return buf;
}


static const struct {
	const char *num, *peer, *allow;
	int err;
	uint16_t scode;
	const char *ways;
} casev[] = {
	{"110", NULL, NULL, 0, 0, "one:910 two:110 "},
	{"0049-30", NULL, NULL, 0, 0, "three:+4930 one:94930 two:+4930 "},
	{"200", NULL, "", 0, 0, "two:200 "},
	{"alice", NULL, NULL, ENOENT, 0, ""},
	{"0301", NULL, NULL, ENOENT, 0, ""},

	/* rights of an account */
	{"0049", NULL, "0049 2", 0, 0, "three:+49 one:949 two:+49 "},
	{"001", NULL, "0049 2", EACCES, 403, ""},
	{"(00)1", NULL, "0049 2", EACCES, 403, ""},
	{"%300%31", NULL, "0049 2", EACCES, 403, ""},
	{"110", NULL, "0049 2", 0, 0, "one:910 two:110 "},

	/* peers do not call out by us, unless they may */
	{"0049", "two", NULL, EACCES, 403, ""},
	{"0049", "pbx", NULL, 0, 0, "three:+49 one:949 two:+49 "},
	{"112", "two", NULL, 0, 0, "one:912 !two:112 "},
	{"112", "pbx", NULL, 0, 0, "one:912 two:112 "},

	/* nothing left of the number */
	{"3123", NULL, NULL, EACCES, 484, ""},
	{"31234", NULL, NULL, EACCES, 484, ""},
	{"312345", NULL, NULL, 0, 0, "two:5 "},

	/* called by nobody; rights come first */
	{"0900123", NULL, NULL, EACCES, 410, ""},
	{"0900123", NULL, "0049", EACCES, 403, ""},
};


START_TEST(a_number_goes_there)
{
	struct dialing d;
	const int err = dial(&d, casev[_i].num, casev[_i].peer,
			     casev[_i].allow);

	ck_assert_msg(err == casev[_i].err, "%s: %d", casev[_i].num, err);
	ck_assert_uint_eq(d.scode, casev[_i].scode);
	ck_assert_msg(!strcmp(ways(&d), casev[_i].ways), "%s: %s",
		      casev[_i].num, ways(&d));
}
END_TEST


START_TEST(who_is_down_is_passed_over)
{
	struct dialing d;

	trunks_find(trunks, "three")->down = true;
	ck_assert_int_eq(dial(&d, "001", NULL, NULL), 0);
	ck_assert_str_eq(ways(&d), "one:91 two:+1 !three:+1 ");

	trunks_find(trunks, "one")->down = true;
	trunks_find(trunks, "two")->down = true;
	ck_assert_int_eq(dial(&d, "001", NULL, NULL), EACCES);
	ck_assert_uint_eq(d.scode, 503);
	ck_assert_str_eq(ways(&d), "!three:+1 !one:91 !two:+1 ");

	/* it may be our probes that are wrong */
	ck_assert_int_eq(dial(&d, "110", NULL, NULL), 0);
	ck_assert_str_eq(ways(&d), "one:910 two:110 ");
}
END_TEST


START_TEST(null_is_not_dialled)
{
	struct dialing_caller who = {NULL, NULL};
	struct dialing d;
	struct pl pl = PL("1");

	ck_assert_int_eq(dialing_find(NULL, cfg, trunks, &pl, &who), EINVAL);
	ck_assert_int_eq(dialing_find(&d, NULL, trunks, &pl, &who), EINVAL);
	ck_assert_int_eq(dialing_find(&d, cfg, trunks, NULL, &who), EINVAL);
	ck_assert_int_eq(dialing_find(&d, cfg, trunks, &pl, NULL), EINVAL);

	/* without trunks there is no way */
	pl_set_str(&pl, "110");
	ck_assert_int_eq(dialing_find(&d, cfg, NULL, &pl, &who), EACCES);
}
END_TEST


Suite *suite_dialing(void);
Suite *suite_dialing(void)
{
	Suite *s = suite_create("dialing");
	TCase *tc = tcase_create("dialing");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_number_goes_there, casev);
	tcase_add_test(tc, who_is_down_is_passed_over);
	tcase_add_test(tc, null_is_not_dialled);
	suite_add_tcase(s, tc);

	return s;
}
