/**
 * @file test/proxy/media/nat.c  The comparison and its reasons
 */
#include <string.h>
#include "test/test.h"
#include "proxy/media/nat.h"

#define C(addr) "c=IN " addr "\r\n"
#define A       "m=audio 4000 RTP/AVP 0\r\n"
#define V       "m=video 4002 RTP/AVP 31\r\n"
#define OFF     "m=video 0 RTP/AVP 31\r\n"
#define MSRP    "m=message 9 TCP/MSRP *\r\n"


/* peer: '-' a phone, else a peer with auto, relay or direct */
static const struct {
	char peer;
	const char *source, *lines; /* NULL: no SDP */
	enum nat_reason reason;
	const char *text;
} judgev[] = {
	/* the plain comparison */
	{'-', "203.0.113.5", C("IP4 203.0.113.5") A, NAT_MATCH,
	 "direct: source and SDP agree on 203.0.113.5"},
	{'-', "198.51.100.7", C("IP4 192.168.1.10") A, NAT_SOURCE_DIFFERS,
	 "relay: source 198.51.100.7 differs from SDP 192.168.1.10"},
	{'-', "198.51.100.7", C("IP4 203.0.113.5") A, NAT_SOURCE_DIFFERS,
	 "relay: source 198.51.100.7 differs from SDP 203.0.113.5"},
	{'-', "192.168.1.10", C("IP4 192.168.1.10") A, NAT_MATCH,
	 "direct: source and SDP agree on 192.168.1.10"},
	{'-', "192.168.1.1", C("IP4 192.168.1.10") A, NAT_SOURCE_DIFFERS,
	 "relay: source 192.168.1.1 differs from SDP 192.168.1.10"},
	{'-', "127.0.0.1", C("IP4 127.0.0.1") A, NAT_MATCH,
	 "direct: source and SDP agree on 127.0.0.1"},
	{'-', "2001:db8::5", C("IP6 2001:0db8:0::5") A, NAT_MATCH,
	 "direct: source and SDP agree on 2001:db8::5"},
	{'-', "::ffff:203.0.113.5", C("IP4 203.0.113.5") A, NAT_MATCH,
	 "direct: source and SDP agree on 203.0.113.5"},
	{'-', "2001:db8::5", C("IP4 203.0.113.5") A, NAT_SOURCE_DIFFERS,
	 "relay: source 2001:db8::5 differs from SDP 203.0.113.5"},
	/* what is no NAT, and what no comparison can tell */
	{'-', "203.0.113.5", NULL, NAT_NO_SDP, "undecided: no SDP yet"},
	{'-', "203.0.113.5", C("IP4 192.168.1.10"), NAT_NO_MEDIA,
	 "direct: no stream to relay"},
	{'-', "203.0.113.5", C("IP4 192.168.1.10") OFF, NAT_NO_MEDIA,
	 "direct: no stream to relay"},
	{'-', "203.0.113.5", C("IP4 192.168.1.10") MSRP, NAT_NO_MEDIA,
	 "direct: no stream to relay"},
	{'-', "203.0.113.5", C("IP4 233.252.0.1/127") A, NAT_FORBIDDEN,
	 "relay: SDP address 233.252.0.1 (multicast) is never sent to"},
	{'-', "203.0.113.5", C("IP4 0.0.0.0") A, NAT_HOLD, "direct: on hold"},
	{'-', "203.0.113.5", C("IP6 ::") A V, NAT_HOLD, "direct: on hold"},
	{'-', "203.0.113.5", C("IP4 gw.example.net") A, NAT_HOSTNAME,
	 "relay: host name gw.example.net in SDP"},
	{'-', "203.0.113.5", C("IP4 127.0.0.1") A, NAT_FORBIDDEN, NULL},
	{'-', "203.0.113.5", C("IP6 ::ffff:127.0.0.1") A, NAT_FORBIDDEN, NULL},
	{'-', "203.0.113.5", C("IP4 169.254.1.1") A, NAT_FORBIDDEN, NULL},
	{'-', "203.0.113.5", C("IP6 fe80::1") A, NAT_FORBIDDEN, NULL},
	{'-', "203.0.113.5", C("IP4 255.255.255.255") A, NAT_FORBIDDEN, NULL},
	{'-', "203.0.113.5", C("IP4 0.1.2.3") A, NAT_FORBIDDEN, NULL},
	/* the worst stream decides, those that are off do not count */
	{'-', "203.0.113.5", C("IP4 203.0.113.5") A V C("IP4 192.168.1.10"),
	 NAT_SOURCE_DIFFERS,
	 "relay: source 203.0.113.5 differs from SDP 192.168.1.10"},
	{'-', "203.0.113.5", C("IP4 192.168.1.10") A V C("IP4 203.0.113.5"),
	 NAT_SOURCE_DIFFERS,
	 "relay: source 203.0.113.5 differs from SDP 192.168.1.10"},
	{'-', "203.0.113.5", C("IP4 203.0.113.5") A OFF C("IP4 192.168.1.10"),
	 NAT_MATCH, NULL},
	{'-', "203.0.113.5", C("IP4 203.0.113.5") A C("IP4 0.0.0.0") V,
	 NAT_MATCH, "direct: source and SDP agree on 203.0.113.5"},
	{'-', "203.0.113.5", C("IP4 192.168.1.10") A C("IP4 0.0.0.0") V,
	 NAT_SOURCE_DIFFERS, NULL},
	/* peers */
	{'a', "203.0.113.2", C("IP4 203.0.113.2") A, NAT_MATCH, NULL},
	{'a', "203.0.113.2", C("IP4 198.51.100.9") A, NAT_PEER_AUTO,
	 "direct: public SDP address 198.51.100.9 of a peer"},
	{'a', "203.0.113.2", C("IP4 192.168.1.10") A, NAT_PRIVATE,
	 "relay: private address 192.168.1.10 in SDP"},
	{'a', "203.0.113.2", C("IP4 100.64.1.1") A, NAT_PRIVATE, NULL},
	{'a', "10.0.0.2", C("IP4 10.0.0.2") A, NAT_MATCH, NULL},
	{'a', "203.0.113.2", C("IP4 127.0.0.1") A, NAT_FORBIDDEN, NULL},
	{'a', "203.0.113.2", C("IP4 gw") A, NAT_HOSTNAME, NULL},
	{'a', "203.0.113.2", C("IP4 198.51.100.9") A V C("IP4 10.0.0.1"),
	 NAT_PRIVATE, NULL},
	{'a', "203.0.113.2", NULL, NAT_NO_SDP, NULL},
	{'r', "203.0.113.2", C("IP4 203.0.113.2") A, NAT_PEER_RELAY,
	 "relay: configured for this peer"},
	{'r', "203.0.113.2", NULL, NAT_PEER_RELAY, NULL},
	{'d', "203.0.113.2", C("IP4 10.0.0.1") A, NAT_PEER_DIRECT,
	 "direct: configured for this peer"},
	{'d', "203.0.113.2", NULL, NAT_PEER_DIRECT, NULL},
	/* accounts with a setting */
	{'R', "203.0.113.5", C("IP4 203.0.113.5") A, NAT_ACCOUNT_RELAY,
	 "relay: set for this account"},
	{'R', "203.0.113.5", NULL, NAT_ACCOUNT_RELAY, NULL},
	{'D', "203.0.113.5", C("IP4 10.0.0.1") A, NAT_ACCOUNT_DIRECT,
	 "direct: set for this account"},
};

static void address(struct sa *sa, const char *text)
{
	ck_assert_int_eq(sa_set_str(sa, text, 5060), 0);
}

static void check_text(const struct nat_verdict *v, const char *want)
{
	char buf[160];

	ck_assert_int_gt(re_snprintf(buf, sizeof(buf), "%H", nat_print, v), 0);
	if (want)
		ck_assert_str_eq(buf, want);
}

static struct sdp *sdp_of(const char *lines)
{
	struct sdp *sdp = NULL;
	struct pl pl;
	char text[512];

	ck_assert_int_gt(
		re_snprintf(text, sizeof(text), "v=0\r\ns=-\r\n%s", lines), 0);
	pl_set_str(&pl, text);
	ck_assert_msg(!sdp_parse(&sdp, &pl), "refused:\n%s", text);

	return sdp;
}

START_TEST(a_side_is_judged_by_what_it_shows)
{
	struct sdp *sdp = NULL;
	struct nat_side side;
	struct nat_verdict v;

	memset(&side, 0, sizeof(side));
	address(&side.source, judgev[_i].source);
	if (judgev[_i].lines)
		sdp = sdp_of(judgev[_i].lines);
	side.sdp = sdp;
	side.peer = strchr("ard", judgev[_i].peer) != NULL;
	if (strchr("rR", judgev[_i].peer))
		side.policy = CONFIG_MEDIA_RELAY;
	else if (strchr("dD", judgev[_i].peer))
		side.policy = CONFIG_MEDIA_DIRECT;

	nat_judge(&v, &side);
	ck_assert_msg(v.reason == judgev[_i].reason, "%s from %s:\n%s",
		      nat_reason_name(v.reason), judgev[_i].source,
		      judgev[_i].lines ? judgev[_i].lines : "");
	ck_assert(sa_cmp(&v.source, &side.source, SA_ALL));
	check_text(&v, judgev[_i].text);
	mem_deref(sdp);
}
END_TEST


static const struct {
	const char *source, *contact, *via; /* NULL: a name */
	enum nat_reason reason;
	const char *text;
} contactv[] = {
	{"203.0.113.5", "203.0.113.5", "203.0.113.5", NAT_MATCH,
	 "direct: source and SDP agree on 203.0.113.5"},
	{"203.0.113.5", "203.0.113.5", NULL, NAT_MATCH, NULL},
	{"198.51.100.7", "198.51.100.7", "192.168.1.10", NAT_VIA_DIFFERS,
	 "relay: source 198.51.100.7 differs from Via 192.168.1.10"},
	{"198.51.100.7", "192.168.1.10", "192.168.1.10", NAT_CONTACT_DIFFERS,
	 "relay: source 198.51.100.7 differs from Contact 192.168.1.10"},
	{"192.168.1.10", "192.168.1.10", "192.168.1.10", NAT_MATCH, NULL},
	{"203.0.113.5", "0.0.0.0", "203.0.113.5", NAT_CONTACT_DIFFERS, NULL},
	{"198.51.100.7", NULL, NULL, NAT_HOSTNAME,
	 "relay: host name in Contact of source 198.51.100.7"},
};

START_TEST(a_registration_is_judged_by_its_contact)
{
	struct sa source, contact, via;
	struct nat_verdict v;

	sa_init(&contact, AF_UNSPEC);
	sa_init(&via, AF_UNSPEC);
	address(&source, contactv[_i].source);
	if (contactv[_i].contact)
		address(&contact, contactv[_i].contact);
	if (contactv[_i].via)
		address(&via, contactv[_i].via);
	/* a NAT may keep the address and change the port, or not: no sign */
	sa_set_port(&source, 40000);

	nat_judge_contact(&v, &source, &contact, &via);
	ck_assert_int_eq(v.reason, contactv[_i].reason);
	check_text(&v, contactv[_i].text);
}
END_TEST


struct half {
	enum nat_reason reason;
	const char *source, *sdp;
};

static const struct {
	struct half a, b;
	enum nat_media media;
	enum nat_reason reason;
	const char *text;
} combinev[] = {
	{{NAT_MATCH, "203.0.113.5", "203.0.113.5"},
	 {NAT_MATCH, "203.0.113.6", "203.0.113.6"},
	 NAT_DIRECT,
	 NAT_MATCH,
	 "direct: source and SDP agree on 203.0.113.5"},
	{{NAT_SOURCE_DIFFERS, "198.51.100.7", "10.0.0.1"},
	 {NAT_CONTACT_DIFFERS, "198.51.100.8", "10.0.0.1"},
	 NAT_RELAY,
	 NAT_SOURCE_DIFFERS,
	 "relay: source 198.51.100.7 differs from SDP 10.0.0.1"},
	{{NAT_MATCH, "203.0.113.5", "203.0.113.5"},
	 {NAT_CONTACT_DIFFERS, "198.51.100.8", "10.0.0.1"},
	 NAT_RELAY,
	 NAT_CONTACT_DIFFERS,
	 "relay: source 198.51.100.8 differs from Contact 10.0.0.1"},
	{{NAT_NO_SDP, "203.0.113.5", NULL},
	 {NAT_PEER_RELAY, "203.0.113.2", NULL},
	 NAT_RELAY,
	 NAT_PEER_RELAY,
	 NULL},
	{{NAT_NO_SDP, "203.0.113.5", NULL},
	 {NAT_MATCH, "203.0.113.2", "203.0.113.2"},
	 NAT_UNDECIDED,
	 NAT_NO_SDP,
	 "undecided: no SDP yet"},
	{{NAT_MATCH, "203.0.113.5", "203.0.113.5"},
	 {NAT_UNKNOWN, "203.0.113.2", NULL},
	 NAT_UNDECIDED,
	 NAT_UNKNOWN,
	 "undecided: nothing known yet"},
	{{NAT_HOLD, "203.0.113.5", NULL},
	 {NAT_MATCH, "192.168.1.10", "192.168.1.10"},
	 NAT_DIRECT,
	 NAT_HOLD,
	 NULL},
	/* families */
	{{NAT_MATCH, "203.0.113.5", "203.0.113.5"},
	 {NAT_MATCH, "2001:db8::5", "2001:db8::5"},
	 NAT_RELAY,
	 NAT_FAMILY,
	 "relay: 203.0.113.5 and 2001:db8::5 are of different families"},
	{{NAT_MATCH, "203.0.113.5", "203.0.113.5"},
	 {NAT_PEER_DIRECT, "2001:db8::5", "2001:db8::5"},
	 NAT_RELAY,
	 NAT_FAMILY,
	 NULL},
	{{NAT_MATCH, "::ffff:203.0.113.5", "::ffff:203.0.113.5"},
	 {NAT_MATCH, "203.0.113.6", "203.0.113.6"},
	 NAT_DIRECT,
	 NAT_MATCH,
	 NULL},
	/* each reachable from here, but not from each other */
	{{NAT_MATCH, "203.0.113.5", "203.0.113.5"},
	 {NAT_MATCH, "192.168.1.10", "192.168.1.10"},
	 NAT_RELAY,
	 NAT_PRIVATE,
	 "relay: private address 192.168.1.10 in SDP"},
	{{NAT_MATCH, "127.0.0.1", "127.0.0.1"},
	 {NAT_MATCH, "192.168.1.10", "192.168.1.10"},
	 NAT_RELAY,
	 NAT_FORBIDDEN,
	 NULL},
	{{NAT_MATCH, "127.0.0.1", "127.0.0.1"},
	 {NAT_MATCH, "127.0.0.2", "127.0.0.2"},
	 NAT_DIRECT,
	 NAT_MATCH,
	 NULL},
	{{NAT_MATCH, "10.0.0.1", "10.0.0.1"},
	 {NAT_MATCH, "192.168.1.10", "192.168.1.10"},
	 NAT_DIRECT,
	 NAT_MATCH,
	 NULL},
	{{NAT_MATCH, "192.168.1.10", "192.168.1.10"},
	 {NAT_PEER_DIRECT, "203.0.113.2", "203.0.113.2"},
	 NAT_DIRECT,
	 NAT_MATCH,
	 NULL},
};

static void half_verdict(struct nat_verdict *v, const struct half *h)
{
	static const enum nat_media mediav[] = {
		[NAT_UNKNOWN] = NAT_UNDECIDED,
		[NAT_NO_SDP] = NAT_UNDECIDED,
		[NAT_MATCH] = NAT_DIRECT,
		[NAT_HOLD] = NAT_DIRECT,
		[NAT_NO_MEDIA] = NAT_DIRECT,
		[NAT_PEER_DIRECT] = NAT_DIRECT,
		[NAT_PEER_AUTO] = NAT_DIRECT,
		[NAT_SOURCE_DIFFERS] = NAT_RELAY,
		[NAT_PEER_RELAY] = NAT_RELAY,
		[NAT_CONTACT_DIFFERS] = NAT_RELAY,
	};

	memset(v, 0, sizeof(*v));
	v->reason = h->reason;
	v->media = mediav[h->reason];
	address(&v->source, h->source);
	if (h->sdp)
		address(&v->sdp, h->sdp);
}

START_TEST(two_sides_make_a_call)
{
	struct nat_verdict a, b, call;

	half_verdict(&a, &combinev[_i].a);
	half_verdict(&b, &combinev[_i].b);
	nat_combine(&call, &a, &b);
	ck_assert_str_eq(nat_media_name(call.media),
			 nat_media_name(combinev[_i].media));
	ck_assert_str_eq(nat_reason_name(call.reason),
			 nat_reason_name(combinev[_i].reason));
	check_text(&call, combinev[_i].text);

	/* in place */
	nat_combine(&a, &a, &b);
	ck_assert_int_eq(a.reason, call.reason);
}
END_TEST


START_TEST(each_reason_has_a_name_and_a_sentence)
{
	struct nat_verdict v;

	memset(&v, 0, sizeof(v));
	address(&v.source, "198.51.100.7");
	address(&v.sdp, "192.168.1.10");
	for (int r = NAT_UNKNOWN; r <= NAT_OTHER_SIDE; r++) {
		v.reason = (enum nat_reason)r;
		check_text(&v, NULL);
		ck_assert_ptr_nonnull(nat_reason_name(v.reason));
		for (int q = NAT_UNKNOWN; q < r; q++) {
			ck_assert_str_ne(nat_reason_name(v.reason),
					 nat_reason_name((enum nat_reason)q));
		}
	}
	ck_assert_str_eq(nat_reason_name((enum nat_reason)99), "unknown");
	ck_assert_str_eq(nat_reason_name(NAT_SOURCE_DIFFERS),
			 "source-differs");
}
END_TEST


START_TEST(two_pages_need_nobody)
{
	struct nat_verdict v;

	memset(&v, 0, sizeof(v));
	v.media = NAT_RELAY;
	v.reason = NAT_CALLEE;
	nat_pages(&v);
	ck_assert_int_eq(v.media, NAT_DIRECT);
	check_text(&v, "direct: two web pages, which have ICE");
}
END_TEST


START_TEST(nothing_given_is_nothing_done)
{
	struct nat_verdict v;

	memset(&v, 0, sizeof(v));
	nat_pages(NULL);
	nat_judge(NULL, NULL);
	nat_judge(&v, NULL);
	nat_judge_contact(&v, NULL, NULL, NULL);
	nat_combine(NULL, &v, &v);
	nat_combine(&v, NULL, NULL);
	ck_assert_int_eq(v.reason, NAT_UNKNOWN);
}
END_TEST


Suite *suite_nat(void);
Suite *suite_nat(void)
{
	Suite *s = suite_create("nat");
	TCase *tc = tcase_create("nat");

	test_table(tc, a_side_is_judged_by_what_it_shows, judgev);
	test_table(tc, a_registration_is_judged_by_its_contact, contactv);
	test_table(tc, two_sides_make_a_call, combinev);
	tcase_add_test(tc, each_reason_has_a_name_and_a_sentence);
	tcase_add_test(tc, two_pages_need_nobody);
	tcase_add_test(tc, nothing_given_is_nothing_done);
	suite_add_tcase(s, tc);

	return s;
}
