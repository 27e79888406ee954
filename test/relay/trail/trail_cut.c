/**
 * @file test/relay/trail/trail_cut.c  Headers are kept, and nothing of what
 * follows them
 */
#include <stdio.h>
#include "relay/trail/trail_cut.h"
#include "test/test.h"

static const struct {
	const char *what;
	const char *hex; /* how it begins; the rest is 0 */
	size_t len;
	bool secret;
	size_t kept;
} casev[] = {
	{"RTP", "80080001", 172, false, 12},
	{"RTP with two sources beside", "82080001", 172, false, 12},
	{"RTP that is only a header", "80080001", 12, false, 12},
	{"SRTP", "80080001", 182, true, 12},
	{"a sender's report of one source", "81c8000c", 52, false, 52},
	{"and names behind it", "81c8000c", 100, false, 52},
	{"a sender's report of nobody", "80c80006", 28, false, 28},
	{"a sender's report of two", "82c80012", 76, false, 52},
	{"a receiver's report of one source", "81c90007", 32, false, 32},
	{"a report of SRTCP", "81c8000c", 80, true, 8},
	{"names alone", "81ca0004", 20, false, 8},
	{"a note of an application", "80cc0004", 20, false, 8},
	{"a check of ICE", "00010000", 20, false, 20},
	{"a handshake", "16fefd00", 60, false, 13},
	{"text", "494e5649", 300, false, 4},
	{"a lie about its extension", "90080001", 13, false, 4},
	{"less than that", "80", 1, false, 1},
	{"nothing", "", 0, false, 0},
};


static void from_hex(uint8_t *p, const char *hex)
{
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		*p++ = (uint8_t)byte;
}


START_TEST(only_headers_are_kept)
{
	uint8_t buf[512] = {0};
	struct packet pkt;
	size_t kept;

	from_hex(buf, casev[_i].hex);
	packet_decode(&pkt, buf, casev[_i].len);
	kept = trail_cut(&pkt, casev[_i].secret, buf, casev[_i].len);
	ck_assert_msg(kept == casev[_i].kept, "%s: %zu", casev[_i].what, kept);
}
END_TEST


Suite *suite_trail_cut(void);
Suite *suite_trail_cut(void)
{
	Suite *s = suite_create("trail_cut");
	TCase *tc = tcase_create("core");

	test_table(tc, only_headers_are_kept, casev);
	suite_add_tcase(s, tc);

	return s;
}
