/**
 * @file test/relay/record/recorder.c  The thread that writes, and what it is given
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/stat.h>
#include <re.h>
#include "common/metrics.h"
#include "relay/record/recorder.h"
#include "relay/tap.h"
#include "test/mock/hearing.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { PACKET = 160, WAIT_MS = 5000 };

static char dir[TEMPDIR_SIZE];
static struct recorder *recorder;
static struct metrics *metrics;


static void setup(void)
{
	const struct recorder_conf conf = {
		.dir = dir,
		.keep_days = 30,
		.bytes = 3 << 20,
		.calls = 2,
		.call_bytes = 10 << 20,
	};

	tempdir_make(dir);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(recorder_alloc(&recorder, &conf, NULL, metrics), 0);
}


static void teardown(void)
{
	recorder = mem_deref(recorder);
	metrics = mem_deref(metrics);
	tempdir_remove(dir);
}


static uint64_t clock_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


static struct recording *begin(uint64_t id)
{
	const struct recording_conf conf = {
		.from = "alice", .to = "bob", .id = id};
	struct recording *rec = NULL;

	ck_assert_int_eq(recording_alloc(&rec, recorder, &conf), 0);

	return rec;
}


/* as a worker would say it */
static void hear(struct recording *rec, enum relay_side side, const uint8_t *p,
		 size_t len, uint64_t now_us)
{
	struct relay_tap *tap = recording_tap(rec);
	struct tap_packet pkt = {
		.side = side, .p = p, .len = len, .now_us = now_us};
	struct sa src, local;

	ck_assert_int_eq(sa_set_str(&src, "198.51.100.7", 4000), 0);
	ck_assert_int_eq(sa_set_str(&local, "203.0.113.1", 16384), 0);
	pkt.src = &src;
	pkt.local = &local;
	tap->packeth(tap, &pkt);
}


static void speak(struct recording *rec, enum relay_side side,
		  unsigned packets)
{
	const uint64_t now = clock_us();
	uint8_t buf[512];

	for (unsigned i = 0; i < packets; i++) {
		const size_t len = hearing_packet(buf, 0, (uint16_t)i,
						  i * PACKET, 1, 440, PACKET);

		hear(rec, side, buf, len, now + i * 20000);
	}
}


static void wait_for(uint32_t running)
{
	for (int i = 0; i < WAIT_MS && recorder_running(recorder) != running;
	     i++)
		(void)usleep(1000);
	ck_assert_uint_eq(recorder_running(recorder), running);
}


static uint64_t count(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static const char *path_of(const char *name, const char *end)
{
	static char buf[512];

	(void)snprintf(buf, sizeof(buf), "%s/%s%s", dir, name, end);

	return buf;
}


START_TEST(what_is_heard_is_in_the_file)
{
	struct recording *rec = begin(0xabc);
	char name[RECORDING_FILE_MAX];
	struct hearing l;

	(void)snprintf(name, sizeof(name), "%s", recording_name(rec));
	ck_assert_ptr_nonnull(strstr(name, "-alice-bob-abc"));
	speak(rec, RELAY_B, 20);
	(void)usleep(500000); /* until it has been spoken */
	recording_stop(rec);
	wait_for(0);

	hearing_open(&l, path_of(name, ".wav"));
	ck_assert_uint_eq(l.promised, l.frames);
	ck_assert(hearing_tone(&l, 1, 400, 1600, 440) > 0.95);
	ck_assert(hearing_is_silent(&l, 0, 0, l.frames));
	hearing_close(&l);
	ck_assert_uint_eq(count("record_started_total"), 1);
	ck_assert_uint_eq(count("record_failed_total"), 0);
	ck_assert_uint_eq(count("record_running"), 0);
}
END_TEST


START_TEST(there_are_not_too_many_at_once)
{
	const struct recording_conf conf = {.id = 3};
	struct recording *a = begin(1), *b = begin(2), *c = NULL;

	ck_assert_int_eq(recording_alloc(&c, recorder, &conf), ENOSPC);
	recording_stop(a);
	wait_for(1);
	c = begin(3);
	recording_stop(b);
	recording_stop(c);
	wait_for(0);
}
END_TEST


/* the worker still has it when everybody else has let go */
START_TEST(who_speaks_after_its_end_is_not_heard)
{
	struct recording *rec = begin(1);
	struct relay_tap *tap = tap_hold(recording_tap(rec));

	recording_stop(rec);
	wait_for(0);
	speak((struct recording *)tap, RELAY_A, 5000);
	ck_assert_uint_eq(count("record_packets_dropped_total"), 0);
	tap_release(tap);
}
END_TEST


START_TEST(a_disk_that_is_too_slow_loses_packets_and_nothing_waits)
{
	struct recording *rec = begin(1);
	struct recording_state st;
	uint8_t buf[1500] = {0x80, 96};

	/* a burst beyond the ring, between two looks of the writer */
	for (int i = 0; i < 1500; i++)
		hear(rec, RELAY_A, buf, sizeof(buf), clock_us());
	recording_state(rec, &st);
	ck_assert_uint_gt(st.dropped, 0);
	ck_assert_uint_eq(st.dropped, count("record_packets_dropped_total"));
	recording_stop(rec);
	wait_for(0);
	ck_assert_uint_eq(count("record_failed_total"), 0);
}
END_TEST


START_TEST(a_directory_that_is_gone_ends_the_recording_only)
{
	struct recording *rec = begin(1);
	struct recording_state st;

	tempdir_remove(dir);
	(void)fclose(fopen(dir, "w"));
	speak(rec, RELAY_A, 10);
	wait_for(0);
	recording_state(rec, &st);
	ck_assert(st.over);
	ck_assert_int_eq(st.err, ENOTDIR);
	ck_assert_uint_eq(count("record_failed_total"), 1);
	speak(rec, RELAY_A, 10);
	recording_stop(rec);

	/* and it is back */
	ck_assert_int_eq(unlink(dir), 0);
	rec = begin(2);
	speak(rec, RELAY_A, 10);
	recording_stop(rec);
	wait_for(0);
	ck_assert_uint_eq(count("record_failed_total"), 1);
}
END_TEST


/* two that fit each, and not together */
START_TEST(all_together_have_a_size_as_well)
{
	struct recording *a = begin(1), *b = begin(2);
	struct recording_state sa, sb;
	uint8_t buf[9000] = {0x80, 96};

	for (int i = 0; i < 2000 && recorder_running(recorder) == 2; i++) {
		hear(a, RELAY_A, buf, sizeof(buf), clock_us());
		hear(b, RELAY_A, buf, sizeof(buf) / 2, clock_us());
		(void)usleep(5000);
	}
	recording_state(a, &sa);
	recording_state(b, &sb);
	ck_assert(sa.over);
	ck_assert_int_eq(sa.err, EDQUOT);
	ck_assert(!sb.over);
	ck_assert_uint_le(sa.bytes + sb.bytes, 4 << 20);
	recording_stop(a);
	recording_stop(b);
	wait_for(0);
}
END_TEST


START_TEST(who_goes_home_finishes_his_files)
{
	struct recording *rec = begin(1);
	struct relay_tap *tap = tap_hold(recording_tap(rec));
	char name[RECORDING_FILE_MAX];

	(void)snprintf(name, sizeof(name), "%s", recording_name(rec));
	speak(rec, RELAY_A, 10);
	recorder = mem_deref(recorder);
	ck_assert_int_eq(access(path_of(name, ".wav"), F_OK), 0);
	tap_release(tap);
	tap_release(tap);
}
END_TEST


START_TEST(the_second_take_has_a_name_of_its_own)
{
	const struct recording_conf conf = {.id = 7, .take = 1};
	struct recording *rec = NULL;

	ck_assert_int_eq(recording_alloc(&rec, recorder, &conf), 0);
	ck_assert_ptr_nonnull(strstr(recording_name(rec), "-7.2"));
	recording_stop(rec);
}
END_TEST


START_TEST(nothing_is_made_out_of_nothing)
{
	const struct recorder_conf conf = {.dir = dir};
	const struct recording_conf rc = {.id = 1};
	struct recorder *r = NULL;
	struct recording *rec = NULL;
	struct recording_state st;

	ck_assert_int_eq(recorder_alloc(NULL, &conf, NULL, NULL), EINVAL);
	ck_assert_int_eq(recorder_alloc(&r, NULL, NULL, NULL), EINVAL);
	ck_assert_int_eq(recording_alloc(&rec, NULL, &rc), EINVAL);
	recording_stop(NULL);
	recording_terms(NULL, 0, RELAY_A, NULL, false);
	recording_state(NULL, &st);
	ck_assert_ptr_null(recording_tap(NULL));
	ck_assert_str_eq(recording_name(NULL), "");
	ck_assert_uint_eq(recorder_running(NULL), 0);

	for (int i = 0; i < 2; i++) {
		oom_after(i);
		ck_assert_int_eq(recorder_alloc(&r, &conf, NULL, NULL),
				 ENOMEM);
		oom_after(-1);
		oom_after(i);
		ck_assert_int_eq(recording_alloc(&rec, recorder, &rc), ENOMEM);
		oom_after(-1);
	}
	ck_assert_uint_eq(recorder_running(recorder), 0);
}
END_TEST


Suite *suite_recorder(void);
Suite *suite_recorder(void)
{
	Suite *s = suite_create("recorder");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_heard_is_in_the_file);
	tcase_add_test(tc, there_are_not_too_many_at_once);
	tcase_add_test(tc, who_speaks_after_its_end_is_not_heard);
	tcase_add_test(
		tc, a_disk_that_is_too_slow_loses_packets_and_nothing_waits);
	tcase_add_test(tc, a_directory_that_is_gone_ends_the_recording_only);
	tcase_add_test(tc, all_together_have_a_size_as_well);
	tcase_add_test(tc, who_goes_home_finishes_his_files);
	tcase_add_test(tc, the_second_take_has_a_name_of_its_own);
	tcase_add_test(tc, nothing_is_made_out_of_nothing);
	suite_add_tcase(s, tc);

	return s;
}
