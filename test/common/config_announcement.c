/**
 * @file test/common/config_announcement.c  Sounds in the configuration
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include <rem.h>
#include "common/config.h"
#include "test/mock/tempdir.h"
#include "test/mock/tone.h"
#include "test/test.h"

#define HEAD                                                            \
	"listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n" \
	"data = \"/tmp/x\"\n"

static char dir[TEMPDIR_SIZE];
static struct config *conf;
static struct mbuf *errs;


static void setup(void)
{
	char path[128];

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/good.wav", dir);
	tone_write(path, 440, 1, 8000, 1, AUFMT_S16LE);
	(void)snprintf(path, sizeof(path), "%s/cd.wav", dir);
	tone_write(path, 440, 1, 44100, 2, AUFMT_S16LE);
	errs = mbuf_alloc(512);
}


static void teardown(void)
{
	conf = mem_deref(conf);
	errs = mem_deref(errs);
	tempdir_remove(dir);
}


/* DIR in it is where the files are */
static int decode(const char *lines)
{
	char text[4096];
	size_t n = 0;

	n += (size_t)snprintf(text, sizeof(text), HEAD);
	while (*lines) {
		if (!strncmp(lines, "DIR", 3)) {
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s",
					      dir);
			lines += 3;
			continue;
		}
		text[n++] = *lines++;
	}
	text[n] = '\0';

	return config_decode(&conf, "v.conf", text, errs);
}


START_TEST(sounds_are_read)
{
	const struct config_announcement *a;

	ck_assert_int_eq(
		decode("announcement one { file = \"DIR/good.wav\"\n"
		       "reply = { 403, 480 } }\n"
		       "announcement two { file = \"DIR/good.wav\" }\n"
		       "route r { match = \"0900*\"\nrefuse = 410\n"
		       "announcement = two }\n"
		       "sounds { test = { \"echo\", \"*43\" }\ncalls = 7\n"
		       "test_length = 30\nreport = no }\n"),
		0);
	ck_assert_uint_eq(conf->announcementc, 2);
	a = &conf->announcementv[0];
	ck_assert_str_eq(a->name, "one");
	ck_assert_uint_eq(a->replyc, 2);
	ck_assert_uint_eq(a->replyv[1], 480);
	ck_assert_uint_eq(conf->announcementv[1].replyc, 0);
	ck_assert_uint_eq(conf->routev[0].refuse, 410);
	ck_assert_str_eq(conf->routev[0].announcement, "two");
	ck_assert_uint_eq(conf->sounds.testc, 2);
	ck_assert_str_eq(conf->sounds.testv[1], "*43");
	ck_assert_uint_eq(conf->sounds.calls, 7);
	ck_assert_uint_eq(conf->sounds.length, 30);
	ck_assert(!conf->sounds.report);
}
END_TEST


START_TEST(the_test_number_is_there_unless_it_is_not_wanted)
{
	ck_assert_int_eq(decode(""), 0);
	ck_assert_uint_eq(conf->sounds.testc, 1);
	ck_assert_str_eq(conf->sounds.testv[0], "test");
	ck_assert_uint_eq(conf->sounds.calls, 100);
	ck_assert_uint_eq(conf->sounds.length, 120);
	ck_assert(conf->sounds.report);
	conf = mem_deref(conf);

	ck_assert_int_eq(decode("sounds { test = \"\" }\n"), 0);
	ck_assert_uint_eq(conf->sounds.testc, 0);
	conf = mem_deref(conf);

	/* without ports of our own */
	ck_assert_int_eq(decode("relay { mode = external\n"
				"servers = \"sip:192.0.2.9:5060\" }\n"),
			 0);
	ck_assert_uint_eq(conf->sounds.testc, 0);
}
END_TEST


static const struct {
	const char *text, *fault;
} badv[] = {
	{"announcement a { file = \"DIR/none.wav\" }", "v.conf:3: file = \""},
	{"announcement a { file = \"DIR/none.wav\" }",
	 "none.wav\": No such file or directory, expected a WAV file"},
	{"announcement a { file = \"DIR/cd.wav\" }",
	 "cd.wav\": it has 44100 samples a second, expected a WAV file"},
	{"announcement a { file = \"DIR\" }", "not a file, expected a WAV"},
	{"announcement a { reply = 403 }",
	 "v.conf:3: announcement \"a\" has no file"},
	{"announcement a { }", "announcement \"a\" has no file"},
	{"announcement \"a b\" { file = \"DIR/good.wav\" }", "bad name"},
	{"announcement a { reply = { 403, 403 } }", "given twice"},
	{"announcement a { reply = 200 }", "reply = \"200\": out of range"},
	{"announcement a { reply = 407 }", "reply = \"407\": bad value"},
	{"announcement a { reply = 487 }", "reply = \"487\": bad value"},
	{"announcement a { reply = x }", "reply = \"x\": bad value"},
	{"announcement a { colour = red }",
	 "unknown key \"colour\" in announcement"},
	{"route r { match = 1 refuse = 100 }", "refuse = \"100\": out of"},
	{"route r { match = 1 refuse = 403 announcement = on }\n"
	 "announcement one { file = \"DIR/good.wav\" }",
	 "route \"r\" names \"on\", expected the name of an announcement, "
	 "did you mean \"one\"?"},
	{"route r { match = 1 peers = p announcement = one }\n"
	 "peer p { address = 192.0.2.7 }\n"
	 "announcement one { file = \"DIR/good.wav\" }",
	 "route \"r\" has an announcement, expected refuse = STATUS"},
	{"route r { match = 1 peers = p refuse = 403 }\n"
	 "peer p { address = 192.0.2.7 }",
	 "route \"r\" has peers and refuse"},
	{"route r { match = 1 emergency = yes refuse = 403 }",
	 "route \"r\" is refused, expected no emergency = yes"},
	{"sounds { test = { a, b, c, d, e } }", "too many entries"},
	{"sounds { test = { a, a } }", "given twice"},
	{"sounds { test = \"a b\" }", "test = \"a b\": bad value"},
	{"sounds { test = \"a@b\" }", "expected a user like \"test\""},
	{"sounds { calls = 0 }", "expected a number, 1 to 1000"},
	{"sounds { test = a }\nrelay { mode = external\n"
	 "servers = \"sip:192.0.2.9:5060\" }",
	 "a test number with an external relay"},
	{"announcement a { file = \"DIR/good.wav\" }\n"
	 "relay { mode = external\nservers = \"sip:192.0.2.9:5060\" }",
	 "announcements with an external relay"},
};


static const char *said(void)
{
	errs->pos = errs->end;
	ck_assert_int_eq(mbuf_write_u8(errs, 0), 0);

	return (const char *)errs->buf;
}


START_TEST(a_fault_is_said)
{
	ck_assert_int_eq(decode(badv[_i].text), EINVAL);
	ck_assert_msg(strstr(said(), badv[_i].fault), "%s", errs->buf);
}
END_TEST


START_TEST(what_is_never_heard_is_said)
{
	ck_assert_int_eq(decode("announcement a { file = \"DIR/good.wav\"\n"
				"reply = 403 }\n"
				"announcement b { file = \"DIR/good.wav\"\n"
				"reply = { 404, 403 } }\n"),
			 0);
	ck_assert_msg(strstr(said(), "warning: announcement \"b\" is never "
				     "heard with 403, \"a\" is"),
		      "%s", errs->buf);
}
END_TEST


Suite *suite_config_announcement(void);
Suite *suite_config_announcement(void)
{
	Suite *s = suite_create("config_announcement");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sounds_are_read);
	tcase_add_test(tc, the_test_number_is_there_unless_it_is_not_wanted);
	test_table(tc, a_fault_is_said, badv);
	tcase_add_test(tc, what_is_never_heard_is_said);
	suite_add_tcase(s, tc);

	return s;
}
