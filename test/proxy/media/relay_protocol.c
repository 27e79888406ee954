/**
 * @file test/proxy/media/relay_protocol.c  The bodies of the relay protocol
 */
#include <string.h>
#include <sys/socket.h>
#include "test/test.h"
#include "test/mock/streams.h"
#include "proxy/media/relay_protocol.h"


#define HEAD                         \
	"v=0\r\n"                    \
	"o=- 0 0 IN IP4 0.0.0.0\r\n" \
	"s=-\r\n"                    \
	"c=IN IP4 0.0.0.0\r\n"       \
	"t=0 0\r\n"
#define SOURCE "a=x-viaduct-source:198.51.100.7\r\n"
#define AUDIO                        \
	"m=audio 4000 RTP/AVP 0\r\n" \
	"c=IN IP4 192.168.1.10\r\n"  \
	"a=rtcp:4001 IN IP4 192.168.1.10\r\n"


static struct sa addr(const char *host, uint16_t port)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, host, port), 0);

	return sa;
}


static struct resource_request request(void)
{
	struct resource_request rq = {.side = RELAY_A, .other_af = AF_INET};

	rq.signalling = addr("198.51.100.7", 5060);
	rq.media = streams_make(RELAY_STREAMS_MAX);
	rq.media->v[0].used = true;
	rq.media->v[0].rtp = addr("192.168.1.10", 4000);
	rq.media->v[0].rtcp = addr("192.168.1.10", 4001);

	return rq;
}


static struct pl text(const struct mbuf *mb)
{
	struct pl pl = {(const char *)mb->buf, mb->end};

	return pl;
}


START_TEST(a_request_is_these_bytes)
{
	const struct resource_request rq = request();
	struct mbuf *mb = NULL;
	struct pl body;

	ck_assert_int_eq(relay_protocol_encode_request(&mb, &rq), 0);
	body = text(mb);
	ck_assert_int_eq(pl_strcmp(&body, HEAD SOURCE
				   "a=x-viaduct-peer-family:IP4\r\n" AUDIO),
			 0);
	mem_deref(mb);
}
END_TEST


static void same_addr(const struct sa *a, const struct sa *b)
{
	ck_assert_int_eq(sa_isset(a, SA_ALL), sa_isset(b, SA_ALL));
	if (sa_isset(a, SA_ALL))
		ck_assert(sa_cmp(a, b, SA_ALL));
}


static void same_media(const struct resource_media *a,
		       const struct resource_media *b)
{
	for (size_t i = 0; i < RELAY_STREAMS_MAX; i++) {
		const struct resource_stream *x = resource_media_stream(a, i);
		const struct resource_stream *y = resource_media_stream(b, i);

		ck_assert_int_eq(x->used, y->used);
		same_addr(&x->rtp, &y->rtp);
		same_addr(&x->rtcp, &y->rtcp);
	}
}


static void turn(struct resource_request *rq)
{
	struct resource_request got = {.side = RELAY_B};
	struct mbuf *mb = NULL;
	struct pl body;

	ck_assert_int_eq(relay_protocol_encode_request(&mb, rq), 0);
	body = text(mb);
	ck_assert_int_eq(relay_protocol_decode_request(&got, &body), 0);
	mem_deref(mb);

	ck_assert_int_eq(got.side, RELAY_B);
	ck_assert_int_eq(got.other_af, rq->other_af);
	ck_assert_int_eq(got.hold, rq->hold);
	ck_assert(sa_cmp(&got.signalling, &rq->signalling, SA_ADDR));
	same_media(got.media, rq->media);
	mem_deref(got.media);
}


START_TEST(what_is_encoded_is_decoded)
{
	struct resource_request rq = request();

	turn(&rq);

	rq.hold = true;
	rq.other_af = AF_INET6;
	rq.media->v[3] = rq.media->v[0];
	turn(&rq);

	rq.signalling = addr("2001:db8::7", 5060);
	rq.media->v[0].rtp = addr("2001:db8::10", 4000);
	rq.media->v[0].rtcp = addr("2001:db8::11", 4444);
	rq.other_af = AF_UNSPEC;
	rq.media->v[RELAY_STREAMS_MAX - 1] = rq.media->v[0];
	turn(&rq);

	/* the client's address is not known (a name, or hold) */
	rq.media = streams_make(2);
	rq.media->v[1].used = true;
	turn(&rq);
}
END_TEST


START_TEST(an_answer_is_decoded_as_it_was)
{
	const struct resource_request rq = request();
	struct resource_media *got = NULL;
	struct mbuf *mb = NULL;
	struct pl body;

	ck_assert_int_eq(relay_protocol_encode_answer(&mb, rq.media), 0);
	body = text(mb);
	ck_assert_int_eq(pl_strcmp(&body, HEAD AUDIO), 0);
	ck_assert_int_eq(relay_protocol_decode_answer(&got, &body), 0);
	same_media(got, rq.media);
	mem_deref(got);
	mem_deref(mb);
}
END_TEST


#define EIGHT AUDIO AUDIO AUDIO AUDIO AUDIO AUDIO AUDIO AUDIO

static const struct {
	const char *body;
	int err;
} requestv[] = {
	{HEAD SOURCE AUDIO, 0},
	{HEAD AUDIO, EBADMSG},
	{HEAD "a=x-viaduct-source:phone.example.net\r\n" AUDIO, EBADMSG},
	{HEAD "a=x-viaduct-source\r\n" AUDIO, EBADMSG},
	{HEAD SOURCE "a=x-viaduct-peer-family:IPX\r\n" AUDIO, EBADMSG},
	{HEAD SOURCE, EBADMSG},
	{HEAD SOURCE "m=audio 0 RTP/AVP 0\r\n", EBADMSG},
	{HEAD SOURCE EIGHT EIGHT EIGHT EIGHT, 0},
	{HEAD SOURCE EIGHT EIGHT EIGHT EIGHT AUDIO, EBADMSG},
	{"", EBADMSG},
	{"hello", EBADMSG},
};


START_TEST(a_bad_request_is_refused)
{
	struct resource_request rq = {.side = RELAY_B};
	struct pl body;

	pl_set_str(&body, requestv[_i].body);
	ck_assert_int_eq(relay_protocol_decode_request(&rq, &body),
			 requestv[_i].err);
	ck_assert_int_eq(resource_media_stream(rq.media, 0)->used,
			 !requestv[_i].err);
	mem_deref(rq.media);
}
END_TEST


START_TEST(an_answer_has_to_cover_what_was_asked)
{
	struct resource_request rq = request(), more = request();

	more.media->v[2] = rq.media->v[0];
	ck_assert(relay_protocol_covers(rq.media, rq.media));
	ck_assert(relay_protocol_covers(more.media, rq.media));
	ck_assert(!relay_protocol_covers(rq.media, more.media));
	sa_set_port(&rq.media->v[0].rtp, 0);
	ck_assert(!relay_protocol_covers(rq.media, rq.media));
	ck_assert(!relay_protocol_covers(NULL, rq.media));
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct resource_request rq = request();
	struct mbuf *mb = NULL;
	struct pl body = PL("");

	ck_assert_int_eq(relay_protocol_encode_request(NULL, &rq), EINVAL);
	ck_assert_int_eq(relay_protocol_encode_request(&mb, NULL), EINVAL);
	sa_init(&rq.signalling, AF_INET);
	ck_assert_int_eq(relay_protocol_encode_request(&mb, &rq), EINVAL);
	ck_assert_int_eq(relay_protocol_encode_answer(&mb, NULL), EINVAL);
	ck_assert_int_eq(relay_protocol_decode_request(NULL, &body), EINVAL);
	ck_assert_int_eq(relay_protocol_decode_answer(NULL, &body), EINVAL);
	ck_assert_ptr_null(mb);
}
END_TEST


Suite *suite_relay_protocol(void);
Suite *suite_relay_protocol(void)
{
	Suite *s = suite_create("relay_protocol");
	TCase *tc = tcase_create("relay_protocol");

	tcase_add_checked_fixture(tc, NULL, streams_free);
	tcase_add_test(tc, a_request_is_these_bytes);
	tcase_add_test(tc, what_is_encoded_is_decoded);
	tcase_add_test(tc, an_answer_is_decoded_as_it_was);
	test_table(tc, a_bad_request_is_refused, requestv);
	tcase_add_test(tc, an_answer_has_to_cover_what_was_asked);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
