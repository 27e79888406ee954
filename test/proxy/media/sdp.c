/**
 * @file test/proxy/media/sdp.c  Reading an SDP, and writing it again
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/cpu.h"
#include "proxy/media/sdp.h"

#define HEAD  "v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\n"
#define CONN  "c=IN IP4 192.168.1.10\r\n"
#define TIME  "t=0 0\r\n"
#define AUDIO "m=audio 4000 RTP/AVP 0 101\r\n"
#define EIGHT AUDIO AUDIO AUDIO AUDIO AUDIO AUDIO AUDIO AUDIO
#define VIDEO "m=video 4002 RTP/AVP 31\r\n"
#define OURS  "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\ns=-\r\n"
#define OURC  "c=IN IP4 203.0.113.1\r\n"

enum { BIG = 65535, BUDGET_US = 1000 };


static int parse(struct sdp **sdp, const char *text)
{
	struct pl pl;

	pl_set_str(&pl, text);

	return sdp_parse(sdp, &pl);
}


static const struct {
	const char *text;
	int err;
	size_t streams;
} parsev[] = {
	{HEAD CONN TIME AUDIO, 0, 1},
	{HEAD CONN TIME AUDIO VIDEO, 0, 2},
	/* tolerated */
	{"v=0\r\n", 0, 0},
	{"v=0", 0, 0},
	{"v=0\n" CONN AUDIO, 0, 1},
	{"v=0\r\n" CONN AUDIO "\r\n\r\n", 0, 1},
	{"v=0\r\n" CONN AUDIO "\r", 0, 1},
	{"v=0\r\nm=audio 0 RTP/AVP 0\r\n", 0, 1},
	{"v=0\r\n" CONN "m=audio 4000 RTP/AVP", 0, 1},
	{"v=0\r\n" CONN "m=audio  4000  RTP/AVP  0\r\n", 0, 1},
	{"v=0\r\no= 1 1 IN IP4 192.0.2.1\r\n" CONN AUDIO, 0, 1},
	{"v=0\r\no=a b 1 1 IN IP4 192.0.2.1\r\n" CONN AUDIO, 0, 1},
	{"v=0\r\n" AUDIO CONN, 0, 1},
	{HEAD CONN AUDIO "a=\r\na=:\r\na=rtcp:\r\na=rtcp\r\nb=AS:\r\n", 0, 1},
	{HEAD CONN AUDIO "a=rtcp:99999 IN IP4 127.0.0.1\r\n", 0, 1},
	{HEAD "c=IN IP4 gw.example.net\r\n" AUDIO, 0, 1},
	{HEAD "c=IN IP6 2001:db8::1\r\n" AUDIO, 0, 1},
	/* two addresses for a stream; not for one that is off */
	{HEAD CONN AUDIO "c=IN IP4 192.0.2.7\r\nc=IN IP4 192.0.2.8\r\n",
	 EBADMSG, 0},
	{HEAD "m=audio 0 RTP/AVP 0\r\n"
	      "c=IN IP4 192.0.2.7\r\nc=IN IP4 192.0.2.8\r\n",
	 0, 1},
	/* not SDP */
	{"", EBADMSG, 0},
	{"hello", EBADMSG, 0},
	{"\r\nv=0\r\n", EBADMSG, 0},
	{"v=1\r\n", EBADMSG, 0},
	{"v=0 \r\n", EBADMSG, 0},
	{"o=- 1 1 IN IP4 192.0.2.1\r\nv=0\r\n", EBADMSG, 0},
	{HEAD CONN AUDIO "a\r\n", EBADMSG, 0},
	{HEAD CONN AUDIO " c=IN IP4 192.0.2.1\r\n", EBADMSG, 0},
	{HEAD CONN AUDIO "C=IN IP4 192.0.2.1\r\n", EBADMSG, 0},
	{HEAD CONN "\r\n" AUDIO, EBADMSG, 0},
	{HEAD CONN AUDIO "a=x\rc=IN IP4 192.0.2.1\r\n", EBADMSG, 0},
	{HEAD CONN AUDIO "a=x\r\r\n", EBADMSG, 0},
	{"v=0\r\no=\r\n" CONN AUDIO, EBADMSG, 0},
	{"v=0\r\no=- 1 1 192.0.2.1\r\n" CONN AUDIO, EBADMSG, 0},
	/* no usable address */
	{HEAD TIME AUDIO, EBADMSG, 0},
	{HEAD AUDIO CONN VIDEO, EBADMSG, 0},
	{HEAD CONN CONN AUDIO, EBADMSG, 0},
	{HEAD "c=\r\n" AUDIO CONN, EBADMSG, 0},
	{HEAD "c=IN IP4\r\n" AUDIO, EBADMSG, 0},
	{HEAD "c=IN IP5 192.0.2.1\r\n" AUDIO, EBADMSG, 0},
	{HEAD "c=ATM NSAP 47.0091\r\n" AUDIO, EBADMSG, 0},
	{HEAD "c=IN IP4 /127\r\n" AUDIO, EBADMSG, 0},
	{HEAD "c=IN IP4 a$b\r\n" AUDIO, EBADMSG, 0},
	{HEAD "c=IN IP6 fe80::1%eth0\r\n" AUDIO, EBADMSG, 0},
	{HEAD CONN AUDIO "c=\r\n", EBADMSG, 0},
	/* bad media lines */
	{HEAD CONN "m=\r\n", EBADMSG, 0},
	{HEAD CONN "m=audio\r\n", EBADMSG, 0},
	{HEAD CONN "m=audio 1\r\n", EBADMSG, 0},
	{HEAD CONN "m=audio -1 RTP/AVP 0\r\n", EBADMSG, 0},
	{HEAD CONN "m=audio +1 RTP/AVP 0\r\n", EBADMSG, 0},
	{HEAD CONN "m=audio 65536 RTP/AVP 0\r\n", EBADMSG, 0},
	{HEAD CONN "m=audio 99999999999 RTP/AVP 0\r\n", EBADMSG, 0},
	{HEAD CONN "m=audio 4x RTP/AVP 0\r\n", EBADMSG, 0},
	{HEAD CONN "m=audio /2 RTP/AVP 0\r\n", EBADMSG, 0},
	/* as many streams as there is room for, and one more */
	{HEAD CONN EIGHT EIGHT EIGHT EIGHT, 0, 32},
	{HEAD CONN EIGHT EIGHT EIGHT EIGHT AUDIO, EBADMSG, 0},
};

START_TEST(an_sdp_is_read_or_refused)
{
	struct sdp *sdp = NULL;

	ck_assert_msg(parse(&sdp, parsev[_i].text) == parsev[_i].err,
		      "wrong for:\n%s", parsev[_i].text);
	ck_assert_msg(!sdp == !!parsev[_i].err, "wrong object for:\n%s",
		      parsev[_i].text);
	ck_assert_uint_eq(sdp_streams(sdp), parsev[_i].streams);
	mem_deref(sdp);
}
END_TEST


START_TEST(a_zero_octet_is_refused)
{
	static const char text[] = "v=0\r\nc=IN IP4 192.0.2.1\r\n"
				   "m=audio 4000 RTP/AVP 0\r\na=x\0y\r\n";
	static const char end[] = "v=0\r\nc=IN IP4 192.0.2.1\r\n\0\r\n";
	struct pl pl = {text, sizeof(text) - 1};
	struct pl tail = {end, sizeof(end) - 1};
	struct sdp *sdp = NULL;

	ck_assert_int_eq(sdp_parse(&sdp, &pl), EBADMSG);
	ck_assert_int_eq(sdp_parse(&sdp, &tail), EBADMSG);
	ck_assert_ptr_null(sdp);
}
END_TEST


static const struct {
	const char *session, *media;
	const char *host, *rtp, *rtcp; /* NULL: unset */
	bool relayable, hold, mux;
} streamv[] = {
	{CONN, AUDIO, "192.168.1.10", "192.168.1.10:4000", "192.168.1.10:4001",
	 true, false, false},
	{CONN, AUDIO "c=IN IP4 192.0.2.7\r\n", "192.0.2.7", "192.0.2.7:4000",
	 "192.0.2.7:4001", true, false, false},
	{"", AUDIO "c=IN IP4 192.0.2.7/127\r\n", "192.0.2.7", "192.0.2.7:4000",
	 "192.0.2.7:4001", true, false, false},
	{"", AUDIO "c=in ip6 2001:db8::7\r\n", "2001:db8::7",
	 "[2001:db8::7]:4000", "[2001:db8::7]:4001", true, false, false},
	{"c=IN IP4 gw.example.net\r\n", AUDIO, "gw.example.net", NULL, NULL,
	 true, false, false},
	{"c=IN IP4 10.1.2.300\r\n", AUDIO, "10.1.2.300", NULL, NULL, true,
	 false, false},
	/* hold, and what only looks like it */
	{"c=IN IP4 0.0.0.0\r\n", AUDIO, "0.0.0.0", "0.0.0.0:4000",
	 "0.0.0.0:4001", true, true, false},
	{"c=IN IP6 ::\r\n", AUDIO, "::", "[::]:4000", "[::]:4001", true, true,
	 false},
	{"c=IN IP4 0.0.0.0\r\n",
	 "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=ice-ufrag:x\r\n", "0.0.0.0",
	 "0.0.0.0:9", "0.0.0.0:10", true, false, false},
	{"c=IN IP4 0.0.0.0\r\na=ice-lite\r\n", "m=audio 9 RTP/SAVPF 0\r\n",
	 "0.0.0.0", "0.0.0.0:9", "0.0.0.0:10", true, false, false},
	{"c=IN IP4 0.0.0.0\r\n", "m=audio 9 RTP/AVP 0\r\n", "0.0.0.0",
	 "0.0.0.0:9", "0.0.0.0:10", true, true, false},
	/* RTCP */
	{CONN, AUDIO "a=rtcp:5001\r\n", "192.168.1.10", "192.168.1.10:4000",
	 "192.168.1.10:5001", true, false, false},
	{CONN, AUDIO "a=RTCP:5001 IN IP4 192.0.2.7\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.0.2.7:5001", true, false, false},
	{CONN, AUDIO "a=rtcp:5001 IN IP4 gw\r\n", "192.168.1.10",
	 "192.168.1.10:4000", NULL, true, false, false},
	{CONN, AUDIO "a=rtcp-mux\r\n", "192.168.1.10", "192.168.1.10:4000",
	 "192.168.1.10:4001", true, false, true},
	{CONN, "m=audio 65535 RTP/AVP 0\r\n", "192.168.1.10",
	 "192.168.1.10:65535", NULL, true, false, false},
	/* what is relayed, and what is left alone */
	{CONN, "m=audio 4000 rtp/savp 0\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.168.1.10:4001", true, false, false},
	{CONN, "m=audio 4000 UDP/TLS/RTP/SAVP 0\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.168.1.10:4001", true, false, false},
	{CONN, "m=image 4000 UDPTL t38\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.168.1.10:4001", true, false, false},
	{CONN, "m=audio 4000/1 RTP/AVP 0\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.168.1.10:4001", true, false, false},
	{CONN, "m=audio 4000/2 RTP/AVP 0\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.168.1.10:4001", false, false, false},
	{CONN, "m=audio 0 RTP/AVP 0\r\n", "192.168.1.10", "192.168.1.10:0",
	 "192.168.1.10:1", false, false, false},
	{CONN, "m=message 4000 TCP/MSRP *\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.168.1.10:4001", false, false, false},
	{CONN, "m=application 4000 UDP/BFCP *\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.168.1.10:4001", false, false, false},
	{CONN, "m=audio 4000 TCP/RTP/AVP 0\r\n", "192.168.1.10",
	 "192.168.1.10:4000", "192.168.1.10:4001", false, false, false},
	{"c=IN IP4 233.252.0.1/127\r\n", AUDIO, "233.252.0.1",
	 "233.252.0.1:4000", "233.252.0.1:4001", true, false, false},
};

static void check_addr(const struct sa *sa, const char *want, const char *text)
{
	char buf[64];

	if (!want) {
		ck_assert_msg(sa_af(sa) == AF_UNSPEC, "set in:\n%s", text);
		return;
	}
	ck_assert_int_gt(re_snprintf(buf, sizeof(buf), "%J", sa), 0);
	ck_assert_msg(!strcmp(buf, want), "%s, not %s in:\n%s", buf, want,
		      text);
}

START_TEST(a_stream_shows_its_addresses)
{
	const struct sdp_stream *s;
	struct sdp *sdp = NULL;
	char text[512];

	ck_assert_int_gt(re_snprintf(text, sizeof(text), HEAD "%s" TIME "%s",
				     streamv[_i].session, streamv[_i].media),
			 0);
	ck_assert_msg(!parse(&sdp, text), "refused:\n%s", text);
	s = sdp_stream(sdp, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert_msg(!pl_strcmp(&s->host, streamv[_i].host), "host:\n%s",
		      text);
	check_addr(&s->rtp, streamv[_i].rtp, text);
	check_addr(&s->rtcp, streamv[_i].rtcp, text);
	ck_assert_msg(s->relayable == streamv[_i].relayable, "relayable:\n%s",
		      text);
	ck_assert_msg(s->hold == streamv[_i].hold, "hold:\n%s", text);
	ck_assert_msg(s->rtcp_mux == streamv[_i].mux, "mux:\n%s", text);
	ck_assert_ptr_null(sdp_stream(sdp, 1));
	mem_deref(sdp);
}
END_TEST


START_TEST(a_direction_of_the_session_holds_until_a_stream_has_its_own)
{
	struct sdp *sdp = NULL;

	ck_assert_int_eq(parse(&sdp, HEAD CONN "a=sendonly\r\n" AUDIO VIDEO
					       "a=sendrecv\r\n" AUDIO
					       "a=inactive\r\n" AUDIO
					       "a=recvonly\r\n"),
			 0);
	ck_assert(sdp_stream(sdp, 0)->sendonly);
	ck_assert(!sdp_stream(sdp, 1)->sendonly);
	ck_assert(sdp_stream(sdp, 2)->inactive);
	ck_assert(!sdp_stream(sdp, 2)->sendonly);
	ck_assert(sdp_stream(sdp, 3)->recvonly);
	mem_deref(sdp);
}
END_TEST


START_TEST(an_attribute_of_the_session_is_found_by_its_name)
{
	struct sdp *sdp = NULL;
	struct pl val;

	ck_assert_int_eq(parse(&sdp,
			       HEAD CONN "a=x-viaduct:1;a=b\r\n"
					 "a=flag\r\n" AUDIO "a=inner:1\r\n"),
			 0);
	ck_assert_int_eq(sdp_attr(sdp, "x-viaduct", &val), 0);
	ck_assert_int_eq(pl_strcmp(&val, "1;a=b"), 0);
	ck_assert_int_eq(sdp_attr(sdp, "FLAG", &val), 0);
	ck_assert_uint_eq(val.l, 0);
	ck_assert_int_eq(sdp_attr(sdp, "inner", &val), ENOENT);
	ck_assert_int_eq(sdp_attr(sdp, "x-viaduc", &val), ENOENT);
	ck_assert_int_eq(sdp_attr(NULL, "flag", &val), EINVAL);
	mem_deref(sdp);
}
END_TEST


/* the edit: "rtp[,rtcp]" for each stream, separated by blanks; "-": none */
static const struct {
	const char *what, *text, *edit, *mark;
	bool strip;
	const char *want; /* NULL: the text itself */
} editv[] = {
	{"nothing given", HEAD CONN TIME AUDIO "a=candidate:1\r\n", "-", NULL,
	 false, NULL},
	{"one stream", HEAD CONN TIME AUDIO "a=rtpmap:0 PCMU/8000\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS OURC TIME "m=audio 16384 RTP/AVP 0 101\r\n"
			"a=rtpmap:0 PCMU/8000\r\n"},
	{"bare LF, no last line end, and odd blanks stay",
	 "v=0\no=- 7 8 IN IP4 10.0.0.1\nc=IN IP4 10.0.0.1\n"
	 "m=audio  4000   RTP/AVP  0",
	 "203.0.113.1:16384", NULL, false,
	 "v=0\no=- 7 8 IN IP4 203.0.113.1\nc=IN IP4 203.0.113.1\n"
	 "m=audio  16384   RTP/AVP  0"},
	{"unknown lines and their order stay",
	 HEAD "z=0 0\r\nx=?\r\n" CONN TIME "k=clear:1\r\n" AUDIO
	      "b=AS:64\r\na=crypto:1 AES\r\na=fmtp:101 0-15\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS "z=0 0\r\nx=?\r\n" OURC TIME "k=clear:1\r\n"
	      "m=audio 16384 RTP/AVP 0 101\r\nb=AS:64\r\n"
	      "a=crypto:1 AES\r\na=fmtp:101 0-15\r\n"},
	{"own c= and its TTL", HEAD TIME AUDIO "c=IN IP4 10.0.0.1/127\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS TIME "m=audio 16384 RTP/AVP 0 101\r\n" OURC},
	{"session c= that nobody uses goes too", HEAD CONN TIME AUDIO CONN,
	 "203.0.113.1:16384", NULL, false,
	 OURS OURC TIME "m=audio 16384 RTP/AVP 0 101\r\n" OURC},
	{"one of two: it gets its own c=, behind i=",
	 HEAD CONN TIME AUDIO "i=left\r\nb=AS:1\r\n" VIDEO,
	 "203.0.113.1:16384 -", NULL, false,
	 HEAD CONN TIME "m=audio 16384 RTP/AVP 0 101\r\ni=left\r\n" OURC
			"b=AS:1\r\n" VIDEO},
	{"the last of two, without line end",
	 HEAD CONN TIME AUDIO "m=video 4002 RTP/AVP 31", "- 203.0.113.1:16384",
	 NULL, false,
	 HEAD CONN TIME AUDIO "m=video 16384 RTP/AVP 31\r\n" OURC},
	{"both, on two hosts", HEAD CONN TIME AUDIO VIDEO,
	 "203.0.113.1:16384 203.0.113.2:16386", NULL, false,
	 OURS OURC TIME "m=audio 16384 RTP/AVP 0 101\r\n"
			"m=video 16386 RTP/AVP 31\r\n"
			"c=IN IP4 203.0.113.2\r\n"},
	{"IPv4 becomes IPv6",
	 HEAD CONN TIME AUDIO "a=rtcp:5001 IN IP4 10.0.0.1\r\n",
	 "[2001:db8::1]:16384", NULL, false,
	 "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\n"
	 "c=IN IP6 2001:db8::1\r\n" TIME "m=audio 16384 RTP/AVP 0 101\r\n"
	 "a=rtcp:16385 IN IP6 2001:db8::1\r\n"},
	{"IPv6 becomes IPv4",
	 "v=0\r\no=- 1 1 IN IP6 fd00::1\r\nc=IN IP6 fd00::1\r\n" AUDIO,
	 "203.0.113.1:16384", NULL, false,
	 "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\n" OURC
	 "m=audio 16384 RTP/AVP 0 101\r\n"},
	{"a host name", HEAD "c=IN IP4 pc33.example.net\r\n" AUDIO,
	 "203.0.113.1:16384", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\n"},
	{"port 0 stays, and shows no address when all others are given",
	 HEAD CONN TIME AUDIO "m=video 0 RTP/AVP 31\r\n" CONN
			      "a=rtcp:5001 IN IP4 10.0.0.1\r\na=x:y\r\n",
	 "203.0.113.1:16384 203.0.113.1:16386", NULL, false,
	 OURS OURC TIME "m=audio 16384 RTP/AVP 0 101\r\n"
			"m=video 0 RTP/AVP 31\r\n" OURC "a=x:y\r\n"},
	{"each address of a stream that is off goes, unless it is no address",
	 HEAD AUDIO CONN "m=video 0 RTP/AVP 31\r\nc=IN IP4 0.0.0.0\r\n" CONN
			 "c=junk\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS "m=audio 16384 RTP/AVP 0 101\r\n" OURC
	      "m=video 0 RTP/AVP 31\r\nc=IN IP4 0.0.0.0\r\n" OURC OURC},
	{"port 0 alone changes nothing",
	 HEAD CONN "m=audio 0 RTP/AVP 0\r\na=ice-ufrag:x\r\n",
	 "203.0.113.1:16384", NULL, false, NULL},
	{"TCP stays, so do o= and its c=",
	 HEAD CONN AUDIO "m=message 9 TCP/MSRP *\r\na=path:msrp://x\r\n",
	 "203.0.113.1:16384 203.0.113.1:16386", NULL, false,
	 HEAD CONN "m=audio 16384 RTP/AVP 0 101\r\n" OURC
		   "m=message 9 TCP/MSRP *\r\na=path:msrp://x\r\n"},
	{"multicast is replaced", HEAD "c=IN IP4 233.252.0.1/127\r\n" AUDIO,
	 "203.0.113.1:16384", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\n"},
	{"a count of ports stays", HEAD CONN "m=audio 4000/2 RTP/AVP 0\r\n",
	 "203.0.113.1:16384", NULL, false, NULL},
	{"a count of one", HEAD CONN "m=audio 4000/1 RTP/AVP 0\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS OURC "m=audio 16384/1 RTP/AVP 0\r\n"},
	{"hold keeps its c=",
	 HEAD "c=IN IP4 0.0.0.0\r\n" AUDIO "a=sendonly\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS "c=IN IP4 0.0.0.0\r\nm=audio 16384 RTP/AVP 0 101\r\n"
	      "a=sendonly\r\n"},
	{"hold becomes that of IPv4",
	 "v=0\r\no=- 1 1 IN IP6 fd00::1\r\nc=IN IP6 ::\r\n" AUDIO,
	 "203.0.113.1:16384", NULL, false,
	 "v=0\r\no=- 1 1 IN IP4 203.0.113.1\r\nc=IN IP4 0.0.0.0\r\n"
	 "m=audio 16384 RTP/AVP 0 101\r\n"},
	{"hold of one stream becomes that of IPv6",
	 HEAD CONN AUDIO "c=IN IP4 0.0.0.0\r\n" VIDEO,
	 "[2001:db8::1]:16384 [2001:db8::1]:16386", NULL, false,
	 "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\n"
	 "c=IN IP6 2001:db8::1\r\n"
	 "m=audio 16384 RTP/AVP 0 101\r\nc=IN IP6 ::\r\n"
	 "m=video 16386 RTP/AVP 31\r\n"},
	{"hold of one stream", HEAD CONN AUDIO "c=IN IP4 0.0.0.0\r\n" VIDEO,
	 "203.0.113.1:16384 203.0.113.1:16386", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\nc=IN IP4 0.0.0.0\r\n"
		   "m=video 16386 RTP/AVP 31\r\n"},
	{"hold not given stays", HEAD "c=IN IP4 0.0.0.0\r\n" AUDIO, "-", NULL,
	 false, NULL},
	/* RTCP */
	{"a=rtcp where it stood",
	 HEAD CONN AUDIO "a=rtcp:5001\r\na=x\r\na=rtcp:5003\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\na=rtcp:16385\r\na=x\r\n"},
	{"a=rtcp keeps its form",
	 HEAD CONN AUDIO "a=rtcp:5001 IN IP4 192.168.1.10\r\n",
	 "203.0.113.1:16384,203.0.113.1:16385", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\n"
		   "a=rtcp:16385 IN IP4 203.0.113.1\r\n"},
	{"RTCP elsewhere is said, at the end of its section",
	 HEAD CONN AUDIO "a=x\r\n" VIDEO "a=y\r\n",
	 "203.0.113.1:16384,203.0.113.1:20000 203.0.113.1:16386", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\na=x\r\na=rtcp:20000\r\n"
		   "m=video 16386 RTP/AVP 31\r\na=y\r\n"},
	{"RTCP on another host", HEAD CONN AUDIO,
	 "203.0.113.1:16384,203.0.113.2:16385", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\n"
		   "a=rtcp:16385 IN IP4 203.0.113.2\r\n"},
	{"RTCP in the same port", HEAD CONN AUDIO "a=rtcp-mux\r\n",
	 "203.0.113.1:16384,203.0.113.1:16384", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\na=rtcp-mux\r\n"},
	{"no RTCP beside T.38", HEAD CONN "m=image 4000 udptl t38\r\n",
	 "203.0.113.1:16384,203.0.113.1:20000", NULL, false,
	 OURS OURC "m=image 16384 udptl t38\r\n"},
	{"port 65535 has no RTCP port", HEAD CONN AUDIO "a=rtcp:5001\r\n",
	 "203.0.113.1:65535", NULL, false,
	 OURS OURC "m=audio 65535 RTP/AVP 0 101\r\n"},
	/* ICE and other addresses */
	{"ICE goes with its stream",
	 HEAD CONN "a=ice-lite\r\na=ice-options:trickle\r\n"
		   "a=group:BUNDLE 0\r\n" AUDIO
		   "a=candidate:1 1 UDP 1 10.0.0.1 4000 typ host\r\n"
		   "a=Candidate:2\r\na=remote-candidates:1 10.0.0.2 1\r\n"
		   "a=end-of-candidates\r\na=ice-ufrag:x\r\na=ice-pwd:y\r\n"
		   "a=ice-mismatch\r\na=ice-pacing:50\r\na=mid:0\r\n"
		   "a=altc:1 IP4 10.0.0.1 4000\r\na=ccap:1 IN IP4 10.0.0.1\r\n"
		   "a=source-filter: incl IN IP4 * 10.0.0.2\r\n"
		   "a=setup:actpass\r\na=icecream\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS OURC "a=group:BUNDLE 0\r\nm=audio 16384 RTP/AVP 0 101\r\n"
		   "a=mid:0\r\na=setup:actpass\r\na=icecream\r\n"},
	{"ICE of a stream that is not given goes too",
	 HEAD CONN "a=ice-lite\r\n" AUDIO "a=ice-ufrag:x\r\n" VIDEO
		   "a=ice-ufrag:y\r\n",
	 "203.0.113.1:16384 -", NULL, false,
	 HEAD CONN "m=audio 16384 RTP/AVP 0 101\r\n" OURC VIDEO},
	{"trickle ICE is no hold",
	 HEAD "c=IN IP4 0.0.0.0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
	      "a=ice-ufrag:x\r\n",
	 "203.0.113.1:16384", NULL, false,
	 OURS OURC "m=audio 16384 UDP/TLS/RTP/SAVPF 0\r\n"},
	/* the mark */
	{"a mark, before the streams", HEAD CONN TIME AUDIO, "-", "1;x=y",
	 false, HEAD CONN TIME "a=x-viaduct:1;x=y\r\n" AUDIO},
	{"a mark without streams, behind a line without end", "v=0\ns=-", "",
	 "1", false, "v=0\ns=-\na=x-viaduct:1\n"},
	{"a mark replaces that of others",
	 HEAD CONN "a=x-viaduct:0\r\n" AUDIO "a=x-viaduct:0\r\n", "-", "1",
	 false, HEAD CONN "a=x-viaduct:1\r\n" AUDIO},
	{"a mark of others goes", HEAD CONN "a=X-Viaduct:0\r\n" AUDIO, "-",
	 NULL, true, HEAD CONN AUDIO},
	{"a mark of others stays", HEAD CONN "a=x-viaduct:0\r\n" AUDIO, "-",
	 NULL, false, NULL},
	{"blank lines at the end stay there", HEAD CONN AUDIO "\r\n \r\n",
	 "203.0.113.1:16384,203.0.113.1:20000", NULL, false,
	 OURS OURC "m=audio 16384 RTP/AVP 0 101\r\na=rtcp:20000\r\n\r\n \r\n"},
};

static void decode(struct sa *sa, const char *p, size_t l)
{
	ck_assert_int_eq(sa_decode(sa, p, l), 0);
}

static void edit_decode(struct sdp_edit *e, const char *text)
{
	for (size_t n = 0; *text; n++) {
		const size_t l = strcspn(text, " ");
		const size_t rtp = strcspn(text, ", ");

		if (*text != '-')
			decode(&e->streamv[n].rtp, text, rtp);
		if (rtp < l)
			decode(&e->streamv[n].rtcp, text + rtp + 1,
			       l - rtp - 1);
		text += l;
		text += *text == ' ';
	}
}

START_TEST(only_the_lines_that_must_are_changed)
{
	const char *want = editv[_i].want ? editv[_i].want : editv[_i].text;
	struct sdp_edit e;
	struct sdp *sdp = NULL;
	struct mbuf *mb = NULL;

	memset(&e, 0, sizeof(e));
	e.mark = editv[_i].mark;
	e.strip_mark = editv[_i].strip;
	edit_decode(&e, editv[_i].edit);

	ck_assert_msg(!parse(&sdp, editv[_i].text), "%s", editv[_i].what);
	ck_assert_int_eq(sdp_rewrite(&mb, sdp, &e), 0);
	ck_assert_uint_eq(mb->pos, 0);
	ck_assert_msg(
		mb->end == strlen(want) && !memcmp(mb->buf, want, mb->end),
		"%s:\n%.*s", editv[_i].what, (int)mb->end, (char *)mb->buf);
	mem_deref(mb);
	mem_deref(sdp);
}
END_TEST


START_TEST(a_bad_edit_is_refused)
{
	struct sdp_edit e;
	struct sdp *sdp = NULL;
	struct mbuf *mb = NULL;

	memset(&e, 0, sizeof(e));
	ck_assert_int_eq(parse(&sdp, HEAD CONN AUDIO), 0);
	ck_assert_int_eq(sdp_rewrite(NULL, sdp, &e), EINVAL);
	ck_assert_int_eq(sdp_rewrite(&mb, NULL, &e), EINVAL);
	ck_assert_int_eq(sdp_rewrite(&mb, sdp, NULL), EINVAL);

	e.mark = "1\r\nc=IN IP4 10.0.0.1";
	ck_assert_int_eq(sdp_rewrite(&mb, sdp, &e), EINVAL);
	e.mark = NULL;
	ck_assert_int_eq(sa_set_str(&e.streamv[0].rtp, "203.0.113.1", 0), 0);
	ck_assert_int_eq(sdp_rewrite(&mb, sdp, &e), EINVAL);
	ck_assert_ptr_null(mb);

	ck_assert_int_eq(sdp_parse(NULL, NULL), EINVAL);
	ck_assert_uint_eq(sdp_streams(NULL), 0);
	ck_assert_ptr_null(sdp_stream(NULL, 0));
	ck_assert_ptr_null(sdp_stream(sdp, 1));
	mem_deref(sdp);
}
END_TEST


/* a beginning, and one line again and again, as often as it fits whole */
static size_t fill(char *buf, size_t size, const char *begin, const char *line)
{
	const size_t head = strlen(begin), l = strlen(line);
	size_t n = head + (size - head) / l * l;

	for (size_t i = 0; i < n; i++)
		buf[i] = i < head ? begin[i] : line[(i - head) % l];

	return n;
}


START_TEST(a_text_has_a_limit)
{
	char *buf = malloc(BIG + 1);
	struct pl pl = {buf, BIG + 1};
	struct sdp *sdp = NULL;
	struct sdp_edit e = {.mark = "1"};
	struct mbuf *mb = NULL;

	ck_assert_ptr_nonnull(buf);
	pl.l = fill(buf, BIG + 1, "v=0\n", "a=yy\r\n");
	ck_assert_uint_eq(pl.l, BIG + 1);
	ck_assert_int_eq(sdp_parse(&sdp, &pl), EBADMSG);
	pl.l = BIG;
	ck_assert_int_eq(sdp_parse(&sdp, &pl), 0);
	ck_assert_int_eq(sdp_rewrite(&mb, sdp, &e), ENOSPC);
	ck_assert_ptr_null(mb);
	mem_deref(sdp);
	free(buf);
}
END_TEST


START_TEST(no_memory_is_reported)
{
	struct sdp *sdp = NULL;

	oom_after(0);
	ck_assert_int_eq(parse(&sdp, HEAD CONN AUDIO), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(sdp);
}
END_TEST


static const struct {
	const char *begin, *line;
} bigv[] = {
	{HEAD CONN AUDIO, "a=\n"},
	{HEAD CONN, "a=\n"},
	{HEAD CONN AUDIO, "a=x\n"},
	{HEAD CONN AUDIO, "a=:\r\n"},
	{HEAD CONN AUDIO, "a=ice-\n"},
	{HEAD CONN AUDIO, "a=rtcp:1\n"},
	{HEAD CONN AUDIO, "a=rtcp:1 IN IP4 1.1.1.1\n"},
	{HEAD CONN AUDIO, "c=\n"},
	{HEAD AUDIO, "c=IN IP4 1.1.1.1\n"},
	{HEAD AUDIO, "c=IN IP4 a\n"},
	{HEAD CONN, "o=- 1 1 IN IP4 1.1.1.1\n"},
	{HEAD CONN, "o=    IN x y\n"},
	{HEAD CONN "o=", "a "},
	{HEAD CONN "m=", "a "},
	{HEAD CONN "c=", " "},
	{HEAD CONN AUDIO "a=", "x"},
	{HEAD CONN AUDIO "a=", ":"},
	{HEAD CONN AUDIO, "\r\n"},
	{HEAD CONN AUDIO, " "},
	{HEAD CONN AUDIO "a=", "\r"},
	{"v=0\n", "m=\n"},
	{"v=0\n", "m=a 0 RTP/AVP\n"},
	{"v=0\n" AUDIO, "i=\n"},
};

static uint64_t one_pass_us(const struct pl *pl, const struct sdp_edit *e)
{
	const uint64_t begin = cpu_us();
	struct sdp *sdp = NULL;
	struct mbuf *mb = NULL;

	if (!sdp_parse(&sdp, pl))
		(void)sdp_rewrite(&mb, sdp, e);
	mem_deref(mb);
	mem_deref(sdp);

	return cpu_us() - begin;
}

START_TEST(the_longest_text_takes_less_than_a_millisecond)
{
	char *buf = malloc(BIG);
	struct pl pl = {buf, BIG};
	struct sdp_edit e = {.strip_mark = true};
	uint64_t best = UINT64_MAX;

	ck_assert_ptr_nonnull(buf);
	pl.l = fill(buf, BIG, bigv[_i].begin, bigv[_i].line);
	edit_decode(&e, "203.0.113.1:16384");
	for (int i = 0; i < 5; i++) {
		const uint64_t us = one_pass_us(&pl, &e);

		best = us < best ? us : best;
	}
	free(buf);
	ck_assert_msg(!CPU_TIMED || best < BUDGET_US,
		      "%llu us for lines of %s", (unsigned long long)best,
		      bigv[_i].line);
}
END_TEST


Suite *suite_sdp(void);
Suite *suite_sdp(void)
{
	Suite *s = suite_create("sdp");
	TCase *tc = tcase_create("reading");

	test_table(tc, an_sdp_is_read_or_refused, parsev);
	tcase_add_test(tc, a_zero_octet_is_refused);
	test_table(tc, a_stream_shows_its_addresses, streamv);
	tcase_add_test(
		tc,
		a_direction_of_the_session_holds_until_a_stream_has_its_own);
	tcase_add_test(tc, an_attribute_of_the_session_is_found_by_its_name);
	tcase_add_test(tc, no_memory_is_reported);
	suite_add_tcase(s, tc);

	tc = tcase_create("writing");
	test_table(tc, only_the_lines_that_must_are_changed, editv);
	tcase_add_test(tc, a_bad_edit_is_refused);
	tcase_add_test(tc, a_text_has_a_limit);
	test_table(tc, the_longest_text_takes_less_than_a_millisecond, bigv);
	suite_add_tcase(s, tc);

	return s;
}
