/**
 * @file test/proxy/sip/resolve_rules.c  What RFC 3263 makes of a URI
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/zone.h"
#include "proxy/sip/resolve_cache.h"


enum { QUESTIONS_MAX = 64, LINES_MAX = 24 };

static struct zone zone;
static struct resolve_cache *cache;
static struct hops hops;
static bool slow;        /* nothing is known yet */
static bool naptr_fails; /* nobody could say */
static bool srv_fails;
static bool can4[FLOW_PROTO_MAX], can6[FLOW_PROTO_MAX];
static struct {
	char textv[QUESTIONS_MAX][320];
	size_t n;
} asked;


static void setup(void)
{
	const struct resolve_cache_conf conf = {
		.max = 1000, .ttl_max_s = 3600, .negative_s = 60};

	memset(&zone, 0, sizeof(zone));
	ck_assert_int_eq(resolve_cache_alloc(&cache, &conf), 0);
	asked.n = 0;
	slow = naptr_fails = srv_fails = false;
	memset(can4, 0, sizeof(can4));
	memset(can6, 0, sizeof(can6));
	can4[FLOW_UDP] = can4[FLOW_TCP] = can4[FLOW_TLS] = true;
}


static void teardown(void)
{
	cache = mem_deref(cache);
}


static int known_handler(const struct resolve_set **setp,
			 enum resolve_type type, const char *name, void *arg)
{
	static uint8_t buf[ZONE_MESSAGE_MAX];
	static struct resolve_answer a;
	struct resolve_entry *e;
	bool stale;
	size_t n;
	int err;
	(void)arg;

	ck_assert_uint_lt(asked.n, QUESTIONS_MAX);
	(void)snprintf(asked.textv[asked.n++], sizeof(asked.textv[0]), "%s %s",
		       resolve_type_name(type), name);
	if (slow)
		return EINPROGRESS;
	if ((naptr_fails && type == RESOLVE_NAPTR) ||
	    (srv_fails && type == RESOLVE_SRV))
		return ETIMEDOUT;

	ck_assert_int_eq(resolve_cache_entry(&e, cache, type, name), 0);
	if (!e->until) {
		n = zone_answer(&zone, buf, name, type);
		err = resolve_answer_decode(&a, buf, n, type, name);
		ck_assert_int_eq(resolve_entry_learn(e, err, &a, 1, &stale),
				 0);
	}

	return resolve_entry_known(setp, e, 1, false);
}


static int walk(const char *text, uint32_t seed)
{
	const struct resolve_rules rules = {.can4 = can4,
					    .can6 = can6,
					    .seed = seed,
					    .knownh = known_handler};
	struct resolve_target t;
	struct sipuri uri;
	struct pl pl;
	int err;

	pl_set_str(&pl, text);
	ck_assert_int_eq(sipuri_decode(&uri, &pl), 0);
	err = resolve_target_decode(&t, &uri);

	return err ? err : resolve_rules(&hops, &t, &rules);
}


static const char *text_of(int err)
{
	static char text[2048];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; !err && i < hops.c; i++) {
		int len = re_snprintf(
			text + n, sizeof(text) - n, "%s%s %J", i ? ", " : "",
			flow_proto_name(hops.v[i].proto), &hops.v[i].addr);

		ck_assert_int_gt(len, 0);
		n += (size_t)len;
	}

	return err == ENOENT         ? "ENOENT"
	       : err == EAFNOSUPPORT ? "EAFNOSUPPORT"
	       : err == ETIMEDOUT    ? "ETIMEDOUT"
	       : err == EINPROGRESS  ? "EINPROGRESS"
	       : err == EINVAL       ? "EINVAL"
				     : text;
}


/* one zone for all rows; "NAME TYPE DATA" */
static const char *const linev[] = {
	"a.x A 192.0.2.1",
	"b.x A 192.0.2.2",
	"six.x AAAA 2001:db8::6",
	"both.x A 192.0.2.4",
	"both.x AAAA 2001:db8::4",
	/* addresses only */
	"plain.x A 192.0.2.10",
	/* SRV only */
	"_sip._udp.srv.x SRV 10 0 5080 a.x",
	"_sip._tcp.srv.x SRV 10 0 5081 b.x",
	"srv.x A 192.0.2.99",
	"_sip._tcp.tcp.x SRV 10 0 5060 a.x",
	"_sips._tcp.tls.x SRV 10 0 5061 a.x",
	"_sips._tcp.srv.x SRV 10 0 5082 a.x",
	/* no such service, decidedly */
	"_sip._udp.none.x SRV 0 0 0 .",
	"_sip._tcp.none.x SRV 0 0 0 .",
	"none.x A 192.0.2.98",
	"_sip._udp.port.x SRV 10 0 0 a.x",
	"port.x A 192.0.2.97",
	/* NAPTR: order before preference, the first order only */
	"naptr.x NAPTR 20 10 s SIP+D2U _sip._udp.srv.x",
	"naptr.x NAPTR 10 30 s SIP+D2T _sip._tcp.srv.x",
	"naptr.x NAPTR 10 20 s SIPS+D2T _sips._tcp.tls.x",
	"naptr.x NAPTR 5 1 s SIP+D2S _sip._sctp.srv.x",
	"naptr.x NAPTR 5 1 u E2U+sip _sip._udp.srv.x",
};

static const struct {
	const char *uri;
	const char *hops;
} rulev[] = {
	/* numeric: section 4.2 "if TARGET is a numeric IP address" */
	{"sip:192.0.2.7", "UDP 192.0.2.7:5060"},
	{"sip:192.0.2.7:5080", "UDP 192.0.2.7:5080"},
	{"sip:192.0.2.7;transport=tcp", "TCP 192.0.2.7:5060"},
	{"sip:192.0.2.7;transport=TLS", "TLS 192.0.2.7:5061"},
	{"sips:192.0.2.7", "TLS 192.0.2.7:5061"},
	{"sips:192.0.2.7;transport=tcp", "TLS 192.0.2.7:5061"},
	{"sips:192.0.2.7;transport=udp", "EAFNOSUPPORT"},
	{"sip:[2001:db8::1]", "EAFNOSUPPORT"},
	{"sip:192.0.2.7;transport=ws", "EAFNOSUPPORT"},
	{"sip:192.0.2.7;transport=sctp", "EAFNOSUPPORT"},
	/* maddr is the TARGET */
	{"sip:x.example;maddr=192.0.2.8", "UDP 192.0.2.8:5060"},
	{"sip:192.0.2.7;maddr=plain.x", "UDP 192.0.2.10:5060"},
	{"sip:192.0.2.7:5080;maddr=plain.x", "UDP 192.0.2.10:5080"},
	/* an explicit port: neither NAPTR nor SRV */
	{"sip:naptr.x:5060", "ENOENT"},
	{"sip:srv.x:5060", "UDP 192.0.2.99:5060"},
	{"sip:srv.x:5060;transport=tcp", "TCP 192.0.2.99:5060"},
	{"sips:srv.x:5065", "TLS 192.0.2.99:5065"},
	/* NAPTR */
	{"sip:naptr.x", "TLS 192.0.2.1:5061, TCP 192.0.2.2:5081"},
	{"sips:naptr.x", "TLS 192.0.2.1:5061"},
	/* a transport: no NAPTR */
	{"sip:srv.x;transport=udp", "UDP 192.0.2.1:5080"},
	{"sip:srv.x;transport=tcp", "TCP 192.0.2.2:5081"},
	{"sip:srv.x;transport=tls", "TLS 192.0.2.1:5082"},
	{"sip:plain.x;transport=tcp", "TCP 192.0.2.10:5060"},
	{"sip:plain.x;transport=tls", "TLS 192.0.2.10:5061"},
	/* no NAPTR: SRV of what we can */
	{"sip:srv.x", "UDP 192.0.2.1:5080, TCP 192.0.2.2:5081"},
	{"sips:srv.x", "TLS 192.0.2.1:5082"},
	{"sip:tcp.x", "TCP 192.0.2.1:5060"},
	{"sip:tls.x", "TLS 192.0.2.1:5061"},
	/* no SRV: addresses */
	{"sip:plain.x", "UDP 192.0.2.10:5060"},
	{"sips:plain.x", "TLS 192.0.2.10:5061"},
	{"sip:PLAIN.x.", "UDP 192.0.2.10:5060"},
	{"sip:nowhere.x", "ENOENT"},
	/* RFC 2782: "." says no, and no port is a mistake */
	{"sip:none.x", "ENOENT"},
	{"sip:port.x", "UDP 192.0.2.97:5060"},
	/* what we cannot send by is not offered */
	{"sip:both.x", "UDP 192.0.2.4:5060"},
	{"sip:six.x", "ENOENT"},
};


static void zone_load(void)
{
	char name[128], type[16], data[256];

	for (size_t i = 0; i < ARRAY_SIZE(linev); i++) {
		ck_assert_int_eq(sscanf(linev[i], "%127s %15s %255[^\n]", name,
					type, data),
				 3);
		zone_add(&zone, name, 300, type, data);
	}
}


START_TEST(rfc3263_section_4_makes_of)
{
	zone_load();
	ck_assert_str_eq(text_of(walk(rulev[_i].uri, 1)), rulev[_i].hops);
}
END_TEST


START_TEST(with_both_families_ipv6_goes_first)
{
	zone_load();
	can6[FLOW_UDP] = true;
	ck_assert_str_eq(text_of(walk("sip:both.x", 1)),
			 "UDP [2001:db8::4]:5060, UDP 192.0.2.4:5060");
	ck_assert_str_eq(text_of(walk("sip:six.x", 1)),
			 "UDP [2001:db8::6]:5060");
	ck_assert_str_eq(text_of(walk("sip:[2001:db8::1]", 1)),
			 "UDP [2001:db8::1]:5060");
}
END_TEST


START_TEST(without_udp_the_rest_is_used)
{
	zone_load();
	can4[FLOW_UDP] = false;
	ck_assert_str_eq(text_of(walk("sip:srv.x", 1)), "TCP 192.0.2.2:5081");
	ck_assert_str_eq(text_of(walk("sip:plain.x", 1)),
			 "TCP 192.0.2.10:5060");
	ck_assert_str_eq(text_of(walk("sip:192.0.2.7", 1)),
			 "TCP 192.0.2.7:5060");
	can4[FLOW_TCP] = false;
	ck_assert_str_eq(text_of(walk("sip:192.0.2.7", 1)),
			 "TLS 192.0.2.7:5061");
	ck_assert_str_eq(text_of(walk("sip:srv.x;transport=tcp", 1)),
			 "EAFNOSUPPORT");
}
END_TEST


START_TEST(sips_never_becomes_less_than_tls)
{
	static const char *const urisv[] = {"sips:naptr.x", "sips:srv.x",
					    "sips:plain.x", "sips:tls.x",
					    "sips:tls.x;transport=tcp"};

	zone_load();
	for (size_t i = 0; i < ARRAY_SIZE(urisv); i++) {
		ck_assert_int_eq(walk(urisv[i], 1), 0);
		for (size_t k = 0; k < hops.c; k++)
			ck_assert(flow_proto_secure(hops.v[k].proto));
	}

	can4[FLOW_TLS] = false;
	asked.n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(urisv); i++)
		ck_assert_int_eq(walk(urisv[i], 1), EAFNOSUPPORT);
	ck_assert_uint_eq(asked.n, 0);
}
END_TEST


START_TEST(the_certificate_must_name_the_uri_not_the_srv_target)
{
	zone_load();
	ck_assert_int_eq(walk("sips:TLS.x", 1), 0);
	ck_assert_str_eq(hops.v[0].host, "tls.x");
	ck_assert_int_eq(walk("sips:tls.x;maddr=192.0.2.1", 1), 0);
	ck_assert_str_eq(hops.v[0].host, "tls.x");
	ck_assert_int_eq(walk("sips:192.0.2.1;maddr=plain.x", 1), 0);
	ck_assert_str_eq(hops.v[0].host, "");
}
END_TEST


START_TEST(independent_questions_are_put_at_once)
{
	slow = true;
	ck_assert_int_eq(walk("sip:srv.x", 1), EINPROGRESS);
	ck_assert_uint_eq(asked.n, 1);
	ck_assert_str_eq(asked.textv[0], "NAPTR srv.x");

	asked.n = 0;
	can6[FLOW_UDP] = true;
	ck_assert_int_eq(walk("sip:srv.x:5060", 1), EINPROGRESS);
	ck_assert_uint_eq(asked.n, 2);

	asked.n = 0;
	slow = false;
	naptr_fails = srv_fails = true;
	ck_assert_int_eq(walk("sip:srv.x", 1), ETIMEDOUT);
	ck_assert_uint_eq(asked.n, 4);
}
END_TEST


START_TEST(naptr_that_nobody_could_fetch_is_as_good_as_none)
{
	zone_load();
	naptr_fails = true;
	ck_assert_str_eq(text_of(walk("sip:srv.x", 1)),
			 "UDP 192.0.2.1:5080, TCP 192.0.2.2:5081");
}
END_TEST


START_TEST(srv_that_nobody_could_fetch_does_not_send_us_to_a_web_server)
{
	zone_load();
	srv_fails = true;
	ck_assert_str_eq(text_of(walk("sip:srv.x", 1)), "ETIMEDOUT");
	ck_assert_str_eq(text_of(walk("sip:srv.x;transport=tcp", 1)),
			 "ETIMEDOUT");
}
END_TEST


START_TEST(the_number_of_hops_is_bounded_and_each_is_there_once)
{
	char name[32], data[64];

	for (unsigned i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "h%u.x", i);
		(void)snprintf(data, sizeof(data), "%u 0 5060 %s", i, name);
		zone_add(&zone, "_sip._udp.many.x", 60, "SRV", data);
		(void)snprintf(data, sizeof(data), "192.0.2.%u", i / 2);
		zone_add(&zone, name, 60, "A", data);
	}
	ck_assert_int_eq(walk("sip:many.x;transport=udp", 1), 0);
	ck_assert_uint_le(hops.c, HOP_MAX);
	for (size_t i = 0; i < hops.c; i++) {
		for (size_t k = 0; k < i; k++)
			ck_assert(!sa_cmp(&hops.v[i].addr, &hops.v[k].addr,
					  SA_ALL));
	}
	ck_assert_uint_le(asked.n, 1 + 8);
}
END_TEST


START_TEST(the_addresses_of_a_name_share_its_load)
{
	unsigned countv[3] = {0};

	zone_add(&zone, "share.x", 60, "A", "192.0.2.0");
	zone_add(&zone, "share.x", 60, "A", "192.0.2.1");
	zone_add(&zone, "share.x", 60, "A", "192.0.2.2");
	for (uint32_t seed = 0; seed < 300; seed++) {
		asked.n = 0;
		ck_assert_int_eq(walk("sip:share.x:5060", seed * 7919), 0);
		ck_assert_uint_eq(hops.c, 3);
		++countv[sa_in(&hops.v[0].addr) & 3];
	}
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_gt(countv[i], 60);
}
END_TEST


START_TEST(the_same_seed_gives_the_same_order)
{
	char first[2048];

	zone_load();
	zone_add(&zone, "_sip._udp.w.x", 60, "SRV", "10 50 5060 a.x");
	zone_add(&zone, "_sip._udp.w.x", 60, "SRV", "10 50 5060 b.x");
	(void)str_ncpy(first, text_of(walk("sip:w.x", 42)), sizeof(first));
	for (int i = 0; i < 10; i++) {
		asked.n = 0;
		ck_assert_str_eq(text_of(walk("sip:w.x", 42)), first);
	}
}
END_TEST


START_TEST(a_domain_too_long_for_a_service_has_none)
{
	char uri[300] = "sip:", *p = uri + 4;

	for (int i = 0; i < 4; i++, p += 60) {
		memset(p, 'a', 59);
		p[59] = '.';
	}
	memcpy(p, "example", 8);
	ck_assert_str_eq(text_of(walk(uri, 1)), "ENOENT");
	for (size_t i = 0; i < asked.n; i++)
		ck_assert_uint_lt(strlen(asked.textv[i]), 264);
}
END_TEST


Suite *suite_resolve_rules(void);
Suite *suite_resolve_rules(void)
{
	Suite *s = suite_create("resolve_rules");
	TCase *tc = tcase_create("resolve_rules");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, rfc3263_section_4_makes_of, rulev);
	tcase_add_test(tc, with_both_families_ipv6_goes_first);
	tcase_add_test(tc, without_udp_the_rest_is_used);
	tcase_add_test(tc, sips_never_becomes_less_than_tls);
	tcase_add_test(tc,
		       the_certificate_must_name_the_uri_not_the_srv_target);
	tcase_add_test(tc, independent_questions_are_put_at_once);
	tcase_add_test(tc, naptr_that_nobody_could_fetch_is_as_good_as_none);
	tcase_add_test(
		tc,
		srv_that_nobody_could_fetch_does_not_send_us_to_a_web_server);
	tcase_add_test(tc,
		       the_number_of_hops_is_bounded_and_each_is_there_once);
	tcase_add_test(tc, the_addresses_of_a_name_share_its_load);
	tcase_add_test(tc, the_same_seed_gives_the_same_order);
	tcase_add_test(tc, a_domain_too_long_for_a_service_has_none);
	suite_add_tcase(s, tc);

	return s;
}
