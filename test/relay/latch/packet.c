/**
 * @file test/relay/latch/packet.c  What a datagram on a media port is
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "relay/latch/packet.h"
#include "test/test.h"

#define PCMA "\x80\x08\x00\x01\0\0\0\xa0\0\0\x12\x34"
#define SR_27                                                               \
	"\x80\xc8\x00\x06\0\0\x12\x34\1\2\3\4\5\6\7\x8\1\2\3\4\1\2\3\4\1\2" \
	"\3\4"
#define RR_0   "\x80\xc9\x00\x01\0\0\x12\x34"
#define BYE_1  "\x81\xcb\x00\x01\0\0\x12\x34"
#define SDES_1 "\x81\xca\x00\x02\0\0\x12\x34\x01\x01x\0"

#define BYTES(s) (const uint8_t *)(s), sizeof(s) - 1

static const struct {
	const char *name;
	const uint8_t *p;
	size_t len;
	enum packet_type type;
	bool proof;
	bool encrypted;
} casev[] = {
	{"nothing", BYTES(""), PACKET_INVALID, 0, 0},
	{"header only", BYTES(PCMA), PACKET_RTP, 1, 0},
	{"with payload", BYTES(PCMA "abcdef"), PACKET_RTP, 1, 0},
	{"with marker", BYTES("\x80\x88\x00\x01\0\0\0\xa0\0\0\x12\x34"),
	 PACKET_RTP, 1, 0},
	{"11 octets", (const uint8_t *)PCMA, 11, PACKET_INVALID, 0, 0},
	{"version 2 alone", BYTES("\x80"), PACKET_INVALID, 0, 0},
	{"CSRC missing", BYTES("\x81\x08\x00\x01\0\0\0\xa0\0\0\x12\x34"),
	 PACKET_INVALID, 0, 0},
	{"one CSRC", BYTES("\x81\x08\x00\x01\0\0\0\xa0\0\0\x12\x34\0\0\0\1"),
	 PACKET_RTP, 1, 0},
	{"extension missing", BYTES("\x90\x08\x00\x01\0\0\0\xa0\0\0\x12\x34"),
	 PACKET_INVALID, 0, 0},
	{"extension empty",
	 BYTES("\x90\x08\x00\x01\0\0\0\xa0\0\0\x12\x34\xbe\xde\0\0"),
	 PACKET_RTP, 1, 0},
	{"extension longer than the packet",
	 BYTES("\x90\x08\x00\x01\0\0\0\xa0\0\0\x12\x34\xbe\xde\xff\xff"),
	 PACKET_INVALID, 0, 0},
	{"padding without an octet",
	 BYTES("\xa0\x08\x00\x01\0\0\0\xa0\0\0\x12\x34"), PACKET_INVALID, 0,
	 0},
	{"padding of one octet",
	 BYTES("\xa0\x08\x00\x01\0\0\0\xa0\0\0\x12\x34\x01"), PACKET_RTP, 1,
	 0},
	{"padding that is longer, or SRTP: passes, proves nothing",
	 BYTES("\xa0\x08\x00\x01\0\0\0\xa0\0\0\x12\x34\xff"), PACKET_RTP, 0,
	 0},
	{"padding of none", BYTES("\xa0\x08\x00\x01\0\0\0\xa0\0\0\x12\x34z\0"),
	 PACKET_RTP, 0, 0},
	{"padding behind an extension",
	 BYTES("\xb0\x08\x00\x01\0\0\0\xa0\0\0\x12\x34\xbe\xde\0\0z\2"),
	 PACKET_RTP, 1, 0},
	{"padding that reaches into the extension",
	 BYTES("\xb0\x08\x00\x01\0\0\0\xa0\0\0\x12\x34\xbe\xde\0\0z\3"),
	 PACKET_RTP, 0, 0},
	{"comfort noise", BYTES("\x80\x0d\x00\x01\0\0\0\xa0\0\0\x12\x34\x40"),
	 PACKET_RTP, 1, 0},
	{"a digit",
	 BYTES("\x80\xe5\x00\x01\0\0\0\xa0\0\0\x12\x34\5\x0a\0\xa0"),
	 PACKET_RTP, 1, 0},
	{"SRTP with an MKI and a tag",
	 BYTES("\x80\x00\x00\x01\0\0\0\xa0\0\0\x12\x34"
	       "crypt\1abcdefghij"),
	 PACKET_RTP, 1, 0},
	{"one CSRC, and an extension that is not there",
	 BYTES("\x91\x08\x00\x01\0\0\0\xa0\0\0\x12\x34\0\0\0\1\xbe\xde\0"),
	 PACKET_INVALID, 0, 0},
	{"fifteen CSRC, fourteen there",
	 BYTES("\x8f\x08\x00\x01\0\0\0\xa0\0\0\x12\x34"
	       "0001000200030004000500060007000800090010001100120013"
	       "0014"),
	 PACKET_INVALID, 0, 0},
	{"payload type 64", BYTES("\x80\x40\x00\x01\0\0\0\xa0\0\0\x12\x34"),
	 PACKET_RTP, 0, 0},
	{"payload type 95", BYTES("\x80\x5f\x00\x01\0\0\0\xa0\0\0\x12\x34"),
	 PACKET_RTP, 0, 0},
	{"payload type 96", BYTES("\x80\x60\x00\x01\0\0\0\xa0\0\0\x12\x34"),
	 PACKET_RTP, 1, 0},
	{"receiver report", BYTES(RR_0), PACKET_RTCP, 1, 0},
	{"sender report", BYTES(SR_27), PACKET_RTCP, 1, 0},
	{"compound", BYTES(SR_27 SDES_1 BYE_1), PACKET_RTCP, 1, 0},
	{"compound cut", BYTES(RR_0 "\x81\xca\x00\x02\0\0\x12\x34"),
	 PACKET_RTCP, 0, 0},
	{"report block missing", BYTES("\x81\xc9\x00\x01\0\0\x12\x34"),
	 PACKET_INVALID, 0, 0},
	{"sender report too short", BYTES("\x80\xc8\x00\x01\0\0\x12\x34"),
	 PACKET_INVALID, 0, 0},
	{"reduced size", BYTES(SDES_1), PACKET_RTCP, 0, 0},
	{"feedback alone", BYTES("\x81\xcd\x00\x02\0\0\x12\x34\0\0\x12\x35"),
	 PACKET_RTCP, 0, 0},
	{"SRTCP", BYTES(RR_0 "garbled!\x80\0\0\1abcdefghij"), PACKET_RTCP, 0,
	 1},
	{"SRTCP without E", BYTES(RR_0 "garbled!\0\0\0\1abcdefghij"),
	 PACKET_RTCP, 0, 0},
	{"SRTCP too short", BYTES(RR_0 "\x80\0\0\1abcdefghi"), PACKET_RTCP, 0,
	 0},
	{"SRTCP of AES-GCM", BYTES(RR_0 "0123456789abcdef\x80\0\0\1"),
	 PACKET_RTCP, 0, 1},
	{"SRTCP of AES-GCM without E",
	 BYTES(RR_0 "01234\x00"
		    "789abcdef!\0\0\0\1"),
	 PACKET_RTCP, 0, 0},
	{"compound with a lie behind",
	 BYTES(RR_0 "\x81\xca\xff\xff\0\0\x12\x34\x01\x01x\0"), PACKET_RTCP, 0,
	 0},
	{"compound with version 1 behind",
	 BYTES(RR_0 "\x41\xca\x00\x02\0\0\x12\x34\x01\x01x\0"), PACKET_RTCP, 0,
	 0},
	{"extended report behind", BYTES(RR_0 "\x80\xcf\x00\x01\0\0\x12\x34"),
	 PACKET_RTCP, 1, 0},
	{"transport feedback behind",
	 BYTES(RR_0 "\x81\xcd\x00\x02\0\0\x12\x34\0\0\x12\x35"), PACKET_RTCP,
	 1, 0},
	{"picture loss behind",
	 BYTES(RR_0 "\x81\xce\x00\x02\0\0\x12\x34\0\0\x12\x35"), PACKET_RTCP,
	 1, 0},
	{"thirty-one report blocks, none there",
	 BYTES("\x9f\xc9\x00\x01\0\0\x12\x34"), PACKET_INVALID, 0, 0},
	{"RTCP longer than the datagram",
	 BYTES("\x80\xc9\x00\x02\0\0\x12\x34"), PACKET_INVALID, 0, 0},
	{"STUN binding",
	 BYTES("\0\1\0\0\x21\x12\xa4\x42\1\2\3\4\5\6\7\x8\x9\xa\xb\xc"),
	 PACKET_STUN, 0, 0},
	{"STUN with a wrong length",
	 BYTES("\0\1\0\4\x21\x12\xa4\x42\1\2\3\4\5\6\7\x8\x9\xa\xb\xc"),
	 PACKET_OTHER, 0, 0},
	{"DTLS", BYTES("\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x01z"), PACKET_DTLS, 1,
	 0},
	{"DTLS data", BYTES("\x17\xfe\xff\0\0\0\0\0\0\0\0\0\x01z"),
	 PACKET_DTLS, 0, 0},
	{"DTLS of no version", BYTES("\x16\3\1\0\0\0\0\0\0\0\0\0\x01z"),
	 PACKET_DTLS, 0, 0},
	{"DTLS cut", BYTES("\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x02z"),
	 PACKET_OTHER, 0, 0},
	{"ZRTP", BYTES("\x10\0\0\0ZRTP"), PACKET_OTHER, 0, 0},
	{"T.38", BYTES("\0\0\1\6\0\0"), PACKET_OTHER, 0, 0},
	{"version 1", BYTES("\x40\x08\x00\x01\0\0\0\xa0\0\0\x12\x34"),
	 PACKET_INVALID, 0, 0},
	{"version 3", BYTES("\xc0\x08\x00\x01\0\0\0\xa0\0\0\x12\x34"),
	 PACKET_INVALID, 0, 0},
	{"SIP", BYTES("INVITE sip:x@example.com SIP/2.0\r\n"), PACKET_INVALID,
	 0, 0},
	{"SIP behind empty lines",
	 BYTES("\r\n\r\nBYE sip:x@example.com SIP/2.0\r\n"), PACKET_INVALID, 0,
	 0},
};


/* a copy of the very size: a reader beyond the end is caught by ASan */
static void decode(struct packet *pkt, const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, p, len);
	packet_decode(pkt, copy, len);
	free(copy);
}


START_TEST(datagrams_are_told_apart)
{
	struct packet pkt;

	decode(&pkt, casev[_i].p, casev[_i].len);
	ck_assert_msg(pkt.type == casev[_i].type, "%s: type %d",
		      casev[_i].name, pkt.type);
	ck_assert_msg(pkt.proof == casev[_i].proof, "%s: proof",
		      casev[_i].name);
	ck_assert_msg(pkt.encrypted == casev[_i].encrypted, "%s: encrypted",
		      casev[_i].name);
	if (pkt.type == PACKET_RTP) {
		ck_assert_uint_eq(pkt.ssrc, 0x1234);
		ck_assert_uint_eq(pkt.seq, 1);
	}
}
END_TEST


static const struct {
	const char *file;
	enum packet_type type;
	bool proof;
} shapev[] = {
	{"dtls-hello.bin", PACKET_DTLS, true},
	{"es2021-09-srtp-short.bin", PACKET_RTP, true},
	{"es2025-01-spray.bin", PACKET_RTP, true},
	{"rtcp-4-octets(AST-2017-008).bin", PACKET_INVALID, false},
	{"rtcp-bye-reason-over.bin", PACKET_INVALID, false},
	{"rtcp-len0-compound.bin", PACKET_INVALID, false},
	{"rtcp-pt-223.bin", PACKET_RTCP, false},
	{"rtcp-sdes-noterm.bin", PACKET_INVALID, false},
	{"rtcp-xr.bin", PACKET_RTCP, false},
	{"rtp-8000.bin", PACKET_RTP, true},
	{"rtp-empty.bin", PACKET_RTP, true},
	{"rtp-pad0.bin", PACKET_RTP, false},
	{"rtp-pt72.bin", PACKET_RTP, false},
	{"rtp-short-01.bin", PACKET_INVALID, false},
	{"rtp-short-03.bin", PACKET_INVALID, false},
	{"rtp-short-05.bin", PACKET_INVALID, false},
	{"rtp-short-07.bin", PACKET_INVALID, false},
	{"rtp-short-09.bin", PACKET_INVALID, false},
	{"rtp-short-11.bin", PACKET_INVALID, false},
	{"rtp-v1.bin", PACKET_INVALID, false},
	{"rtp-x-none.bin", PACKET_INVALID, false},
	{"stun-alloc.bin", PACKET_STUN, false},
	{"stun-attr-over.bin", PACKET_STUN, false},
	{"stun-classic.bin", PACKET_STUN, false},
	{"turn-channel.bin", PACKET_INVALID, false},
	{"turn-xor-peer-loopback.bin", PACKET_STUN, false},
};


static const struct {
	const char *name;
	const uint8_t *p;
	size_t len;
	bool udptl;
} faxv[] = {
	{"nothing sent before", BYTES("\0\1\1\6\0\0"), true},
	{"one sent before", BYTES("\0\2\1\6\0\1\1\6"), true},
	{"two sent before", BYTES("\0\3\3abc\0\2\1\6\2xy"), true},
	{"a checksum", BYTES("\0\4\1\6\x80\1\3\1\2ab"), true},
	{"long fax data", BYTES("\0\5\x80\3abc\0\0"), true},
	{"octets behind", BYTES("\0\1\1\6\0\0pad"), true},
	{"no fax data", BYTES("\0\1\0\0\0"), false},
	{"fax data cut", BYTES("\0\1\5\6\0\0"), false},
	{"no redundancy field", BYTES("\0\1\1\6"), false},
	{"no count", BYTES("\0\1\1\6\0"), false},
	{"one sent before is missing", BYTES("\0\2\1\6\0\1"), false},
	{"one sent before is cut", BYTES("\0\2\1\6\0\1\2\6"), false},
	{"a checksum without its span", BYTES("\0\4\1\6\x80"), false},
	{"a checksum cut", BYTES("\0\4\1\6\x80\1\3\1\3ab"), false},
	{"a length of pieces", BYTES("\0\5\xc1\3abc\0\0"), false},
	{"half a length", BYTES("\0\5\x80"), false},
	{"five octets", BYTES("\0\1\1\6\0"), false},
	{"RTP", BYTES(PCMA "abcdef"), false},
};


START_TEST(fax_is_told_from_noise)
{
	struct packet pkt;

	decode(&pkt, faxv[_i].p, faxv[_i].len);
	ck_assert_msg(pkt.udptl == faxv[_i].udptl, "%s", faxv[_i].name);
}
END_TEST


START_TEST(shapes_of_the_field_are_told_apart)
{
	static uint8_t buf[65536];
	char path[256];
	struct packet pkt;
	size_t len;
	FILE *f;

	(void)re_snprintf(path, sizeof(path), "test/data/media-shapes/%s",
			  shapev[_i].file);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	len = fread(buf, 1, sizeof(buf), f);
	(void)fclose(f);

	decode(&pkt, buf, len);
	ck_assert_msg(pkt.type == shapev[_i].type, "%s: type %d", path,
		      pkt.type);
	ck_assert_msg(pkt.proof == shapev[_i].proof, "%s: proof", path);
	ck_assert(!pkt.encrypted);
}
END_TEST


/* 16384 reports of four octets each, in a datagram of 64 kB */
START_TEST(the_longest_chain_takes_linear_time)
{
	static const uint8_t report[] = {0x80, 201, 0, 1, 0, 0, 0x12, 0x34};
	static const uint8_t empty[] = {0x80, 207, 0, 0};
	static uint8_t buf[65532];
	struct packet pkt;

	for (size_t i = 8; i < sizeof(buf); i += 4)
		memcpy(&buf[i], empty, sizeof(empty));
	memcpy(buf, report, sizeof(report));

	for (int i = 0; i < 1000; i++)
		packet_decode(&pkt, buf, sizeof(buf));
	ck_assert_int_eq(pkt.type, PACKET_RTCP);
	ck_assert(pkt.proof);
}
END_TEST


Suite *suite_packet(void);
Suite *suite_packet(void)
{
	Suite *s = suite_create("packet");
	TCase *tc = tcase_create("packet");

	test_table(tc, datagrams_are_told_apart, casev);
	test_table(tc, fax_is_told_from_noise, faxv);
	test_table(tc, shapes_of_the_field_are_told_apart, shapev);
	tcase_add_test(tc, the_longest_chain_takes_linear_time);
	tcase_set_timeout(tc, 10);
	suite_add_tcase(s, tc);

	return s;
}
