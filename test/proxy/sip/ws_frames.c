/**
 * @file test/proxy/sip/ws_frames.c  Messages out of frames, and into them
 */
#include <errno.h>
#include <string.h>
#include "test/mock/wsclient.h"
#include "test/test.h"
#include "proxy/sip/ws_frames.h"


enum {
	FIN = WSCLIENT_FIN,
	CONT = WSCLIENT_CONT,
	TEXT = WSCLIENT_TEXT,
	BIN = WSCLIENT_BINARY,
	CLOSE = WSCLIENT_CLOSE,
	PING = WSCLIENT_PING,
	PONG = WSCLIENT_PONG,
	SEEN_MAX = 1024,
	FRAMES = 5,
};

static struct ws_frames *f;
static struct mbuf *mb;


static void setup(void)
{
	mb = mbuf_alloc(1024);
	ck_assert_int_eq(ws_frames_alloc(&f), 0);
}


static void teardown(void)
{
	oom_after(-1);
	f = mem_deref(f);
	mb = mem_deref(mb);
}


/* "Mtext" a message, "Itext" a ping, "Otext" a pong, "C1000" a close, "B1002"
 * the end of it; with a '|' behind each */
static bool drain(char *seen)
{
	static const char letterv[] = {0, 'M', 'I', 'O', 'C', 'B'};
	struct ws_item item;

	for (;;) {
		const size_t n = strlen(seen);

		ws_frames_next(f, &item);
		if (item.kind == WS_KIND_MORE)
			return true;
		if (item.kind == WS_KIND_CLOSE || item.kind == WS_KIND_BAD)
			(void)re_snprintf(seen + n, SEEN_MAX - n, "%c%u|",
					  letterv[item.kind], item.code);
		else
			(void)re_snprintf(seen + n, SEEN_MAX - n, "%c%b|",
					  letterv[item.kind], item.p,
					  item.len);
		if (item.kind == WS_KIND_CLOSE || item.kind == WS_KIND_BAD)
			return false;
	}
}


static void feed(char *seen, size_t step)
{
	seen[0] = '\0';

	for (size_t i = 0; i < mb->end; i += step) {
		const size_t n = mb->end - i < step ? mb->end - i : step;

		ws_frames_push(f, mb->buf + i, n);
		if (!drain(seen))
			return;
	}
}


/* frames in a row: FIN and opcode, payload, and its length where it holds a
 * NUL */
struct row {
	int first;
	const char *p;
	size_t len;
};

static const struct {
	struct row v[FRAMES];
	const char *seen;
	bool partial;
} casev[] = {
	{{{FIN | TEXT, "hello", 0}}, "Mhello|", false},
	{{{FIN | BIN, "hello", 0}}, "Mhello|", false},
	{{{FIN | BIN, "\xff\xfe", 0}}, "M\xff\xfe|", false},
	{{{FIN | TEXT, "a", 0}, {FIN | BIN, "b", 0}}, "Ma|Mb|", false},
	{{{FIN | TEXT, "", 0}}, "M|", false},
	{{{FIN | PING, "p", 0}, {FIN | PONG, "", 0}}, "Ip|O|", false},
	/* fragments, and what may come between them */
	{{{TEXT, "a", 0}, {CONT, "b", 0}, {FIN | CONT, "c", 0}},
	 "Mabc|",
	 false},
	{{{TEXT, "", 0}, {CONT, "", 0}, {FIN | CONT, "c", 0}}, "Mc|", false},
	{{{TEXT, "a", 0}, {FIN | PING, "p", 0}, {FIN | CONT, "b", 0}},
	 "Ip|Mab|",
	 false},
	{{{TEXT, "\xe2", 0}, {CONT, "\x82", 0}, {FIN | CONT, "\xac", 0}},
	 "M\xe2\x82\xac|",
	 false},
	{{{TEXT, "a", 0}}, "", true},
	{{{TEXT, "a", 0}, {FIN | PONG, "", 0}}, "O|", true},
	{{{BIN, "a", 0}, {FIN | CONT, "b", 0}, {FIN | TEXT, "c", 0}},
	 "Mab|Mc|",
	 false},
	/* closing */
	{{{FIN | CLOSE, "", 0}}, "C0|", false},
	{{{FIN | CLOSE, "\x03\xe8", 0}}, "C1000|", false},
	{{{FIN | CLOSE, "\x03\xe9 bye", 0}, {FIN | TEXT, "a", 0}},
	 "C1001|",
	 false},
	{{{FIN | CLOSE, "\x0b\xb8", 0}}, "C3000|", false},
	{{{FIN | CLOSE, "x", 0}}, "B1002|", false},
	{{{FIN | CLOSE, "\x03\xed", 0}}, "B1002|", false}, /* 1005 */
	{{{FIN | CLOSE, "\x07\xd0", 0}}, "B1002|", false}, /* 2000 */
	{{{FIN | CLOSE, "\x03\xe8\xff", 0}}, "B1007|", false},
	{{{TEXT, "a", 0}, {FIN | CLOSE, "", 0}}, "C0|", false},
	/* what RFC 6455 forbids */
	{{{FIN | CONT, "a", 0}}, "B1002|", false},
	{{{TEXT, "a", 0}, {FIN | TEXT, "b", 0}}, "B1002|", false},
	{{{TEXT, "a", 0}, {BIN, "b", 0}}, "B1002|", false},
	{{{PING, "a", 0}}, "B1002|", false},
	{{{FIN | 3, "a", 0}}, "B1002|", false},
	{{{FIN | 7, "a", 0}}, "B1002|", false},
	{{{FIN | 11, "a", 0}}, "B1002|", false},
	{{{FIN | 15, "a", 0}}, "B1002|", false},
	{{{FIN | 0x40 | TEXT, "a", 0}}, "B1002|", false},
	{{{FIN | 0x20 | TEXT, "a", 0}}, "B1002|", false},
	{{{FIN | 0x10 | PING, "a", 0}}, "B1002|", false},
	{{{FIN | TEXT, "a\xff", 0}}, "B1007|", false},
	{{{TEXT, "\xe2\x82", 0}, {FIN | CONT, "a", 0}}, "B1007|", false},
	{{{FIN | TEXT, "a", 0}, {FIN | CONT, "b", 0}}, "Ma|B1002|", false},
};

START_TEST(frames_become_messages_however_they_come)
{
	static const size_t stepv[] = {65536, 1, 2, 3, 5, 7};
	char seen[SEEN_MAX];

	for (size_t i = 0; i < FRAMES && casev[_i].v[i].p; i++)
		wsclient_frame(mb, casev[_i].v[i].first, casev[_i].v[i].p,
			       strlen(casev[_i].v[i].p));

	for (size_t i = 0; i < ARRAY_SIZE(stepv); i++) {
		mem_deref(f);
		ck_assert_int_eq(ws_frames_alloc(&f), 0);
		feed(seen, stepv[i]);
		ck_assert_str_eq(seen, casev[_i].seen);
		if (!strpbrk(seen, "BC"))
			ck_assert(ws_frames_partial(f) == casev[_i].partial);
	}
}
END_TEST


/* heads that lie, with a few octets behind them */
static const struct {
	int first;
	bool mask;
	uint64_t len;
	int size;
	const char *seen;
} headv[] = {
	/* S21 */
	{FIN | TEXT, true, UINT64_MAX, 9, "B1002|"},
	{FIN | TEXT, true, UINT64_MAX >> 1, 9, "B1009|"},
	{FIN | TEXT, true, 1u << 20, 9, "B1009|"},
	{FIN | TEXT, true, WS_MESSAGE_MAX + 1, 9, "B1009|"},
	{TEXT, true, 1u << 20, 9, "B1009|"},
	{FIN | PING, true, 126, 3, "B1002|"},
	{FIN | CLOSE, true, 126, 3, "B1002|"},
	{FIN | PING, true, UINT64_MAX, 9, "B1002|"},
	{FIN | TEXT, false, 5, 1, "B1002|"},
	{FIN | PING, false, 0, 1, "B1002|"},
	/* longer than it has to be */
	{FIN | TEXT, true, 5, 3, "B1002|"},
	{FIN | TEXT, true, 300, 9, "B1002|"},
	/* and one that is true */
	{FIN | TEXT, true, WS_MESSAGE_MAX, 3, ""},
};

START_TEST(S21_a_frame_that_lies_of_its_length_ends_it)
{
	char seen[SEEN_MAX];

	for (size_t step = 1; step <= 100; step *= 10) {
		mem_deref(f);
		ck_assert_int_eq(ws_frames_alloc(&f), 0);
		mbuf_rewind(mb);
		wsclient_head(mb, headv[_i].first, headv[_i].mask,
			      headv[_i].len, headv[_i].size);
		(void)mbuf_write_str(mb, "some octets");
		feed(seen, step);
		ck_assert_str_eq(seen, headv[_i].seen);
		ck_assert(headv[_i].seen[0] || ws_frames_partial(f));
	}
}
END_TEST


START_TEST(S21_fragments_have_one_bound_together)
{
	static char part[WS_MESSAGE_MAX / 2 + 1];
	char seen[SEEN_MAX];

	memset(part, 'x', sizeof(part));
	wsclient_frame(mb, TEXT, part, sizeof(part));
	feed(seen, 1000);
	ck_assert_str_eq(seen, "");
	mbuf_rewind(mb);
	wsclient_frame(mb, CONT, part, sizeof(part));
	feed(seen, 1000);
	ck_assert_str_eq(seen, "B1009|");
}
END_TEST


START_TEST(the_largest_message_fits_in_one_octet_fragments)
{
	struct ws_item item = {.kind = WS_KIND_MORE};

	wsclient_frame(mb, BIN, "x", 1);
	for (int i = 2; i < WS_MESSAGE_MAX; i++)
		wsclient_frame(mb, CONT, "x", 1);
	wsclient_frame(mb, FIN | CONT, "y", 1);
	for (size_t i = 0; i < mb->end; i++) {
		ws_frames_push(f, mb->buf + i, 1);
		ws_frames_next(f, &item);
		ck_assert(!item.kind == (i + 1 < mb->end));
	}
	ck_assert_int_eq(item.kind, WS_KIND_MESSAGE);
	ck_assert_uint_eq(item.len, WS_MESSAGE_MAX);
	ck_assert_int_eq(item.p[item.len - 1], 'y');
}
END_TEST


static const struct {
	const char *text;
	size_t len;
	int first;
} sendv[] = {
	{"SIP/2.0 200 OK\r\n\r\n", 18, FIN | TEXT},
	{"gr\xc3\xbc\xc3\x9f", 7, FIN | TEXT},
	{"gr\xfc\xdf", 4, FIN | BIN},
	{"a\0b", 3, FIN | TEXT},
};

START_TEST(a_message_leaves_as_text_where_it_is_text)
{
	struct pl pl;
	int first;

	(void)mbuf_write_str(mb, "before");
	ck_assert_int_eq(ws_frames_message(f, mb,
					   (const uint8_t *)sendv[_i].text,
					   sendv[_i].len),
			 0);
	ck_assert_uint_eq(wsclient_take(mb->buf + 6, mb->end - 6, &first, &pl),
			  mb->end - 6);
	ck_assert_int_eq(first, sendv[_i].first);
	ck_assert_uint_eq(pl.l, sendv[_i].len);
	ck_assert_mem_eq(pl.p, sendv[_i].text, pl.l);
}
END_TEST


START_TEST(long_ones_and_controls_leave_whole)
{
	static uint8_t text[WS_MESSAGE_MAX];
	static const size_t sizev[] = {0, 1, 125, 126, 127, sizeof(text)};
	struct pl pl;
	int first;

	for (size_t i = 0; i < ARRAY_SIZE(sizev); i++) {
		mbuf_rewind(mb);
		ck_assert_int_eq(ws_frames_message(f, mb, text, sizev[i]), 0);
		ck_assert_uint_eq(wsclient_take(mb->buf, mb->end, &first, &pl),
				  mb->end);
		ck_assert_uint_eq(pl.l, sizev[i]);
	}

	mbuf_rewind(mb);
	ck_assert_int_eq(ws_frames_control(f, mb, WS_KIND_PONG, text, 125), 0);
	ck_assert_uint_eq(wsclient_take(mb->buf, mb->end, &first, &pl), 127);
	ck_assert_int_eq(first, FIN | PONG);
	mbuf_rewind(mb);
	ck_assert_int_eq(ws_frames_control(f, mb, WS_KIND_PING, NULL, 0), 0);
	ck_assert_mem_eq(mb->buf, "\x89\x00", 2);
	ck_assert_int_eq(ws_frames_control(f, mb, WS_KIND_PING, text, 126),
			 EINVAL);
	mbuf_rewind(mb);
	ck_assert_int_eq(ws_frames_close(f, mb, WS_CODE_TOO_BIG), 0);
	ck_assert_mem_eq(mb->buf, "\x88\x02\x03\xf1", 4);
	mbuf_rewind(mb);
	ck_assert_int_eq(ws_frames_close(f, mb, WS_CODE_NONE), 0);
	ck_assert_mem_eq(mb->buf, "\x88\x00", 2);
}
END_TEST


START_TEST(without_memory_or_arguments_it_says_so)
{
	struct ws_frames *other = NULL;

	oom_after(0);
	ck_assert_int_eq(ws_frames_alloc(&other), ENOMEM);
	ck_assert_ptr_null(other);
	ck_assert_int_eq(ws_frames_alloc(NULL), EINVAL);
	ck_assert_int_eq(ws_frames_message(NULL, mb, mb->buf, 1), EINVAL);
	ck_assert_int_eq(ws_frames_message(f, NULL, mb->buf, 1), EINVAL);
	ck_assert_int_eq(ws_frames_control(f, mb, WS_KIND_CLOSE, NULL, 0),
			 EINVAL);
	ck_assert_int_eq(ws_frames_close(NULL, mb, WS_CODE_NONE), EINVAL);
	ck_assert(!ws_frames_partial(NULL));
}
END_TEST


Suite *suite_ws_frames(void);

Suite *suite_ws_frames(void)
{
	Suite *s = suite_create("ws_frames");
	TCase *tc = tcase_create("ws_frames");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, frames_become_messages_however_they_come, casev);
	test_table(tc, S21_a_frame_that_lies_of_its_length_ends_it, headv);
	tcase_add_test(tc, S21_fragments_have_one_bound_together);
	tcase_add_test(tc, the_largest_message_fits_in_one_octet_fragments);
	test_table(tc, a_message_leaves_as_text_where_it_is_text, sendv);
	tcase_add_test(tc, long_ones_and_controls_leave_whole);
	tcase_add_test(tc, without_memory_or_arguments_it_says_so);
	suite_add_tcase(s, tc);

	return s;
}
