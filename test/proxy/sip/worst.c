/**
 * @file test/proxy/sip/worst.c  No datagram costs more than 1 ms of CPU
 *
 * The worst inputs that fit the bounds, and larger ones, through the decoder,
 * every accessor and the builders. Under a sanitizer only the work is done.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "test/test.h"
#include "test/mock/decoded.h"
#include "proxy/sip/build.h"


enum { LIMIT_US = 1000, ROUNDS = 25, SIZE = 65536 };

#if defined(__SANITIZE_ADDRESS__)
enum { TIMED = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { TIMED = 0 };
#else
enum { TIMED = 1 };
#endif
#else
enum { TIMED = 1 };
#endif


#define LEAST                                                             \
	"Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n" \
	"To: <sip:b@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"

static uint8_t octets[SIZE];
static struct guard g;


/* where the filler stands: everything in front of it */
static const char *const headv[] = {
	"",
	"INVITE sip:",
	"INVITE sip:b@h SIP/2.0\r\n",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST,
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "X: ",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Route: ",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Contact: ",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Contact: <sip:b@h",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Contact: \"",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Via: ",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Supported: (",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Content-Type: a/b",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Content-Type: a",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Content-Length: ",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Max-Forwards: ",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "Authorization: Digest ",
	"INVITE sip:b@h SIP/2.0\r\n" LEAST "\r\n",
	"INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=",
	"INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h",
	"INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nCSeq: ",
	"INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: ",
	"INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: \"",
	"SIP/2.0 200 ",
};

static const char *const fillv[] = {
	"a",        "1",
	",",        "\"",
	";",        "\t",
	" ",        "<",
	">",        "(",
	"()",       "\\",
	"\\\"",     "%",
	"%41",      ":",
	"=",        "/",
	"\r\n ",    "\r\n",
	"\r",       "\n",
	";a",       ";a=b",
	";a=\"b\"", "<sip:a>,",
	"(a,b),",   "X:\r\n",
	"v:x\r\n",  "l:1\r\n",
	"m:,\r\n",  "\"<,>\"",
	"sip:a@h,", "SIP/2.0/UDP h,",
	"&a=b",
};

/* and what stands behind it */
static const char *const tailv[] = {
	"",
	"\r\n\r\n",
	"\r\nf: <sip:a@h>\r\nt: <sip:b@h>\r\ni: 1\r\nCSeq: 1 INVITE\r\n\r\n",
};

/* the whole datagram, one line within its bound, a URI within its bound */
static const size_t sizev[] = {65000, GUARD_LINE_MAX - 256, 900};


static size_t put(size_t len, const char *text)
{
	while (*text && len < SIZE)
		octets[len++] = (uint8_t)*text++;

	return len;
}


static size_t put_until(size_t len, const char *fill, size_t end)
{
	const size_t n = strlen(fill);

	while (len + n <= end)
		len = put(len, fill);

	return len;
}


static size_t compose(const char *head, const char *fill, const char *tail,
		      size_t size)
{
	return put(put_until(put(0, head), fill, size), tail);
}


static void read_all(const struct message *m)
{
	struct nameaddr na = {0};
	struct value_iter it;
	struct via via;
	uint32_t n;
	struct pl val;
	char aor[SIPURI_AOR_MAX];

	for (int id = 0; id < HDR_ID_MAX; id++) {
		message_values(&it, m, (enum hdr_id)id);
		while (message_values_next(&it, &val)) {
			if (id == HDR_VIA)
				(void)via_decode(&via, &val);
			else if (id == HDR_CONTACT || id == HDR_ROUTE)
				(void)nameaddr_decode(&na, &val);
		}
		(void)message_u32(m, (enum hdr_id)id, UINT32_MAX, &n);
	}
	(void)message_has_token(m, HDR_SUPPORTED, "path");
	(void)message_hdr_named(m, "X-None");
	(void)param_get(&na.params, "none", &val);
	(void)sipuri_equal(&na.uri, &na.uri);
	(void)sipuri_equal(&m->uri, &m->to.uri);
	(void)sipuri_aor(&m->from.uri, aor, sizeof(aor));
}


static void build_all(const struct message *m)
{
	const struct build_forward f = {
		.via = PL("SIP/2.0/UDP p"),
		.route_skip = 2,
		.route_drop_last = true,
		.fix_via = true,
	};
	const struct build_reply r = {.scode = 404, .to_tag = PL("x")};
	struct mbuf *fwd = NULL, *reply = NULL;

	if (m->req) {
		(void)build_forward(&fwd, m, &f);
		(void)build_reply(&reply, m, &r);
	}
	else {
		(void)build_response_forward(&fwd, m, NULL, NULL, 0, NULL);
	}
	mem_deref(reply);
	mem_deref(fwd);
}


/* microseconds of CPU */
static int64_t work(size_t len)
{
	struct timespec t0, t1;
	struct message *m = NULL;
	struct mbuf *mb = NULL;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t0);
	if (message_decode(&m, &g, octets, len)) {
		(void)build_error(&mb, &g, NULL);
	}
	else {
		read_all(m);
		build_all(m);
	}
	mem_deref(mb);
	mem_deref(m);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);

	return (t1.tv_sec - t0.tv_sec) * 1000000 +
	       (t1.tv_nsec - t0.tv_nsec) / 1000;
}


/* the best of some rounds: other load on the machine is not our cost */
static void check(size_t len, const char *what)
{
	int64_t best = work(len);

	for (int i = 1; i < ROUNDS && TIMED && best > LIMIT_US; i++) {
		const int64_t us = work(len);

		if (us < best)
			best = us;
	}
	ck_assert_msg(!TIMED || best <= LIMIT_US, "%lld us: %s",
		      (long long)best, what);
}


START_TEST(a_filler_anywhere_is_linear)
{
	for (size_t f = 0; f < ARRAY_SIZE(fillv); f++) {
		for (size_t s = 0; s < ARRAY_SIZE(sizev); s++) {
			for (size_t t = 0; t < ARRAY_SIZE(tailv); t++) {
				check(compose(headv[_i], fillv[f], tailv[t],
					      sizev[s]),
				      fillv[f]);
			}
		}
	}
}
END_TEST


/* n lines of one kind, each as long as may be */
START_TEST(full_heads_are_linear)
{
	static const char *const linev[] = {"Via", "Route", "Contact", "X",
					    "Supported"};

	for (size_t f = 0; f < ARRAY_SIZE(fillv); f++) {
		size_t len = put(0, "INVITE sip:b@h SIP/2.0\r\n" LEAST);

		if (strpbrk(fillv[f], "\r\n"))
			continue;
		for (int i = 0; i < 3; i++) {
			const size_t end = len + GUARD_LINE_MAX - 32;

			len = put(put(len, linev[_i]), ": ");
			len = put_until(len, fillv[f], end);
			len = put(len, "\r\n");
		}
		check(put(len, "\r\n"), fillv[f]);
	}
}
END_TEST


START_TEST(the_published_ones_are_cheap)
{
	static const char *const namev[] = {
		"libre-auth-commas-8k.sip",
		"libre-cseq-digits-8k.sip",
		"libre-ctype-tabs-8k.sip",
		"libre-ctype-tabs-mid-8k.sip",
		"libre-startline-8k.sip",
		"libre-startline-sip-8k.sip",
		"opensips-2021-auth-09.sip",
		"hdr-name-7000.sip",
		"cve-2018-7284-50-long-accept.sip",
		"env-fold-1000.sip",
	};

	for (size_t i = 0; i < ARRAY_SIZE(namev); i++)
		check(decoded_file(octets, "cve-shapes", namev[i]), namev[i]);
}
END_TEST


Suite *suite_worst(void);
Suite *suite_worst(void)
{
	Suite *s = suite_create("worst");
	TCase *tc = tcase_create("worst");

	tcase_set_timeout(tc, 60);
	test_table(tc, a_filler_anywhere_is_linear, headv);
	tcase_add_loop_test(tc, full_heads_are_linear, 0, 5);
	tcase_add_test(tc, the_published_ones_are_cheap);
	suite_add_tcase(s, tc);

	return s;
}
