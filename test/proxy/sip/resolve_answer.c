/**
 * @file test/proxy/sip/resolve_answer.c  What a DNS message answers
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/cpu.h"
#include "test/mock/zone.h"
#include "proxy/sip/resolve_answer.h"


static struct zone zone;
static struct resolve_answer a;
static uint8_t buf[ZONE_MESSAGE_MAX];
static size_t len;


static void setup(void)
{
	memset(&zone, 0, sizeof(zone));
	memset(&a, 0, sizeof(a));
}


static int answer(const char *name, enum resolve_type type)
{
	len = zone_answer(&zone, buf, name, type);

	return resolve_answer_decode(&a, buf, len, type, name);
}


START_TEST(each_type_is_decoded)
{
	zone_add(&zone, "a.example", 60, "A", "192.0.2.1");
	zone_add(&zone, "a.example", 50, "A", "192.0.2.2");
	zone_add(&zone, "a.example", 60, "AAAA", "2001:db8::1");
	zone_add(&zone, "_sip._udp.example", 60, "SRV", "1 2 5060 A.Example");
	zone_add(&zone, "example", 60, "NAPTR",
		 "3 4 S sips+d2t _sips._tcp.example");

	ck_assert_int_eq(answer("a.example", RESOLVE_A), 0);
	ck_assert_uint_eq(a.rrc, 2);
	ck_assert_uint_eq(sa_in(&a.rrv[1].addr), 0xc0000202);
	ck_assert_uint_eq(a.ttl_s, 50);

	ck_assert_int_eq(answer("a.example", RESOLVE_AAAA), 0);
	ck_assert_int_eq(sa_af(&a.rrv[0].addr), AF_INET6);

	ck_assert_int_eq(answer("_sip._udp.example", RESOLVE_SRV), 0);
	ck_assert_uint_eq(a.rrv[0].order, 1);
	ck_assert_uint_eq(a.rrv[0].preference, 2);
	ck_assert_uint_eq(a.rrv[0].port, 5060);
	ck_assert_str_eq(a.rrv[0].name, "a.example");

	ck_assert_int_eq(answer("example", RESOLVE_NAPTR), 0);
	ck_assert_uint_eq(a.rrv[0].order, 3);
	ck_assert_uint_eq(a.rrv[0].preference, 4);
	ck_assert_int_eq(a.rrv[0].proto, FLOW_TLS);
	ck_assert_str_eq(a.rrv[0].name, "_sips._tcp.example");
}
END_TEST


START_TEST(nothing_is_believed_as_rfc2308_says)
{
	zone.negative_ttl = 77;
	ck_assert_int_eq(answer("no.example", RESOLVE_A), ENOENT);
	ck_assert_uint_eq(a.ttl_s, 77);

	zone.negative_ttl = 0;
	ck_assert_int_eq(answer("no.example", RESOLVE_A), ENOENT);
	ck_assert_uint_eq(a.ttl_s, 0);
}
END_TEST


START_TEST(records_of_no_use_are_none)
{
	zone_add(&zone, "_sip._udp.example", 60, "SRV", "1 2 0 a.example");
	zone_add(&zone, "example", 60, "NAPTR", "1 2 u E2U+sip x.example");
	zone_add(&zone, "example", 60, "NAPTR", "1 2 s SIP+D2S x.example");
	ck_assert_int_eq(answer("_sip._udp.example", RESOLVE_SRV), ENOENT);
	ck_assert_uint_eq(a.ttl_s, 60);
	ck_assert_int_eq(answer("example", RESOLVE_NAPTR), ENOENT);

	/* but "." is one: it says no */
	zone_add(&zone, "_sip._tcp.example", 60, "SRV", "0 0 0 .");
	ck_assert_int_eq(answer("_sip._tcp.example", RESOLVE_SRV), 0);
	ck_assert_str_eq(a.rrv[0].name, "");
}
END_TEST


START_TEST(aliases_are_followed_to_their_end)
{
	zone_add(&zone, "w.example", 60, "CNAME", "v.example");
	zone_add(&zone, "v.example", 20, "CNAME", "u.example");
	zone_add(&zone, "u.example", 60, "A", "192.0.2.1");
	ck_assert_int_eq(answer("w.example", RESOLVE_A), 0);
	ck_assert_uint_eq(a.ttl_s, 20);
	ck_assert_str_eq(a.alias, "u.example");

	zone.partial = true;
	ck_assert_int_eq(answer("w.example", RESOLVE_A), EAGAIN);
	ck_assert_str_eq(a.alias, "v.example");
	zone.partial = false;

	/* the end exists, without such records */
	zone.negative_ttl = 9;
	ck_assert_int_eq(answer("w.example", RESOLVE_AAAA), ENOENT);
	ck_assert_uint_eq(a.ttl_s, 9);

	zone_add(&zone, "x.example", 60, "CNAME", "y.example");
	zone_add(&zone, "y.example", 60, "CNAME", "x.example");
	ck_assert_int_eq(answer("x.example", RESOLVE_A), ELOOP);
}
END_TEST


START_TEST(records_of_other_names_do_not_count)
{
	zone_add(&zone, "evil.example", 60, "A", "192.0.2.66");
	len = zone_answer(&zone, buf, "evil.example", RESOLVE_A);
	ck_assert_int_eq(
		resolve_answer_decode(&a, buf, len, RESOLVE_A, "a.example"),
		ENOENT);
	/* nor those of another type */
	ck_assert_int_eq(resolve_answer_decode(&a, buf, len, RESOLVE_AAAA,
					       "evil.example"),
			 ENOENT);
}
END_TEST


START_TEST(no_more_than_the_first_records_are_kept)
{
	for (unsigned i = 0; i < 50; i++)
		zone_add(&zone, "a.example", 60, "A", "192.0.2.1");
	ck_assert_int_eq(answer("a.example", RESOLVE_A), 0);
	ck_assert_uint_eq(a.rrc, RESOLVE_RR_MAX);
}
END_TEST


START_TEST(every_cut_and_every_flipped_octet_is_survived)
{
	static const struct {
		const char *name;
		enum resolve_type type;
	} v[] = {{"w.example", RESOLVE_A},
		 {"_sip._udp.example", RESOLVE_SRV},
		 {"example", RESOLVE_NAPTR}};

	zone_add(&zone, "w.example", 60, "CNAME", "u.example");
	zone_add(&zone, "u.example", 60, "A", "192.0.2.1");
	zone_add(&zone, "_sip._udp.example", 60, "SRV", "1 2 5060 a.example");
	zone_add(&zone, "example", 60, "NAPTR",
		 "3 4 S SIP+D2U _sip._udp.example");

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		const size_t n = zone_answer(&zone, buf, v[i].name, v[i].type);

		for (size_t cut = 0; cut < n; cut++)
			ck_assert_int_ne(resolve_answer_decode(&a, buf, cut,
							       v[i].type,
							       v[i].name),
					 0);
		for (size_t at = 0; at < n; at++) {
			for (unsigned bit = 0; bit < 8; bit++) {
				buf[at] ^= (uint8_t)(1u << bit);
				(void)resolve_answer_decode(
					&a, buf, n, v[i].type, v[i].name);
				buf[at] ^= (uint8_t)(1u << bit);
			}
		}
	}
}
END_TEST


static const struct {
	const char *what;
	uint8_t p[64];
	size_t len;
} badv[] = {
	{"no header", {0}, 11},
	{"a question", {0, 0, 0x01, 0, 0, 1}, 12},
	{"refused", {0, 0, 0x81, 0x85}, 12},
	{"a record that is not there", {0, 0, 0x81, 0x80, 0, 0, 0, 1}, 12},
	{"a pointer to itself",
	 {0, 0, 0x81, 0x80, 0, 0, 0, 1,  0, 0, 0,   0, 0xc0, 0x0c,
	  0, 1, 0,    1,    0, 0, 0, 60, 0, 4, 192, 0, 2,    1},
	 28},
	{"a pointer forwards",
	 {0, 0, 0x81, 0x80, 0, 0,  0, 1, 0,   0, 0, 0, 0xc0, 0x1c, 0, 1,
	  0, 1, 0,    0,    0, 60, 0, 4, 192, 0, 2, 1, 1,    'a',  0},
	 31},
	{"an address of three octets",
	 {0, 0, 0x81, 0x80, 0, 0, 0, 1, 0,  0, 0, 0,   1, 'a',
	  0, 0, 1,    0,    1, 0, 0, 0, 60, 0, 3, 192, 0, 2},
	 28},
	{"a class of its own",
	 {0, 0, 0x81, 0x80, 0, 0, 0, 1,  0, 0, 0,   0, 1, 'a', 0,
	  0, 1, 0,    3,    0, 0, 0, 60, 0, 4, 192, 0, 2, 1},
	 29},
	{"a label of a reserved kind",
	 {0, 0, 0x81, 0x80, 0, 0, 0, 1,  0, 0, 0,   0, 0x41, 'a', 0,
	  0, 1, 0,    1,    0, 0, 0, 60, 0, 4, 192, 0, 2,    1},
	 29},
};


START_TEST(it_answers_nothing)
{
	ck_assert_msg(resolve_answer_decode(&a, badv[_i].p, badv[_i].len,
					    RESOLVE_A, "a") != 0,
		      "%s", badv[_i].what);
}
END_TEST


/* as many CNAMEs as fit, each with the longest name there is, by pointers */
static void worst(uint8_t *p, size_t size, char name[RESOLVE_NAME_MAX])
{
	size_t at = 12, n = 0;

	memset(p, 0, size);
	p[2] = 0x81;
	p[3] = 0x80;
	p[6] = p[7] = 0xff;

	/* the first owner: labels of one octet */
	for (; n < 250; n += 2, at += 2) {
		p[at] = 1;
		p[at + 1] = 'a';
		memcpy(name + n, "a.", 2);
	}
	name[n - 1] = '\0';
	at++;
	p[at + 1] = 5;
	p[at + 3] = 1;
	p[at + 9] = 2;
	p[at + 10] = 0xc0;
	p[at + 11] = 12;
	for (at += 12; at + 14 < size; at += 14) {
		p[at] = 0xc0;
		p[at + 1] = 12;
		p[at + 3] = 5;
		p[at + 5] = 1;
		p[at + 11] = 2;
		p[at + 12] = 0xc0;
		p[at + 13] = 14;
	}
}


START_TEST(the_worst_64_kB_cost_less_than_a_millisecond)
{
	static uint8_t p[65535];
	char name[RESOLVE_NAME_MAX];
	uint64_t best = UINT64_MAX;

	worst(p, sizeof(p), name);
	/* the counts that fit */
	p[6] = 4600 >> 8;
	p[7] = 4600 & 0xff;
	ck_assert_int_eq(
		resolve_answer_decode(&a, p, sizeof(p), RESOLVE_A, name),
		ELOOP);

	for (int i = 0; i < 20; i++) {
		const uint64_t from = cpu_us();

		(void)resolve_answer_decode(&a, p, sizeof(p), RESOLVE_A, name);
		if (cpu_us() - from < best)
			best = cpu_us() - from;
	}
	if (CPU_TIMED)
		ck_assert_uint_lt(best, 1000);
}
END_TEST


static const struct {
	const char *host;
	const char *name; /* NULL: none */
} namev[] = {
	{"example.com", "example.com"},
	{"EXAMPLE.Com.", "example.com"},
	{"_sip._udp.x", "_sip._udp.x"},
	{"localhost", "localhost"},
	{"", NULL},
	{".", NULL},
	{".x", NULL},
	{"a..b", NULL},
	{"a b", NULL},
	{"a\\.b", NULL},
	{"a%41", NULL},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	 NULL},
};


START_TEST(a_host_name_is_folded_and_checked)
{
	char name[RESOLVE_NAME_MAX] = "";
	struct pl pl;
	int err;

	pl_set_str(&pl, namev[_i].host);
	err = resolve_name(name, &pl);
	ck_assert_int_eq(err, namev[_i].name ? 0 : EINVAL);
	if (!err)
		ck_assert_str_eq(name, namev[_i].name);
}
END_TEST


Suite *suite_resolve_answer(void);
Suite *suite_resolve_answer(void)
{
	Suite *s = suite_create("resolve_answer");
	TCase *tc = tcase_create("resolve_answer");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, each_type_is_decoded);
	tcase_add_test(tc, nothing_is_believed_as_rfc2308_says);
	tcase_add_test(tc, records_of_no_use_are_none);
	tcase_add_test(tc, aliases_are_followed_to_their_end);
	tcase_add_test(tc, records_of_other_names_do_not_count);
	tcase_add_test(tc, no_more_than_the_first_records_are_kept);
	tcase_add_test(tc, every_cut_and_every_flipped_octet_is_survived);
	test_table(tc, it_answers_nothing, badv);
	tcase_add_test(tc, the_worst_64_kB_cost_less_than_a_millisecond);
	test_table(tc, a_host_name_is_folded_and_checked, namev);
	suite_add_tcase(s, tc);

	return s;
}
