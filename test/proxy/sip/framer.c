/**
 * @file test/proxy/sip/framer.c  What a stream is cut into, however it comes
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "test/test.h"
#include "proxy/sip/framer.h"


#define HEAD                                               \
	"OPTIONS sip:127.0.0.1 SIP/2.0\r\n"                \
	"Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK-t1\r\n" \
	"Max-Forwards: 70\r\n"                             \
	"From: <sip:a@example.com>;tag=s1\r\n"             \
	"To: <sip:b@example.com>\r\n"                      \
	"Call-ID: t1@test\r\n"                             \
	"CSeq: 1 OPTIONS\r\n"
#define MSG   HEAD "Content-Length: 0\r\n\r\n"
#define BODY5 HEAD "Content-Length: 5\r\n\r\nhello"

enum { TEXT_MAX = 4096 };

static struct framer *f;
static struct guard g;


static void setup(void)
{
	ck_assert_int_eq(framer_alloc(&f), 0);
}


static void teardown(void)
{
	oom_after(-1);
	f = mem_deref(f);
}


/* M a message, P a ping, R refused, J junk, in the order they were cut off */
static void drain(char *seen)
{
	static const char letterv[] = {
		[FRAMER_PING] = 'P',
		[FRAMER_MESSAGE] = 'M',
		[FRAMER_REFUSED] = 'R',
		[FRAMER_JUNK] = 'J',
	};

	for (;;) {
		struct frame fr;
		size_t n;

		framer_next(f, &fr, &g);
		if (fr.event == FRAMER_MORE)
			return;
		if (fr.event == FRAMER_MESSAGE)
			ck_assert_int_eq(guard_check(&g, fr.p, fr.len, true),
					 0);
		n = fr.event == FRAMER_PING ? fr.n : 1;
		while (n--) {
			ck_assert_uint_lt(strlen(seen), TEXT_MAX - 1);
			seen[strlen(seen) + 1] = 0;
			seen[strlen(seen)] = letterv[fr.event];
		}
		if (fr.event == FRAMER_JUNK || fr.event == FRAMER_REFUSED)
			return;
	}
}


/* in pieces of step octets */
static void feed(char *seen, const char *p, size_t len, size_t step)
{
	seen[0] = 0;

	while (len) {
		size_t n = len < step ? len : step, taken = 0;

		ck_assert_int_eq(framer_push(f, (const uint8_t *)p, n, &taken),
				 0);
		if (!taken)
			return;
		p += taken;
		len -= taken;
		drain(seen);
		if (strpbrk(seen, "RJ"))
			return;
	}
}


static const struct {
	const char *text;
	const char *seen;
	uint16_t status; /* of what was refused */
	bool partial;
} casev[] = {
	{MSG, "M", 0, false},
	{MSG MSG, "MM", 0, false},
	{BODY5 MSG, "MM", 0, false},
	{BODY5 BODY5 BODY5, "MMM", 0, false},
	{HEAD "Content-Length: 5\r\n\r\n bodyOPTIONS ", "M", 0, true},
	{HEAD "Content-Length: 3\r\n\r\n\t\r\n" MSG, "MM", 0, false},
	{"\r\n" MSG "\r\n" MSG, "MM", 0, false},
	{"\r\n\r\n", "P", 0, false},
	{"\r\n\r\n\r\n\r\n" MSG "\r\n\r\n", "PPMP", 0, false},
	{"\r\n\r\n\r\n" MSG, "PM", 0, false},
	{MSG "\r\n", "M", 0, false},
	{MSG "\r\n\r", "M", 0, false},
	{MSG "\r", "M", 0, false},
	{"", "", 0, false},
	{"O", "", 0, true},
	{HEAD, "", 0, true},
	{HEAD "Content-Length: 5\r\n\r\nhell", "", 0, true},
	{MSG "OPTIONS ", "M", 0, true},
	{"SIP/2.0 200 OK\r\n", "", 0, true},
	{"sip/2.0 200 OK\r\n", "", 0, true},
	{"SI", "", 0, true},
	/* the guard's */
	{HEAD "\r\n" MSG, "R", 400, true},
	{HEAD "Content-Length: five\r\n\r\nabcde" MSG, "R", 400, true},
	{HEAD "l: 5\r\nContent-Length: 0\r\n\r\nhello" MSG, "R", 400, true},
	{HEAD "Content-Length: 4294967304\r\n\r\n12345678" MSG, "R", 400,
	 true},
	{HEAD "Content-Length: -1\r\n\r\n" MSG, "R", 400, true},
	{HEAD "Content-Length: 70000\r\n\r\n", "R", 413, true},
	{"OPTIONS sip:a SIP/3.0\r\nContent-Length: 0\r\n\r\n", "R", 505, true},
	/* not SIP */
	{"junkjunk\r\n\r\n" MSG, "J", 0, true},
	{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "J", 0, true},
	{"CONNECT a:1 HTTP/1.1\r\n\r\n", "J", 0, true},
	{"\x16\x03\x01\x02", "J", 0, true},
	{"\x80", "J", 0, true},
	{" OPTIONS", "J", 0, true},
	{"\nOPTIONS", "J", 0, true},
	{"\r\rOPTIONS", "J", 0, true},
	{"\r\n\rOPTIONS", "J", 0, true},
	{"OPTIONS\r\n", "J", 0, true},
	{"SSH-2.0-OpenSSH_9.2\r\n", "J", 0, true},
	{"HTTP/1.1 200 OK\r\n", "J", 0, true},
	{"OPTIONS sip:a\r\n", "J", 0, true},
	{MSG "\x16\x03", "MJ", 0, true},
};

START_TEST(a_stream_is_cut_the_same_however_it_comes)
{
	static const size_t stepv[] = {65536, 1, 2, 3, 7, 100};
	char seen[TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(stepv); i++) {
		teardown();
		setup();
		feed(seen, casev[_i].text, strlen(casev[_i].text), stepv[i]);
		ck_assert_str_eq(seen, casev[_i].seen);
		if (strchr(seen, 'R'))
			ck_assert_uint_eq(g.status, casev[_i].status);
		if (!strpbrk(seen, "RJ"))
			ck_assert(framer_partial(f) == casev[_i].partial);
	}
}
END_TEST


START_TEST(a_message_is_given_out_byte_for_byte)
{
	static const char text[] = "\r\n" BODY5 MSG;
	struct frame fr;
	size_t n;

	ck_assert_int_eq(
		framer_push(f, (const uint8_t *)text, sizeof(text) - 1, &n),
		0);
	framer_next(f, &fr, &g);
	ck_assert_int_eq(fr.event, FRAMER_MESSAGE);
	ck_assert_uint_eq(fr.len, sizeof(BODY5) - 1);
	ck_assert_mem_eq(fr.p, BODY5, fr.len);
	framer_next(f, &fr, &g);
	ck_assert_int_eq(fr.event, FRAMER_MESSAGE);
	ck_assert_mem_eq(fr.p, MSG, sizeof(MSG) - 1);
	framer_next(f, &fr, &g);
	ck_assert_int_eq(fr.event, FRAMER_MORE);
}
END_TEST


/* start, filled up with how many of what; where it has to end at the latest */
static const struct {
	const char *start;
	char fill;
	size_t size;
	size_t bound;
	char end;
} floodv[] = {
	{"", 'A', 70000, 128, 'J'},
	{"OPTIONS sip:", 'a', 70000, GUARD_LINE_MAX + 64, 'R'},
	{HEAD "X: ", '1', 70000, GUARD_LINE_MAX + 1024, 'R'},
	{"OPTIONS sip:a SIP/2.0\r\n", '\t', 70000, GUARD_LINE_MAX + 64, 'R'},
};

START_TEST(what_can_never_become_a_message_is_ended_early)
{
	char *text = mem_alloc(floodv[_i].size, NULL), seen[TEXT_MAX] = "";
	const size_t n = strlen(floodv[_i].start);
	size_t fed = 0;

	memset(text, floodv[_i].fill, floodv[_i].size);
	memcpy(text, floodv[_i].start, n);
	while (!seen[0] && fed < floodv[_i].size) {
		size_t taken;

		ck_assert_int_eq(
			framer_push(f, (uint8_t *)text + fed, 1, &taken), 0);
		drain(seen);
		++fed;
	}
	ck_assert_int_eq(seen[0], floodv[_i].end);
	ck_assert_uint_le(fed, floodv[_i].bound);
	mem_deref(text);
}
END_TEST


START_TEST(a_head_of_many_lines_is_bounded)
{
	static const char line[] = "X: 1234567890\r\n";
	char seen[TEXT_MAX];
	size_t fed = 0;

	feed(seen, HEAD, sizeof(HEAD) - 1, 4096);
	while (!seen[0] && fed < 2 * GUARD_HEAD_MAX) {
		feed(seen, line, sizeof(line) - 1, 64);
		fed += sizeof(line) - 1;
	}
	ck_assert_str_eq(seen, "R");
	ck_assert_uint_le(fed, GUARD_HEAD_MAX);
}
END_TEST


START_TEST(the_largest_message_fits)
{
	const size_t body = GUARD_BODY_MAX;
	char head[1024], seen[TEXT_MAX];
	char *text;
	int n;

	n = re_snprintf(head, sizeof(head), HEAD "Content-Length: %zu\r\n\r\n",
			body);
	text = mem_alloc((size_t)n + body, NULL);
	memcpy(text, head, (size_t)n);
	memset(text + n, 'b', body);
	feed(seen, text, (size_t)n + body, 1000);
	ck_assert_str_eq(seen, "M");
	mem_deref(text);
}
END_TEST


static double cpu_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

	return 1e3 * (double)ts.tv_sec + (double)ts.tv_nsec / 1e6;
}


/* quadratic work would take seconds here: 32 kB of head in 32 thousand
 * pieces. The bound is wide, for sanitizers and busy machines. */
START_TEST(a_dribbled_message_costs_linear_time)
{
	struct mbuf *mb = mbuf_alloc(GUARD_HEAD_MAX);
	char seen[TEXT_MAX];
	double before;

	(void)mbuf_write_str(mb, HEAD "Content-Length: 0\r\n");
	for (int i = 0; i < 15; i++) {
		(void)mbuf_write_str(mb, "X: ");
		(void)mbuf_fill(mb, 'x', 2000);
		(void)mbuf_write_str(mb, "\r\n");
	}
	(void)mbuf_write_str(mb, "\r\n");

	before = cpu_ms();
	feed(seen, (const char *)mb->buf, mb->end, 1);
	ck_assert_str_eq(seen, "M");
	ck_assert(cpu_ms() - before < 500);
	mem_deref(mb);
}
END_TEST


START_TEST(nothing_follows_an_end)
{
	char seen[TEXT_MAX];
	struct frame fr;

	feed(seen, "\x16", 1, 1);
	ck_assert_str_eq(seen, "J");
	feed(seen, MSG, sizeof(MSG) - 1, 4096);
	ck_assert_str_eq(seen, "J");
	framer_next(f, &fr, &g);
	ck_assert_int_eq(fr.event, FRAMER_JUNK);
}
END_TEST


START_TEST(without_memory_or_arguments_it_says_so)
{
	size_t n;

	mem_deref(f);
	oom_after(0);
	f = NULL;
	ck_assert_int_eq(framer_alloc(&f), ENOMEM);
	ck_assert_ptr_null(f);
	ck_assert_int_eq(framer_alloc(NULL), EINVAL);
	ck_assert_int_eq(framer_alloc(&f), 0);
	ck_assert_int_eq(framer_push(NULL, (const uint8_t *)"a", 1, &n),
			 EINVAL);
	ck_assert_int_eq(framer_push(f, NULL, 1, &n), EINVAL);
	ck_assert_int_eq(framer_push(f, (const uint8_t *)"a", 1, NULL),
			 EINVAL);
	ck_assert(!framer_partial(NULL));
}
END_TEST


Suite *suite_framer(void);

Suite *suite_framer(void)
{
	Suite *s = suite_create("framer");
	TCase *tc = tcase_create("framer");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_stream_is_cut_the_same_however_it_comes, casev);
	tcase_add_test(tc, a_message_is_given_out_byte_for_byte);
	test_table(tc, what_can_never_become_a_message_is_ended_early, floodv);
	tcase_add_test(tc, a_head_of_many_lines_is_bounded);
	tcase_add_test(tc, the_largest_message_fits);
	tcase_add_test(tc, a_dribbled_message_costs_linear_time);
	tcase_add_test(tc, nothing_follows_an_end);
	tcase_add_test(tc, without_memory_or_arguments_it_says_so);
	suite_add_tcase(s, tc);

	return s;
}
