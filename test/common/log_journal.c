/**
 * @file test/common/log_journal.c  What the journal gets of an event
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include "common/log_journal.h"
#include "test/test.h"

static struct log *logp;
static int journal;
static int fdv[2]; /* stderr: a pipe */
static char path[64], got[16384], out[4096];


static void setup(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	(void)re_snprintf(path, sizeof(path), "/tmp/viaduct-journal-%d",
			  getpid());
	(void)str_ncpy(un.sun_path, path, sizeof(un.sun_path));
	journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(journal, (struct sockaddr *)&un, sizeof(un)), 0);
	ck_assert_int_eq(pipe2(fdv, O_NONBLOCK), 0);
	ck_assert_int_eq(log_alloc(&logp, fdv[1], LEVEL_DEBUG, 0, NULL), 0);
	ck_assert_int_eq(log_take_journal(logp, path), 0);
}


static void teardown(void)
{
	logp = mem_deref(logp);
	(void)unlink(path);
	(void)close(journal);
	(void)close(fdv[0]);
	(void)close(fdv[1]);
}


static const char *event(void)
{
	const ssize_t n = recv(journal, got, sizeof(got) - 1, 0);

	got[n > 0 ? n : 0] = '\0';

	return got;
}


static const char *on_stderr(void)
{
	const ssize_t n = read(fdv[0], out, sizeof(out) - 1);

	out[n > 0 ? n : 0] = '\0';

	return out;
}


START_TEST(each_key_is_a_field_and_the_message_has_all)
{
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, "198.51.100.7", 1024), 0);
	log_info(logp, "call.verdict", KV_STR("call", "abc@host"),
		 KV_STR("why", "relay: two words"), KV_SA("source", &sa),
		 KV_UINT("a_lost", 3), KV_ERRNO("err", ENOENT),
		 KV_STR("none", NULL));
	ck_assert_str_eq(event(),
			 "MESSAGE=call.verdict call=abc@host "
			 "why=\"relay: two words\" source=198.51.100.7:1024 "
			 "a_lost=3 err=\"No such file or directory\" none=-\n"
			 "PRIORITY=6\n"
			 "SYSLOG_IDENTIFIER=viaduct\n"
			 "EVENT=call.verdict\n"
			 "CALL_ID=abc@host\n"
			 "WHY=relay: two words\n"
			 "SOURCE=198.51.100.7:1024\n"
			 "A_LOST=3\n"
			 "ERR=No such file or directory\n"
			 "NONE=-\n");
	ck_assert_str_eq(on_stderr(), "");
}
END_TEST


static const char *const priorityv[] = {"PRIORITY=7\n", "PRIORITY=6\n",
					"PRIORITY=4\n", "PRIORITY=3\n"};

START_TEST(levels_are_those_of_syslog)
{
	log_write(logp, (enum log_level)_i, "k", NULL);
	ck_assert_ptr_nonnull(strstr(event(), priorityv[_i]));
}
END_TEST


/* what a stranger writes is the value of one field */
static const struct {
	const char *value;
	const char *field;
} valuev[] = {
	{"plain", "\nURI=plain\n"},
	{"a\nPRIORITY=0", "\nURI=a\\nPRIORITY=0\n"},
	{"a\rb\tc", "\nURI=a\\rb\\tc\n"},
	{"\x1b[31m", "\nURI=\\x1b[31m\n"},
	{"say \"hi\" \\", "\nURI=say \"hi\" \\\n"},
	{"\xff\xc3", "\nURI=\\xff\\xc3\n"},
	{"J\xc3\xbcrgen", "\nURI=J\xc3\xbcrgen\n"},
	{"", "\nURI=\n"},
};

START_TEST(a_value_cannot_leave_its_field)
{
	log_info(logp, "k", KV_STR("uri", valuev[_i].value));
	ck_assert_ptr_nonnull(strstr(event(), valuev[_i].field));
	ck_assert_ptr_null(strstr(got, "\nPRIORITY=0"));
}
END_TEST


/* "": it is no field */
static const struct {
	const char *key;
	const char *name;
} keyv[] = {
	{"call", "CALL_ID"},
	{"a_mos", "A_MOS"},
	{"n2", "N2"},
	{"MESSAGE", ""},
	{"priority", ""},
	{"event", ""},
	{"_pid", ""},
	{"2nd", ""},
	{"a-b", ""},
	{"a b", ""},
	{"", ""},
	{"call_id", ""},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ""},
};

START_TEST(what_is_no_fields_name_stands_in_the_message_only)
{
	char want[64];

	log_info(logp, "k", KV_STR(keyv[_i].key, "v"));
	if (keyv[_i].name[0]) {
		(void)re_snprintf(want, sizeof(want), "EVENT=k\n%s=v\n",
				  keyv[_i].name);
		ck_assert_ptr_nonnull(strstr(event(), want));
	}
	else {
		ck_assert_ptr_nonnull(strstr(event(), "EVENT=k\n"));
		ck_assert_uint_eq(strlen(strstr(got, "EVENT=k\n")), 8);
	}
}
END_TEST


START_TEST(long_values_are_cut_and_an_event_is_bounded)
{
	static char text[4000];
	struct pl pl = {text, sizeof(text)};

	memset(text, 'z', sizeof(text));
	log_info(logp, "k", KV_PL("a", &pl), KV_PL("b", &pl), KV_PL("c", &pl),
		 KV_PL("d", &pl), KV_PL("e", &pl), KV_PL("f", &pl),
		 KV_PL("g", &pl), KV_PL("h", &pl), KV_STR("last", "fits"));
	ck_assert_uint_le(strlen(event()), 8192);
	ck_assert_ptr_nonnull(strstr(got, "zzz...\nB=zzz"));
	ck_assert_ptr_null(strstr(got, "H=zzz"));
	ck_assert_ptr_nonnull(strstr(got, "\nLAST=fits\n"));
}
END_TEST


/* first the journal's queue is full, then nobody is there */
START_TEST(what_the_journal_does_not_take_goes_to_stderr)
{
	int n = 0;

	while (!*on_stderr() && ++n < 10000)
		log_info(logp, "flood", KV_INT("n", n));
	ck_assert_int_lt(n, 10000);
	ck_assert_ptr_nonnull(strstr(out, " info flood n="));

	while (*event())
		;
	log_info(logp, "again");
	ck_assert_ptr_nonnull(strstr(event(), "MESSAGE=again\n"));
	ck_assert_str_eq(on_stderr(), "");

	(void)unlink(path);
	log_info(logp, "gone");
	ck_assert_ptr_nonnull(strstr(on_stderr(), " info gone\n"));
}
END_TEST


/* stderr of a service is a socket: its reader is not waited for either */
START_TEST(a_reader_of_stderr_who_is_slow_is_not_waited_for)
{
	struct log *l = NULL;
	char buf[8192];
	int sv[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	ck_assert_int_eq(log_alloc(&l, sv[1], LEVEL_INFO, 0, NULL), 0);
	for (int i = 0; i < 20000; i++)
		log_info(l, "flood", KV_INT("n", i));

	while (recv(sv[0], buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	log_info(l, "later");
	buf[recv(sv[0], buf, sizeof(buf) - 1, MSG_DONTWAIT)] = '\0';
	ck_assert_ptr_nonnull(strstr(buf, " info later lost="));
	mem_deref(l);
	(void)close(sv[0]);
	(void)close(sv[1]);
}
END_TEST


START_TEST(the_journal_reads_the_descriptor_that_it_says)
{
	char stream[64];
	struct stat st;

	ck_assert_int_eq(fstat(fdv[1], &st), 0);
	(void)re_snprintf(stream, sizeof(stream), "%llu:%llu",
			  (unsigned long long)st.st_dev,
			  (unsigned long long)st.st_ino);
	ck_assert(log_journal_reads(fdv[1], stream));
	ck_assert(!log_journal_reads(journal, stream));
	ck_assert(!log_journal_reads(-1, stream));
	(void)strcat(stream, "x");
	ck_assert(!log_journal_reads(fdv[1], stream));
	ck_assert(!log_journal_reads(fdv[1], NULL));
	ck_assert(!log_journal_reads(fdv[1], ""));
	ck_assert(!log_journal_reads(fdv[1], "8"));
	ck_assert(!log_journal_reads(fdv[1], ":8"));
}
END_TEST


START_TEST(it_needs_a_path_and_memory)
{
	struct log_journal *j = NULL;
	static char text[200];

	memset(text, 'x', sizeof(text) - 1);
	ck_assert_int_eq(log_journal_alloc(NULL, path), EINVAL);
	ck_assert_int_eq(log_journal_alloc(&j, NULL), EINVAL);
	ck_assert_int_eq(log_journal_alloc(&j, text), ENAMETOOLONG);
	oom_after(0);
	ck_assert_int_eq(log_journal_alloc(&j, path), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(j);
	ck_assert_int_eq(log_journal_send(NULL, NULL, LEVEL_INFO, "k", NULL),
			 EINVAL);
	ck_assert_int_eq(log_take_journal(NULL, path), EINVAL);
}
END_TEST


Suite *suite_log_journal(void);
Suite *suite_log_journal(void)
{
	Suite *s = suite_create("log_journal");
	TCase *tc = tcase_create("log_journal");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_key_is_a_field_and_the_message_has_all);
	test_table(tc, levels_are_those_of_syslog, priorityv);
	test_table(tc, a_value_cannot_leave_its_field, valuev);
	test_table(tc, what_is_no_fields_name_stands_in_the_message_only,
		   keyv);
	tcase_add_test(tc, long_values_are_cut_and_an_event_is_bounded);
	tcase_add_test(tc, what_the_journal_does_not_take_goes_to_stderr);
	tcase_add_test(tc, a_reader_of_stderr_who_is_slow_is_not_waited_for);
	tcase_add_test(tc, the_journal_reads_the_descriptor_that_it_says);
	tcase_add_test(tc, it_needs_a_path_and_memory);
	suite_add_tcase(s, tc);

	return s;
}
