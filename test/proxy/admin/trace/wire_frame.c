/**
 * @file test/proxy/admin/trace/wire_frame.c  A SIP message as a packet
 */
#include <errno.h>
#include <string.h>
#include "common/octets.h"
#include "common/pcap.h"
#include "proxy/admin/trace/wire_frame.h"
#include "test/test.h"

enum { IP4 = 20, IP6 = 40, UDP = 8 };

static const char text[] = "OPTIONS sip:a SIP/2.0\r\n\r\n";
static struct sa ours, theirs;
static struct mbuf *mb;
static struct wire_message m;


static void address(const char *local, const char *peer)
{
	ck_assert_int_eq(sa_set_str(&ours, local, 5080), 0);
	ck_assert_int_eq(sa_set_str(&theirs, peer, 40000), 0);
}


static void setup(void)
{
	mb = mbuf_alloc(1);
	ck_assert_ptr_nonnull(mb);
	address("192.0.2.1", "192.0.2.2");
	m = (struct wire_message){
		.local = &ours,
		.peer = &theirs,
		.proto = FLOW_UDP,
		.wall_us = 3000007,
		.p = text,
		.len = strlen(text),
		.wire = strlen(text),
	};
}


static void teardown(void)
{
	mb = mem_deref(mb);
}


/* behind the record's header and the IP header of that length */
static const uint8_t *udp(size_t ip)
{
	return mb->buf + PCAP_RECORD + ip;
}


static const struct {
	enum flow_proto proto;
	bool sent;
	uint16_t sport, dport;
} portv[] = {
	{FLOW_UDP, false, 40000, 5080}, {FLOW_UDP, true, 5080, 40000},
	{FLOW_TCP, true, 5080, 40000},  {FLOW_TLS, true, 5060, 40000},
	{FLOW_TLS, false, 40000, 5060}, {FLOW_WSS, false, 40000, 5060},
};


START_TEST(it_goes_from_who_sent_it_to_who_got_it)
{
	m.proto = portv[_i].proto;
	m.sent = portv[_i].sent;
	ck_assert_int_eq(wire_frame(mb, &m), 0);
	ck_assert_uint_eq(octets_get16(udp(IP4)), portv[_i].sport);
	ck_assert_uint_eq(octets_get16(udp(IP4) + 2), portv[_i].dport);
	/* 192.0.2.1 is ours */
	ck_assert_uint_eq(udp(IP4)[-5], m.sent ? 1 : 2);
	ck_assert_uint_eq(udp(IP4)[-1], m.sent ? 2 : 1);
}
END_TEST


START_TEST(its_text_is_behind_the_headers)
{
	ck_assert_int_eq(wire_frame(mb, &m), 0);
	ck_assert_uint_eq(mb->end, PCAP_RECORD + IP4 + UDP + m.len);
	ck_assert_int_eq(memcmp(udp(IP4) + UDP, text, m.len), 0);

	/* another one comes behind it */
	ck_assert_int_eq(wire_frame(mb, &m), 0);
	ck_assert_uint_eq(mb->end, 2 * (PCAP_RECORD + IP4 + UDP + m.len));
	ck_assert_uint_eq(mb->pos, mb->end);
}
END_TEST


START_TEST(ipv6_has_its_own_header)
{
	address("2001:db8::1", "2001:db8::2");
	ck_assert_int_eq(wire_frame(mb, &m), 0);
	ck_assert_uint_eq(mb->end, PCAP_RECORD + IP6 + UDP + m.len);
	ck_assert_int_eq(memcmp(udp(IP6) + UDP, text, m.len), 0);
}
END_TEST


START_TEST(secrets_are_stars)
{
	static const char secret[] = "REGISTER sip:a SIP/2.0\r\n"
				     "Authorization: Digest username=\"a\", "
				     "response=\"0123456789abcdef\"\r\n\r\n";

	m.p = secret;
	m.len = m.wire = strlen(secret);
	ck_assert_int_eq(wire_frame(mb, &m), 0);
	ck_assert_ptr_null(memmem(mb->buf, mb->end, "0123456789abcdef", 16));
	ck_assert_ptr_nonnull(memmem(mb->buf, mb->end, "response=\"*", 11));
}
END_TEST


START_TEST(what_cannot_be_a_packet_is_said)
{
	struct sa none;

	ck_assert_int_eq(wire_frame(NULL, &m), EINVAL);
	ck_assert_int_eq(wire_frame(mb, NULL), EINVAL);
	m.wire = PCAP_PAYLOAD_MAX + 1;
	ck_assert_int_eq(wire_frame(mb, &m), EMSGSIZE);
	m.wire = m.len;
	address("192.0.2.1", "2001:db8::2");
	ck_assert_int_eq(wire_frame(mb, &m), EAFNOSUPPORT);
	sa_init(&none, AF_UNSPEC);
	m.local = m.peer = &none;
	ck_assert_int_eq(wire_frame(mb, &m), EAFNOSUPPORT);
	m.local = NULL;
	ck_assert_int_eq(wire_frame(mb, &m), EINVAL);
	ck_assert_uint_eq(mb->end, 0);
}
END_TEST


Suite *suite_wire_frame(void);
Suite *suite_wire_frame(void)
{
	Suite *s = suite_create("wire_frame");
	TCase *tc = tcase_create("wire_frame");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, it_goes_from_who_sent_it_to_who_got_it, portv);
	tcase_add_test(tc, its_text_is_behind_the_headers);
	tcase_add_test(tc, ipv6_has_its_own_header);
	tcase_add_test(tc, secrets_are_stars);
	tcase_add_test(tc, what_cannot_be_a_packet_is_said);
	suite_add_tcase(s, tc);

	return s;
}
