/**
 * @file scenario/flight_flow.c  The flight recorder has the headers of what
 * was said in a call that failed
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include "common/octets.h"
#include "common/pcap.h"
#include "proxy/admin/trace/flights.h"
#include "proxy/admin/trace/shelf.h"
#include "proxy/server_state.h"
#include "test/scenario/parley.h"
#include "test/test.h"

enum { FILE_SIZE = 1 << 20, IPV4 = 20, UDP = 8, RTP = 12, RTCP = 8 };

static struct parley t;
static uint8_t *file;
static size_t len;


static void setup(void)
{
	file = mem_zalloc(FILE_SIZE, NULL);
	ck_assert_ptr_nonnull(file);
	parley_open(&t, "quarantine = 0", NULL);
}


static void teardown(void)
{
	parley_close(&t);
	file = mem_deref(file);
}


/* the one file that there is; false: there is none */
static bool slurp(void)
{
	char path[2048];
	const struct dirent *e;
	unsigned n = 0;
	FILE *f;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/flights", t.rig.cfg->data);
	d = opendir(path);
	while (d && (e = readdir(d)) != NULL) {
		if (!strstr(e->d_name, ".pcap"))
			continue;
		(void)snprintf(path, sizeof(path), "%s/flights/%s",
			       t.rig.cfg->data, e->d_name);
		++n;
	}
	if (d)
		(void)closedir(d);
	if (!n)
		return false;

	ck_assert_uint_eq(n, 1);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	len = fread(file, 1, FILE_SIZE, f);
	(void)fclose(f);

	return true;
}


static bool is_end(const uint8_t *addr, const uint8_t *port,
		   const struct sa *sa)
{
	return !sa || (!memcmp(addr, &sa->u.in.sin_addr, 4) &&
		       octets_get16(port) == sa_port(sa));
}


/* packets from there to there, of which that much is in the file; NULL: any.
   wire: octets of the last one, before it was cut */
static unsigned count(const struct sa *src, const struct sa *dst, size_t kept,
		      size_t *wire)
{
	size_t at = PCAP_FILE_HEADER;
	unsigned n = 0;

	while (at + PCAP_RECORD + IPV4 + UDP <= len) {
		const uint8_t *ip = file + at + PCAP_RECORD, *udp = ip + IPV4;
		uint32_t head[4];

		memcpy(head, file + at, sizeof(head));
		if (is_end(ip + 12, udp, src) &&
		    is_end(ip + 16, udp + 2, dst) &&
		    head[2] == IPV4 + UDP + kept) {
			++n;
			*wire = head[3] - IPV4 - UDP;
		}
		at += PCAP_RECORD + head[2];
	}
	ck_assert_uint_eq(at, len);

	return n;
}


/* bob can be heard before he refuses */
static void early_media(void)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "183 Session Progress", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 183");
	parley_learn(&t.alice, 0);
	parley_audio(&t);
}


/* alice's port, and bob's, are heard by nobody else */
static void stranger_speaks(void)
{
	const uint64_t before = rig_counter(&t.rig,
					    "relay_packets_dropped_total");

	(void)media_send_rtp(&t.stranger, &t.alice.to[0]);
	rig_settle(&t.rig, "relay_packets_dropped_total", before + 1,
		   RIG_WAIT_MS);
}


static void bob_says(const char *status)
{
	parley_answer(&t.bob, status, "");
	parley_wait_ports(&t, PARLEY_PORTS);
	t.rig.srv->flights = mem_deref(t.rig.srv->flights);
	t.rig.srv->flight_shelf = mem_deref(t.rig.srv->flight_shelf);
}


START_TEST(headers_of_both_ways_and_of_strangers_are_kept)
{
	const struct sa *alice = &t.alice.rtp.addr, *bob = &t.bob.rtp.addr;
	size_t wire = 0;

	early_media();
	parley_rtcp(&t);
	stranger_speaks();
	bob_says("500 Oops");
	ck_assert(slurp());

	/* as they came, and as they left */
	ck_assert_uint_ge(count(alice, &t.alice.to[0], RTP, &wire), 3);
	ck_assert_uint_eq(wire, MEDIA_RTP_LEN);
	ck_assert_uint_ge(count(bob, &t.bob.to[0], RTP, &wire), 3);
	ck_assert_uint_ge(count(&t.alice.to[0], alice, RTP, &wire), 3);
	ck_assert_uint_ge(count(&t.bob.to[0], bob, RTP, &wire), 3);
	ck_assert_uint_eq(wire, MEDIA_RTP_LEN);

	ck_assert_uint_ge(
		count(&t.alice.rtcp.addr, &t.alice.to[1], RTCP, &wire), 1);
	ck_assert_uint_ge(count(&t.bob.to[1], &t.bob.rtcp.addr, RTCP, &wire),
			  1);

	ck_assert_uint_eq(count(&t.stranger.addr, NULL, RTP, &wire), 1);

	/* and what was said meanwhile */
	ck_assert_ptr_nonnull(memmem(file, len, "SIP/2.0 500 Oops", 16));
}
END_TEST


START_TEST(a_call_that_was_busy_leaves_none)
{
	early_media();
	bob_says("486 Busy Here");
	ck_assert(!slurp());
}
END_TEST


Suite *suite_flight_flow(void);
Suite *suite_flight_flow(void)
{
	Suite *s = suite_create("flight_flow");
	TCase *tc = tcase_create("flight_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, headers_of_both_ways_and_of_strangers_are_kept);
	tcase_add_test(tc, a_call_that_was_busy_leaves_none);
	tcase_set_timeout(tc, 30);
	suite_add_tcase(s, tc);

	return s;
}
