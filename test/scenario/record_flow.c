/**
 * @file scenario/record_flow.c  Calls that are recorded, tone by tone
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "common/json.h"
#include "proxy/admin/control.h"
#include "proxy/server_state.h"
#include "test/mock/hearing.h"
#include "test/scenario/parley.h"
#include "test/test.h"

enum { PACKET = 160, PACKET_MS = 20, WAIT_MS = 5000, PCAP_FILE_HEADER = 24 };

static struct parley t;
static glob_t found;
static uint32_t ticks; /* packet times since the call began */


static void setup(void)
{
	parley_open(&t, "quarantine = 0", NULL);
	ticks = 0;
}


static void teardown(void)
{
	globfree(&found);
	parley_close(&t);
}


static void set_record(const char *aor)
{
	const struct account_settings set = {.record = true};

	rig_settings(&t.rig, aor, &set);
}


static void speak(const struct party *who, uint8_t pt, double hz)
{
	uint8_t buf[512];
	const size_t len = hearing_packet(buf, pt, (uint16_t)ticks,
					  ticks * PACKET, who->rtp.ssrc, hz,
					  PACKET);

	media_send((struct media *)&who->rtp, &who->to[0], buf, len);
}


/* so many packet times; hz 0: that side says nothing */
static void talk(uint32_t n, uint8_t pt, double a_hz, double b_hz)
{
	for (; n--; ticks++) {
		if (a_hz > 0)
			speak(&t.alice, pt, a_hz);
		if (b_hz > 0)
			speak(&t.bob, pt, b_hz);
		(void)usleep(PACKET_MS * 1000);
	}
}


static long now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/* the only file of that kind, finished */
static const char *find(const char *end)
{
	char pattern[256];

	(void)snprintf(pattern, sizeof(pattern), "%s/recordings/*/*%s",
		       t.rig.dir, end);
	for (int i = 0; i < WAIT_MS; i++) {
		globfree(&found);
		if (!glob(pattern, 0, NULL, &found))
			return found.gl_pathv[0];
		(void)usleep(1000);
	}
	memset(&found, 0, sizeof(found));

	return NULL;
}


static bool exists(const char *end)
{
	char pattern[256];
	glob_t g;
	int err;

	(void)snprintf(pattern, sizeof(pattern), "%s/recordings/*/*%s",
		       t.rig.dir, end);
	err = glob(pattern, 0, NULL, &g);
	globfree(&g);

	return !err;
}


/* where a tone begins, to a packet; frames at the end: nowhere */
static size_t find_tone(const struct hearing *l, unsigned side, double hz)
{
	size_t at = 0;

	while (at + PACKET <= l->frames &&
	       hearing_tone(l, side, at, PACKET, hz) < 0.9)
		at += PACKET;

	return at;
}


static const char *control(const char *question)
{
	static char *answer;

	free(answer);
	answer = control_answer(t.rig.srv->control, question,
				strlen(question));
	ck_assert_ptr_nonnull(answer);

	return answer;
}


static const char *ctl_record(const char *mode)
{
	char question[256];

	(void)snprintf(
		question, sizeof(question),
		"{\"command\":\"record\",\"id\":\"%s\",\"mode\":\"%s\"}",
		t.callid, mode);

	return control(question);
}


START_TEST(each_side_is_on_its_channel_when_it_spoke)
{
	struct hearing l;
	const char *path;
	struct stat st;
	long later; /* ms: a busy machine wakes us when it likes */
	size_t a, b;

	set_record("alice@example.net");
	parley_establish(&t);
	later = -now_ms();
	talk(50, 0, 440, 0);
	later += now_ms();
	talk(50, 0, 0, 1000);
	parley_bye(&t, &t.alice);

	path = find(".wav");
	ck_assert_ptr_nonnull(path);
	ck_assert_ptr_nonnull(strstr(path, "-alice-bob-"));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0037, 0);
	hearing_open(&l, path);
	ck_assert_uint_eq(l.promised, l.frames);
	ck_assert_uint_ge(l.frames, 2 * 8000 - 800);

	a = find_tone(&l, 0, 440);
	b = find_tone(&l, 1, 1000);
	ck_assert_uint_lt(a, 4000);
	ck_assert_uint_lt(b, l.frames);
	ck_assert_int_lt(labs((long)(b - a) - 8 * later), 1600);
	ck_assert(hearing_tone(&l, 0, a + 800, 6000, 440) > 0.9);
	ck_assert(hearing_is_silent(&l, 1, 0, b - PACKET));
	ck_assert(hearing_tone(&l, 1, b + 800, 6000, 1000) > 0.9);
	ck_assert(hearing_is_silent(&l, 0, b + PACKET, l.frames - b - PACKET));
	hearing_close(&l);
	ck_assert(!exists(".pcap"));
	ck_assert(!exists(".part"));
	ck_assert_uint_eq(rig_counter(&t.rig, "record_failed_total"), 0);
}
END_TEST


START_TEST(another_codec_is_kept_as_it_came)
{
	struct stat st;
	const char *path;

	set_record("bob@example.net");
	parley_establish(&t);
	talk(30, 96, 440, 1000);
	parley_bye(&t, &t.bob);

	path = find(".pcap");
	ck_assert_ptr_nonnull(path);
	ck_assert(!exists(".wav"));
	ck_assert_int_eq(stat(path, &st), 0);
	/* learning takes some; each of the others is whole */
	ck_assert_int_eq((st.st_size - PCAP_FILE_HEADER) % (16 + 28 + 172), 0);
	ck_assert_int_ge((st.st_size - PCAP_FILE_HEADER) / (16 + 28 + 172),
			 50);
}
END_TEST


/* the addresses are those of phones that nothing need be relayed for */
static void establish_direct(void)
{
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t,
		      parley_sdp("127.0.0.10", sa_port(&t.alice.rtp.addr), ""),
		      "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "200 OK",
		      parley_sdp("127.0.0.20", sa_port(&t.bob.rtp.addr), ""));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	(void)snprintf(t.route, sizeof(t.route), "%s",
		       phone_header(&t.alice.ph, "Record-Route"));
	parley_ack(&t, &t.alice, NULL);
}


static void reachable_bob(void)
{
	(void)snprintf(t.bob.contact, sizeof(t.bob.contact), "127.0.0.20:%u",
		       t.bob.ph.port);
}


START_TEST(a_call_that_would_be_direct_is_relayed_to_be_recorded)
{
	reachable_bob();
	set_record("bob@example.net");
	establish_direct();
	ck_assert(sa_port(&t.bob.to[0]) != sa_port(&t.alice.rtp.addr));
	talk(10, 8, 440, 1000);
	ck_assert_ptr_nonnull(
		strstr(control("{\"command\":\"call\",\"id\":\"parley-1\"}"),
		       "the call is recorded"));
	parley_bye(&t, &t.alice);
	ck_assert_ptr_nonnull(find(".wav"));
}
END_TEST


START_TEST(a_direct_call_cannot_be_recorded_and_says_so)
{
	reachable_bob();
	establish_direct();
	ck_assert_uint_eq(sa_port(&t.bob.to[0]), sa_port(&t.alice.rtp.addr));
	ck_assert_ptr_nonnull(strstr(ctl_record("on"), "does not pass here"));
	ck_assert_ptr_nonnull(strstr(ctl_record("off"), "not being recorded"));
	parley_bye(&t, &t.alice);
	ck_assert_uint_eq(rig_counter(&t.rig, "record_started_total"), 0);
}
END_TEST


START_TEST(the_operator_may_record_a_call_that_is_up)
{
	const char *answer;
	struct hearing l;

	parley_establish(&t);
	talk(20, 0, 440, 440);
	answer = ctl_record("on");
	ck_assert_ptr_nonnull(strstr(answer, "\"ok\":true"));
	ck_assert_ptr_nonnull(strstr(answer, "-alice-bob-"));
	ck_assert_ptr_nonnull(strstr(ctl_record("on"), "is being recorded"));
	ck_assert_ptr_nonnull(strstr(ctl_record("maybe"), "on or off"));
	talk(20, 0, 600, 600);
	ck_assert_ptr_nonnull(strstr(ctl_record("off"), "\"ok\":true"));
	talk(10, 0, 440, 440);

	hearing_open(&l, find(".wav"));
	ck_assert_uint_eq(find_tone(&l, 0, 440), l.frames / 160 * 160);
	ck_assert_uint_lt(find_tone(&l, 0, 600), 1600);
	hearing_close(&l);

	/* once more: another file */
	ck_assert_ptr_nonnull(strstr(ctl_record("on"), ".2\""));
	talk(10, 0, 440, 440);
	parley_bye(&t, &t.alice);
	ck_assert_ptr_nonnull(find(".2.wav"));
}
END_TEST


START_TEST(what_rings_is_not_recorded)
{
	set_record("alice@example.net");
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "183 Session Progress", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 183");
	parley_learn(&t.alice, 0);
	talk(10, 0, 440, 1000);
	parley_answer(&t.bob, "486 Busy Here", "");
	parley_expect(&t.alice, "SIP/2.0 486");
	ck_assert_uint_eq(rig_counter(&t.rig, "record_started_total"), 0);
}
END_TEST


/* a proxy behind us has forked: one rings with early media, another answers */
START_TEST(the_dialog_that_is_confirmed_is_heard)
{
	struct hearing l;

	set_record("alice@example.net");
	phone_register(&t.bob.ph, "bob", "builder99", t.bob.contact);
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	parley_learn(&t.bob, 0);
	parley_answer(&t.bob, "183 Session Progress", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 183");
	parley_learn(&t.alice, 0);
	talk(10, 0, 440, 1000);

	t.bob.tag = t.alice.other_tag = "bob2";
	parley_answer(&t.bob, "200 OK", parley_nat_sdp(&t.bob));
	parley_expect(&t.alice, "SIP/2.0 200");
	parley_learn(&t.alice, 0);
	(void)snprintf(t.route, sizeof(t.route), "%s",
		       phone_header(&t.alice.ph, "Record-Route"));
	parley_ack(&t, &t.alice, NULL);
	talk(40, 0, 600, 1500);
	parley_bye(&t, &t.alice);

	ck_assert_uint_eq(rig_counter(&t.rig, "record_started_total"), 1);
	hearing_open(&l, find(".wav"));
	ck_assert_uint_lt(find_tone(&l, 0, 600), 3200);
	ck_assert_uint_lt(find_tone(&l, 1, 1500), 3200);
	hearing_close(&l);
}
END_TEST


START_TEST(a_directory_that_cannot_be_ends_the_recording_and_no_call)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/recordings", t.rig.dir);
	(void)fclose(fopen(path, "w"));
	set_record("alice@example.net");
	parley_establish(&t);
	talk(10, 0, 440, 1000);
	rig_settle(&t.rig, "record_failed_total", 1, WAIT_MS);
	parley_audio(&t);
	parley_bye(&t, &t.alice);
}
END_TEST


START_TEST(there_are_not_more_at_once_than_is_set)
{
	parley_close(&t);
	parley_open(&t, "quarantine = 0", "record { calls = 0 }\n");
	set_record("alice@example.net");
	parley_establish(&t);
	parley_audio(&t);
	ck_assert_ptr_nonnull(strstr(ctl_record("on"), "recordings are off"));
	parley_bye(&t, &t.alice);
	ck_assert_uint_eq(rig_counter(&t.rig, "record_started_total"), 0);
}
END_TEST


Suite *suite_record_flow(void);
Suite *suite_record_flow(void)
{
	Suite *s = suite_create("record_flow");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_side_is_on_its_channel_when_it_spoke);
	tcase_add_test(tc, another_codec_is_kept_as_it_came);
	tcase_add_test(tc,
		       a_call_that_would_be_direct_is_relayed_to_be_recorded);
	tcase_add_test(tc, a_direct_call_cannot_be_recorded_and_says_so);
	tcase_add_test(tc, the_operator_may_record_a_call_that_is_up);
	tcase_add_test(tc, what_rings_is_not_recorded);
	tcase_add_test(tc, the_dialog_that_is_confirmed_is_heard);
	tcase_add_test(
		tc, a_directory_that_cannot_be_ends_the_recording_and_no_call);
	tcase_add_test(tc, there_are_not_more_at_once_than_is_set);
	suite_add_tcase(s, tc);

	return s;
}
