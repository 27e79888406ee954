/**
 * @file test/proxy/media/call_stream.c  Streams of all kinds, offered and
 * answered
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "proxy/media/sdp.h"
#include "test/mock/duet.h"
#include "test/test.h"

enum { STREAM_PORTS = 4, LINES = 32 };

static struct duet d;


static void setup(void)
{
	duet_open(&d);
	duet_begin(&d);
}


static void teardown(void)
{
	duet_end(&d);
	duet_close(&d);
}


static int say(enum call_side from, const char *met, uint32_t cseq,
	       uint16_t scode, const char *body)
{
	const struct duet_message m = {.from = from,
				       .met = met,
				       .cseq = cseq,
				       .scode = scode,
				       .tag = cseq == 1 && !scode ? "" : "b",
				       .body = body};

	return duet_pass(&d, &m);
}


static void offer(const char *body)
{
	ck_assert_int_eq(say(CALL_A, "INVITE", 1, 0, body), 0);
}


static void answer(const char *body)
{
	ck_assert_int_eq(say(CALL_B, "INVITE", 1, 200, body), 0);
}


static uint16_t port_of(size_t n)
{
	struct sdp *sdp = NULL;
	uint16_t port;
	struct pl pl;

	pl_set_str(&pl, d.sdp);
	ck_assert_int_eq(sdp_parse(&sdp, &pl), 0);
	ck_assert_uint_lt(n, sdp_streams(sdp));
	port = sdp_stream(sdp, n)->port;
	mem_deref(sdp);

	return port;
}


static bool says(const char *text)
{
	ck_assert_ptr_null(strstr(d.sdp, "192.168."));

	return strstr(d.sdp, text);
}


#define HEAD        "v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\n"
#define CONN        "c=IN IP4 192.168.1.10\r\nt=0 0\r\n"
#define BUNDLE      "a=group:BUNDLE a v\r\n"
#define AUDIO(port) "m=audio " port " RTP/AVP 0\r\na=mid:a\r\n"
#define VIDEO(port) "m=video " port " RTP/AVP 31\r\na=mid:v\r\n"
#define MUX         "a=rtcp-mux\r\n"


/* RFC 9143 section 7: each its own in the offer, one for all in the answer */
START_TEST(bundled_streams_share_the_ports_of_one)
{
	uint16_t audio;

	offer(HEAD CONN BUNDLE AUDIO("4000") MUX VIDEO("4002") MUX);
	audio = port_of(0);
	ck_assert_uint_ne(audio, port_of(1));
	duet_expect_taken(&d, 2 * STREAM_PORTS);
	answer(HEAD CONN BUNDLE AUDIO("5000") MUX VIDEO("5000") MUX);
	ck_assert_uint_eq(port_of(0), port_of(1));
	ck_assert_uint_ne(port_of(0), 5000);
	duet_expect_taken(&d, STREAM_PORTS);

	/* from now on each offer names one port for both */
	ck_assert_int_eq(say(CALL_A, "INVITE", 2, 0,
			     HEAD CONN BUNDLE AUDIO("4000") MUX VIDEO("4000")
				     MUX),
			 0);
	ck_assert_uint_eq(port_of(0), audio);
	ck_assert_uint_eq(port_of(1), audio);
	duet_expect_taken(&d, STREAM_PORTS);
}
END_TEST


START_TEST(a_bundle_that_is_not_taken_keeps_its_ports)
{
	offer(HEAD CONN BUNDLE AUDIO("4000") MUX VIDEO("4002") MUX);
	answer(HEAD CONN AUDIO("5000") VIDEO("5002"));
	ck_assert_uint_ne(port_of(0), port_of(1));
	duet_expect_taken(&d, 2 * STREAM_PORTS);
}
END_TEST


START_TEST(what_is_only_bundled_stays_off_in_the_offer)
{
	offer(HEAD CONN BUNDLE AUDIO("4000")
		      MUX VIDEO("0") "a=bundle-only\r\n" MUX);
	ck_assert_uint_eq(port_of(1), 0);
	duet_expect_taken(&d, STREAM_PORTS);
	answer(HEAD CONN BUNDLE AUDIO("5000") MUX VIDEO("5000") MUX);
	ck_assert_uint_eq(port_of(0), port_of(1));
	ck_assert_uint_ne(port_of(0), 5000);
}
END_TEST


/* RFC 5761 section 5.1.1, RFC 8858 */
static const struct {
	const char *offer, *answer;
	bool kept; /* a=rtcp-mux, in the answer that the offerer gets */
} muxv[] = {
	{"", "", false},
	{MUX, MUX, true},
	{MUX, "", false},
	{MUX "a=rtcp-mux-only\r\n", "", true},
	{"a=rtcp-mux-only\r\n", "", true},
	{MUX "a=rtcp-mux-only\r\n", "a=rtcp:5001\r\n", true},
	{MUX "a=rtcp-mux-only\r\n", MUX, true},
};


START_TEST(rtcp_stays_on_the_port_of_who_knows_nothing_else)
{
	char body[1024];

	(void)snprintf(body, sizeof(body), HEAD CONN AUDIO("4000") "%s",
		       muxv[_i].offer);
	offer(body);
	(void)snprintf(body, sizeof(body), HEAD CONN AUDIO("5000") "%s",
		       muxv[_i].answer);
	answer(body);
	ck_assert_msg(says(MUX) == muxv[_i].kept, "%s", d.sdp);
	ck_assert_msg(!muxv[_i].kept || !says("a=rtcp:") ||
			      strstr(muxv[_i].answer, "a=rtcp:"),
		      "%s", d.sdp);
}
END_TEST


static void many(char *body, size_t size, unsigned lines)
{
	size_t pos = (size_t)snprintf(body, size, "%s", HEAD CONN);

	for (unsigned i = 0; i < lines; i++)
		pos += (size_t)snprintf(body + pos, size - pos,
					"m=audio %u RTP/AVP 0\r\n",
					4000 + 2 * i);
}


START_TEST(there_is_room_for_32_lines)
{
	char body[4096];

	many(body, sizeof(body), LINES);
	offer(body);
	duet_expect_taken(&d, LINES * STREAM_PORTS);
	for (size_t i = 1; i < LINES; i++)
		ck_assert_uint_ne(port_of(i), port_of(i - 1));
	answer(body);
	ck_assert(!says("m=audio 4000 "));

	many(body, sizeof(body), LINES + 1);
	ck_assert_int_eq(say(CALL_A, "INVITE", 2, 0, body), EBADMSG);
	duet_expect_taken(&d, LINES * STREAM_PORTS);
}
END_TEST


/* RFC 4145, 4975, 8856: their own connections, which we know nothing of */
static const char *const otherv[] = {
	"m=message 2855 TCP/MSRP *\r\na=path:msrp://192.0.2.1:2855/x;tcp\r\n",
	"m=application 50000 TCP/BFCP *\r\na=setup:passive\r\n",
	"m=image 4004 TCP t38\r\n",
	"m=audio 4006 RTP/XYZ 0\r\na=rtcp:4007\r\n",
};


START_TEST(what_is_not_relayed_is_left_alone)
{
	char body[1024];

	(void)snprintf(body, sizeof(body),
		       HEAD "c=IN IP4 192.0.2.1\r\nt=0 0\r\n"
			    "%sm=audio 4000 RTP/AVP 0\r\n",
		       otherv[_i]);
	offer(body);
	ck_assert_ptr_nonnull(strstr(d.sdp, otherv[_i]));
	ck_assert_uint_ne(port_of(1), 4000);
	duet_expect_taken(&d, STREAM_PORTS);
}
END_TEST


START_TEST(a_stream_that_is_refused_gives_its_ports_back)
{
	uint16_t audio;

	offer(HEAD CONN AUDIO("4000") VIDEO("4002"));
	audio = port_of(0);
	duet_expect_taken(&d, 2 * STREAM_PORTS);
	answer(HEAD CONN AUDIO("5000") VIDEO("0"));
	ck_assert_uint_eq(port_of(1), 0);
	duet_expect_taken(&d, STREAM_PORTS);

	/* and may be offered again */
	ck_assert_int_eq(say(CALL_A, "INVITE", 2, 0,
			     HEAD CONN AUDIO("4000") VIDEO("4002")),
			 0);
	ck_assert_uint_eq(port_of(0), audio);
	ck_assert_uint_ne(port_of(1), 0);
	duet_expect_taken(&d, 2 * STREAM_PORTS);
}
END_TEST


/* nobody answered: our 408, or the connection broke */
START_TEST(a_request_without_an_answer_is_undone)
{
	const struct duet_message m = {
		.from = CALL_B, .met = "UPDATE", .cseq = 7, .tag = "b"};

	offer(HEAD CONN AUDIO("4000"));
	answer(HEAD CONN AUDIO("5000"));
	ck_assert_int_eq(say(CALL_B, "UPDATE", 7, 0,
			     HEAD CONN AUDIO("5002") VIDEO("5004")),
			 0);
	duet_expect_taken(&d, 2 * STREAM_PORTS);
	duet_lost(&d, &m);
	duet_expect_taken(&d, STREAM_PORTS);
}
END_TEST


/* a BYE for one that was accepted too late, or is no more, ends no other */
START_TEST(a_dialog_ends_alone)
{
	struct duet_message m = {.from = CALL_B,
				 .met = "INVITE",
				 .cseq = 1,
				 .scode = 200,
				 .tag = "late",
				 .body = HEAD CONN AUDIO("6000")};
	struct duet_message bye = {.from = CALL_A, .met = "BYE", .cseq = 2};

	offer(HEAD CONN AUDIO("4000"));
	bye.tag = "b";
	ck_assert(!duet_leave(&d, &bye));
	answer(HEAD CONN AUDIO("5000"));
	ck_assert_int_eq(duet_pass(&d, &m), 0);
	duet_expect_taken(&d, STREAM_PORTS + 2);
	bye.tag = "late";
	ck_assert(duet_leave(&d, &bye));
	duet_expect_taken(&d, STREAM_PORTS);
	ck_assert(duet_leave(&d, &bye));
	bye.tag = "b";
	ck_assert(!duet_leave(&d, &bye));
	ck_assert(!call_leave(NULL, CALL_A, NULL));
}
END_TEST


/* SDP in a request of no dialog of ours shows and changes nothing */
START_TEST(a_request_of_no_dialog_changes_nothing)
{
	const struct duet_message m = {.from = CALL_A,
				       .met = "UPDATE",
				       .cseq = 2,
				       .tag = "nobody",
				       .body = HEAD CONN AUDIO("4444")
					       VIDEO("4446")};

	offer(HEAD CONN AUDIO("4000"));
	answer(HEAD CONN AUDIO("5000"));
	ck_assert_int_eq(duet_pass(&d, &m), 0);
	ck_assert(!says("4444"));
	duet_expect_taken(&d, STREAM_PORTS);
}
END_TEST


Suite *suite_call_stream(void);
Suite *suite_call_stream(void)
{
	Suite *s = suite_create("call_stream");
	TCase *tc = tcase_create("call_stream");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, bundled_streams_share_the_ports_of_one);
	tcase_add_test(tc, a_bundle_that_is_not_taken_keeps_its_ports);
	tcase_add_test(tc, what_is_only_bundled_stays_off_in_the_offer);
	test_table(tc, rtcp_stays_on_the_port_of_who_knows_nothing_else, muxv);
	tcase_add_test(tc, there_is_room_for_32_lines);
	test_table(tc, what_is_not_relayed_is_left_alone, otherv);
	tcase_add_test(tc, a_stream_that_is_refused_gives_its_ports_back);
	tcase_add_test(tc, a_request_without_an_answer_is_undone);
	tcase_add_test(tc, a_dialog_ends_alone);
	tcase_add_test(tc, a_request_of_no_dialog_changes_nothing);
	suite_add_tcase(s, tc);

	return s;
}
