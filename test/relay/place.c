/**
 * @file test/relay/place.c  Which of our addresses faces a side
 */
#include <errno.h>
#include <string.h>
#include "relay/place.h"
#include "test/relay/rig.h"
#include "test/test.h"

/* 0: outside, v4; 1: inside, v4; 2: what the loopback's routes leave from;
   3: inside, v6; 4: its loopback, outside; 5: another zone */
static const struct {
	const char *addr, *zone;
} addrv[] = {
	{"203.0.113.1", ""},   {"10.0.0.1", "inside"},
	{"127.0.0.1", "near"}, {"fd00::1", "inside"},
	{"::1", ""},           {"10.0.0.2", "lab"},
};

static const struct {
	const char *net, *zone;
} netv[] = {
	{"10.0.0.0/8", "inside"},
	{"10.9.0.0/16", "lab"},
	{"fd00::/8", "inside"},
};

static const struct {
	const char *towards; /* NULL: unknown */
	const char *zone;
	int af;
	const char *order; /* indices */
	int err;
} placev[] = {
	/* nothing known: those of no zone, then the others as they stand */
	{NULL, NULL, AF_INET, "0125", 0},
	{NULL, "", AF_INET6, "43", 0},

	/* by network; the longest prefix counts */
	{"10.1.2.3", "", AF_INET, "1025", 0},
	{"10.9.2.3", "", AF_INET, "5012", 0},
	{"::ffff:10.9.2.3", "", AF_INET, "5012", 0},
	{"fd00::7", "", AF_INET6, "34", 0},
	/* signalling is inside, media speaks the other family */
	{"10.1.2.3", "", AF_INET6, "34", 0},
	{"10.9.2.3", "", AF_INET6, "34", 0},

	/* by the kernel's route, also into a zone */
	{"127.0.0.7", "", AF_INET, "2015", 0},
	{"::1", NULL, AF_INET6, "43", 0},
	{"127.0.0.7", "", AF_INET6, "43", 0},

	/* by name: there and nowhere else */
	{"10.1.2.3", "near", AF_INET, "2", 0},
	{"127.0.0.7", "inside", AF_INET, "1", 0},
	{NULL, "inside", AF_INET6, "3", 0},
	{NULL, "lab", AF_INET6, "", 0},
	{"10.1.2.3", "nowhere", AF_INET, "", ENOENT},
};


static void fill(struct relay_conf *conf)
{
	*conf = rig_conf();
	conf->addrc = ARRAY_SIZE(addrv);
	for (size_t i = 0; i < conf->addrc; i++) {
		ck_assert_int_eq(sa_set_str(&conf->addrv[i], addrv[i].addr, 0),
				 0);
		(void)str_ncpy(conf->zonev[i], addrv[i].zone,
			       sizeof(conf->zonev[i]));
	}

	conf->netc = ARRAY_SIZE(netv);
	for (size_t i = 0; i < conf->netc; i++) {
		struct pl pl;

		pl_set_str(&pl, netv[i].net);
		ck_assert_int_eq(network_decode(&conf->netv[i].net, &pl), 0);
		(void)str_ncpy(conf->netv[i].zone, netv[i].zone,
			       sizeof(conf->netv[i].zone));
	}
}


START_TEST(a_side_is_faced_by_the_address_that_fits_it_best)
{
	size_t indexv[RELAY_ADDR_MAX], n;
	struct relay_conf conf;
	char got[RELAY_ADDR_MAX + 1] = "";
	struct place place;
	struct sa sa;

	fill(&conf);
	memset(&place, 0, sizeof(place));
	sa_init(&sa, AF_UNSPEC);
	if (placev[_i].towards)
		ck_assert_int_eq(sa_set_str(&sa, placev[_i].towards, 5060), 0);

	ck_assert_int_eq(place_find(&place, &conf,
				    placev[_i].towards ? &sa : NULL,
				    placev[_i].zone),
			 placev[_i].err);
	if (placev[_i].err)
		return;

	n = place_order(indexv, &place, &conf, placev[_i].af);
	for (size_t i = 0; i < n; i++)
		got[i] = (char)('0' + indexv[i]);
	ck_assert_str_eq(got, placev[_i].order);
}
END_TEST


/* as the offer has it: an inside phone calls an outside one */
START_TEST(each_side_of_a_session_has_its_place)
{
	struct relay_conf conf = rig_conf();
	struct sa sa, towards;
	struct rig rig;
	struct pl id;

	(void)sa_set_str(&conf.addrv[1], "127.0.0.9", 0);
	(void)sa_set_str(&conf.advertisev[1], "203.0.113.9", 0);
	(void)str_ncpy(conf.zonev[1], "inside", sizeof(conf.zonev[1]));
	conf.addrc = 2;
	conf.port_max = conf.port_min + 7;
	rig_open(&rig, &conf);
	pl_set_str(&id, "call");
	ck_assert_int_eq(
		relay_session_alloc(&rig.s, rig.relay, &id, NULL, NULL), 0);

	ck_assert_int_eq(relay_session_place(NULL, RELAY_A, NULL, ""), EINVAL);
	ck_assert_int_eq(
		relay_session_place(rig.s, (enum relay_side)2, NULL, ""),
		EINVAL);
	ck_assert_int_eq(relay_session_place(rig.s, RELAY_A, NULL, "nowhere"),
			 ENOENT);
	ck_assert_int_eq(relay_session_place(rig.s, RELAY_A, NULL, "inside"),
			 0);
	(void)sa_set_str(&towards, "127.0.0.3", 5060);
	ck_assert_int_eq(relay_session_place(rig.s, RELAY_B, &towards, NULL),
			 0);

	for (unsigned n = 0; n < 4; n++) {
		ck_assert_int_eq(relay_stream_open(rig.s, n, AF_INET, AF_INET),
				 0);
		ck_assert_int_eq(
			relay_stream_addr(rig.s, n, RELAY_A, RELAY_RTP, &sa),
			0);
		(void)sa_set_str(&towards, "203.0.113.9", 0);
		ck_assert(sa_cmp(&sa, &towards, SA_ADDR));
		ck_assert_int_eq(
			relay_stream_addr(rig.s, n, RELAY_B, RELAY_RTP, &sa),
			0);
		(void)sa_set_str(&towards, "127.0.0.1", 0);
		ck_assert(sa_cmp(&sa, &towards, SA_ADDR));
	}

	/* side A may not go elsewhere, though there still is room */
	ck_assert_int_eq(relay_stream_open(rig.s, 4, AF_INET, AF_INET),
			 ENOSPC);
	rig_close(&rig);
}
END_TEST


Suite *suite_place(void);
Suite *suite_place(void)
{
	Suite *s = suite_create("place");
	TCase *tc = tcase_create("place");

	test_table(tc, a_side_is_faced_by_the_address_that_fits_it_best,
		   placev);
	tcase_add_test(tc, each_side_of_a_session_has_its_place);
	suite_add_tcase(s, tc);

	return s;
}
