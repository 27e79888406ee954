/**
 * @file test/relay/record/record_tape.c  The files of one recording
 *
 * Packets with arrival times of the test's own; files are read back.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "relay/record/record_pcap.h"
#include "relay/record/record_tape.h"
#include "test/mock/hearing.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { BEGIN_US = 5000000, MS = 1000, PACKET = 160 };

static char dir[TEMPDIR_SIZE];
static struct tape *tape;
static struct record_words wordv[RELAY_STREAMS_MAX][2];
static uint64_t now_us;


static void setup(void)
{
	const struct tape_conf conf = {
		.dir = dir,
		.day = "2026-11-20",
		.base = "140000-a-b-1",
		.begin_us = BEGIN_US,
		.begin_wall_us = UINT64_C(1795183200) * 1000000,
		.bytes_max = 1000000,
		.wordv = (const struct record_words(*)[2])wordv,
	};

	tempdir_make(dir);
	memset(wordv, 0, sizeof(wordv));
	ck_assert_int_eq(tape_alloc(&tape, &conf), 0);
	now_us = BEGIN_US;
}


static void teardown(void)
{
	mem_deref(tape);
	tempdir_remove(dir);
}


static int packet(unsigned stream, unsigned side, const uint8_t *p, size_t len)
{
	struct record_packet pkt = {
		.now_us = now_us,
		.len = (uint32_t)len,
		.stream = (uint8_t)stream,
		.side = (uint8_t)side,
	};
	struct sa sa;

	ck_assert_int_eq(sa_set_str(&sa, "198.51.100.7", 4000), 0);
	record_addr_set(&pkt.src, &sa);
	ck_assert_int_eq(sa_set_str(&sa, "203.0.113.1", 16384), 0);
	record_addr_set(&pkt.local, &sa);

	return tape_packet(tape, &pkt, p);
}


static int tone(unsigned side, uint8_t pt, unsigned n, double hz)
{
	uint8_t buf[512];
	const size_t len = hearing_packet(buf, pt, (uint16_t)n, n * PACKET,
					  side + 1, hz, PACKET);

	return packet(0, side, buf, len);
}


static void step(void)
{
	now_us += 20 * MS;
	ck_assert_int_eq(tape_turn(tape, now_us), 0);
}


static const char *path_of(const char *end)
{
	static char buf[256];

	(void)snprintf(buf, sizeof(buf), "%s/2026-11-20/140000-a-b-1%s", dir,
		       end);

	return buf;
}


static bool exists(const char *end)
{
	return !access(path_of(end), F_OK);
}


static size_t packets_of(const char *path)
{
	size_t n = 0;
	uint32_t len;
	FILE *f = fopen(path, "rb");
	uint8_t h[16];

	ck_assert_msg(f != NULL, "%s", path);
	ck_assert_int_eq(fseek(f, PCAP_FILE_HEADER, SEEK_SET), 0);
	for (; fread(h, 1, sizeof(h), f) == sizeof(h); n++) {
		memcpy(&len, h + 8, sizeof(len));
		ck_assert_int_eq(fseek(f, (long)len, SEEK_CUR), 0);
	}
	(void)fclose(f);

	return n;
}


/* A speaks in the first second, B in the third */
START_TEST(each_side_is_heard_on_its_channel_at_its_time)
{
	struct hearing l;

	for (unsigned i = 0; i < 200; i++) {
		if (i < 50)
			ck_assert_int_eq(tone(0, 0, i, 440), 0);
		if (i >= 100 && i < 150)
			ck_assert_int_eq(tone(1, 8, i, 1000), 0);
		step();
	}
	ck_assert(exists(".wav.part"));
	ck_assert_int_eq(tape_end(tape, now_us, 0), 0);
	ck_assert(!exists(".wav.part"));
	ck_assert(!exists(".pcap"));

	hearing_open(&l, path_of(".wav"));
	ck_assert_uint_eq(l.frames, 4 * 8000);
	ck_assert_uint_eq(l.promised, 4 * 8000);
	ck_assert(hearing_tone(&l, 0, 0, 8000, 440) > 0.95);
	ck_assert(hearing_is_silent(&l, 0, 8000, 24000));
	ck_assert(hearing_is_silent(&l, 1, 0, 16000));
	ck_assert(hearing_tone(&l, 1, 16000, 8000, 1000) > 0.95);
	ck_assert(hearing_is_silent(&l, 1, 24000, 8000));
	hearing_close(&l);
}
END_TEST


/* what kill -9 leaves: no end, no destructor */
START_TEST(the_file_is_good_at_each_moment)
{
	struct hearing l;

	for (unsigned i = 0; i < 300; i++) {
		ck_assert_int_eq(tone(0, 0, i, 440), 0);
		ck_assert_int_eq(tone(1, 0, i, 1000), 0);
		step();
		if (i < 100)
			continue;

		hearing_open(&l, path_of(".wav.part"));
		ck_assert_uint_ge(l.promised + 8000, (i + 1) * PACKET);
		ck_assert(hearing_tone(&l, 0, l.promised - 4000, 4000, 440) >
			  0.95);
		ck_assert(hearing_tone(&l, 1, l.promised - 4000, 4000, 1000) >
			  0.95);
		hearing_close(&l);
	}
}
END_TEST


START_TEST(comfort_noise_and_digits_are_silence)
{
	struct relay_codec codec = {101, "telephone-event", 8000, 1};
	const struct relay_terms terms = {
		.codecv = &codec,
		.codecc = 1,
	};
	struct hearing l;
	uint8_t buf[512];

	record_words_set(&wordv[0][0], &terms, false);
	record_words_set(&wordv[0][1], &terms, false);
	for (unsigned i = 0; i < 150; i++) {
		if (i < 50 || i >= 100) {
			ck_assert_int_eq(tone(0, 0, i, 440), 0);
		}
		else {
			(void)hearing_packet(buf, i & 1 ? 13 : 101,
					     (uint16_t)i, 50 * PACKET, 1, 0,
					     8);
			ck_assert_int_eq(packet(0, 0, buf, 16), 0);
		}
		step();
	}
	ck_assert_int_eq(tape_end(tape, now_us, 0), 0);
	ck_assert(!exists(".pcap"));
	hearing_open(&l, path_of(".wav"));
	ck_assert(hearing_tone(&l, 0, 0, 8000, 440) > 0.95);
	ck_assert(hearing_is_silent(&l, 0, 8000, 8000));
	ck_assert(hearing_tone(&l, 0, 16000, 8000, 440) > 0.95);
	hearing_close(&l);
}
END_TEST


START_TEST(another_codec_is_a_pcap)
{
	uint8_t buf[512];

	for (unsigned i = 0; i < 50; i++) {
		(void)hearing_packet(buf, 96, (uint16_t)i, i * 960, 1, 0, 80);
		ck_assert_int_eq(packet(0, i & 1, buf, 92), 0);
		step();
	}
	ck_assert_int_eq(tape_end(tape, now_us, 0), 0);
	ck_assert(!exists(".wav"));
	ck_assert_uint_eq(packets_of(path_of(".pcap")), 50);
}
END_TEST


START_TEST(a_codec_that_changes_is_both)
{
	struct tape_sum sum;
	struct hearing l;
	uint8_t buf[512];

	for (unsigned i = 0; i < 100; i++) {
		if (i < 50) {
			ck_assert_int_eq(tone(0, 8, i, 440), 0);
		}
		else {
			(void)hearing_packet(buf, 96, (uint16_t)i, i * 960, 1,
					     0, 80);
			ck_assert_int_eq(packet(0, 0, buf, 92), 0);
		}
		step();
	}
	/* another stream's G.711 has no channel left */
	(void)hearing_packet(buf, 0, 1, 1, 1, 0, PACKET);
	ck_assert_int_eq(packet(1, 0, buf, 172), 0);
	ck_assert_int_eq(tape_end(tape, now_us, 0), 0);
	tape_sum(tape, &sum);
	ck_assert(sum.wav && sum.pcap);
	ck_assert_uint_eq(packets_of(path_of(".pcap")), 51);
	hearing_open(&l, path_of(".wav"));
	ck_assert_uint_eq(l.frames, 2 * 8000);
	ck_assert(hearing_tone(&l, 0, 0, 8000, 440) > 0.95);
	ck_assert(hearing_is_silent(&l, 0, 8000, 8000));
	hearing_close(&l);
}
END_TEST


/* decoded it would be noise */
START_TEST(what_is_encrypted_is_a_pcap_with_all_that_flows)
{
	static const uint8_t stun[20] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42};

	record_words_set(&wordv[0][0], NULL, true);
	record_words_set(&wordv[0][1], NULL, true);
	ck_assert_int_eq(packet(0, 0, stun, sizeof(stun)), 0);
	for (unsigned i = 0; i < 10; i++) {
		ck_assert_int_eq(tone(0, 0, i, 440), 0);
		step();
	}
	ck_assert_int_eq(tape_end(tape, now_us, 0), 0);
	ck_assert(!exists(".wav"));
	ck_assert_uint_eq(packets_of(path_of(".pcap")), 11);
}
END_TEST


START_TEST(what_nobody_speaks_in_has_no_file)
{
	static const uint8_t junk[40] = {0x80, 0};
	struct tape_sum sum;

	for (size_t len = 0; len < 12; len++)
		ck_assert_int_eq(packet(0, 0, junk, len), 0);
	ck_assert_int_eq(packet(99, 0, junk, 12), EINVAL);
	for (int i = 0; i < 100; i++)
		step();
	ck_assert_int_eq(tape_end(tape, now_us, 0), 0);
	tape_sum(tape, &sum);
	ck_assert(!sum.wav && !sum.pcap);
	ck_assert_uint_eq(sum.bytes, 0);
	ck_assert(access(path_of(".wav"), F_OK));
}
END_TEST


START_TEST(too_large_is_over_and_finished)
{
	struct hearing l;
	int err = 0;

	for (unsigned i = 0; !err; i++) {
		ck_assert_uint_lt(i, 3000);
		ck_assert_int_eq(tone(0, 0, i, 440), 0);
		now_us += 20 * MS;
		err = tape_turn(tape, now_us);
	}
	ck_assert_int_eq(err, EFBIG);
	ck_assert_int_eq(tape_end(tape, now_us, err), EFBIG);
	hearing_open(&l, path_of(".wav"));
	ck_assert_uint_eq(l.frames, l.promised);
	ck_assert_uint_ge(4 * l.frames, 1000000 - 44);
	ck_assert_uint_le(4 * l.frames, 1010000);
	hearing_close(&l);
}
END_TEST


START_TEST(a_directory_that_goes_ends_it)
{
	int err = 0;

	ck_assert_int_eq(tone(0, 0, 0, 440), 0);
	step();
	tempdir_remove(dir);
	for (unsigned i = 1; i < 50 && !err; i++) {
		now_us += 20 * MS;
		err = tape_turn(tape, now_us);
	}
	ck_assert_int_eq(err, ENOENT);
	ck_assert_int_eq(tape_end(tape, now_us, err), ENOENT);
}
END_TEST


START_TEST(a_directory_that_is_none_is_an_error_at_once)
{
	tempdir_remove(dir);
	(void)fclose(fopen(dir, "w"));
	ck_assert_int_eq(tone(0, 0, 0, 440), ENOTDIR);
	ck_assert_int_eq(tape_end(tape, now_us, ENOTDIR), ENOTDIR);
}
END_TEST


START_TEST(out_of_memory_is_an_error)
{
	const struct tape_conf conf = {.dir = dir, .wordv = NULL};
	struct tape *t = NULL;
	uint8_t buf[512];

	ck_assert_int_eq(tape_alloc(&t, &conf), EINVAL);
	ck_assert_int_eq(tape_alloc(NULL, &conf), EINVAL);
	oom_after(0);
	(void)hearing_packet(buf, 96, 1, 1, 1, 0, 80);
	ck_assert_int_eq(packet(0, 0, buf, 92), ENOMEM);
	oom_after(-1);
}
END_TEST


Suite *suite_record_tape(void);
Suite *suite_record_tape(void)
{
	Suite *s = suite_create("record_tape");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_side_is_heard_on_its_channel_at_its_time);
	tcase_add_test(tc, the_file_is_good_at_each_moment);
	tcase_add_test(tc, comfort_noise_and_digits_are_silence);
	tcase_add_test(tc, another_codec_is_a_pcap);
	tcase_add_test(tc, a_codec_that_changes_is_both);
	tcase_add_test(tc, what_is_encrypted_is_a_pcap_with_all_that_flows);
	tcase_add_test(tc, what_nobody_speaks_in_has_no_file);
	tcase_add_test(tc, too_large_is_over_and_finished);
	tcase_add_test(tc, a_directory_that_goes_ends_it);
	tcase_add_test(tc, a_directory_that_is_none_is_an_error_at_once);
	tcase_add_test(tc, out_of_memory_is_an_error);
	suite_add_tcase(s, tc);

	return s;
}
