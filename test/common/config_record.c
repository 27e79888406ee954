/**
 * @file test/common/config_record.c  Recordings, as they are configured
 */
#include <errno.h>
#include <string.h>
#include "common/config.h"
#include "test/test.h"


static struct config *conf;
static char said[1024];


static int decode(const char *section)
{
	struct mbuf *errs = mbuf_alloc(256);
	char text[4096];
	int err;

	(void)re_snprintf(text, sizeof(text),
			  "listen = { \"udp:192.0.2.1:5060\" }\n"
			  "data = \"/srv/v\"\n%s",
			  section);
	err = config_decode(&conf, "v.conf", text, errs);
	(void)re_snprintf(said, sizeof(said), "%b", errs->buf, errs->end);
	mem_deref(errs);

	return err;
}


START_TEST(the_defaults_are_for_a_small_provider)
{
	ck_assert_int_eq(decode(""), 0);
	ck_assert_str_eq(conf->record.directory, "/srv/v/recordings");
	ck_assert_uint_eq(conf->record.keep, 30);
	ck_assert_uint_eq(conf->record.size, 1024);
	ck_assert_uint_eq(conf->record.calls, 100);
	ck_assert_uint_eq(conf->record.call_size, 512);
	mem_deref(conf);
}
END_TEST


START_TEST(each_can_be_set)
{
	ck_assert_int_eq(
		decode("record { directory = \"/mnt/calls\" keep = 0\n"
		       "size = 0 calls = 7 call_size = 4000 }\n"
		       "peer a { address = \"192.0.2.3\" record = yes }\n"
		       "peer b { address = \"192.0.2.4\" }\n"),
		0);
	ck_assert_str_eq(conf->record.directory, "/mnt/calls");
	ck_assert_uint_eq(conf->record.keep, 0);
	ck_assert_uint_eq(conf->record.size, 0);
	ck_assert_uint_eq(conf->record.calls, 7);
	ck_assert_uint_eq(conf->record.call_size, 4000);
	ck_assert(conf->peerv[0].record);
	ck_assert(!conf->peerv[1].record);
	mem_deref(conf);
}
END_TEST


static const struct {
	const char *section, *said;
} warnv[] = {
	{"relay { mode = external servers = { \"sip:192.0.2.9:5060\" } }\n"
	 "peer a { address = \"192.0.2.3\" record = yes }",
	 "records nothing: the relay is external"},
	{"record { calls = 0 }\n"
	 "peer a { address = \"192.0.2.3\" record = yes }",
	 "records nothing: record has calls = 0"},
};


START_TEST(what_records_nothing_is_warned_of)
{
	ck_assert_int_eq(decode(warnv[_i].section), 0);
	ck_assert_msg(strstr(said, warnv[_i].said) != NULL, "%s", said);
	mem_deref(conf);
}
END_TEST


static const struct {
	const char *section, *said;
} badv[] = {
	{"record { keep = -1 }", "days, 0 (for ever) to 36500"},
	{"record { call_size = 5000 }", "megabytes, 1 to 4000"},
	{"record { call_size = 0 }", "megabytes, 1 to 4000"},
	{"record { calls = many }", "a number at once"},
	{"record { folder = x }", "expected one of directory, keep, size"},
	{"record = yes", "record"},
	{"peer a { address = \"192.0.2.3\" record = maybe }", "yes or no"},
};


START_TEST(what_cannot_be_is_refused)
{
	ck_assert_int_eq(decode(badv[_i].section), EINVAL);
	ck_assert_msg(strstr(said, badv[_i].said) != NULL, "%s", said);
}
END_TEST


Suite *suite_config_record(void);
Suite *suite_config_record(void)
{
	Suite *s = suite_create("config_record");
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, the_defaults_are_for_a_small_provider);
	tcase_add_test(tc, each_can_be_set);
	test_table(tc, what_records_nothing_is_warned_of, warnv);
	test_table(tc, what_cannot_be_is_refused, badv);
	suite_add_tcase(s, tc);

	return s;
}
